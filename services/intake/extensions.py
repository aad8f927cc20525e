"""Extensions of a decision's limit: once, bounded by the matter, told to the applicant, never after it has run out.

Licensing Law 42: ten working days more, approved by the head of the agency, with the reason told; what a matter's own
statute gives instead stands in the list of them.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.contracts.vocabulary import StepKind, Unit
from services.intake.domain import Case, Limit, Proposal
from services.intake.store import moment
from services.plumbing.errors import Problems

_LIST: Final = Path(__file__).parent / "catalogue" / "extensions.csv"
NOT_THIS: Final = "The law lets the limit of this matter not be extended."
TOO_LONG: Final = "{law} allows {most} {unit} more at most; {amount} are asked for."
TWICE: Final = "The limit was extended on {day}; it is extended once only."
TOO_LATE: Final = "The decision was due on {due}: a limit that has run out is not extended."
STANDS_STILL: Final = "No day is due yet that could be extended: the clock has not started, or stands still."


@cache
def _longest() -> Mapping[str, tuple[Limit, str]]:
    with _LIST.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: (Limit(int(row["amount"]), Unit(row["unit"])), row["law"]) for row in csv.DictReader(lines)
        }


def longest(matter_code: str) -> tuple[Limit, str] | None:
    """By how much the limit of a matter may be extended at most, and by which law; None: not at all."""
    return _longest().get(matter_code)


def check(
    case: Case, proposed: Proposal, history: Iterable[Mapping[str, Any]], due_on: date | None, problems: Problems,
) -> None:  # fmt: skip
    """Whether the limit may be extended so. `due_on`: the day on which the decision is due, as the timer counts it."""
    if proposed.step is not StepKind.EXTEND:
        return
    allowed, asked = longest(case.matter_code), proposed.longer_by
    before = [row for row in history if row["step"] == StepKind.EXTEND]
    if allowed is None:
        problems.add("step", NOT_THIS)
    elif asked is not None and (asked.unit != allowed[0].unit or asked.amount > allowed[0].amount):
        facts = {"law": allowed[1], "most": allowed[0].amount, "unit": allowed[0].unit, "amount": asked.amount}
        problems.add("longer_by", TOO_LONG, **facts)
    if before:
        day = moment(before[0]["occurred_at"]).date().isoformat()
        problems.add("step", TWICE, day=day)
    if due_on is None:
        problems.add("step", STANDS_STILL)
    elif proposed.occurred_at.date() > due_on:
        problems.add("occurred_at", TOO_LATE, due=due_on.isoformat())
