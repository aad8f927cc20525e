"""Decides what is kept of the facts that intake and timer tell, so that a complaint can be checked at once."""

from collections.abc import Mapping

from services.complaints.referrals import arrival, closure, dispatch
from services.complaints.store import Record
from services.contracts.cases import (
    CaseAcceptanceRefused,
    CaseAccepted,
    CaseDeemedAccepted,
    CaseDelivered,
    CaseFact,
    CaseGranted,
    CaseNotRequired,
    CaseReassigned,
    CaseReceived,
    CaseRefused,
    CaseReviewBegun,
    CaseWithdrawn,
    CaseWithdrawnBeforeAcceptance,
    CorrectionCompleted,
    CorrectionRequested,
    ProjectChanged,
    ProjectRegistered,
)
from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.envelope import Event
from services.contracts.forwarding import (
    CaseForwardAcknowledged,
    CaseForwarded,
    CaseForwardReturned,
    CaseHandedBack,
    CaseOutcomeReturned,
    SuperiorNamed,
)
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.referrals import (
    ConfidantNamed,
    ReferralAnswered,
    ReferralClosed,
    ReferralRegistered,
    ReferralReturned,
    ReferralSent,
    ReferralSigned,
)
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, TakeFact

#: What a fact makes of a case. Facts that are not here change no state.
STATUS: Mapping[type[Event], str] = {
    CaseWithdrawnBeforeAcceptance: "withdrawn-before-acceptance",
    CaseAccepted: "accepted",
    CaseDeemedAccepted: "deemed-accepted",
    CaseNotRequired: "not-required",
    CaseAcceptanceRefused: "acceptance-refused",
    CorrectionRequested: "correction-requested",
    CorrectionCompleted: "correction-completed",
    CaseReviewBegun: "under-review",
    CaseGranted: "granted",
    CaseRefused: "refused",
    CaseWithdrawn: "withdrawn",
    CaseDelivered: "delivered",
    CaseForwarded: "forwarded",
    CaseForwardAcknowledged: "held-above",
    CaseForwardReturned: "returned",
}


def project_named(office: Office, fact: Fact[ProjectRegistered | ProjectChanged]) -> Outcome:
    """A project was registered, or goes by another name now."""
    event = fact.event
    Record(office.connection).put_project(event.project_code, event.project_name, event.owner_name)
    return NOTHING


def case_received(office: Office, fact: Fact[CaseReceived]) -> Outcome:
    """A case is on record from now on."""
    event = fact.event
    record = Record(office.connection)
    record.know_project(event.project_code, event.project_name, event.owner_name)
    record.add_case(
        {
            "case_no": event.case_no,
            "project_code": event.project_code,
            "project_name": event.project_name,
            "matter_code": event.matter_code,
            "matter_name": event.matter_name,
            "department": event.department,
            "handler": event.handler.name,
            "status": "received",
            "blzt": event.blzt,
            "received_at": fact.envelope.time.timestamp(),
        }
    )
    return NOTHING


def case_stepped(office: Office, fact: Fact[CaseFact]) -> Outcome:
    """Something happened to a case that changes its state."""
    event = fact.event
    changes: dict[str, object] = {"status": STATUS[type(event)]}
    if event.blzt is not None:
        changes["blzt"] = event.blzt
    # A notice that comes after the law has accepted is recorded, but undoes nothing (Licensing Law 32(4)).
    but = "deemed-accepted" if isinstance(event, CorrectionRequested | CorrectionCompleted) else ""
    Record(office.connection).change_case(event.case_no, changes, but)
    return NOTHING


def passed(office: Office, fact: Fact[CaseFact]) -> Outcome:
    """The superior took it over or gave it back; what was withdrawn here meanwhile stays so until the outcome."""
    event = fact.event
    Record(office.connection).change_case(event.case_no, {"status": STATUS[type(event)]}, "withdrawn")
    return NOTHING


