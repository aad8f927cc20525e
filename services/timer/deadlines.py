"""Ends of time limits: the day, and the moment after which it is too late.

The one calculator of the system: everything that shows or stores a date asks here. All of it is pure; days and moments
are those of Asia/Shanghai. The rules are those of the Civil Code (201-203) and of the Licensing Law (45):

- The day of the event is not counted, whether it is a working day or not; the limit ends at the end of its last day.
- A limit in calendar days or months whose last day is a day off ends on the next working day. Counted backwards it ends
  on the working day before (our choice, so that who acts by that day is in time on any reading). Working days never
  roll, so a make-up Saturday may be a due day.
- A pause takes its days (``begun < d <= ended``) out of the count: working days for limits in working days, all for
  calendar days and months, before rolling, and the whole days from midnight to midnight for hours. A pause that begins
  after the limit has ended moves nothing. One that begins on the very last day still does: the limit then ends on the
  pause's last working day.
- Beyond the calendar's horizon the date is provisional. Hours ask no calendar, so they never are.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, assert_never

from services.contracts.vocabulary import ZONE
from services.timer.calendar import BeyondTheTables, Calendar, position
from services.timer.explanation import NOON, ONE_DAY, DayReason, WalkedDay, add_months, midnight_after, moment_of, walk
from services.timer.limits import (
    CalendarDays,
    HalfWorkingDays,
    Hours,
    Limit,
    Months,
    NotALimit,
    Pause,
    WorkingDays,
    backwards,
    parse_limit,
    union,
    unit_of,
)

__all__ = [
    "BeyondTheTables",
    "CalendarDays",
    "DayReason",
    "Due",
    "HalfWorkingDays",
    "Hours",
    "Limit",
    "Months",
    "NotALimit",
    "Pause",
    "WalkedDay",
    "WorkingDays",
    "backwards",
    "due",
    "first_day_with_at_most",
    "midnight_after",
    "parse_limit",
    "remaining",
    "unit_of",
    "working_days_between",
]


class Due(NamedTuple):
    """Where a limit ends: with the end of ``end``, a day, or at this moment. ``day`` is None for hours.

    ``calendar_used``, ``start``, ``limit`` and ``pauses`` are the question that this answers.
    """

    day: date | None
    provisional: bool
    end: date | datetime
    calendar_used: Calendar
    start: date
    limit: Limit
    pauses: tuple[Pause, ...]

    @property
    def moment(self) -> datetime:
        """The first moment at which it is too late: midnight after the due day, or the moment that the hours end."""
        return self.end if isinstance(self.end, datetime) else midnight_after(self.end)

    @property
    def calendar(self) -> str:
        """The version of the calendar that was asked."""
        return self.calendar_used.version

    @property
    def steps(self) -> tuple[WalkedDay, ...]:
        """The walk from the event to the end, day by day. It counts for itself and must arrive at the same end."""
        steps = tuple(walk(self.calendar_used, self.start, self.limit, self.pauses))
        end = self.day or (self.moment - timedelta(microseconds=self.limit.count > 0)).date()
        if steps[-1].date != end:
            raise RuntimeError(f"the explanation ends on {steps[-1].date}, the calculation on {end}")
        return steps


def due(calendar: Calendar, start: date | datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> Due:
    """Where ``limit`` ends that began with an event at ``start`` and was interrupted by ``pauses``.

    A moment without zone is taken as Asia/Shanghai; a bare date is its midnight where the hour matters. Raises
    ValueError for pauses in a backward count, BeyondTheTables for dates outside the tables.
    """
    if not pauses and type(limit) is WorkingDays and type(start) is date:  # what nearly everything asks, made short
        day = calendar.nth_working_day(start, limit.count)
        known = calendar.known_from <= start < day <= calendar.known_until
        unsure = not known and _provisional(calendar, start, day)
        return tuple.__new__(Due, (day, unsure, day, calendar, start, limit, ()))
    interruptions = union(tuple(pauses))
    if interruptions and limit.count < 0:
        raise ValueError("a limit counted backwards cannot be paused; leave out the pauses")
    moment = moment_of(start)
    match limit:
        case WorkingDays():
            day = _end_of_working_days(calendar, moment.date(), limit.count, interruptions)
            return Due(day, _provisional(calendar, moment.date(), day), day, calendar, start, limit, interruptions)
        case HalfWorkingDays():
            end = _end_of_halves(calendar, moment, limit.count, interruptions)
            day = (end - timedelta(microseconds=1)).date() if limit.count else moment.date()
            unsure = bool(limit.count) and not (calendar.is_known(moment.date()) and calendar.is_known(day))
            return Due(day, unsure, end, calendar, start, limit, interruptions)
        case CalendarDays() | Months():
            nominal = _nominal_end(moment.date(), limit, interruptions)
            day = roll(calendar, nominal, backwards=limit.count < 0)
            unsure = not (calendar.is_known(nominal) and calendar.is_known(day))
            return Due(day, unsure, day, calendar, start, limit, interruptions)
        case Hours():
            return Due(
                None, False, _end_of_hours(moment, limit.count, interruptions), calendar, start, limit, interruptions
            )
        case _:
            assert_never(limit)


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """The working days d with ``start < d <= end``; if end < start, those with ``end < d <= start``, negative."""
    return calendar.working_days_until(end) - calendar.working_days_until(start)


def remaining(calendar: Calendar, today: date, due_day: date) -> int:
    """Working days left after today, the due day included: 0 on the due day, negative once overdue."""
    return working_days_between(calendar, today, due_day)


def first_day_with_at_most(calendar: Calendar, due_day: date, left: int) -> date:
    """The first day on which at most ``left`` working days remain until the due day: when a light turns yellow."""
    return calendar.working_day(calendar.working_days_until(due_day) - left)


def roll(calendar: Calendar, day: date, *, backwards: bool = False) -> date:
    """The day itself if worked on, otherwise the next working day (Civil Code 203), or the one before."""
    if calendar.is_working(day):
        return day
    return calendar.nth_working_day(day, -1 if backwards else 1)


def _provisional(calendar: Calendar, start: date, end: date) -> bool:
    """Whether a day that was asked about, after the start and up to the end, lies outside the horizon."""
    if start == end:
        return False
    first, last = (start + ONE_DAY, end) if start < end else (end, start - ONE_DAY)
    return not (calendar.is_known(first) and calendar.is_known(last))


def _end_of_working_days(calendar: Calendar, start: date, count: int, pauses: tuple[Pause, ...]) -> date:
    """The base due day moved by the working days in the pauses; see the module's second and third rule."""
    if count <= 0 or not pauses:
        return calendar.nth_working_day(start, count)
    number = calendar.working_days_until(start) + count
    for pause in pauses:
        if pause.begun > calendar.working_day(number):
            break
        number += max(0, working_days_between(calendar, max(pause.begun, start), pause.ended))
    return calendar.working_day(number)


