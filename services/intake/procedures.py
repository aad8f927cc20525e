"""Special procedures: for what the count of a case stands still, and why it runs on where it does (DOMAIN 3, rule 5).

A person is refused what is not lawful; what another system says has happened is recorded with the objection, and the
clock runs on (Licensing Law 45; Chifeng rules, P4-07).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.contracts.grounds import PauseGround
from services.contracts.vocabulary import CaseState, StepKind
from services.intake.catalogues.pauses import PauseRight, in_force
from services.intake.domain import Proposal
from services.plumbing.errors import Problem, Problems

NOT_SAID: Final = "It does not say for what: without a ground in the law the count runs on."
NO_GROUND: Final = (
    "{ground} is no ground for which the count of this matter may stand still; these are: {grounds}. The count runs on."
)
NO_GROUNDS: Final = "The count of this matter may not stand still for anything; it runs on."
NOT_TOLD: Final = "No written notice to the applicant is named, with its number and day: the count runs on."
NOT_HERE: Final = (
    "{ground} is no ground for which the count of this matter may stand still: write where the case stands by law, for "
    "example that it is under review."
)
TOO_YOUNG: Final = "The document of {day} is younger than what it is for, on {at}."
TOO_LONG: Final = "{law} lets the count stand still for {longest} {unit} at most; {amount} are planned."


def judged(proposed: Proposal, pauses: Iterable[PauseRight]) -> Proposal:
    """The step with the law that lets the count stand still, or with the objection; any other step as it is."""
    if proposed.step is not StepKind.BEGIN_PROCEDURE:
        return proposed
    known = in_force(pauses)
    right = known.get(proposed.ground) if proposed.ground else None
    if not known:
        return replace(proposed, objection=Problem("step", NO_GROUNDS))
    if proposed.ground is None:
        return replace(proposed, objection=Problem("ground", NOT_SAID))
    if right is None:
        return replace(proposed, objection=_no_ground(proposed.ground, known))
    if not (proposed.document_no and proposed.document_on):
        return replace(proposed, objection=Problem("document_no", NOT_TOLD))
    return replace(proposed, law=right.law, longest=right.longest)


def check(proposed: Proposal, problems: Problems, prefix: str = "", *, is_outside: bool = False) -> None:
    """What a person must say, and may not do. Another system's word is recorded as it is (`is_outside`)."""
    on, at = proposed.document_on, proposed.occurred_at.date()
    if on is not None and on > at:
        problems.add(f"{prefix}document_on", TOO_YOUNG, day=on.isoformat(), at=at.isoformat())
    if is_outside or proposed.step is not StepKind.BEGIN_PROCEDURE:
        return
    told, longest = proposed.objection, proposed.longest
    if told is not None and not problems.has(f"{prefix}{told.field}"):
        problems.add(f"{prefix}{told.field}", told.template, **told.params)
    if longest is None or proposed.planned is None:
        return
    if proposed.planned.unit != longest.unit or proposed.planned.amount > longest.amount:
        problems.add(
            f"{prefix}planned",
            TOO_LONG,
            law=proposed.law,
            longest=longest.amount,
            unit=longest.unit,
            amount=proposed.planned.amount,
        )


def check_told(proposed: Proposal, state: str | None, problems: Problems, prefix: str) -> None:
    """A ledger in which a case stands still for what the law of its matter does not know is asked about it: who keeps
    the ledger can say where the case stands. The journal of another system is recorded as it is."""
    if proposed.step is not StepKind.BEGIN_PROCEDURE or state != CaseState.IN_PROCEDURE or proposed.ground is None:
        return
    if proposed.objection is not None and proposed.objection.template in (NO_GROUND, NO_GROUNDS):
        problems.add(f"{prefix}ground", NOT_HERE, ground=proposed.ground)


def _no_ground(ground: PauseGround, known: Iterable[PauseGround]) -> Problem:
    return Problem("ground", NO_GROUND, {"ground": ground, "grounds": ", ".join(known)})
