"""Clocks as they were at an earlier moment: by the facts, the calendar and the rules of that moment (DOMAIN 4, rule 8).

Any date that was ever shown can be explained later. Nothing of it is stored: the clock follows from what had been heard
by then, under the releases and limits that had arrived by then, as it did on that day.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from services.contracts.vocabulary import ZONE
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.derivation import derive
from services.timer.domain import LegalClock
from services.timer.explanation import midnight_after, moment_of, parse_start
from services.timer.rule_table import IN_FORCE
from services.timer.rulebook import Setting
from services.timer.rules import rules_with
from services.timer.store import Shelf

_UNKNOWN: Final = "There is no clock {clock_id}."
_NOT_YET: Final = "On {as_of} there was no clock {clock_id}."
_NO_MOMENT: Final = "This must be a date such as 2026-09-16 or a time such as 2026-10-01T10:00."


def moment_asked(office: Office, as_of: str | None) -> datetime:
    """The moment that is asked about: now, or an earlier one; a day means its end. Raises Refused."""
    if as_of is None:
        return office.now
    start = parse_start(as_of.strip())
    if start is None:
        office.problems.add("as_of", _NO_MOMENT)
        office.problems.refuse()
        return office.now
    last = midnight_after(start) - timedelta(microseconds=1) if type(start) is date else moment_of(start)
    if last.astimezone(ZONE).date() > office.now.astimezone(ZONE).date():
        office.problems.add("as_of", "{at} is in the future.", at=as_of)
        office.problems.refuse()
    return min(last, office.now)


def clock_as_of(shelf: Shelf, clock_id: str, at: datetime, now: datetime) -> tuple[LegalClock, Calendar]:
    """The clock as it was shown at that moment, and the calendar that had counted it. Raises NotFound."""
    stored = shelf.clock(clock_id)
    if stored is None:
        raise NotFound(Problem("clock_id", _UNKNOWN, {"clock_id": clock_id}))
    if at >= now:
        return stored, almanac.version(shelf, stored.calendar)
    calendar = almanac.lay(shelf.releases(heard_by=at))
    facts = [fact for fact in shelf.files([stored.about])[stored.about].facts if fact.heard_at <= at]
    derived = derive(facts, calendar, at, rules_with(IN_FORCE, shelf.settings()))
    found = next((one for one in derived if one.clock_id == clock_id), None)
    if found is None:
        raise NotFound(Problem("as_of", _NOT_YET, {"clock_id": clock_id, "as_of": at.isoformat(timespec="minutes")}))
    if found.stopped_at is not None and found.stopped_at == stored.stopped_at:  # as it was left: counted no more
        return stored, almanac.version(shelf, stored.calendar)
    return found, calendar


def rules_as_of(settings: Iterable[Setting], at: datetime) -> str:
    """The version of the table of rules at that moment: the table itself and what authorities had set by then."""
    lines = [f"{rule.kind} {sorted(rule.starts)} {sorted(rule.stops)} {rule.limit} {rule.law}" for rule in IN_FORCE]
    lines += sorted(f"{one.authority} {one.number} {one.rule} {one.limit}" for one in settings if one.in_force_at <= at)
    return f"rules.{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:8]}"
