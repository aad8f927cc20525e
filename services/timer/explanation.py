"""Explanations of due dates: the walk from the event to the end, every day counted or not, and why.

The walk counts for itself, day by day, from the same calendar and the same union of pauses as the calculation in
``deadlines``, which refuses to show a walk that ends elsewhere.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from services.contracts.vocabulary import ZONE
from services.timer.calendar import BeyondTheTables, Calendar, parse_day, position
from services.timer.limits import CalendarDays, HalfWorkingDays, Hours, Limit, Months, Pause, WorkingDays, union

NOON = time(12)
ONE_DAY = timedelta(days=1)


class DayReason(StrEnum):
    """Why a day was counted or not. The values are English message ids."""

    EVENT = "day of the event"
    WORKING = "working day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up working day"
    PAUSE = "lawful pause"
    ROLLED = "rolled"


class WalkedDay(NamedTuple):
    """One day (or, with ``part`` morning or afternoon, half day) of the walk.

    ``number`` is the count reached with it. The last counted step is the due day and carries the whole amount (for
    months, the number of days). ``rolled`` marks the day to which the last unit was moved, by a day off or by a pause
    that began on the last day. For hours every day outside pauses counts, and ``number`` is the full hours run by then.
    """

    date: date
    counted: bool
    number: int | None
    why: DayReason
    festival: str = ""
    notice: str = ""
    provisional: bool = False
    part: str = ""
    #: The authority and its release that laid down an exceptional day; empty for what was shipped.
    release: str = ""


Portion = tuple[date, str]


def walk(calendar: Calendar, start: date | datetime, limit: Limit, pauses: Iterable[Pause]) -> Iterator[WalkedDay]:
    """The steps from the event's day to the due day. Raises BeyondTheTables."""
    moment = moment_of(start)
    first, interruptions = moment.date(), union(tuple(pauses))
    forward = limit.count >= 0
    match limit:
        case Hours():
            yield from _hours(calendar, moment, limit.count, interruptions)
        case WorkingDays():
            yield _step(calendar, first, False, None, DayReason.EVENT)
            yield from _working(calendar, _days(first, forward), limit.count, interruptions)
        case HalfWorkingDays():
            part = "afternoon" if moment.time() >= NOON else "morning"
            yield _step(calendar, first, False, None, DayReason.EVENT, part)
            yield from _working(calendar, _halves(calendar, (first, part), forward), limit.count, interruptions)
        case CalendarDays() | Months():
            yield _step(calendar, first, False, None, DayReason.EVENT)
            length = limit.count if isinstance(limit, CalendarDays) else (add_months(first, limit.count) - first).days
            yield from _calendar_days(calendar, first, length, forward, interruptions)


def moment_of(start: date | datetime) -> datetime:
    """The event's moment in Asia/Shanghai; without a zone it is taken as there, a bare date as its midnight."""
    if not isinstance(start, datetime):
        return datetime.combine(start, time.min, ZONE)
    return start.replace(tzinfo=ZONE) if start.tzinfo is None else start.astimezone(ZONE)


def parse_start(text: str) -> date | datetime | None:
    """A date like 2026-09-16 or a moment like 2026-10-01T10:00, with seconds and zone if wanted; None for all else."""
    day = parse_day(text[:10])
    if day is None or len(text) == 10:
        return day
    try:
        return datetime.fromisoformat(text) if text[10] in "T " else None
    except ValueError:
        return None


def midnight_after(day: date) -> datetime:
    """The exclusive end of a day in Asia/Shanghai."""
    return datetime.combine(day + ONE_DAY, time.min, ZONE)


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months later, or that month's last day (Civil Code 202). Raises BeyondTheTables."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise BeyondTheTables
    end = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    position(end)
    return end


def _working(
    calendar: Calendar, units: Iterator[Portion], count: int, pauses: tuple[Pause, ...]
) -> Iterator[WalkedDay]:
    """Count units of working days outside pauses, up to the amount."""
    number = 0
    for day, part in units if count else ():
        if not calendar.is_working(day) or _paused(day, pauses):
            why = DayReason.PAUSE if calendar.is_working(day) else None
            yield _step(calendar, day, False, None, why, part)
            continue
        number += 1
        if number < abs(count):
            yield _step(calendar, day, True, number, None, part)
            continue
        rest = _held(day, part, pauses) if count > 0 else None
        held = list(takewhile(_no_later_than(rest.ended), units)) if rest else []
        while held and not calendar.is_working(held[-1][0]):
            held.pop()
        if not held:
            yield _step(calendar, day, True, number, None, part)
            return
        for waiting, part_waiting in ((day, part), *held[:-1]):
            why = DayReason.PAUSE if calendar.is_working(waiting) else None
            yield _step(calendar, waiting, False, None, why, part_waiting)
        yield _step(calendar, held[-1][0], True, number, DayReason.ROLLED, held[-1][1])
        return


