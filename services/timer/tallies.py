"""Tallies of a clock at a moment: what is left, used and overdue, each in the unit in which its limit is counted.

Working days are told of every clock as well, because figures compare clocks of different units; but thirty natural days
are never told as so many working days.
"""

from datetime import date, datetime, timedelta

from services.contracts.vocabulary import ZONE, Unit
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE
from services.timer.deadlines import working_days_between
from services.timer.domain import LegalClock, last_day, local_day, used
from services.timer.limits import HalfWorkingDays, Hours, Limit, Months, Pause, WorkingDays, union, unit_of


def counted_in(limit: Limit) -> Unit:
    """The unit of the tallies: the limit's own, but of months the days of the calendar."""
    return Unit.CALENDAR_DAYS if isinstance(limit, Months) else unit_of(limit)


def units_left(clock: LegalClock, calendar: Calendar, now: datetime) -> int:
    """What is left, negative once past: full hours, half days, days. While it stands still that is the budget."""
    last = last_day(clock)
    if clock.due_at is None or last is None:
        return clock.budget or 0
    match clock.limit:
        case Hours():
            return (clock.due_at - now) // timedelta(hours=1)
        case HalfWorkingDays():
            return _half_days(calendar, clock.due_at) - _half_days(calendar, now) - 1
        case WorkingDays():
            return working_days_between(calendar, local_day(now), last)
        case _:
            return (last - local_day(now)).days


def units_used(clock: LegalClock, calendar: Calendar, now: datetime) -> int:
    """What has been used since the start until now, or until the stop; the day (or half) of the start not counted."""
    until = clock.counts_at or now
    match clock.limit:
        case Hours():
            found = (until - clock.started_at) // timedelta(hours=1)
        case HalfWorkingDays():
            found = _half_days(calendar, until) - _half_days(calendar, clock.started_at)
        case WorkingDays():
            found = used(clock, calendar, now) if clock.open else clock.used_working_days
        case _:
            found = _natural_days(clock, local_day(until))
    return max(0, found)


def units_overdue(clock: LegalClock, calendar: Calendar, now: datetime) -> int:
    """By how much it is overdue, or was when it stopped: 0 when in time, and on days off right after a working day."""
    until = clock.counts_at or now
    if clock.due_at is None or until < clock.due_at or clock.outcome == SET_ASIDE:
        return 0
    if isinstance(clock.limit, WorkingDays) and not clock.open:
        return clock.overdue_working_days
    return max(0, -units_left(clock, calendar, until))


def _natural_days(clock: LegalClock, today: date) -> int:
    """Days of the calendar since the start, those of lawful pauses left out."""
    begun = local_day(clock.started_at)
    standing = (Pause(clock.paused_on, max(today, clock.paused_on)),) if clock.paused_on else ()
    held = sum(
        max(0, (min(one.ended, today) - max(one.begun, begun)).days) for one in union((*clock.pauses, *standing))
    )
    return (today - begun).days - held


def _half_days(calendar: Calendar, at: datetime) -> int:
    """Half working days that have begun and ended before this moment."""
    day, local = local_day(at), at.astimezone(ZONE)
    before = 2 * (calendar.working_days_until(day) - calendar.is_working(day))
    return before + (calendar.is_working(day) and local.hour >= 12)
