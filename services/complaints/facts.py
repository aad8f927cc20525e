"""The record as complaints keeps it: what intake and timer tell, so that a complaint can be checked at once."""

from collections.abc import Mapping
from typing import Any, Final

from services.complaints.check import moments
from services.complaints.departments import facts as departments
from services.complaints.notebook import Notebook
from services.complaints.referrals import arrival, closure, dispatch
from services.contracts import cases, clocks, forwarding, links, offices, referrals
from services.contracts.catalogue import all_events
from services.contracts.envelope import Event
from services.contracts.moments import told_after_move
from services.contracts.states import state_told
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, TakeFact, on


def project_named(office: Office, fact: Fact[cases.ProjectRegistered | cases.ProjectChanged]) -> Outcome:
    """A project was registered, or goes by another name now."""
    event = fact.event
    Notebook.of(office).put_project(event.project_code, event.project_name, event.owner_name)
    return NOTHING


# --- cases ------------------------------------------------------------------------------------------------------------


def case_received(office: Office, fact: Fact[cases.CaseReceived]) -> Outcome:
    """A case is on record from now on."""
    event, record = fact.event, Notebook.of(office)
    record.know_project(event.project_code, event.project_name, event.owner_name)
    named = ("case_no", "project_code", "project_name", "matter_code", "matter_name", "department", "blzt")
    record.add_case(
        {
            **{name: getattr(event, name) for name in named},
            "handler": event.handler.name,
            "status": state_told(event, ""),
            "received_at": fact.envelope.time.timestamp(),
        }
    )
    return NOTHING


def case_stepped(office: Office, fact: Fact[cases.CaseFact]) -> Outcome:
    """Something happened to a case: where it stands now, and its number in the national standard."""
    event, record = fact.event, Notebook.of(office)
    before = record.status_of(event.case_no)
    state = None if before is None else state_told(event, before)
    if state is not None and state != before:
        number = {} if event.blzt is None else {"blzt": event.blzt}
        record.change_case(event.case_no, {"status": state} | number)
    return NOTHING


def correction_requested(office: Office, fact: Fact[cases.CorrectionRequested]) -> Outcome:
    """A notice told what is missing; how often and how much is evidence."""
    event = fact.event
    Notebook.of(office).add_notice(
        {
            "case_no": event.case_no,
            "round": event.round,
            "told_at": fact.envelope.time.timestamp(),
            "defects": len(event.defects),
            "old_defects": sum(defect.old for defect in event.defects),
        }
    )
    return case_stepped(office, fact)


def case_reassigned(office: Office, fact: Fact[cases.CaseReassigned]) -> Outcome:
    """Another person holds the case from now on."""
    event, record = fact.event, Notebook.of(office)
    moved = {} if event.department is None else {"department": event.department}
    record.change_case(event.case_no, {"handler": event.handler.name} | moved)
    if moved:
        record.change_clocks_about(event.case_no, moved)
    return NOTHING


# --- clocks -----------------------------------------------------------------------------------------------------------


def clock_started(office: Office, fact: Fact[clocks.ClockStarted]) -> Outcome:
    """A clock runs from now on."""
    event = fact.event
    named = {name: getattr(event, name) for name in ("clock_id", "clock_kind", "about", "department")}
    Notebook.of(office).put_clock(named | {"started_at": event.started_at.timestamp()} | _ends(event))
    return NOTHING


def clock_moved(office: Office, fact: Fact[clocks.ClockMoved]) -> Outcome:
    """A clock ends at another moment; what light was told of the old one says nothing about a later one."""
    event, record, ends = fact.event, Notebook.of(office), _ends(fact.event)
    before = record.clock(event.clock_id)
    if before is not None:
        old = moments(before)
        record.change_clock(event.clock_id, ends | {"told": told_after_move(old.told, old.due_at, ends["due_at"])})
    return NOTHING


def _ends(event: clocks.ClockStarted | clocks.ClockMoved) -> dict[str, Any]:
    """The day and the moments at which a clock turns, as they are kept."""
    return {
        "due_on": event.due_on.isoformat() if event.due_on else None,
        "due_at": event.due_at.timestamp() if event.due_at else None,
        "yellow_at": event.yellow_at.timestamp() if event.yellow_at else None,
        "provisional": event.provisional,
    }


def light_changed(office: Office, fact: Fact[clocks.LightChanged]) -> Outcome:
    """A warning was told."""
    Notebook.of(office).change_clock(fact.event.clock_id, {"told": fact.event.light.value})
    return NOTHING


def clock_stopped(office: Office, fact: Fact[clocks.ClockStopped]) -> Outcome:
    """The clock's own word on how late it was: the only count of days that this service knows."""
    event = fact.event
    Notebook.of(office).change_clock(
        event.clock_id,
        {
            "stopped_at": event.stopped_at.timestamp(),
            "overdue_working_days": event.overdue_working_days,
            "on_time": event.on_time,
        },
    )
    return NOTHING


def close(office: Office) -> Outcome:
    """What was kept back until now is written down."""
    office.shared(Notebook).close()
    return NOTHING


#: Whatever else is said of a case may say where it stands now.
_STEPS: Final = tuple(
    kind
    for kind in all_events().values()
    if issubclass(kind, cases.CaseFact)
    and kind not in (cases.CaseReceived, cases.CaseReassigned, cases.CorrectionRequested)
)

FACTS: Final[Mapping[type[Event], TakeFact]] = dict(
    [
        on(links.AuthorityJoined, dispatch.authority_joined),
        on(links.AuthorityStandingChanged, dispatch.standing_changed),
        on(referrals.ConfidantNamed, dispatch.confidant_named),
        on(referrals.ReferralRegistered, dispatch.registered),
        on(referrals.ReferralSigned, dispatch.signed),
        on(referrals.ReferralAnswered, dispatch.answered),
        on(referrals.ReferralReturned, dispatch.returned),
        on(forwarding.SuperiorNamed, arrival.superior_named),
        on(referrals.ReferralSent, arrival.arrives),
        on(referrals.ReferralClosed, closure.closed_above),
        on(offices.DepartmentOpened, departments.opened),
        on(offices.DepartmentClosed, departments.closed),
        on(cases.ProjectRegistered, project_named),
        on(cases.ProjectChanged, project_named),
        on(cases.CaseReceived, case_received),
        on(cases.CorrectionRequested, correction_requested),
        *(on(kind, case_stepped) for kind in _STEPS),
        on(cases.CaseReassigned, case_reassigned),
        on(clocks.ClockStarted, clock_started),
        on(clocks.ClockMoved, clock_moved),
        on(clocks.LightChanged, light_changed),
        on(clocks.ClockStopped, clock_stopped),
    ]
)
