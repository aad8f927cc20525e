"""Lawful pauses: for what the count of a matter may stand still, by which law, and for how long (DOMAIN 3, rule 5)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.contracts.grounds import PauseGround
from services.contracts.vocabulary import Unit
from services.intake.domain import Limit

_LIST: Final = Path(__file__).parents[1] / "catalogue" / "pauses.csv"


@dataclass(frozen=True)
class PauseRight:
    """One ground of a matter. `longest` None: the law names no length. Unconfirmed ones pause nothing."""

    ground: PauseGround
    law: str
    longest: Limit | None = None
    is_confirmed: bool = True


@cache
def _reference() -> Mapping[str, tuple[PauseRight, ...]]:
    found: dict[str, tuple[PauseRight, ...]] = {}
    with _LIST.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            longest = Limit(int(row["longest_amount"]), Unit(row["longest_unit"])) if row["longest_amount"] else None
            right = PauseRight(PauseGround(row["ground"]), row["law"], longest, row["is_confirmed"] == "1")
            found[row["code"]] = (*found.get(row["code"], ()), right)
    return found


def reference_pauses(code: str) -> tuple[PauseRight, ...]:
    """The grounds that the reference list has for a matter; what nobody has read in the law is in it unconfirmed."""
    return _reference().get(code, ())


def pauses_of(body: Mapping[str, Any]) -> tuple[PauseRight, ...]:
    """The grounds of a matter as a table or a list has it; of one that says nothing, the reference list's."""
    told: Sequence[Mapping[str, Any]] | None = body.get("pauses")
    if told is None:
        return reference_pauses(body["code"])
    known = set(PauseGround)
    return tuple(
        PauseRight(PauseGround(one["ground"]), one["law"], _limit(one.get("longest")), one.get("is_confirmed", True))
        for one in told
        if one["ground"] in known
    )


def _limit(body: Mapping[str, Any] | None) -> Limit | None:
    return Limit(body["amount"], Unit(body["unit"])) if body else None


def in_force(pauses: Iterable[PauseRight]) -> dict[PauseGround, PauseRight]:
    """The grounds that somebody has confirmed."""
    return {one.ground: one for one in pauses if one.is_confirmed}


def beyond(above: Iterable[PauseRight], ours: Iterable[PauseRight]) -> list[PauseRight]:
    """What a lower list has beyond the one above: other grounds, or longer ones."""
    allowed = in_force(above)
    return [one for ground, one in in_force(ours).items() if ground not in allowed or _longer(one, allowed[ground])]


def _longer(ours: PauseRight, above: PauseRight) -> bool:
    """Limits of different units cannot be compared: the higher one stands."""
    if above.longest is None:
        return False
    if ours.longest is None or ours.longest.unit is not above.longest.unit:
        return ours.longest != above.longest
    return ours.longest.amount > above.longest.amount


def within(above: Sequence[PauseRight], ours: Iterable[PauseRight]) -> tuple[PauseRight, ...]:
    """The list above as far as ours has it as well; where ours says nothing of a ground, it has none."""
    own = {one.ground: one for one in ours}
    too_much = {one.ground for one in beyond(above, own.values())}
    return tuple(
        one if one.ground in too_much or not own[one.ground].is_confirmed else own[one.ground]
        for one in above
        if one.ground in own
    )
