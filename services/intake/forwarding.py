"""Decides what is said when a case changes hands between levels, and who holds it then: pure, no tables.

One rule for the holder: he changes with the entries of whoever has the case in hand above - acknowledged, returned,
decided - at their own times. The forwarder's own word (forwarded, withdrawn) never moves it, so it is never held twice
and never by nobody, however late the news arrives.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.contracts.cases import CaseFact
from services.contracts.forwarding import CaseHandedBack, ForwardDecided, ForwardReturned
from services.contracts.vocabulary import CaseState
from services.intake.domain import Case, Limit, Officer, Proposal
from services.intake.levels import authority_of
from services.intake.wire import label, person, wire_limit
from services.plumbing.switchboard import Said

#: How a decided case ends, in the words of the wire.
ENDINGS: Final[Mapping[CaseState, str]] = {
    CaseState.GRANTED: "granted",
    CaseState.REFUSED: "refused",
    CaseState.WITHDRAWN: "withdrawn",
    CaseState.WITHDRAWN_BEFORE_ACCEPTANCE: "withdrawn",
    CaseState.NOT_REQUIRED: "not-required",
    CaseState.ACCEPTANCE_REFUSED: "acceptance-refused",
}
STATE_OF: Final[Mapping[str, CaseState]] = {
    "granted": CaseState.GRANTED,
    "refused": CaseState.REFUSED,
    "withdrawn": CaseState.WITHDRAWN,
    "not-required": CaseState.NOT_REQUIRED,
    "acceptance-refused": CaseState.ACCEPTANCE_REFUSED,
}
#: The numbers of the endings in the exchange standard.
BLZT_OF: Final[Mapping[str, int]] = {
    "granted": 11,
    "refused": 13,
    "withdrawn": 14,
    "not-required": 4,
    "acceptance-refused": 5,
}

CHANNEL: Final = "forwarded"


def sender_of(case: Case) -> str:
    """The child that forwarded this case."""
    return authority_of(case.forwarded_from)


def contents(case: Case, project: Mapping[str, Any]) -> dict[str, Any]:
    """What the superior needs to open its own case."""
    names = ("project_code", "project_name", "owner_name", "credit_code", "investment_yuan", "planned_start")
    return {
        **{name: project[name] for name in names},
        "to": case.forward_to,
        "round": case.forward_round,
        "matter_code": case.matter_code,
        "matter_name": case.matter_name,
        "decided_by": case.decided_by,
        "limit": wire_limit(case.limit),
        "received_at": case.received_at,
        "origin": case.origin,
        "origin_case_no": case.origin_case_no or case.case_no,
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
    return case.goes_to(sender_of(case) if case.state is CaseState.HANDED_BACK else case.origin, at)


def told_below(case: Case, proposed: Proposal, at: datetime) -> list[Said]:
    """What is said after a step that ended the work on a case from below."""
    assert case.held_since is not None
    who = proposed.person
    common = to_child(case) | {"person": person(who)}
    if case.state is CaseState.HANDED_BACK:
        returned = ForwardReturned.model_validate(common | {"reason": proposed.reason})
        return [Said(returned, at, label(who))]
    ending = ENDINGS[case.state]
    outcome = {
        "outcome": ending,
        "by": case.own_authority,
        "decided_at": case.held_since,
        "reason": proposed.reason,
        "remedies": proposed.remedies,
        "document_no": proposed.document_no,
    }
    return [
        Said(handed_back(case, who, ending), at, label(who)),
        Said(ForwardDecided.model_validate(common | outcome), at, label(who)),
    ]


def handed_back(case: Case, who: Officer, outcome: str) -> CaseFact:
    """The fact that nothing is left to be done here."""
    facts = {"case_no": case.case_no, "handler": person(who), "state": case.state}
    return CaseHandedBack.model_validate(
        facts | {"to": sender_of(case), "outcome": outcome, "received_at": case.received_at}
    )


def to_child(case: Case) -> dict[str, Any]:
    """The address of a fact for the child that forwarded this case."""
    return {
        "to": sender_of(case),
        "case_no": case.forwarded_from,
        "round": case.below_round,
        "about": case.case_no,
        "received_at": case.below_received_at,
    }


def is_same_receipt(one: datetime | None, other: datetime | None) -> bool:
    """Whether two levels speak of one receipt. Stores keep moments as numbers, so they agree to the millisecond; where
    one side does not say it, the number of the case has to do."""
    return one is None or other is None or abs((one - other).total_seconds()) < 0.001
