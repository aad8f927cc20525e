"""Reference words on matters: what counts where a list says nothing, and what the first list of an authority says.

`particulars.toml` has what laws and rules say of a matter, each with its article; what nobody has read stays empty.
"""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_FOLDER: Final = Path(__file__).parents[1] / "catalogue"
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@cache
def _parts() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads((_FOLDER / "particulars.toml").read_text(encoding="utf-8"))
    with (_FOLDER / "extensions.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            longest = {"amount": int(row["amount"]), "unit": row["unit"]}
            found.setdefault(row["code"], {})["extension"] = {"longest": longest, "law": row["law"]}
    with (_FOLDER / "undertakings.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["code"], {})[row["kind"]] = _terms(row)
    return found


def _terms(row: Mapping[str, str]) -> dict[str, Any]:
    """Which materials may come later, or how soon a commitment is checked."""
    if row["kind"] == "commitment":
        return {"check_within": {"amount": int(row["amount"]), "unit": row["unit"]}, "basis": row["basis"]}
    named = {"materials": tuple(row["materials"].split(";")), "consequence": row["consequence"]}
    return {**named, "longest_days": int(row["amount"]), "basis": row["basis"]}


def reference_parts(code: str) -> dict[str, Any]:
    """The parts of a matter that the reference list knows, by the names of the wire's fields."""
    return dict(_parts().get(code, _NOTHING))
