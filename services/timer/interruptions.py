"""Interruptions of a count: the time that is the applicant's own, and what is left of a limit that stands still."""

from collections.abc import Callable, Iterable
from datetime import date

from services.timer.calendar import Calendar
from services.timer.deadlines import working_days_between
from services.timer.domain import Occurrence, local_day
from services.timer.limits import HalfWorkingDays, Limit, Pause, WorkingDays
from services.timer.rules import CORRECTION_ASKED, CORRECTION_DONE


def with_applicant(
    facts: Iterable[Occurrence], accepted: Occurrence, begun: Callable[[Occurrence], date]
) -> list[Pause]:
    """The applicant's time before the acceptance, from each notice to the papers that were handed in again.

    A count from the receipt leaves it out (DOMAIN 3, rule 4: 建筑工程施工许可管理办法 5; of other matters our choice).
    `begun`: the day from which a notice counts. What comes after `accepted` is no concern of the acceptance.
    """
    found: list[Pause] = []
    asked: Occurrence | None = None
    for fact in facts:
        if fact.sequence > accepted.sequence:
            break
        if asked is None and fact.what == CORRECTION_ASKED:
            asked = fact
        elif asked is not None and (fact.what == CORRECTION_DONE or fact.sequence == accepted.sequence):
            first = begun(asked)
            found.append(Pause(first, max(first, local_day(fact.at))))
            asked = None
    return found


def budget(calendar: Calendar, limit: Limit, since: date, last: date) -> int:
    """What is left of a limit from the day on which it stands still: in its own unit, months and hours in days."""
    if isinstance(limit, WorkingDays):
        return working_days_between(calendar, since, last)
    if isinstance(limit, HalfWorkingDays):
        return 2 * working_days_between(calendar, since, last)
    return (last - since).days
