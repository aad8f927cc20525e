"""Questions for a date as somebody asks them, with everything that is wrong with one named at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.contracts.vocabulary import Unit
from services.plumbing.errors import Problems
from services.timer.calendar import FIRST_DAY, LAST_DAY, Calendar, DayKind, ExceptionalDay, parse_day
from services.timer.explanation import parse_start
from services.timer.limits import (
    CalendarDays,
    Hours,
    Limit,
    Months,
    NotALimit,
    Pause,
    WorkingDays,
    backwards,
    parse_amount,
)

OF_FIELD: Final[Mapping[str, Callable[[int], Limit]]] = {
    Unit.WORKING_DAYS.value: WorkingDays,
    Unit.CALENDAR_DAYS.value: CalendarDays,
    Unit.MONTHS.value: Months,
    Unit.HOURS.value: Hours,
}
_FIELDS: Final = frozenset({"from", *OF_FIELD, "before", "pauses", "calendar", "explain"})
_MOST_PAUSES: Final = 1_000
_MOST_DAYS: Final = 5_000
#: Backwards or forwards; the years that can be calculated hold fewer, and a longer walk could not be shown.
_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """When does this limit end?"""

    start: date | datetime
    limit: Limit
    pauses: tuple[Pause, ...]
    explain: bool
    #: Days of the asker's own instead of this authority's calendar.
    calendar: Calendar | None


def question(body: Any, problems: Problems) -> Question | None:
    """The question in a request's body, or None with every problem noted."""
    before = len(problems)
    if not isinstance(body, Mapping):
        problems.add("", "The body must be a JSON object with named fields.")
        return None
    for name in body:
        if name not in _FIELDS:
            problems.add(str(name), "There is no field of this name; check the spelling.")
    start = _start(body.get("from"), problems)
    limit = _limit(body, problems)
    pauses = _pauses(body.get("pauses"), limit, problems)
    calendar = _calendar(body.get("calendar"), problems)
    explained = _flag(body, "explain", True, problems)
    if len(problems) > before or start is None or limit is None:
        return None
    return Question(start, limit, pauses, explained, calendar)


def _start(value: Any, problems: Problems) -> date | datetime | None:
    if value is None:
        problems.add("from", "This field is required.")
        return None
    start = parse_start(value.strip()) if isinstance(value, str) else None
    if start is None:
        problems.add("from", "This must be a date such as 2026-09-16 or a time such as 2026-10-01T10:00.")
    return start


def _limit(body: Mapping[str, Any], problems: Problems) -> Limit | None:
    given = {name: body[name] for name in OF_FIELD if body.get(name) is not None}
    if not given:
        problems.add(Unit.WORKING_DAYS, "Give one of working_days, calendar_days, months, hours.")
    if len(given) > 1:
        for name in given:
            problems.add(name, "Only one limit can be counted at a time: {names} were given.", names=", ".join(given))
    reverse = _flag(body, "before", False, problems)
    limit: Limit | None = None
    for name, value in given.items():
        amount = _amount(value)
        if amount is None:
            problems.add(name, "This must be a whole number between {least} and {most}.", least=-_MOST, most=_MOST)
        elif reverse and amount < 0:
            problems.add(name, "A negative amount already counts backwards; leave out before or the sign.")
        else:
            limit = OF_FIELD[name](amount)
            limit = backwards(limit) if reverse else limit
    return limit


def _amount(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        amount = parse_amount(value.strip() if isinstance(value, str) else value)
    except NotALimit:
        return None
    return amount if abs(amount) <= _MOST else None


def _flag(body: Mapping[str, Any], name: str, default: bool, problems: Problems) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        problems.add(name, "This must be true or false.")
    return default if value is None else value is True


def _pauses(value: Any, limit: Limit | None, problems: Problems) -> tuple[Pause, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > _MOST_PAUSES:
        problems.add("pauses", "This must be a list of at most {most} pauses.", most=_MOST_PAUSES)
        return ()
    pauses: list[Pause] = []
    for number, item in enumerate(value):
        given = item if isinstance(item, Mapping) else {}
        begun, ended = (parse_day(str(given.get(name, "")).strip()) for name in ("from", "to"))
        if begun is None or ended is None:
            problems.add(f"pauses.{number}", "A pause needs two dates such as 2026-09-18, in from and to.")
        elif ended < begun:
            problems.add(f"pauses.{number}", "This pause ends before it begins.")
        else:
            pauses.append(Pause(begun, ended))
    if value and limit is not None and limit.count < 0:
        problems.add("pauses", "A limit counted backwards cannot be paused.")
    return tuple(pauses)


def _calendar(value: Any, problems: Problems) -> Calendar | None:
    """Any country's days, as in a file of `date,kind` for `qidi due --calendar`."""
    if value is None:
        return None
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > _MOST_DAYS:
        problems.add("calendar", "This must be a list of at most {most} days.", most=_MOST_DAYS)
        return None
    days: dict[date, ExceptionalDay] = {}
    for number, item in enumerate(value):
        given = item if isinstance(item, Mapping) else {}
        day, kind = parse_day(str(given.get("date", "")).strip()), given.get("kind")
        if day is None or not FIRST_DAY <= day <= LAST_DAY or kind not in tuple(DayKind):
            message = "A day needs a date such as 2026-10-01, in date, and holiday or workday, in kind."
            problems.add(f"calendar.{number}", message)
        elif days.setdefault(day, ExceptionalDay(day, DayKind(kind))).kind is not DayKind(kind):
            problems.add(f"calendar.{number}", "This day is in the list already, as the other kind.")
    return Calendar.of_days("asked", days.values())
