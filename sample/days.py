"""Days and hours on which the sample's people do things: working days, in office hours."""

from datetime import date, datetime, time, timedelta
from random import Random

from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import ZONE, Unit
from services.timer.calendar import state_council
from services.timer.deadlines import CalendarDays, WorkingDays, due

CALENDAR = state_council()


def after(day: date, count: int) -> date:
    """The count-th working day after a day, before it when negative; 0 is the day itself."""
    return CALENDAR.nth_working_day(day, count)


def working(day: date) -> date:
    """The day itself when offices work on it, or else the last working day before it."""
    return day if CALENDAR.is_working(day) else after(day, -1)


def ends(start: date, limit: WireLimit) -> date:
    """The last day of a limit."""
    counted = WorkingDays(limit.amount) if limit.unit is Unit.WORKING_DAYS else CalendarDays(limit.amount)
    day = due(CALENDAR, start, counted).day
    assert day is not None, "the sample has no limits in hours"
    return day


def start_for(end: date, limit: WireLimit) -> date:
    """The working day on which a limit has to start to end on this working day, or the last one before it."""
    if limit.unit is Unit.WORKING_DAYS:
        return after(end, -limit.amount)
    start = working(end - timedelta(days=limit.amount))
    while ends(start, limit) > end:
        start = after(start, -1)
    return start


class OfficeHours:
    """Moments of a case, each later than the one before."""

    def __init__(self, chance: Random) -> None:
        self._chance, self._last = chance, datetime(1990, 1, 1, tzinfo=ZONE)

    def at(self, day: date) -> str:
        """A moment in the office hours of that day, after the last one."""
        minutes = self._chance.choice((*range(0, 170, 5), *range(330, 480, 5)))  # 8:40 to 11:30, 14:10 to 16:40
        moment = datetime.combine(day, time(8, 40), ZONE) + timedelta(minutes=minutes)
        self._last = max(moment, self._last + timedelta(minutes=5))
        return self._last.isoformat(timespec="minutes")
