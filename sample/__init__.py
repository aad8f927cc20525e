"""The sample ledger: an authority's projects, cases and complaints, the same for the same day.

Everything is invented: places are real towns of the banner; no person, company, code or telephone number is. The
cases are laid around the day of generation, so that every state and every light is there whenever it is loaded.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sample.cases import ENDS_WITH_PROJECT, cases_of
from sample.complaints import Grievance, complaints_of
from sample.names import handlers_of, home_of, projects_of
from services.contracts.divisions import level_of
from services.contracts.vocabulary import Level, Library

BANNER = "150424"
PROJECTS, CASES, COMPLAINTS = 60, 300, 20
#: So long after its removal a project is looked at again.
LOOK_BACK_DAYS = 90
#: What an authority of each level has: those above the banner have some cases of their own.
SIZES: dict[Level, tuple[int, int, int]] = {
    Level.BANNER: (PROJECTS, CASES, COMPLAINTS),
    Level.CITY: (20, 60, 5),
    Level.REGION: (10, 30, 2),
}


@dataclass(frozen=True)
class Sample:
    """What is entered, as the API takes it."""

    projects: list[dict[str, Any]]
    #: Entries of `POST /v1/imports/cases`.
    cases: list[dict[str, Any]]
    complaints: list[Grievance]
    #: Number of the case in the sample -> body of `POST /v1/lines/{case_no}/strike-off`.
    strikes: dict[str, dict[str, Any]]
    #: The day on which removed projects are looked at again.
    look_back_on: date

    @property
    def removed(self) -> list[str]:
        """Codes of the projects that are removed, as the cases that ended with them have it."""
        ended = (one for one in self.cases if one["steps"] and one["steps"][-1]["step"] == ENDS_WITH_PROJECT)
        return sorted({one["project_code"] for one in ended})

    @property
    def removal(self) -> dict[str, Any]:
        """Body of `POST /v1/projects/{project_code}/move` for each of them."""
        reason = "不符合准入条件，经会商移出"
        return {"library": Library.REMOVED.value, "reason": reason, "look_back_on": self.look_back_on.isoformat()}


def generate(today: date, authority: str = BANNER) -> Sample:
    """An authority's sample as of a day: nothing in it happens on that day or later."""
    chance, home = Random(int(authority)), home_of(authority)
    project_count, case_count, complaint_count = SIZES[level_of(authority)]
    handlers = handlers_of(chance, home)
    projects = projects_of(chance, home, project_count)
    cases, strikes = cases_of(chance, today, projects, handlers, home, case_count)
    complaints = complaints_of(chance, today, projects, cases, home, complaint_count)
    return Sample(projects, cases, complaints, strikes, today + timedelta(days=LOOK_BACK_DAYS))