def outcome_returned(office: Office, fact: Fact[CaseOutcomeReturned]) -> Outcome:
    """The decision of a higher authority has come back."""
    event = fact.event
    Record(office.connection).change_case(event.case_no, {"status": event.outcome, "blzt": event.blzt})
    return NOTHING


def handed_back(office: Office, fact: Fact[CaseHandedBack]) -> Outcome:
    """A case from below went back there; one that was decided keeps the status of its decision."""
    event = fact.event
    if event.outcome == "returned":
        Record(office.connection).change_case(event.case_no, {"status": "handed-back"})
    return NOTHING


def correction_requested(office: Office, fact: Fact[CorrectionRequested]) -> Outcome:
    """A notice told what is missing; how often and how much is evidence."""
    event = fact.event
    Record(office.connection).add_notice(
        {
            "case_no": event.case_no,
            "round": event.round,
            "told_at": fact.envelope.time.timestamp(),
            "defects": len(event.defects),
            "old_defects": sum(defect.old for defect in event.defects),
        }
    )
    return case_stepped(office, fact)


def case_reassigned(office: Office, fact: Fact[CaseReassigned]) -> Outcome:
    event = fact.event
    Record(office.connection).change_case(event.case_no, {"handler": event.handler.name})
    return NOTHING


def clock_started(office: Office, fact: Fact[ClockStarted]) -> Outcome:
    event = fact.event
    Record(office.connection).put_clock(
        {
            "clock_id": event.clock_id,
            "clock_kind": event.clock_kind,
            "about": event.about,
            "department": event.department,
            "started_at": event.started_at.timestamp(),
            "due_on": event.due_on.isoformat() if event.due_on else None,
            "due_at": event.due_at.timestamp() if event.due_at else None,
            "provisional": event.provisional,
            "told": "green",
        }
    )
    return NOTHING


def clock_moved(office: Office, fact: Fact[ClockMoved]) -> Outcome:
    event = fact.event
    Record(office.connection).change_clock(
        event.clock_id,
        {
            "due_on": event.due_on.isoformat() if event.due_on else None,
            "due_at": event.due_at.timestamp() if event.due_at else None,
            "provisional": event.provisional,
        },
    )
    return NOTHING


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    event = fact.event
    Record(office.connection).change_clock(event.clock_id, {"told": event.light.value})
    return NOTHING


def clock_stopped(office: Office, fact: Fact[ClockStopped]) -> Outcome:
    """The clock's own word on how late it was: the only count of days that this service knows."""
    event = fact.event
    Record(office.connection).change_clock(
        event.clock_id,
        {
            "stopped_at": event.stopped_at.timestamp(),
            "overdue_working_days": event.overdue_working_days,
            "on_time": event.on_time,
        },
    )
    return NOTHING


FACTS: Mapping[type[Event], TakeFact] = {
    AuthorityJoined: dispatch.authority_told,
    AuthorityStandingChanged: dispatch.authority_told,
    ConfidantNamed: dispatch.authority_told,
    ReferralRegistered: dispatch.registered,
    ReferralSigned: dispatch.signed,
    ReferralAnswered: dispatch.answered,
    ReferralReturned: dispatch.returned,
    SuperiorNamed: arrival.superior_named,
    ReferralSent: arrival.arrives,
    ReferralClosed: closure.closed_above,
    ProjectRegistered: project_named,
    ProjectChanged: project_named,
    CaseReceived: case_received,
    **dict.fromkeys(STATUS, case_stepped),
    CaseForwardAcknowledged: passed,
    CaseForwardReturned: passed,
    CaseOutcomeReturned: outcome_returned,
    CaseHandedBack: handed_back,
    CorrectionRequested: correction_requested,
    CaseReassigned: case_reassigned,
    ClockStarted: clock_started,
    ClockMoved: clock_moved,
    LightChanged: light_changed,
    ClockStopped: clock_stopped,
}
