"""Counting of a case: whether it is history, waits for its department's signature, or counts."""

from datetime import date

from services.contracts.beginning import Counting, counting, has_ended
from services.intake.domain import Case


def first_day_of(case: Case, day: date | None) -> date | None:
    """The authority's first day, where it says something about this case."""
    return day if day is not None and (case.unconfirmed or case.received_on < day) else None


def counting_of(case: Case, first_day: date | None) -> Counting:
    """Whether its line counts in an authority with this first day."""
    ended_on = (case.last_at or case.received_at).date() if has_ended(case.state) else None
    return counting(first_day_of(case, first_day), ended_on, unconfirmed=case.unconfirmed)