def _calendar_days(
    calendar: Calendar, first: date, length: int, forward: bool, pauses: tuple[Pause, ...]
) -> Iterator[WalkedDay]:
    """Count days outside pauses, up to the amount; then hold for a pause begun on the last day, then roll."""
    number, day, moved, days = 0, first, False, _days(first, forward)
    while number < abs(length):
        day, _ = next(days)
        if _paused(day, pauses):
            yield _step(calendar, day, False, None, DayReason.PAUSE)
            continue
        number += 1
        if number < abs(length):
            yield _step(calendar, day, True, number, None)
    held = _held(day, "", pauses) if length > 0 else None
    while held and day < held.ended:
        yield _step(calendar, day, False, None, DayReason.PAUSE)
        (day, _), moved = next(days), True
    while not calendar.is_working(day):
        if day != first:
            yield _step(calendar, day, False, None, None)
        (day, _), moved = next(days), True
    if day != first:
        yield _step(calendar, day, True, number, DayReason.ROLLED if moved else None)


def _hours(calendar: Calendar, moment: datetime, count: int, pauses: tuple[Pause, ...]) -> Iterator[WalkedDay]:
    """Run through the days, pauses left out, until so many hours have passed."""
    run, total = timedelta(), timedelta(hours=abs(count))
    if not count:
        yield _step(calendar, moment.date(), False, None, DayReason.EVENT)
    for each in _from(moment.date(), count > 0) if count else ():
        day = each
        if _paused(day, pauses):
            yield _step(calendar, day, False, None, DayReason.PAUSE)
            continue
        begun, ended = midnight_after(day - ONE_DAY).astimezone(UTC), midnight_after(day).astimezone(UTC)
        here = moment.astimezone(UTC)
        run += ended - max(begun, here) if count > 0 else min(ended, here) - begun
        if run < total:
            yield _step(calendar, day, True, run // timedelta(hours=1), None)
            continue
        held = _held(day, "", pauses) if run == total and count > 0 else None
        end = held.ended if held else day
        while day < end:
            yield _step(calendar, day, False, None, DayReason.PAUSE)
            day += ONE_DAY
        yield _step(calendar, end, True, abs(count), DayReason.ROLLED if held else None)
        return


def _step(
    calendar: Calendar, day: date, counted: bool, number: int | None, why: DayReason | None, part: str = ""
) -> WalkedDay:
    """A step with the reason from the calendar where no other is given."""
    exception = calendar.exception(day)
    working = calendar.is_working(day)
    if why is None:
        if working:
            why = DayReason.MAKE_UP if day.weekday() >= 5 else DayReason.WORKING
        else:
            why = DayReason.HOLIDAY if exception else DayReason.WEEKEND
    unsure = not calendar.is_known(day)
    if exception is None:
        return WalkedDay(day, counted, number, why, "", "", unsure, part)
    return WalkedDay(day, counted, number, why, exception.festival, exception.notice, unsure, part, exception.release)


def _paused(day: date, pauses: tuple[Pause, ...]) -> bool:
    return any(pause.begun < day <= pause.ended for pause in pauses)


def _held(day: date, part: str, pauses: tuple[Pause, ...]) -> Pause | None:
    """The pause that begins on the day with whose end the limit would end."""
    return next((pause for pause in pauses if pause.begun == day and part != "morning"), None)


def _no_later_than(last: date) -> Callable[[Portion], bool]:
    return lambda unit: unit[0] <= last


def _from(first: date, forward: bool) -> Iterator[date]:
    yield first
    yield from (day for day, _ in _days(first, forward))


def _days(first: date, forward: bool) -> Iterator[Portion]:
    """The days after (or before) the first one. Raises BeyondTheTables at the end of the tables."""
    day = first
    while True:
        day += ONE_DAY if forward else -ONE_DAY
        position(day)
        yield day, ""


def _halves(calendar: Calendar, event: Portion, forward: bool) -> Iterator[Portion]:
    """The half days after (or before) the event's own; a day off comes whole."""
    first, part = event
    parts = ("morning", "afternoon") if forward else ("afternoon", "morning")
    if part == parts[0] and calendar.is_working(first):
        yield first, parts[1]
    for day, _ in _days(first, forward):
        if calendar.is_working(day):
            yield from ((day, half) for half in parts)
        else:
            yield day, ""
