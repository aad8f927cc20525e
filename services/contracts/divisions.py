"""Divisions of the region, and who reports to whom (GB/T 2260; DOMAIN section 8).

`divisions.csv` has the region, its 12 leagues and cities and their 103 banners, counties and districts; `zones.csv` the
development zones, which are no divisions: they have a code of the statisticians, and projects are registered there.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from services.contracts.vocabulary import AuthorityCode, Level

#: 满洲里 and 二连浩特 report to the region directly, although their codes stand under a city and a league.
DIRECT: Final = frozenset({"150781", "152501"})
#: Where a project is registered that the State approves.
NATIONAL: Final = "000000"
_LIST: Final = Path(__file__).parent / "divisions.csv"
_ZONES: Final = Path(__file__).parent / "zones.csv"


@dataclass(frozen=True)
class Division:
    """One place that has an authority, or could have one."""

    code: str
    name: str
    level: Level
    superior: str | None


def level_of(code: str) -> Level:
    """The level of a code; the two cities that report to the region are banners by what they decide."""
    return AuthorityCode(code).level


def superior_of(code: str) -> str | None:
    """The authority above, by the code alone: banner -> city -> region; None above the region."""
    if code.endswith("0000"):
        return None
    return f"{code[:2]}0000" if code.endswith("00") or code in DIRECT else f"{code[:4]}00"


@cache
def divisions() -> Mapping[str, Division]:
    """Every division by code, in the order of the list."""
    with _LIST.open(encoding="utf-8", newline="") as lines:
        return {
            code: Division(code, row["name"], level_of(code), superior_of(code))
            for row in csv.DictReader(lines)
            if (code := row["code"])
        }


def name_of(code: str) -> str:
    """The name of a division; the code itself where it is not in the list."""
    found = divisions().get(code)
    return found.name if found else code


@cache
def zones() -> Mapping[str, str]:
    """The name of every development zone by its code."""
    with _ZONES.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def registers_projects(code: str) -> bool:
    """Whether projects of this place are handled in the region: its own divisions and zones, and the State."""
    return code == NATIONAL or code in divisions() or code in zones()


def below(code: str) -> list[Division]:
    """The divisions that report to this one directly, in the order of the list."""
    return [one for one in divisions().values() if one.superior == code]


def is_within(code: str, above: str) -> bool:
    """Is this division the other one, or anywhere below it?"""
    while code != above:
        superior = superior_of(code)
        if superior is None:
            return False
        code = superior
    return True
