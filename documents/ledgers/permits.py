"""Permits in ledgers of offices: by which steps a permit was granted, handed out and ended, and on which days."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.contracts.vocabulary import CaseState, StepKind

Days = tuple[str, ...]
#: How a permit was granted.
GRANTS: Final[Mapping[CaseState, StepKind]] = {
    CaseState.GRANTED: StepKind.GRANT,
    CaseState.GRANTED_ON_COMMITMENT: StepKind.GRANT_ON_COMMITMENT,
    CaseState.GRANTED_WITH_DEFICIENCIES: StepKind.GRANT_WITH_DEFICIENCIES,
}
_ENDS: Final[Mapping[CaseState, StepKind]] = {
    CaseState.REVOKED: StepKind.REVOKE,
    CaseState.PERMIT_WITHDRAWN: StepKind.WITHDRAW_PERMIT,
}
#: Where a permit is out, or was.
OUT: Final = frozenset({*GRANTS, *_ENDS, CaseState.DELIVERED})
#: The day that the ledger kept, or else the nearest later one that it did.
_DELIVERED_ON: Final[Days] = (CaseState.DELIVERED.value, "struck")
_GRANTED_ON: Final[Days] = ("decided", *_DELIVERED_ON)
_ENDED_ON: Final[Days] = _GRANTED_ON[::-1]


def acceptance(state: CaseState | None, granted: StepKind) -> StepKind:
    """How the application was accepted."""
    deficient = state is CaseState.ACCEPTED_WITH_DEFICIENCIES or granted is StepKind.GRANT_WITH_DEFICIENCIES
    return StepKind.ACCEPT_WITH_DEFICIENCIES if deficient else StepKind.ACCEPT


def steps(
    state: CaseState, granted: StepKind, is_delivered: bool, is_cancelled: bool
) -> Iterator[tuple[StepKind, Days]]:
    """The steps from the decision on, each with the columns of its day."""
    yield granted, _GRANTED_ON
    if state is CaseState.DELIVERED or is_delivered:
        yield StepKind.DELIVER, _DELIVERED_ON
    if state in _ENDS:
        yield _ENDS[state], _ENDED_ON
    if is_cancelled:
        yield StepKind.CANCEL_PERMIT, _ENDED_ON


def agree(state: CaseState, outcome: CaseState) -> bool:
    """Whether a ledger that calls a permit by one of these in its state and by the other in its result is one."""
    return outcome in GRANTS and state in OUT
