"""What children say about the cases that they forwarded, and what follows: an own case is opened, or ended.

A forwarded case is opened at once and without a person, because the acknowledgement is the superior's duty and its time
is the moment of receipt here. A matter that is not in our catalogue is given back at once, with that reason.
"""

from datetime import datetime
from typing import Any

from services.contracts.cases import CaseDelivered, CaseWithdrawn, CorrectionCompleted, ProjectRegistered
from services.contracts.days import span_of
from services.contracts.divisions import name_of
from services.contracts.forwarding import (
    CaseDeliveredBelow,
    CaseForwarded,
    CaseHandedBack,
    CaseHolderChanged,
    CaseWithdrawalAsked,
    ForwardAcknowledged,
    ForwardReturned,
)
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import CaseNo, CaseState, Library, StepKind
from services.intake import record
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.wire import matter_of
from services.intake.domain import Case, Officer, Proposal, case_number
from services.intake.forwarding import CHANNEL, is_same_receipt, limit_here, stood, to_child
from services.intake.levels import forward_to
from services.intake.offices.register import Register
from services.intake.phrases import HANDED_IN, TO_BE_NAMED, TOO_LATE, UNKNOWN_MATTER, WITHDRAWN_BELOW
from services.intake.steps import DELIVERED_BELOW, HOLDER_CHANGED, is_allowed
from services.intake.store import Records
from services.intake.wire import acting_authority, limit_of, local, officer, person, project_facts
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def forwarded(office: Office, fact: Fact[CaseForwarded]) -> Outcome:
    """A child hands up a case: it is ours from this entry on, under a number of our own, or goes back at once."""
    event = fact.event
    if event.to != office.authority or fact.envelope.authority != CaseNo(event.case_no).authority:
        return NOTHING  # between two others: a superior hears its whole subtree
    records, at = Records(office.connection), local(office.now)
    before = records.from_below(event.case_no)
    known = before is not None and is_same_receipt(before.below_received_at, event.received_at)
    if before is not None and known and before.below_round >= event.round:
        return NOTHING
    body = records.matter(event.matter_code)
    if body is None:
        return _unknown(event, acting_authority(office.authority), at)
    said = _library(records, event, at)
    matter, here = matter_of(body), acting_authority(office.authority)
    case = _opened(office, records, event, matter)
    first_day = office.beginning.first_day
    taken = record.receive(case, event.model_dump(), here, office.now, first_day, counted_from=matter.counted_from)
    records.open_case(taken.case, taken.rows)
    # the authority acknowledges, and no person: nobody has it in hand yet
    by = RecordedPerson(name=here.name, department=case.department)
    acknowledged = ForwardAcknowledged.model_validate(to_child(case) | {"person": by})
    told = [Said(acknowledged, at, here.label), stood(case, here, at)]
    return Outcome(said=[*said, *taken.said, *told])


def _opened(office: Office, records: Records, event: CaseForwarded, matter: Matter) -> Case:
    """Our own case, which nobody here has taken in hand yet: its department's head answers until he names somebody."""
    at = local(office.now)
    head = Register(office.connection).head(matter.department, at.date())
    return Case(
        case_no=case_number(office.authority, at.date(), records.give_number(at.year)),
        project_code=event.project_code,
        matter_code=event.matter_code,
        matter_name=matter.name,
        department=matter.department,
        handler=head or Officer(TO_BE_NAMED, matter.department),
        is_unnamed=True,
        days_below=tuple(span_of(one) for one in event.days or ()),
        limit=limit_here(limit_of(event.limit), matter.promised),
        received_at=at,
        channel=CHANNEL,
        decided_by=matter.deciding_level.value,
        forward_to=forward_to(office.authority, matter.deciding_level, records.superior()),
        forwarded_from=event.case_no,
        below_round=event.round,
        below_received_at=event.received_at,
        origin_case_no=event.origin_case_no,
        list_number=records.catalogue_number(),
    )


def _unknown(event: CaseForwarded, here: Officer, at: datetime) -> Outcome:
    facts: dict[str, Any] = {
        "to": CaseNo(event.case_no).authority,
        "case_no": event.case_no,
        "round": event.round,
        "received_at": event.received_at,
        "reason": UNKNOWN_MATTER.format(code=event.matter_code, name=event.matter_name),
        "automatic": True,
        "person": {"name": here.name, "department": here.name},
    }
    return Outcome(said=[Said(ForwardReturned.model_validate(facts), at)])


