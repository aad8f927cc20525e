"""Decisions foreseen: when a case is due, or would be were it accepted on the day of its receipt; nothing is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.contracts.vocabulary import ZONE, ClockKind, CountedFrom, SubjectKind
from services.plumbing.switchboard import Office
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence, last_day
from services.timer.limits import NotALimit, parse_limit
from services.timer.rules import CORRECTION_ASKED, CORRECTION_DONE, ClockRules, rules_with
from services.timer.store import Shelf


def decisions_due(office: Office, rules: ClockRules, *, items: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """For each of these the day on which its decision is due, by the rules that count it once it is here.

    An item has `received_at`, perhaps `accepted_at`, the promised limit in `amount` and `unit`, `counted_from`, and the
    `corrections` before the acceptance as pairs of moments; `case_no` where its clock may run already, which is then
    asked. What is not accepted yet is counted as if it were on the day of its receipt: it cannot be due earlier. None:
    not countable, as while a special procedure lets the count stand still.
    """
    shelf = Shelf(office.connection)
    calendar, table = almanac.current(shelf), rules_with(rules, shelf.settings())
    running = _running(shelf, [str(item["case_no"]) for item in items if item.get("case_no")])
    return [
        _spelt(running[str(item.get("case_no"))])
        if str(item.get("case_no")) in running
        else _due(item, calendar, table, office.now)
        for item in items
    ]


def _running(shelf: Shelf, cases: Sequence[str]) -> dict[str, LegalClock]:
    """The clocks of decisions that run or have run against these cases."""
    files = shelf.files(cases) if cases else {}
    return {
        about: clock
        for about, file in files.items()
        for clock in file.clocks.values()
        if clock.kind is ClockKind.DECISION
    }


def _spelt(clock: LegalClock) -> str | None:
    day = last_day(clock)
    return day.isoformat() if day is not None else None


def _due(item: Mapping[str, Any], calendar: Calendar, rules: ClockRules, now: datetime) -> str | None:
    try:
        received, accepted = (_moment(item.get(name) or item["received_at"]) for name in ("received_at", "accepted_at"))
        limit = parse_limit(item["amount"], item["unit"])
        corrections = [(_moment(asked), _moment(done)) for asked, done in item.get("corrections") or ()]
    except (NotALimit, ValueError, TypeError, KeyError):
        return None  # what is wrong with it is said where the case is received
    told = [("case.received", received)]
    for asked, done in corrections:
        told += [(CORRECTION_ASKED, asked), (CORRECTION_DONE, done)]
    told.append(("case.accepted", accepted))
    from_receipt = item.get("counted_from") == CountedFrom.RECEIPT
    facts = [
        Occurrence(SubjectKind.CASE, "", number, what, at, at, limit=limit, from_receipt=from_receipt)
        for number, (what, at) in enumerate(told, start=1)
    ]
    clocks = derive(facts, calendar, now, rules)
    return next((_spelt(one) for one in clocks if one.kind is ClockKind.DECISION), None)


def _moment(text: Any) -> datetime:
    at = datetime.fromisoformat(str(text).strip())
    return at if at.tzinfo is not None else at.replace(tzinfo=ZONE)
