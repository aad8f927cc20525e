"""Decides what the sample ledger holds: one banner's projects, cases and complaints, the same for the same day.

Everything is invented: places are real towns of the banner; no person, company, code or telephone number is. The
cases are laid around the day of generation, so that every state and every light is there whenever it is loaded.
"""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from deploy.sample.cases import cases_of
from deploy.sample.complaints import Grievance, complaints_of
from deploy.sample.names import handlers_of, projects_of

#: Another number gives another banner.
SEED = 150_424
PROJECTS, CASES, COMPLAINTS = 60, 300, 20


@dataclass(frozen=True)
class Sample:
    """What is entered, as the API takes it."""

    projects: list[dict[str, Any]]
    #: Entries of `POST /v1/imports/cases`.
    cases: list[dict[str, Any]]
    complaints: list[Grievance]
    #: Number of the case in the sample -> body of `POST /v1/lines/{case_no}/strike-off`.
    strikes: dict[str, dict[str, Any]]


def generate(today: date) -> Sample:
    """The sample as of a day: nothing in it happens on that day or later."""
    chance = Random(SEED)
    handlers = handlers_of(chance)
    projects = projects_of(chance, PROJECTS)
    cases, strikes = cases_of(chance, today, projects, handlers, CASES)
    complaints = complaints_of(chance, today, projects, cases, COMPLAINTS)
    return Sample(projects, cases, complaints, strikes)