def _library(records: Records, event: CaseForwarded, at: datetime) -> list[Said]:
    """The project enters our library with the case; one that we know already keeps our facts."""
    if event.project_code in records.projects([event.project_code]):
        return []
    facts = project_facts(event.model_dump(mode="json")) | {"library": Library.ACTIVE.value}
    records.add_projects([facts | {"look_back_on": None, "registered_at": at.timestamp()}])
    return [Said(ProjectRegistered.model_validate(facts), at)]


def withdrawn(office: Office, fact: Fact[CaseWithdrawn | CaseWithdrawalAsked]) -> Outcome:
    """The applicant withdraws below. What we hold undecided ends; what we decided stands, and the outcome is on its
    way; handed on, the withdrawal follows it; given back, it is the child's own again."""
    event = fact.event
    if fact.envelope.authority != CaseNo(event.case_no).authority:
        return NOTHING
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or case.state is CaseState.HANDED_BACK:
        return NOTHING
    if not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING  # another application, which has the number of one that a restore has lost
    ways = (StepKind.WITHDRAW, StepKind.WITHDRAW_BEFORE_ACCEPTANCE, StepKind.ASK_WITHDRAWAL)
    step = next((one for one in ways if is_allowed(one, case.state, case.notice_open, case.way)), StepKind.NOTE)
    proposed = Proposal(
        step,
        local(office.now),
        officer(event.handler),
        reason=None if step is StepKind.NOTE else event.reason or WITHDRAWN_BELOW,
        note=TOO_LATE if step is StepKind.NOTE else None,
    )
    taken = record.take(case, proposed, (), office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def corrected(office: Office, fact: Fact[CorrectionCompleted]) -> Outcome:
    """What we had asked for was handed in at the window below and has come up: it is ours from its arrival on. Where it
    was asked for further up, it goes on there. What is no longer waited for is noted."""
    event = fact.event
    if event.to != office.authority or fact.envelope.authority != CaseNo(event.case_no).authority:
        return NOTHING
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING
    step = StepKind.COMPLETE_CORRECTION
    at = local(fact.envelope.time).isoformat(" ", "minutes")[:16]
    handed_in = HANDED_IN.format(place=name_of(fact.envelope.authority), at=at)
    if not is_allowed(step, case.state, case.notice_open, case.way):
        step = StepKind.NOTE
    proposed = Proposal(step, local(office.now), officer(event.handler), note=handed_in)
    taken = record.take(case, proposed, (), office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def delivered(office: Office, fact: Fact[CaseDelivered | CaseDeliveredBelow]) -> Outcome:
    """What was granted here has reached the applicant: the whole process is over here as well, and further up."""
    event, sender = fact.event, fact.envelope.authority
    if sender != CaseNo(event.case_no).authority or sender == office.authority:
        return NOTHING
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or not case.state.is_granted:
        return NOTHING
    if not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING
    at, who = local(fact.envelope.time), officer(event.handler)
    facts = {"case_no": case.case_no, "handler": person(case.handler), "state": case.state, "by": case.origin}
    said = CaseDeliveredBelow.model_validate(facts | {"received_at": case.received_at})
    records.add_steps([record.history_row(case.case_no, DELIVERED_BELOW, at, office.now, who)])
    return Outcome(said=[Said(said, at, who.label)])


def handed_back(office: Office, fact: Fact[CaseHandedBack]) -> Outcome:
    """What we gave back to a child, the child has given back further: our record follows who holds it."""
    event = fact.event
    records = Records(office.connection)
    case = records.from_below(event.case_no)
    if case is None or case.state is not CaseState.HANDED_BACK or fact.envelope.authority != case.holder:
        return NOTHING
    if not is_same_receipt(case.below_received_at, event.received_at):
        return NOTHING
    holder = event.to if CaseState(event.outcome) is CaseState.RETURNED else case.origin
    after = case.goes_to(holder, local(fact.envelope.time))
    facts = {"case_no": case.case_no, "handler": person(case.handler), "state": after.state, "holder": after.holder}
    who = acting_authority(fact.envelope.authority)
    row = record.history_row(case.case_no, HOLDER_CHANGED, after.since, office.now, who)
    records.change_case(after, [row | record.holding(after)])
    return Outcome(said=[Said(CaseHolderChanged.model_validate(facts), after.since, who.label)])
