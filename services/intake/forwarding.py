"""Forwarding: what is said when a case changes hands between levels, and who holds it then. Pure, no tables.

One rule for the holder: he changes with the entries of whoever has the case in hand above - acknowledged, returned,
decided - at their own times. The forwarder's own word (forwarded, withdrawn) never moves it, so it is never held twice
and never by nobody, however late the news arrives.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from services.contracts import days
from services.contracts.attribution import Span
from services.contracts.forwarding import CaseHandedBack, ForwardDecided, ForwardReturned, ForwardStood
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import CaseState, Channel
from services.intake.domain import Case, Limit, Officer, Proposal
from services.intake.phrases import TO_BE_NAMED
from services.intake.wire import acting_authority, person, project_facts, wire_limit
from services.plumbing.switchboard import Said

#: How a decided case ends for the one that forwarded it: in the state of the same name.
ENDINGS: Final[Mapping[CaseState, CaseState]] = {
    **{state: CaseState.GRANTED for state in CaseState if state.is_granted},
    CaseState.REFUSED: CaseState.REFUSED,
    CaseState.WITHDRAWN: CaseState.WITHDRAWN,
    CaseState.WITHDRAWN_BEFORE_ACCEPTANCE: CaseState.WITHDRAWN,
    CaseState.NOT_REQUIRED: CaseState.NOT_REQUIRED,
    CaseState.ACCEPTANCE_REFUSED: CaseState.ACCEPTANCE_REFUSED,
}

CHANNEL: Final = Channel.FORWARDED


def contents(case: Case, project: Mapping[str, Any], spans: Iterable[Span] = ()) -> dict[str, Any]:
    """What the superior needs to open its own case."""
    return project_facts(project) | {
        "to": case.forward_to,
        "round": case.forward_round,
        "matter_code": case.matter_code,
        "matter_name": case.matter_name,
        "decided_by": case.decided_by,
        "limit": wire_limit(case.limit),
        "received_at": case.received_at,
        "origin": case.origin,
        "origin_case_no": case.origin_case_no or case.case_no,
        "days": days.told(spans),
    }


def limit_here(promised: Limit, catalogue: Limit) -> Limit:
    """What counts at the deciding authority: its own promise, but no longer than what the applicant was promised."""
    if promised.unit == catalogue.unit and promised.amount < catalogue.amount:
        return promised
    return catalogue


def gives_back(before: Case, after: Case) -> bool:
    """Does this change end the work on a case from below? While it waits for a superior's word that word decides."""
    if not after.forwarded_from or after.state is before.state or before.state is CaseState.FORWARDED:
        return False
    return after.state is CaseState.HANDED_BACK or after.state in ENDINGS


def given_back(case: Case, at: datetime) -> Case:
    """Returned: the child holds it again. Decided: the authority where the application came in, which delivers."""
    return case.goes_to(case.sender if case.state is CaseState.HANDED_BACK else case.origin, at)


def told_below(case: Case, proposed: Proposal, at: datetime) -> list[Said]:
    """What is said after a step that ended the work on a case from below."""
    who = proposed.person
    common = to_child(case) | {"person": person(who)}
    if case.state is CaseState.HANDED_BACK:
        returned = ForwardReturned.model_validate(common | {"reason": proposed.reason})
        return [Said(returned, at, who.label)]
    ending = ENDINGS[case.state]
    outcome = {
        "outcome": ending.value,
        "by": case.own_authority,
        "decided_at": case.since,
        "reason": proposed.reason,
        "remedies": proposed.remedies,
        "document_no": proposed.document_no,
    }
    return [
        Said(handed_back(case, who, ending), at, who.label),
        stood(case, who, at),
        Said(ForwardDecided.model_validate(common | outcome), at, who.label),
    ]


def stood(case: Case, who: Officer, at: datetime, **asked: Any) -> Said:
    """Where a case from below stands here, for the window where the applicant came to (DOMAIN 3, rule 17). `asked`:
    what he has to correct, where that was just told."""
    in_hand = case.handler if case.handler.name != TO_BE_NAMED else acting_authority(case.own_authority)
    facts = {
        "by": case.own_authority,
        "since": at,
        "state": case.state.value,
        "department": case.department,
        "person": RecordedPerson(name=in_hand.name, department=case.department),
        "accepted_on": case.accepted_on,
        "due_on": case.decision_due,
        "provisional": case.is_provisional,
        "asks": case.notice_open,
    }
    return Said(ForwardStood.model_validate(to_child(case) | facts | asked), at, who.label)


def handed_back(case: Case, who: Officer, outcome: CaseState) -> CaseHandedBack:
    """The fact that nothing is left to be done here."""
    facts = {"case_no": case.case_no, "handler": person(who), "state": case.state, "outcome": outcome.value}
    return CaseHandedBack.model_validate(facts | {"to": case.sender, "received_at": case.received_at})


def to_child(case: Case) -> dict[str, Any]:
    """The address of a fact for the child that forwarded this case."""
    return {
        "to": case.sender,
        "case_no": case.forwarded_from,
        "round": case.below_round,
        "about": case.case_no,
        "received_at": case.below_received_at,
    }


def is_same_receipt(one: datetime | None, other: datetime | None) -> bool:
    """Whether two levels speak of one receipt. Stores keep moments as numbers, so they agree to the millisecond; where
    one side does not say it, the number of the case has to do."""
    return one is None or other is None or abs((one - other).total_seconds()) < 0.001
