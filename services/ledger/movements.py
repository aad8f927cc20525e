"""Movements of lines: what each kind of fact does to the line of its case, our own and a lower authority's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from services.contracts import cases, clocks, forwarding
from services.contracts.catalogue import all_events
from services.contracts.envelope import Event
from services.contracts.ledgers import LineStruckOff
from services.contracts.offices import DepartmentClosed
from services.contracts.states import state_told
from services.contracts.vocabulary import ZONE, SubjectKind
from services.ledger import library
from services.ledger.domain import NO_DAY, Line, OpenClock
from services.ledger.store import Book

Applied = Callable[[Line, Any, date], None]


def _received(line: Line, event: cases.CaseReceived, on: date) -> None:
    names = ("project_code", "project_name", "owner_name", "matter_code", "matter_name", "department")
    limit = (event.limit.amount, event.limit.unit.value)
    line.received(on, event.handler.name, limit, {name: getattr(event, name) for name in names})
    line.first_day = event.first_day.isoformat() if event.first_day else ""
    line.unconfirmed = bool(event.unconfirmed)
    line.completion_named(event.complete_by)
    _moved(line, event, on)


def _moved(line: Line, event: Event, on: date) -> None:
    state = state_told(event, line.state)
    # what only says again where the case stands moves nothing; the outcome closes the line on its own day
    if state is not None and (state != line.state or isinstance(event, forwarding.CaseOutcomeReturned)):
        line.moves_to(state, on)


def _handed_back(line: Line, event: forwarding.CaseHandedBack, on: date) -> None:
    state = state_told(event, line.state)
    if state is not None and state != line.state:
        line.moves_to(state, on)
    line.closes(on)


def _accepted_by_law(line: Line, event: cases.CaseDeemedAccepted, _: date) -> None:
    line.accepted_by_law(event.effective_on)
    _moved(line, event, event.effective_on)


def _acceptance_undone(line: Line, event: cases.CaseAcceptanceUndone, on: date) -> None:
    line.accepted_on = None
    _moved(line, event, on)


def _reassigned(line: Line, event: cases.CaseReassigned, _: date) -> None:
    line.handler = event.handler.name
    line.department = event.department or line.department


def _taken_over(line: Line, event: cases.CaseTakenOver, _: date) -> None:
    line.handler = event.handler.name


def _limit_changed(line: Line, event: cases.CaseHandledJointly | cases.CaseLimitChanged, _: date) -> None:
    if event.objection is None:
        line.limit_amount, line.limit_unit = event.limit.amount, event.limit.unit.value


def _entry_corrected(line: Line, event: cases.EntryCorrected, on: date) -> None:
    if event.entry == cases.CaseAccepted.stem and line.accepted_on == _local(event.entry_at):
        right = None if event.is_void else event.corrected_at or event.entry_at
        line.accepted_on = _local(right) if right else None
    if event.limit is not None:
        line.limit_amount, line.limit_unit = event.limit.amount, event.limit.unit.value
    if event.state is not None and event.state != line.state:
        line.reopened_as(event.state, on)


def _local(at: datetime) -> str:
    return at.astimezone(ZONE).date().isoformat()


def _completion_named(line: Line, event: cases.CaseCompletionNamed, _: date) -> None:
    line.completion_named(event.complete_by)


def _clock_started(line: Line, event: clocks.ClockStarted, _: date) -> None:
    due = (_day(event.due_on, event.due_at), _moment(event.due_at), _moment(event.yellow_at), event.provisional)
    line.clock_started(event.clock_id, OpenClock(event.clock_kind, *due, unit=event.limit.unit.value))


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


def _confirmed(line: Line, _: cases.CaseConfirmed, __: date) -> None:
    line.confirmed()


def _struck(line: Line, _: LineStruckOff, on: date) -> None:
    line.struck_off(on)


def _clock_stopped(line: Line, event: clocks.ClockStopped, _: date) -> None:
    line.clock_stopped(event.clock_id)


#: They say nothing of where the case stands.
_BESIDE: Final = (cases.CaseNoted, forwarding.CaseHolderChanged, forwarding.CaseWithdrawalAsked)

#: Event -> what it does to the line of the case that it is about. All other facts are entries only.
MOVES: Mapping[type[Event], Applied] = {
    **{
        kind: _moved
        for kind in all_events().values()
        if issubclass(kind, cases.CaseFact) and not issubclass(kind, _BESIDE)
    },
    cases.CaseReceived: _received,
    cases.CaseDeemedAccepted: _accepted_by_law,
    cases.CaseAcceptanceUndone: _acceptance_undone,
    cases.CaseReassigned: _reassigned,
    cases.CaseConfirmed: _confirmed,
    cases.EntryCorrected: _entry_corrected,
    cases.CaseTakenOver: _taken_over,
    cases.CaseHandledJointly: _limit_changed,
    cases.CaseLimitChanged: _limit_changed,
    cases.CaseCompletionNamed: _completion_named,
    clocks.ClockStarted: _clock_started,
    clocks.ClockMoved: _clock_moved,
    clocks.LightChanged: _light_changed,
    clocks.ClockStopped: _clock_stopped,
    # our own lines are struck off where that is decided; of others we only hear of it
    LineStruckOff: _struck,
    forwarding.CaseHandedBack: _handed_back,
}


def holder_after(event: Event, at: datetime) -> tuple[str, datetime] | None:
    """Who has the case in hand after this fact, since when (empty: the authority that says it); None: as before.

    The same rule as intake's: the holder changes with the superior's entries at their own times, never by the
    forwarder's own word (DOMAIN 8).
    """
    match event:
        case cases.CaseReceived() | forwarding.CaseForwardReturned():
            return "", at
        case forwarding.CaseForwardAcknowledged():
            return event.by, at
        case forwarding.CaseHolderChanged():
            return event.holder, at
        case forwarding.CaseOutcomeReturned():
            return "", event.decided_at
        case forwarding.CaseHandedBack():
            return event.to, at
        case _:
            return None


Happened = tuple[Event, datetime]
"""An event and when it happened."""


def follow(book: Book, happened: Sequence[Happened], now: float, authority: str = "") -> None:
    """The lines of `authority` (empty: our own) follow these facts; a line of somebody else's is never touched."""
    moves = [(event, at, number) for event, at in happened if (number := case_of(event))]
    lines = book.lines_of({number for *_, number in moves})
    changed: dict[str, Line] = {}
    for event, at, number in moves:
        line = lines.get(number)
        if line is None:
            line = lines[number] = Line(number, authority=authority)
        if line.authority != authority:
            continue
        if move := MOVES.get(type(event)):
            move(line, event, at.astimezone(ZONE).date())
        if held := holder_after(event, at):
            line.goes_to(*held)
        changed[number] = line
    for line in changed.values():
        line.settle(now)
    book.write_lines(changed.values())
    projects = [event for event, _ in happened if isinstance(event, cases.ProjectChanged)]
    if projects:
        names = {event.project_code: (event.project_name, event.owner_name) for event in projects}
        book.rename_projects(names, authority)
    library.follow(book.connection, happened, authority)
    for event in [event for event, _ in happened if isinstance(event, DepartmentClosed)]:
        book.succeed(event.department, event.successor, authority)


def case_of(event: Event) -> str | None:
    """The case whose line follows this fact; None where none does."""
    if type(event) not in MOVES and type(event) is not forwarding.CaseHolderChanged:
        return None
    if isinstance(event, clocks.ClockFact):
        return event.about if event.about_kind == SubjectKind.CASE else None
    if isinstance(event, LineStruckOff):
        return event.case_no
    return event.subject
