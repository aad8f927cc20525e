"""Limits that authorities have set for clock rules, and which of several is in force at a moment.

Every authority's latest word that is in force by then counts, and of all these and the limit of the law the shortest.
So a lower authority may only shorten, whatever it says and in whatever order the settings arrive, and a superior that
lengthens its own setting again gives back what it took, no more.

A setting comes into force here on its day, but never before it has arrived: after an outage no clock finds out that it
has been too late for a week (DOMAIN 8). A clock keeps the limit that was in force when it started.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.timer.limits import Limit


@dataclass(frozen=True, slots=True)
class Setting:
    """The limit of one rule, as one authority has set it. ``rule``: `forward`, or `complaint_answer.urgent`."""

    rule: str
    limit: Limit
    #: Empty: by a setting of the environment, which concerns this authority only.
    authority: str
    #: The n-th word of that authority about rules.
    number: int
    in_force_from: date
    #: In force here: its day, or its arrival where that was later.
    in_force_at: datetime
    basis: str
    set_at: datetime
    set_by: str


def standing(settings: Iterable[Setting], rule: str, at: datetime) -> list[Setting]:
    """Each authority's latest word on a rule that is in force at this moment."""
    latest: dict[str, Setting] = {}
    for one in settings:
        before = latest.get(one.authority)
        if one.rule == rule and one.in_force_at <= at and (before is None or before.number < one.number):
            latest[one.authority] = one
    return list(latest.values())


def shortest(base: Limit, settings: Sequence[Setting], rule: str, at: datetime) -> tuple[Limit, Setting | None]:
    """The limit in force, and whose it is; None where it is the law's. A setting in another unit lies idle."""
    limit, whose = base, None
    for one in standing(settings, rule, at):
        if type(one.limit) is type(base) and one.limit.count < limit.count:
            limit, whose = one.limit, one
    return limit, whose
