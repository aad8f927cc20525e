"""Decides what an authority does with what its children say about forwarded cases: open an own case, or end it.

A forwarded case is opened at once and without a person, because the acknowledgement is the superior's duty and its time
is the moment of receipt here. A matter that is not in our catalogue is given back at once, with that reason.
"""

from datetime import datetime
from typing import Any

from services.contracts.cases import CaseWithdrawn, ProjectRegistered
from services.contracts.forwarding import (
    CaseForwarded,
    CaseHandedBack,
    CaseHolderChanged,
    CaseWithdrawalAsked,
    ForwardAcknowledged,
    ForwardReturned,
)
from services.contracts.vocabulary import CaseState, StepKind
from services.intake import record
from services.intake.domain import Case, Limit, Officer, Proposal, case_number
from services.intake.forwarding import CHANNEL, is_same_receipt, limit_here, to_child
from services.intake.levels import authority_of, forward_to
from services.intake.phrases import TO_BE_NAMED, TOO_LATE, UNKNOWN_MATTER, WITHDRAWN_BELOW
from services.intake.proposals import local
from services.intake.steps import HOLDER_CHANGED, is_allowed
from services.intake.store import Records
from services.intake.wire import acting_authority, label, limit_of, person
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def forwarded(office: Office, fact: Fact[CaseForwarded]) -> Outcome:
    """A child hands up a case: it is ours from this entry on, under a number of our own, or goes back at once."""
    event = fact.event
    if event.to != office.authority or fact.envelope.authority != authority_of(event.case_no):
        return NOTHING  # between two others: a superior hears its whole subtree
    records, at = Records(office.connection), local(office.now)
    before = records.from_below(event.case_no)
    known = before is not None and is_same_receipt(before.below_received_at, event.received_at)
    if before is not None and known and before.below_round >= event.round:
        return NOTHING
    matter = records.matter(event.matter_code)
    if matter is None:
        return _unknown(event, at)
    holder, number = Officer(TO_BE_NAMED, matter["department"]), records.last_number(at.year) + 1
    case = Case(
        case_no=case_number(office.authority, at.date(), number),
        project_code=event.project_code,
        matter_code=event.matter_code,
        matter_name=matter["name"],
        department=matter["department"],
        handler=holder,
        limit=limit_here(limit_of(event.limit), Limit(**matter["promised"])),
        received_at=at,
        channel=CHANNEL,
        decided_by=matter["deciding_level"],
        forward_to=forward_to(office.authority, matter["deciding_level"], records.superior()),
        forwarded_from=event.case_no,
        below_round=event.round,
        below_received_at=event.received_at,
        origin_case_no=event.origin_case_no,
    )
    said = _library(records, event, at)
    taken = record.receive(case, event.model_dump(), holder, office.now)
    records.keep_numbers({at.year: number})
    records.add_cases([taken.case])
    records.add_steps(taken.rows)
    acknowledged = ForwardAcknowledged.model_validate(to_child(case) | {"person": person(holder)})
    return Outcome(said=[*said, *taken.said, Said(acknowledged, at, label(holder))])


def _unknown(event: CaseForwarded, at: datetime) -> Outcome:
    facts: dict[str, Any] = {
        "to": authority_of(event.case_no),
        "case_no": event.case_no,
        "round": event.round,
        "received_at": event.received_at,
        "reason": UNKNOWN_MATTER.format(code=event.matter_code, name=event.matter_name),
        "automatic": True,
        "person": {"name": TO_BE_NAMED, "department": event.handler.department},
    }
    return Outcome(said=[Said(ForwardReturned.model_validate(facts), at)])


def _library(records: Records, event: CaseForwarded, at: datetime) -> list[Said]:
    """The project enters our library with the case; one that we know already keeps our facts."""
    if event.project_code in records.projects([event.project_code]):
        return []
    facts: dict[str, Any] = {
        "project_code": event.project_code,
        "project_name": event.project_name,
        "owner_name": event.owner_name,
        "credit_code": event.credit_code,
        "investment_yuan": event.investment_yuan,
        "planned_start": event.planned_start.isoformat() if event.planned_start else None,
        "library": "active",
    }
    records.add_projects([facts | {"look_back_on": None, "registered_at": at.timestamp()}])
    return [Said(ProjectRegistered.model_validate(facts), at)]


def withdrawn(office: Office, fact: Fact[CaseWithdrawn | CaseWithdrawalAsked]) -> Outcome:
    """The applicant withdraws below. What we hold undecided ends; what we decided stands, and the outcome is on its
    way; handed on, the withdrawal follows it; given back, it is the child's own again."""
    event = fact.event
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or case.state is CaseState.HANDED_BACK or fact.envelope.authority != authority_of(event.case_no):
        return NOTHING
    if not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING  # another application, which has the number of one that a restore has lost
    who = Officer(event.handler.name, event.handler.department)
    ways = (StepKind.WITHDRAW, StepKind.WITHDRAW_BEFORE_ACCEPTANCE, StepKind.ASK_WITHDRAWAL)
    step = next((one for one in ways if is_allowed(one, case.state, case.notice_open, case.way)), StepKind.NOTE)
    proposed = Proposal(
        step,
        local(office.now),
        who,
        reason=None if step is StepKind.NOTE else event.reason or WITHDRAWN_BELOW,
        note=TOO_LATE if step is StepKind.NOTE else None,
    )
    taken = record.take(case, proposed, (), office.now)
    records.change_cases([taken.case])
    records.add_steps(taken.rows)
    return Outcome(said=taken.said)


def handed_back(office: Office, fact: Fact[CaseHandedBack]) -> Outcome:
    """What we gave back to a child, the child has given back further: our record follows who holds it."""
    event = fact.event
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or case.state is not CaseState.HANDED_BACK or fact.envelope.authority != case.holder:
        return NOTHING
    if not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING
    after = case.goes_to(event.to if event.outcome == "returned" else case.origin, local(fact.envelope.time))
    facts = {"case_no": case.case_no, "handler": person(case.handler), "state": after.state, "holder": after.holder}
    assert after.held_since is not None
    who = acting_authority(fact.envelope.authority)
    row = record.history_row(case.case_no, HOLDER_CHANGED, after.held_since, office.now, who)
    records.change_cases([after])
    records.add_steps([row | record.holding(after)])
    return Outcome(said=[Said(CaseHolderChanged.model_validate(facts), after.held_since, label(who))])
