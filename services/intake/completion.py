"""The day of completion that a department names for a case: never later than the day on which its decision is due."""

from datetime import date

from services.contracts.commands import CaseEntry
from services.contracts.vocabulary import StepKind
from services.intake import record
from services.intake.book import Draft
from services.intake.domain import Case, Proposal
from services.intake.steps import is_allowed
from services.intake.wire import officer
from services.plumbing.errors import Problems
from services.plumbing.switchboard import Office

FIELD = "complete_by"


def check(day: date | None, due_on: date | None, received_on: date, today: date, problems: Problems) -> None:
    """What is wrong with a day of completion (plan, P0-02). `due_on` is the timer's; None: it is not counted yet."""
    if day is None:
        return
    if day < received_on:
        problems.add(
            FIELD,
            "{day} is before the receipt on {received}; name the day by which the case will be finished.",
            day=day.isoformat(),
            received=received_on.isoformat(),
        )
    elif due_on is None:
        problems.add(
            FIELD,
            "The day on which this case is due cannot be counted now: leave this out, and name the day later.",
        )
    elif day > due_on and due_on < today:
        problems.add(
            FIELD,
            "{day} is after {due}, on which the case was due: it is overdue, no later day can be named. Leave it out.",
            day=day.isoformat(),
            due=due_on.isoformat(),
        )
    elif day > due_on:
        problems.add(
            FIELD,
            "{day} is after {due}, on which the case is due: name that day or an earlier one, or leave it out.",
            day=day.isoformat(),
            due=due_on.isoformat(),
        )


def enter(office: Office, draft: Draft, entry: CaseEntry, case: Case) -> Case:
    """Another day of completion stands in the line of a ledger now, and the record learns it."""
    is_open = is_allowed(StepKind.NAME_COMPLETION, case.state, case.notice_open, case.way)
    if entry.complete_by in (None, case.complete_by) or not is_open:
        return case
    proposed = Proposal(StepKind.NAME_COMPLETION, office.now, officer(entry.handler), complete_by=entry.complete_by)
    taken = record.take(case, proposed, (), office.now)
    draft.take(taken)
    return taken.case
