"""The record as reporting keeps it: what the other services tell, each fact with the moment at which it happened."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Case, Column, case

from services.contracts.beginning import starts
from services.contracts.cases import (
    CaseConfirmed,
    CaseFact,
    CaseNoted,
    CaseReassigned,
    CaseReceived,
    CaseTakenOver,
    EntryCorrected,
    LateEntryJudged,
)
from services.contracts.catalogue import all_events
from services.contracts.clocks import ClockFact, ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.complaints import ComplaintClosed, ComplaintFact, ComplaintRegistered, PersonDisclosed
from services.contracts.ledgers import LineStruckOff
from services.contracts.offices import Department, DepartmentClosed, DepartmentOpened
from services.contracts.vocabulary import ZONE, CheckVerdict, Light
from services.plumbing.departments import Departments
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, on
from services.reporting.domain import ClockSays
from services.reporting.drafts.store import Drafts
from services.reporting.entering import OFFICERS_STEPS
from services.reporting.instructions.store import Instructions
from services.reporting.notebook import Notebook
from services.reporting.store import case_steps

#: What timer says of a clock that should never have run.
SET_ASIDE: Final = "set-aside"

# --- cases ------------------------------------------------------------------------------------------------------------


def case_received(office: Office, fact: Fact[CaseReceived]) -> Outcome:
    """A case is on record from now on."""
    event = fact.event
    named = ("case_no", "project_code", "project_name", "matter_code", "matter_name", "department", "channel")
    row = {name: getattr(event, name) for name in named}
    counting = {
        "counts_since": None if event.unconfirmed else 0.0,
        "signed_at": 0.0,
        "recorded_at": _recorded(fact).timestamp(),
        "at_once": event.limit.amount == 0,
    }
    Notebook.of(office).add_case(row | counting)
    return _case_step(office, fact, event.handler.name)


def case_confirmed(office: Office, fact: Fact[CaseConfirmed]) -> Outcome:
    """The department has signed for the case: it counts from the first moment of that day on."""
    since, signed = starts(fact.event.confirmed_on), fact.envelope.time
    Notebook.of(office).count_case(fact.event.case_no, since.timestamp(), signed.timestamp())
    return _case_step(office, fact, None)


def case_reassigned(office: Office, fact: Fact[CaseReassigned | CaseTakenOver]) -> Outcome:
    """Another person holds the case from now on."""
    return _case_step(office, fact, fact.event.handler.name)


def entry_corrected(office: Office, fact: Fact[EntryCorrected]) -> Outcome:
    """What was a mistake counts no more, or on its right day; what was frozen until then stays as it was."""
    event = fact.event
    changes: dict[str, Any] = {}
    if event.corrected_at is not None:
        changes = {"occurred_at": event.corrected_at.timestamp(), "proven": False}
    if event.person is not None:
        changes |= {"person": _where_told(case_steps.c.person, event.person.label)}
        changes |= {"responsible": _where_told(case_steps.c.responsible, event.person.name)}
    if event.is_void or changes:
        wrong = (event.case_no, event.entry.rsplit(".", 1)[1], event.entry_at.timestamp())
        Notebook.of(office).correct_case_step(wrong, fact.envelope.sequence, None if event.is_void else changes)
    return _case_step(office, fact, None)


def _where_told(column: Column[str], right: str) -> Case[str]:
    """The right value where the step has one at all."""
    return case((column.is_not(None), right))


def late_entry_judged(office: Office, fact: Fact[LateEntryJudged]) -> Outcome:
    """A second person has confirmed a late entry: from now on it counts on the day that it names."""
    event = fact.event
    named = [(event.entry, event.entry_at), (event.corrects, event.corrected_at)]
    for stem, at in named if event.is_confirmed else ():
        if stem is not None and at is not None:
            kind = stem.rsplit(".", 1)[1]
            Notebook.of(office).prove(event.case_no, kind, at.timestamp(), fact.envelope.sequence)
    return _case_step(office, fact, None)


def case_stepped(office: Office, fact: Fact[CaseFact | LineStruckOff]) -> Outcome:
    """Something happened to a case."""
    return _case_step(office, fact, None)


def _case_step(office: Office, fact: Fact[CaseFact | LineStruckOff], responsible: str | None) -> Outcome:
    kept, case_no, recorded = Notebook.of(office), fact.event.case_no, _recorded(fact)
    kept.add_case_step(
        {
            "case_no": case_no,
            "kind": _kind(fact),
            "number": fact.envelope.sequence,
            "occurred_at": fact.envelope.time.timestamp(),
            "responsible": responsible,
            "recorded_at": recorded.timestamp(),
            "person": fact.event.handler.label if isinstance(fact.event, OFFICERS_STEPS) else None,
            "proven": _is_taken_over(office, kept, fact, recorded),
        }
    )
    return NOTHING


def _recorded(fact: Fact[CaseFact | LineStruckOff]) -> datetime:
    """When it was recorded first: by the source, where a named person trusts that (DOMAIN 3, rule 12)."""
    there = fact.event.recorded_there if isinstance(fact.event, CaseFact) else None
    return there or fact.envelope.recordedtime


def _is_taken_over(office: Office, kept: Notebook, fact: Fact[CaseFact | LineStruckOff], recorded: datetime) -> bool:
    if not office.beginning.is_history(fact.envelope.time):
        return False
    receipt = kept.receipt_recorded_at(fact.event.case_no)
    return office.beginning.is_taken_over(
        fact.envelope.time, recorded, None if receipt is None else datetime.fromtimestamp(receipt, ZONE)
    )


# --- departments ------------------------------------------------------------------------------------------------------


def department_opened(office: Office, fact: Fact[DepartmentOpened]) -> Outcome:
    """The authority has this department."""
    Departments(office.connection).put(Department(fact.event.department, fact.event.short_names))
    return NOTHING


def department_closed(office: Office, fact: Fact[DepartmentClosed]) -> Outcome:
    """A department has ended in its successor: figures follow from that day on, and so do messages to it."""
    event = fact.event
    ended = Department(event.department, closed_on=event.closed_on, successor=event.successor)
    Departments(office.connection).put(ended)
    Instructions(office.connection).succeed(event.department, event.successor, office.authority)
    Drafts(office.connection).succeed(event.department, event.successor)
    return NOTHING


# --- complaints -------------------------------------------------------------------------------------------------------


def complaint_registered(office: Office, fact: Fact[ComplaintRegistered]) -> Outcome:
    """A complaint came in, with a case behind it or without."""
    return _complaint_step(office, fact, without_case=CheckVerdict(fact.event.check) is CheckVerdict.NO_CASE_EXISTS)


def complaint_closed(office: Office, fact: Fact[ComplaintClosed]) -> Outcome:
    """A complaint was closed, upheld or not."""
    return _complaint_step(office, fact, upheld=fact.event.upheld)


def complaint_stepped(office: Office, fact: Fact[ComplaintFact]) -> Outcome:
    """Something happened to a complaint."""
    return _complaint_step(office, fact)


def _complaint_step(
    office: Office, fact: Fact[ComplaintFact], *, without_case: bool = False, upheld: bool | None = None
) -> Outcome:
    Notebook.of(office).add_complaint_step(
        {
            "complaint_no": fact.event.complaint_no,
            "number": fact.envelope.sequence,
            "kind": _kind(fact),
            "occurred_at": fact.envelope.time.timestamp(),
            "without_case": without_case,
            "upheld": upheld,
        }
    )
    return NOTHING


def _kind(fact: Fact[Any]) -> str:
    """`qidi.case.deemed-accepted` -> `deemed-accepted`."""
    return fact.envelope.stem.rsplit(".", 1)[1]


# --- clocks -----------------------------------------------------------------------------------------------------------


def clock_started(office: Office, fact: Fact[ClockStarted]) -> Outcome:
    """A clock runs; one that was set aside may run again."""
    event, kept = fact.event, Notebook.of(office)
    named = ("clock_id", "clock_kind", "about_kind", "about", "department", "responsible")
    kept.put_clock({name: getattr(event, name) for name in named})
    kept.add_clock_fact(_told(fact, ClockSays.STARTED, fact.envelope.time) | _due(event))
    return NOTHING


def clock_moved(office: Office, fact: Fact[ClockMoved]) -> Outcome:
    """A clock ends at another moment."""
    Notebook.of(office).add_clock_fact(_told(fact, ClockSays.MOVED, fact.envelope.time) | _due(fact.event))
    return NOTHING


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A clock shows another light, since the moment at which it turned."""
    event = fact.event
    Notebook.of(office).add_clock_fact(_told(fact, event.light, event.turned_at))
    return NOTHING


