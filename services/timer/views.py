"""Answers about clocks and dates as they are shown to those who ask; nothing is stored or changed here."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.contracts.vocabulary import ClockKind, CountedFrom, Light, Unit
from services.plumbing.errors import Refused
from services.plumbing.switchboard import Office
from services.timer import almanac, attribution
from services.timer.answers import as_data, spelt, step_data
from services.timer.calendar import FIRST_DAY, LAST_DAY, BeyondTheTables, Calendar, parse_day
from services.timer.deadlines import due, working_days_between
from services.timer.domain import LegalClock, local_day, overdue, used
from services.timer.governance import calendar, releases, rules, told
from services.timer.hindsight import clock_as_of, moment_asked, rules_as_of
from services.timer.holdings import holdings, project_days
from services.timer.limits import HalfWorkingDays, Hours, Pause, unit_of
from services.timer.questions import question
from services.timer.rule_table import IN_FORCE
from services.timer.rules import rules_with
from services.timer.store import Shelf
from services.timer.tallies import counted_in, units_left, units_overdue, units_used

_KINDS = {rule.kind: number for number, rule in enumerate(IN_FORCE)}


def clocks(office: Office, about: str) -> dict[str, Any]:
    """All clocks of a case or complaint, and two figures: the whole time, which never pauses, and the legal one."""
    shelf = Shelf(office.connection)
    file, calendar = shelf.files([about])[about], almanac.current(shelf)
    ordered = sorted(
        file.clocks.values(), key=lambda clock: (clock.started_at, _KINDS.get(clock.kind, 99), clock.round)
    )
    days = attribution.days_of(file.facts, file.clocks, office.now)
    return {
        "items": [shown(clock, calendar, office.now) for clock in ordered],
        "legal_working_days": attribution.legal_days(file.facts, file.clocks, days, calendar, office.now),
        **attribution.told(days, calendar),
    }


def shown(clock: LegalClock, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """A clock as JSON data, with its light at this moment."""
    return {
        "clock_id": clock.clock_id,
        "clock_kind": clock.kind,
        "about_kind": clock.about_kind,
        "about": clock.about,
        "round": clock.round,
        "department": clock.department,
        "responsible": clock.responsible,
        "limit": {"amount": clock.limit.count, "unit": unit_of(clock.limit)},
        "started_at": clock.started_at.isoformat(),
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "provisional": clock.provisional,
        "calendar": clock.calendar,
        "light": clock.moments.light(now).value,
        "counted_in": counted_in(clock.limit),
        "remaining": units_left(clock, calendar, now) if clock.open else None,
        "used": units_used(clock, calendar, now),
        "overdue": units_overdue(clock, calendar, now),
        "overdue_working_days": overdue(clock, calendar, now) if clock.open else clock.overdue_working_days,
        "used_working_days": _used(clock, calendar, now),
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "on_time": clock.on_time if not clock.open else None,
        "deemed": clock.deemed,
        "outcome": clock.outcome or None,
        "law": IN_FORCE[_KINDS[clock.kind]].law if clock.kind in _KINDS else "",
        "entered_at": clock.entered_at.isoformat() if clock.is_entered_late and clock.entered_at else None,
        "on_time_as_entered": clock.on_time_as_entered if clock.is_entered_late else None,
        "paused_on": clock.paused_on.isoformat() if clock.paused_on else None,
        "pauses": [{"begun": one.begun.isoformat(), "ended": one.ended.isoformat()} for one in clock.pauses],
    }


def _used(clock: LegalClock, calendar: Calendar, now: datetime) -> int:
    return used(clock, calendar, now) if clock.open else clock.used_working_days


def explain(office: Office, clock_id: str, as_of: str | None = None) -> dict[str, Any]:
    """Why this date: the walk day by day, from the calendar that counted it (DOMAIN 4.8).

    `as_of`, a day or a moment: as it was shown then, by the calendar and the rules of then.
    """
    shelf = Shelf(office.connection)
    at = moment_asked(office, as_of)
    clock, calendar = clock_as_of(shelf, clock_id, at, office.now)
    exact = isinstance(clock.limit, Hours | HalfWorkingDays)
    today = local_day(at)
    pauses = (*clock.pauses, Pause(clock.paused_on, max(today, clock.paused_on))) if clock.paused_on else clock.pauses
    found = due(calendar, clock.started_at if exact else local_day(clock.started_at), clock.limit, pauses)
    steps = [one for one in found.steps if not clock.is_paused or one.date <= today]
    return {
        "as_of": None if as_of is None else at.isoformat(),
        "clock": shown(clock, almanac.current(shelf) if as_of is None else calendar, at),
        "due": None if clock.is_paused else spelt(found),
        "provisional": found.provisional,
        "calendar": found.calendar,
        "rules": rules_as_of(shelf.settings(), at),
        "limit_set": _limit_set(office, shelf, clock),
        "counted_from": _counted_from(shelf, clock),
        "steps": [{"day": data["date"]} | data for data in map(step_data, steps)],
    }


def _counted_from(shelf: Shelf, clock: LegalClock) -> str | None:
    """From where the time for a decision counts, by its matter as of receipt (DOMAIN 3, rule 4)."""
    if clock.kind is not ClockKind.DECISION:
        return None
    facts = shelf.files([clock.about])[clock.about].facts
    return CountedFrom.RECEIPT if any(fact.from_receipt for fact in facts) else CountedFrom.ACCEPTANCE


def _limit_set(office: Office, shelf: Shelf, clock: LegalClock) -> dict[str, Any] | None:
    """Who has set the limit that this clock started with; None where it is the law's, or the promise of the case."""
    for rule in rules_with(IN_FORCE, shelf.settings()):
        if rule.kind == clock.kind:
            found = [rule.in_force(clock.started_at, name.partition(".")[2]) for name in rule.named_limits()]
            whose = next((one[1] for one in found if one and one[0] == clock.limit), None)
            return told(office, whose) if whose else None
    return None


