"""Endings of a permit: revoked, withdrawn by the authority, cancelled in the register; each on grounds of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.contracts.grounds import EndGround
from services.contracts.vocabulary import StepKind
from services.intake.domain import Proposal
from services.intake.store import moment
from services.plumbing.errors import Problems

#: Licensing Law 69, 8 and 70; a broken undertaking is revoked by rules 8 and 9 of DOMAIN 3.
GROUNDS: Final[Mapping[StepKind, tuple[EndGround, ...]]] = {
    StepKind.REVOKE: (
        *(EndGround.ABUSE, EndGround.BEYOND_POWERS, EndGround.AGAINST_PROCEDURE, EndGround.NOT_QUALIFIED),
        *(EndGround.DECEPTION, EndGround.BROKEN_UNDERTAKING, EndGround.OTHERWISE_REVOCABLE),
    ),
    StepKind.WITHDRAW_PERMIT: (EndGround.LAW_CHANGED, EndGround.CIRCUMSTANCES_CHANGED),
    StepKind.CANCEL_PERMIT: (
        *(EndGround.EXPIRED, EndGround.PERSON_GONE, EndGround.ENTITY_ENDED, EndGround.TAKEN_AWAY),
        *(EndGround.FORCE_MAJEURE, EndGround.OTHERWISE_CANCELLED),
    ),
}
ANOTHER_GROUND: Final = "{because} is no ground for {step}; these are: {grounds}."
BELONGS_ELSEWHERE: Final = "This belongs to the end of a permit only."
CANCELLED: Final = "The permit was cancelled on {day}."


def check(
    proposed: Proposal, history: Sequence[Mapping[str, Any]], problems: Problems, *, is_outside: bool = False
) -> None:
    """Whether the ground is one of the step's own, and the permit is not cancelled twice."""
    grounds = GROUNDS.get(proposed.step, ())
    if proposed.because is not None and not grounds:
        problems.add("because", BELONGS_ELSEWHERE)
    elif proposed.because is not None and proposed.because not in grounds:
        problems.add(
            "because", ANOTHER_GROUND, because=proposed.because, step=proposed.step, grounds=", ".join(grounds)
        )
    if proposed.step is not StepKind.CANCEL_PERMIT or is_outside:
        return
    before = [row for row in history if row["step"] == StepKind.CANCEL_PERMIT]
    if before:
        problems.add("step", CANCELLED, day=moment(before[0]["occurred_at"]).date().isoformat())