def clock_stopped(office: Office, fact: Fact[ClockStopped]) -> Outcome:
    """A clock counts no more; one that should never have run counts nowhere."""
    event, kept = fact.event, Notebook.of(office)
    counts_at = event.entered_at or event.stopped_at
    kept.stop_clock(event.clock_id, counts_at.timestamp(), set_aside=event.why == SET_ASIDE)
    how = {name: getattr(event, name) for name in ("overdue_working_days", "on_time", "left_working_days")}
    named = {"named_at": event.stopped_at.timestamp() if event.entered_at else None}
    kept.add_clock_fact(_told(fact, ClockSays.STOPPED, counts_at) | how | named)
    return NOTHING


def _told(fact: Fact[ClockFact], what: ClockSays | Light, at: datetime) -> dict[str, Any]:
    return {
        "clock_id": fact.event.clock_id,
        "number": fact.envelope.sequence,
        "what": what.value,
        "occurred_at": at.timestamp(),
    }


def _due(event: ClockStarted | ClockMoved) -> dict[str, Any]:
    return {
        "due_on": event.due_on.isoformat() if event.due_on else None,
        "due_at": event.due_at.timestamp() if event.due_at else None,
    }


_CASE_STEPS: Final = (
    kind
    for kind in all_events().values()
    if issubclass(kind, CaseFact)
    and kind
    not in (
        *(CaseReceived, CaseConfirmed, CaseReassigned, CaseTakenOver, CaseNoted),
        *(EntryCorrected, LateEntryJudged),
    )
)
_COMPLAINT_STEPS: Final = (
    kind
    for kind in all_events().values()
    if issubclass(kind, ComplaintFact) and kind not in (ComplaintRegistered, ComplaintClosed, PersonDisclosed)
)

LINES: Final = (
    on(CaseReceived, case_received),
    on(CaseConfirmed, case_confirmed),
    on(CaseReassigned, case_reassigned),
    on(CaseTakenOver, case_reassigned),
    on(EntryCorrected, entry_corrected),
    on(LateEntryJudged, late_entry_judged),
    *(on(kind, case_stepped) for kind in _CASE_STEPS),
    on(LineStruckOff, case_stepped),
    on(DepartmentOpened, department_opened),
    on(DepartmentClosed, department_closed),
    on(ComplaintRegistered, complaint_registered),
    on(ComplaintClosed, complaint_closed),
    *(on(kind, complaint_stepped) for kind in _COMPLAINT_STEPS),
    on(ClockStarted, clock_started),
    on(ClockMoved, clock_moved),
    on(LightChanged, light_changed),
    on(ClockStopped, clock_stopped),
)
