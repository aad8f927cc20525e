"""The reference list of matters with which an authority starts, in the words of its own level."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.contracts.cases import CatalogueAdopted
from services.contracts.matters import CatalogueMatter
from services.contracts.vocabulary import AuthorityCode, Level
from services.intake.catalogues.versions import numbered
from services.intake.catalogues.wire import body_of, list_of, matter_of, wire_matter
from services.intake.offices.register import begin
from services.intake.store import Records
from services.plumbing.switchboard import Office, Outcome, Said

_LIST = Path(__file__).parent / "catalogue" / "matters.csv"


def reference_matters(level: Level) -> list[CatalogueMatter]:
    """The 39 matters of the reference list with the departments of this level.

    A matter that the level does not decide names the department of the next one that does. Columns `certainty` and
    `unsure` of the file say how well a limit is founded; they are for whoever adopts the list, not for the wire. What
    laws say of a matter beyond its limits is the word of `catalogues.reference`.
    """
    with _LIST.open(encoding="utf-8", newline="") as lines:
        return [_matter(row, level) for row in csv.DictReader(lines)]


def _matter(row: dict[str, str], level: Level) -> CatalogueMatter:
    others = [row[f"department_{one}"] for one in (level, *reversed(Level))]
    fields: dict[str, Any] = {
        "code": row["code"],
        "name": row["name"],
        "department": next(name for name in others if name),
        "statutory": _limit(row, "statutory"),
        "promised": _limit(row, "promised"),
        "stage": row["stage"],
        "item_type": row["item_type"],
        "legal_basis": row["legal_basis"],
        "deciding_level": row["deciding_level"],
        "materials": tuple(name for name in row["materials"].split(";") if name),
    }
    return wire_matter(replace(matter_of(CatalogueMatter.model_validate(fields).model_dump(mode="json")), version=1))


def _limit(row: dict[str, str], which: str) -> dict[str, str] | None:
    amount = row[f"{which}_amount"]
    return {"amount": amount, "unit": row[f"{which}_unit"]} if amount else None


def seed(office: Office) -> Outcome:
    """Adopt the reference list when this authority has no catalogue yet, and enter the departments of its list and
    cases when it has none; a list from before matters said all their parts says them from now on."""
    records = Records(office.connection)
    if records.catalogue_number():
        return Outcome(said=[*begin(office), *_made_whole(office, records)])
    listed = reference_matters(AuthorityCode(office.authority).level)
    bodies = [(position, one.model_dump(mode="json")) for position, one in enumerate(listed, start=1)]
    records.adopt(1, office.now, "reference list", bodies)
    return Outcome(said=[Said(CatalogueAdopted(number=1, matters=tuple(listed)), office.now), *begin(office)])


def _made_whole(office: Office, records: Records) -> list[Said]:
    """Once: what the list in force leaves unsaid is the reference list's word, which may be another one tomorrow."""
    kept = records.matters()
    if all(body.get("version") is not None for body in kept.values()):
        return []
    number = records.catalogue_number() + 1
    whole = numbered({}, list_of(kept.values()), number)
    records.replace(
        number, office.now, "what was unsaid is the reference list's word", list(map(body_of, whole.values()))
    )
    return [Said(CatalogueAdopted(number=number, matters=tuple(map(wire_matter, whole.values()))), office.now)]
