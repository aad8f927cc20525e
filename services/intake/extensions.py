"""Extensions of a decision's limit: once, bounded by the matter, told to the applicant, never after it has run out.

Licensing Law 42: ten working days more, approved by the head of the agency, with the reason told; what a matter's own
statute gives instead stands in the list of matters, and a case keeps the word of the list at its receipt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from services.contracts.vocabulary import StepKind
from services.intake import phrases
from services.intake.case_limits import counting
from services.intake.catalogues.parts import ExtensionRight
from services.intake.domain import Limit, Proposal
from services.intake.store import moment
from services.plumbing.errors import Problem, Problems

#: Of a case that is handled jointly, with the approval of the government's head (Licensing Law 42(2)).
JOINTLY_LONGER: Final = ExtensionRight(Limit(15), phrases.JOINTLY)
NOT_THIS: Final = "The law lets the limit of this matter not be extended."
TOO_LONG: Final = "{law} allows {most} {unit} more at most; {amount} are asked for."
TWICE: Final = "The limit was extended on {day}; it is extended once only."
TOO_LATE: Final = "The decision was due on {due}: a limit that has run out is not extended."
STANDS_STILL: Final = "No day is due yet that could be extended: the clock has not started, or stands still."


def judged(allowed: ExtensionRight, proposed: Proposal, history: Sequence[Mapping[str, Any]]) -> Proposal:
    """An extension that another ledger has, with the objection where the law gives none; any other step as it is.

    Whether it came too late, the clock itself says.
    """
    if proposed.step is not StepKind.EXTEND:
        return proposed
    return replace(proposed, objection=next(_against(allowed, proposed, history), None))


def check(
    allowed: ExtensionRight,
    proposed: Proposal,
    history: Sequence[Mapping[str, Any]],
    problems: Problems,
) -> None:
    """Whether the limit may be extended so. `allowed`: by the list of the case's receipt."""
    if proposed.step is StepKind.EXTEND:
        problems.take(*_against(allowed, proposed, history))


def check_due(proposed: Proposal, due_on: date | None, recorded_on: date, problems: Problems) -> None:
    """Whether there is still something to extend, whatever day the step names. `due_on`: the day on which the decision
    is due, as the timer counts it."""
    if proposed.step is not StepKind.EXTEND:
        return
    if due_on is None:
        problems.add("step", STANDS_STILL)
    elif max(proposed.occurred_at.date(), recorded_on) > due_on:
        problems.add("occurred_at", TOO_LATE, due=due_on.isoformat())


def _against(allowed: ExtensionRight, proposed: Proposal, history: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    if counting(history, StepKind.HANDLE_JOINTLY):
        allowed = JOINTLY_LONGER
    asked, most, before = proposed.longer_by, allowed.longest, counting(history, StepKind.EXTEND)
    if not allowed.is_any:
        yield Problem("step", NOT_THIS)
    elif asked is not None and (asked.unit != most.unit or asked.amount > most.amount):
        facts = {"law": allowed.law, "most": most.amount, "unit": most.unit, "amount": asked.amount}
        yield Problem("longer_by", TOO_LONG, facts)
    if before:
        yield Problem("step", TWICE, {"day": moment(before[0]["occurred_at"]).date().isoformat()})