def deadline(office: Office, body: Any = None, **asked: Any) -> dict[str, Any]:
    """A date that somebody asks for, with every day of its walk: the same as `qidi due --json`."""
    wanted = question(asked if body is None else body, office.problems)
    if wanted is None:
        raise Refused(*office.problems.found)
    calendar = wanted.calendar or almanac.current(Shelf(office.connection))
    try:
        found = due(calendar, wanted.start, wanted.limit, wanted.pauses)
        steps = found.steps if wanted.explain else ()
    except BeyondTheTables:
        office.problems.add("from", "The count leaves the years that can be calculated, {first} to {last}.",
                            first=str(FIRST_DAY), last=str(LAST_DAY))  # fmt: skip
        office.problems.refuse()
        raise
    return as_data(found, steps)


def remaining(office: Office, days: Sequence[str], unit: str = Unit.WORKING_DAYS.value) -> dict[str, int]:
    """Days left until each of these days, negative when past: for lists that store only the date. Working days, or with
    this `unit` the days of the calendar.
    """
    calendar, today = almanac.current(Shelf(office.connection)), local_day(office.now)
    natural = unit == Unit.CALENDAR_DAYS
    left: dict[str, int] = {}
    for number, text in enumerate(days):
        day = parse_day(str(text))
        if day is None or not FIRST_DAY <= day <= LAST_DAY:
            office.problems.add(f"days.{number}", "This must be a date such as 2026-09-16.")
        else:
            left[str(text)] = (day - today).days if natural else working_days_between(calendar, today, day)
    return left


def lights(office: Office) -> dict[str, Any]:
    """Open clocks by light and department at this moment, the oldest one overdue, and how far the calendar reaches."""
    shelf = Shelf(office.connection)
    calendar, rows = almanac.current(shelf), shelf.lights(office.now)
    by_department = [
        {"department": department, "green": green, "yellow": yellow, "red": red, "grey": grey}
        for department, green, yellow, red, grey, _ in rows
    ]
    dues = [due_at for *_, red, _, due_at in rows if red and due_at is not None]
    oldest = local_day(min(dues) - timedelta(microseconds=1)) if dues else None
    today = local_day(office.now)
    names = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    return {
        "by_light": {name.value: sum(int(str(row[name.value])) for row in by_department) for name in names},
        "by_department": by_department,
        "oldest_overdue_working_days": max(0, working_days_between(calendar, oldest, today)) if oldest else 0,
        "calendar_days_left": (calendar.known_until - today).days,
        "calendar": calendar.version,
        "known_until": calendar.known_until.isoformat(),
    }


def questions() -> Mapping[str, Any]:
    """All questions by name."""
    return {
        each.__name__: each
        for each in (clocks, explain, deadline, remaining, lights, calendar, releases, rules, holdings, project_days)
    }
