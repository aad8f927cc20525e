"""Decides what happens when facts are heard (each is an entry and moves its line) and when a line is struck off."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.contracts import cases, clocks
from services.contracts.commands import StrikeOff
from services.contracts.envelope import Event
from services.contracts.ledgers import LedgerExtended, LineStruckOff
from services.ledger.canonical import canonical_bytes
from services.ledger.domain import NO_DAY, Line, OpenClock, check_strike_off
from services.ledger.filing import labels_of
from services.ledger.merkle import Frontier
from services.ledger.store import Book, Entry
from services.plumbing import outbox
from services.plumbing.acting import acting
from services.plumbing.clock import ZONE
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said

#: What these facts make of a case's state.
STATES: Mapping[type[Event], str] = {
    cases.CaseWithdrawnBeforeAcceptance: "withdrawn-before-acceptance",
    cases.CaseAccepted: "accepted",
    cases.CaseNotRequired: "not-required",
    cases.CaseAcceptanceRefused: "acceptance-refused",
    cases.CorrectionRequested: "correction-requested",
    cases.CorrectionCompleted: "correction-completed",
    cases.CaseReviewBegun: "under-review",
    cases.CaseGranted: "granted",
    cases.CaseRefused: "refused",
    cases.CaseWithdrawn: "withdrawn",
    cases.CaseDelivered: "delivered",
}

Applied = Callable[[Line, Any, date], None]


def _received(line: Line, event: cases.CaseReceived, on: date) -> None:
    names = ("project_code", "project_name", "owner_name", "matter_code", "matter_name", "department")
    limit = (event.limit.amount, event.limit.unit.value)
    line.received(on, event.handler.name, limit, {name: getattr(event, name) for name in names})


def _moved(line: Line, event: Event, on: date) -> None:
    line.moves_to(STATES[type(event)], on)


def _deemed(line: Line, event: cases.CaseDeemedAccepted, _: date) -> None:
    line.deemed_accepted(event.effective_on)


def _reassigned(line: Line, event: cases.CaseReassigned, _: date) -> None:
    line.handler = event.handler.name


def _clock_started(line: Line, event: clocks.ClockStarted, _: date) -> None:
    due = (_day(event.due_on, event.due_at), _moment(event.due_at), _moment(event.yellow_at), event.provisional)
    line.clock_started(event.clock_id, OpenClock(event.clock_kind, *due))


def _clock_moved(line: Line, event: clocks.ClockMoved, _: date) -> None:
    day, due_at, yellow_at = _day(event.due_on, event.due_at), _moment(event.due_at), _moment(event.yellow_at)
    line.clock_moved(event.clock_id, day, due_at, yellow_at, event.provisional)


def _moment(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _day(due_on: date | None, due_at: datetime | None) -> str:
    # A limit in hours ends at a moment, and the list still shows a day.
    day = due_on if due_on is not None or due_at is None else due_at.astimezone(ZONE).date()
    return NO_DAY if day is None else day.isoformat()


def _light_changed(line: Line, event: clocks.LightChanged, _: date) -> None:
    line.light_changed(event.clock_id, event.light.value)


def _clock_stopped(line: Line, event: clocks.ClockStopped, _: date) -> None:
    line.clock_stopped(event.clock_id)


#: Event -> what it does to the line of the case that it is about. All other facts are entries only.
MOVES: Mapping[type[Event], Applied] = {
    cases.CaseReceived: _received,
    cases.CaseDeemedAccepted: _deemed,
    cases.CaseReassigned: _reassigned,
    clocks.ClockStarted: _clock_started,
    clocks.ClockMoved: _clock_moved,
    clocks.LightChanged: _light_changed,
    clocks.ClockStopped: _clock_stopped,
    **dict.fromkeys(STATES, _moved),
}


def record(office: Office, facts: Sequence[Fact]) -> Outcome:
    """Every fact becomes an entry, in the order in which it was heard; the lines of its cases follow."""
    if not facts:
        return NOTHING
    book = Book(office.connection)
    frontier = book.append([_entry(fact.body) for fact in facts])
    _follow(book, facts, office.now.timestamp())
    return Outcome(said=(_extended(office, frontier),))


def _entry(body: bytes) -> Entry:
    envelope = json.loads(body)
    return Entry(canonical_bytes(envelope), *labels_of(envelope))


def _extended(office: Office, frontier: Frontier) -> Said:
    return Said(LedgerExtended(size=frontier.size, root=frontier.root.hex()), office.now)


def _follow(book: Book, facts: Sequence[Fact], now: float) -> None:
    moves = [(MOVES[type(fact.event)], fact, number) for fact in facts if (number := _case_of(fact.event)) is not None]
    lines = book.lines_of({number for _, _, number in moves})
    changed: dict[str, Line] = {}
    for move, fact, number in moves:
        line = lines.get(number)
        if line is None:
            line = lines[number] = Line(number)
        move(line, fact.event, fact.envelope.time.astimezone(ZONE).date())
        changed[number] = line
    for line in changed.values():
        line.settle(now)
    book.write_lines(changed.values())
    projects = [fact.event for fact in facts if isinstance(fact.event, cases.ProjectChanged)]
    if projects:
        book.rename_projects({event.project_code: (event.project_name, event.owner_name) for event in projects})


def _case_of(event: Event) -> str | None:
    if type(event) not in MOVES:
        return None
    if isinstance(event, clocks.ClockFact):
        return event.about if event.about_kind == "case" else None
    return event.subject


def turn_lights(office: Office) -> Outcome:
    """Lines whose light has changed by the passing of time alone are written anew; the ledger itself does not grow."""
    book, now = Book(office.connection), office.now.timestamp()
    due = book.lines_turning(now)
    for line in due:
        line.settle(now)
    book.write_lines(due)
    return NOTHING


def strike_off(office: Office, order: StrikeOff) -> Outcome:
    """A finished line leaves the list, on evidence and by a named person; that itself is an entry."""
    book, problems = Book(office.connection), office.problems
    person = acting(office, order.actor)
    at: datetime = order.occurred_at or office.now
    line = book.lines_of([order.case_no]).get(order.case_no) if order.case_no else None
    if line is None or not line.state:
        unknown = Problem("case_no", "There is no case {case_no} in the ledger.", {"case_no": order.case_no})
        if not problems:
            raise NotFound(unknown)
        if order.case_no:
            problems.found.append(unknown)
        problems.refuse()
        raise NotFound(unknown)
    check_strike_off(problems, line, order.evidence, at.astimezone(ZONE), office.now)
    problems.refuse()
    assert person is not None
    line.struck_off(at.astimezone(ZONE).date())
    book.write_lines([line])
    frontier = book.append(
        _say(office, LineStruckOff(case_no=line.case_no, evidence=order.evidence, person=person), at)
    )
    return Outcome({"case_no": line.case_no, "struck_on": line.struck_on}, (_extended(office, frontier),))


def _say(office: Office, event: Event, at: datetime) -> list[Entry]:
    # Said here and not by the desk: the entry must be the very envelope that goes out, in this transaction.
    sealed = outbox.say(
        office.connection,
        [Said(event, at, office.caller.label or None)],
        source=f"/authorities/{office.authority}/ledger",
        recorded_at=office.now,
        causation=office.causation,
    )
    return [_entry(body) for body in sealed]
