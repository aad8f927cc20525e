"""Extensions of a decision's limit: once, bounded by the matter, told to the applicant, never after it has run out.

Licensing Law 42: ten working days more, approved by the head of the agency, with the reason told; what a matter's own
statute gives instead stands in the list of matters, and a case keeps the word of the list at its receipt.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from services.contracts.vocabulary import StepKind
from services.intake import phrases
from services.intake.catalogues.parts import ExtensionRight
from services.intake.domain import Limit, Proposal
from services.intake.store import moment
from services.plumbing.errors import Problems

#: Of a case that is handled jointly, with the approval of the government's head (Licensing Law 42(2)).
JOINTLY_LONGER: Final = ExtensionRight(Limit(15), phrases.JOINTLY)
NOT_THIS: Final = "The law lets the limit of this matter not be extended."
TOO_LONG: Final = "{law} allows {most} {unit} more at most; {amount} are asked for."
TWICE: Final = "The limit was extended on {day}; it is extended once only."
TOO_LATE: Final = "The decision was due on {due}: a limit that has run out is not extended."
STANDS_STILL: Final = "No day is due yet that could be extended: the clock has not started, or stands still."


def check(
    allowed: ExtensionRight,
    proposed: Proposal,
    history: Iterable[Mapping[str, Any]],
    due_on: date | None,
    problems: Problems,
) -> None:
    """Whether the limit may be extended so. `allowed`: by the list of the case's receipt; `due_on`: the day on which
    the decision is due, as the timer counts it."""
    if proposed.step is not StepKind.EXTEND:
        return
    history = list(history)
    if any(row["step"] == StepKind.HANDLE_JOINTLY for row in history):
        allowed = JOINTLY_LONGER
    asked, most = proposed.longer_by, allowed.longest
    before = [row for row in history if row["step"] == StepKind.EXTEND]
    if not allowed.is_any:
        problems.add("step", NOT_THIS)
    elif asked is not None and (asked.unit != most.unit or asked.amount > most.amount):
        facts = {"law": allowed.law, "most": most.amount, "unit": most.unit, "amount": asked.amount}
        problems.add("longer_by", TOO_LONG, **facts)
    if before:
        day = moment(before[0]["occurred_at"]).date().isoformat()
        problems.add("step", TWICE, day=day)
    if due_on is None:
        problems.add("step", STANDS_STILL)
    elif proposed.occurred_at.date() > due_on:
        problems.add("occurred_at", TOO_LATE, due=due_on.isoformat())
