"""States of cases as their facts tell them: what a fact says itself, and what facts of version 0.1.0 meant."""

from collections.abc import Mapping
from typing import Final

from services.contracts import cases, forwarding
from services.contracts.envelope import Event
from services.contracts.vocabulary import CaseState

#: What a fact without a state of its own made of a case.
_MEANT: Final[Mapping[type[Event], CaseState]] = {
    cases.CaseReceived: CaseState.RECEIVED,
    cases.CaseWithdrawnBeforeAcceptance: CaseState.WITHDRAWN_BEFORE_ACCEPTANCE,
    cases.CaseAccepted: CaseState.ACCEPTED,
    cases.CaseDeemedAccepted: CaseState.DEEMED_ACCEPTED,
    cases.CaseNotRequired: CaseState.NOT_REQUIRED,
    cases.CaseAcceptanceRefused: CaseState.ACCEPTANCE_REFUSED,
    cases.CorrectionRequested: CaseState.CORRECTION_REQUESTED,
    cases.CorrectionCompleted: CaseState.CORRECTION_COMPLETED,
    cases.CaseReviewBegun: CaseState.UNDER_REVIEW,
    cases.CaseGranted: CaseState.GRANTED,
    cases.CaseRefused: CaseState.REFUSED,
    cases.CaseWithdrawn: CaseState.WITHDRAWN,
    cases.CaseDelivered: CaseState.DELIVERED,
    forwarding.CaseForwarded: CaseState.FORWARDED,
    forwarding.CaseForwardAcknowledged: CaseState.HELD_ABOVE,
    forwarding.CaseForwardReturned: CaseState.RETURNED,
}
#: Every fact about a case that version 0.1.0 could say; what came later always says the state itself.
KINDS_OF_0_1_0: Final = frozenset(
    (
        *_MEANT,
        *(forwarding.CaseOutcomeReturned, forwarding.CaseHandedBack, forwarding.CaseHolderChanged),
        *(forwarding.CaseWithdrawalAsked, cases.CaseReassigned, cases.CaseNoted),
    )
)
#: The law has accepted: a notice that comes afterwards is recorded and undoes nothing (Licensing Law 32(4)).
_LATE_WORD: Final = (cases.CorrectionRequested, cases.CorrectionCompleted)
#: What was withdrawn while the superior's word was on its way stays withdrawn until the outcome comes.
_SUPERIORS_WORD: Final = (forwarding.CaseForwardAcknowledged, forwarding.CaseForwardReturned)


def state_told(event: Event, before: str) -> str | None:
    """The state of a case after this fact, a code; None: as before. `before` is the state until then, or empty."""
    if isinstance(event, cases.CaseFact) and event.state is not None:
        return event.state
    if isinstance(event, forwarding.CaseOutcomeReturned):
        return event.outcome
    if isinstance(event, forwarding.CaseHandedBack):
        # a case that was decided keeps the state of its decision
        return CaseState.HANDED_BACK if event.outcome is CaseState.RETURNED else None
    if isinstance(event, cases.CorrectionCompleted) and event.to is not None:
        return CaseState.HELD_ABOVE  # it was asked for above, and goes up
    if isinstance(event, _LATE_WORD) and before == CaseState.DEEMED_ACCEPTED:
        return None
    if isinstance(event, _SUPERIORS_WORD) and before == CaseState.WITHDRAWN:
        return None
    return _MEANT.get(type(event))