def _end_of_halves(calendar: Calendar, moment: datetime, count: int, pauses: tuple[Pause, ...]) -> datetime:
    """The end of the count-th half day after the event's own; ends of halves are noon and midnight.

    Halves are numbered through: working day k has the halves 2k-1 and 2k.
    """
    if count == 0:
        return moment
    day, works = moment.date(), calendar.is_working(moment.date())
    before = 2 * (calendar.working_days_until(day) - works)
    # The event's own half, or on a day off the last one before it (counted forward) or the next (backward).
    own = before + 1 + (moment.time() >= NOON) if works else before + (count < 0)
    number = own + count
    for pause in pauses:
        if midnight_after(pause.begun) > _end_of_half(calendar, number):
            break
        begun, ended = (2 * calendar.working_days_until(edge) for edge in (pause.begun, pause.ended))
        number += max(0, ended - max(begun, own))
    return _end_of_half(calendar, number)


def _end_of_half(calendar: Calendar, number: int) -> datetime:
    day = calendar.working_day((number + 1) // 2)
    return midnight_after(day) if number % 2 == 0 else datetime.combine(day, NOON, ZONE)


def _nominal_end(start: date, limit: CalendarDays | Months, pauses: tuple[Pause, ...]) -> date:
    """The last day before rolling."""
    position(start)
    try:
        end = add_months(start, limit.count) if isinstance(limit, Months) else start + timedelta(days=limit.count)
        for pause in pauses:
            if pause.begun > end or limit.count == 0:
                break
            end += max(timedelta(), pause.ended - max(pause.begun, start))
    except OverflowError:
        raise BeyondTheTables from None
    position(end)
    return end


def _end_of_hours(moment: datetime, count: int, pauses: tuple[Pause, ...]) -> datetime:
    """The moment so many hours later, counted in real time, moved by the time that fell into pauses."""
    position(moment.date())
    start = moment.astimezone(UTC)
    try:
        end = start + timedelta(hours=count)
        for pause in pauses:
            begun, ended = midnight_after(pause.begun).astimezone(UTC), midnight_after(pause.ended).astimezone(UTC)
            if begun > end or count == 0:
                break
            end += max(timedelta(), ended - max(begun, start))
        local = end.astimezone(ZONE)
    except OverflowError:
        raise BeyondTheTables from None
    position(local.date())
    return local
