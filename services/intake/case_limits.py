"""Limits of single cases that change: joint handling with other departments, and a limit that was entered wrongly.

Joint handling takes 45 working days, and 15 more where the government's head approves (Licensing Law 42(2)). Else the
limit of a case may be shorter than the list's, never longer (DOMAIN 3, rule 15); it is corrected by the head alone, and
what another system says of it is recorded.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from services.contracts.names import folded
from services.contracts.vocabulary import StepKind, Unit
from services.intake.domain import Case, Limit, Proposal
from services.intake.offices.register import Register
from services.intake.store import moment
from services.plumbing.errors import Problem, Problems

JOINTLY: Final = Limit(45)
TOO_LATE: Final = "The decision was due on {due}: a limit that has run out is not changed any more."
LONGER: Final = "The list gives this matter {listed} {unit}: a single case may have less, never more."
OTHER_UNIT: Final = "The list counts this matter in {unit}: its limit is given so."
SAME: Final = "This is the limit that the case has already."
LONG_ENOUGH: Final = "This case has no limit of fewer than {most} {unit}: joint handling would not change it."
ONCE: Final = "The case has been handled jointly since {day}."
_OWN: Final = "{department} holds the case itself: name those that take part beside it."
#: The steps that change the limit of a case.
LIMITING: Final = frozenset({StepKind.HANDLE_JOINTLY, StepKind.CHANGE_LIMIT})


def judged(proposed: Proposal, listed: Limit | None, *, is_outside: bool) -> Proposal:
    """The step with the limit that joint handling has; with the objection where another system names a longer one."""
    if proposed.step is StepKind.HANDLE_JOINTLY:
        return replace(proposed, limit=JOINTLY)
    if proposed.step is not StepKind.CHANGE_LIMIT or proposed.limit is None or listed is None or not is_outside:
        return proposed
    return replace(proposed, objection=_too_long(proposed.limit, listed))


def counting(history: Iterable[Mapping[str, Any]], step: StepKind) -> list[Mapping[str, Any]]:
    """The lines of this step that have an effect: without those that were recorded with an objection."""
    return [row for row in history if row["step"] == step and "objection" not in json.loads(row["details"] or "{}")]


def jointly_judged(case: Case, proposed: Proposal, history: Sequence[Mapping[str, Any]]) -> Proposal:
    """Joint handling that another ledger has, with the objection where it changes nothing; any other step as it is."""
    if proposed.step is not StepKind.HANDLE_JOINTLY:
        return proposed
    return replace(proposed, objection=_not_jointly(case, history))


def check(
    case: Case, proposed: Proposal, listed: Limit | None, history: Iterable[Mapping[str, Any]], problems: Problems
) -> None:
    """What is wrong with a changed limit; of another system's word only what could not be recorded at all."""
    if proposed.step is StepKind.HANDLE_JOINTLY:
        problems.take(*filter(None, [_not_jointly(case, history)]))
    if proposed.step is not StepKind.CHANGE_LIMIT or proposed.limit is None:
        return
    if proposed.limit == case.limit:
        problems.add("limit", SAME)
    against = _too_long(proposed.limit, listed) if listed is not None and proposed.objection is None else None
    if against is not None:
        problems.take(against)


def check_due(proposed: Proposal, due_on: date | None, recorded_on: date, problems: Problems) -> None:
    """A limit that has run out gets no longer, whatever day the step names: what is late stays late."""
    if proposed.step in LIMITING and due_on is not None and max(proposed.occurred_at.date(), recorded_on) > due_on:
        problems.add("occurred_at", TOO_LATE, due=due_on.isoformat())


def check_departments(case: Case, proposed: Proposal, register: Register, problems: Problems) -> None:
    """Who takes part beside the department that holds the case."""
    for at, name in enumerate(proposed.departments):
        register.check_department(f"departments.{at}", name, problems)
        if folded(name) == folded(case.department):
            problems.add(f"departments.{at}", _OWN, department=case.department)


def _not_jointly(case: Case, history: Iterable[Mapping[str, Any]]) -> Problem | None:
    before = counting(history, StepKind.HANDLE_JOINTLY)
    if before:
        return Problem("step", ONCE, {"day": moment(before[0]["occurred_at"]).date().isoformat()})
    if case.limit.unit is not Unit.WORKING_DAYS or case.limit.amount >= JOINTLY.amount:
        return Problem("step", LONG_ENOUGH, {"most": JOINTLY.amount, "unit": JOINTLY.unit})
    return None


def _too_long(limit: Limit, listed: Limit) -> Problem | None:
    if limit.unit is not listed.unit:
        return Problem("limit", OTHER_UNIT, {"unit": listed.unit})
    if limit.amount > listed.amount:
        return Problem("limit", LONGER, {"listed": listed.amount, "unit": listed.unit})
    return None
