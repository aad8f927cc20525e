"""Decides how facts and clocks are written into rows and read back (moments are seconds since 1970)."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping

from services.plumbing.clock import ZONE
from services.timer.domain import Clock, Occurrence
from services.timer.limits import Limit, parse_limit, unit_of

_MOMENTS: Final = ("started_at", "due_at", "yellow_at", "deemed_at", "settled_at", "stopped_at")
_PLAIN: Final = (
    "clock_id",
    "kind",
    "round",
    "about_kind",
    "about",
    "department",
    "responsible",
    "calendar",
    "outcome",
    "used_working_days",
    "overdue_working_days",
)


def moment(seconds: float) -> datetime:
    """A stored moment in Asia/Shanghai."""
    return datetime.fromtimestamp(seconds, ZONE)


def _maybe(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _limit(row: RowMapping) -> Limit | None:
    return None if row["amount"] is None else parse_limit(row["amount"], row["unit"])


def fact_row(fact: Occurrence) -> dict[str, Any]:
    """A fact as a row of the table."""
    return {
        "about_kind": fact.about_kind,
        "about": fact.about,
        "sequence": fact.sequence,
        "what": fact.what,
        "at": fact.at.timestamp(),
        "heard_at": fact.heard_at.timestamp(),
        "person": fact.person,
        "department": fact.department,
        "amount": fact.limit.count if fact.limit else None,
        "unit": unit_of(fact.limit) if fact.limit else None,
        "urgency": fact.urgency,
        "decided_above": int(fact.decided_above),
        "from_below": int(fact.from_below),
    }


def fact_of(row: RowMapping) -> Occurrence:
    """A row of the table as a fact."""
    return Occurrence(
        row["about_kind"],
        row["about"],
        row["sequence"],
        row["what"],
        moment(row["at"]),
        moment(row["heard_at"]),
        row["person"],
        row["department"],
        _limit(row),
        row["urgency"],
        bool(row["decided_above"]),
        bool(row["from_below"]),
    )


def clock_row(clock: Clock, change: datetime | None) -> dict[str, Any]:
    """A clock as a row of the table."""
    row: dict[str, Any] = {name: getattr(clock, name) for name in _PLAIN}
    row |= {name: _seconds(getattr(clock, name)) for name in _MOMENTS}
    row |= {
        "amount": clock.limit.count,
        "unit": unit_of(clock.limit),
        "due_on": str(clock.due_on) if clock.due_on else None,
        "provisional": int(clock.provisional),
        "next_change_at": _seconds(change),
    }
    return row


def clock_of(row: RowMapping) -> Clock:
    """A row of the table as a clock."""
    limit = _limit(row)
    assert limit is not None
    return Clock(
        clock_id=row["clock_id"],
        kind=row["kind"],
        round=row["round"],
        about_kind=row["about_kind"],
        about=row["about"],
        department=row["department"],
        responsible=row["responsible"],
        limit=limit,
        started_at=moment(row["started_at"]),
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        due_at=moment(row["due_at"]),
        provisional=bool(row["provisional"]),
        calendar=row["calendar"],
        yellow_at=moment(row["yellow_at"]),
        deemed_at=_maybe(row["deemed_at"]),
        settled_at=_maybe(row["settled_at"]),
        stopped_at=_maybe(row["stopped_at"]),
        outcome=row["outcome"],
        used_working_days=row["used_working_days"],
        overdue_working_days=row["overdue_working_days"],
    )
