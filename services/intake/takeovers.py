"""Hand-overs from the front desk to the back office: two names and two moments, one for each hand (P1-05)."""

from typing import Final

from services.contracts.names import folded
from services.contracts.vocabulary import StepKind
from services.intake.domain import Case, Officer, Proposal
from services.plumbing.errors import Problems

NOT_YOURS: Final = "The papers were handed to {name}: who takes them over is that person, or they are handed on first."


def check(case: Case, proposed: Proposal, problems: Problems) -> None:
    """The papers are taken over by whom they were handed to."""
    wanted = case.handed_to if proposed.step is StepKind.TAKE_OVER else None
    if wanted is not None and not _is_same(proposed.person, wanted):
        problems.add("step", NOT_YOURS, name=wanted.label)


def _is_same(one: Officer, other: Officer) -> bool:
    return folded(one.name) == folded(other.name) and folded(one.department) == folded(other.department)
