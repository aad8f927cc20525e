"""Removed projects: they take no new case, and their open ones are ended by a named person (DOMAIN 3, rule 19)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.contracts.vocabulary import Library, StepKind
from services.intake.domain import Case, Proposal
from services.intake.store import Records
from services.plumbing.errors import Problem, Problems

NO_NEW_CASE: Final = "Project {code} was removed from the library: it takes no new case until it is moved back."
NOT_REMOVED: Final = "Project {code} has not been removed: the case goes on."


def against_receipt(project: Mapping[str, Any]) -> Problem | None:
    """Why no application of this project is taken in; None where it may be."""
    if project["library"] != Library.REMOVED:
        return None
    return Problem("project_code", NO_NEW_CASE, {"code": project["project_code"]})


def check_entry(project: Mapping[str, Any], case: Case, problems: Problems) -> None:
    """A line of another ledger opens no case of a removed project; what has ended is entered as it was."""
    against = against_receipt(project)
    if against is not None and not case.state.is_finished:
        problems.take(against)


def check_end(records: Records, case: Case, proposed: Proposal, problems: Problems) -> None:
    """A case ends with its project only where that was removed."""
    if proposed.step is StepKind.END_WITH_PROJECT and not is_removed(records, case):
        problems.add("step", NOT_REMOVED, code=case.project_code)


def is_removed(records: Records, case: Case) -> bool:
    """Whether the project of the case has been removed."""
    return bool(records.projects([case.project_code])[case.project_code]["library"] == Library.REMOVED)


def fits(records: Records, case: Case, step: StepKind) -> bool:
    """Whether a step is for the case at all: it ends with its project only where that was removed."""
    return step is not StepKind.END_WITH_PROJECT or is_removed(records, case)


def check_look_back(library: str, look_back_on: date | None, today: date, problems: Problems) -> None:
    """A removed project is looked at again on a day to come (plan, P0-04)."""
    if library != Library.REMOVED:
        return
    if look_back_on is None:
        if not problems.has("look_back_on"):
            problems.add("look_back_on", "A removed project needs the day on which it will be looked at again.")
    elif look_back_on <= today:
        problems.add("look_back_on", "The look-back on {day} must lie in the future.", day=look_back_on.isoformat())
