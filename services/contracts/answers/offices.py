"""Departments and people as they are told, and what an order about them did."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Answer, Items
from services.contracts.vocabulary import CaseState, Duty


class DepartmentTold(Answer):
    """A department that the authority has or had."""

    name: str
    short_names: tuple[str, ...]
    opened_on: date | None = Field(description="null where nobody has said since when")
    closed_on: date | None = Field(description="the first day without it")
    successor: str | None
    reason: str | None = Field(description="why it was closed")
    is_front_office: bool
    matters: int = Field(description="how many of the list in force it decides")
    reviewing: int = Field(description="how many it reviews beside the deciding department")
    officers: int = Field(description="people whom it has named, today")
    has_named: bool = Field(description="from the first one on only who is named may have a case in hand")
    open_cases: int


class DepartmentList(Items[DepartmentTold]):
    """The open departments by name, then those that were closed."""


class OfficerTold(Answer):
    """A person of a department, named or with a case in hand."""

    name: str
    department: str
    duties: tuple[Duty, ...] = Field(description="empty where the department has not named him")
    appointed_on: date | None
    dismissed_on: date | None = Field(description="the first day without him")
    away_from: date | None
    away_until: date | None
    open_cases: int


class OfficerList(Items[OfficerTold]):
    """Those who are named now, whoever has a case in hand without it, then those who were."""

    today: date


class DepartmentAnswer(Answer):
    """A department is as it was ordered."""

    department: str


class CaseMoving(Answer):
    """A case of the department that ends."""

    case_no: str
    matter_name: str
    handler: str
    new_handler: str


class DepartmentClosedAnswer(Answer):
    """A department has ended in its successor, or would."""

    department: str
    successor: str
    closed_on: date
    dry_run: bool
    matters: tuple[str, ...] = Field(description="codes of the matters that move")
    cases: tuple[CaseMoving, ...]
    officers: tuple[str, ...] = Field(description="who becomes one of the successor's")


class AppointmentAnswer(Answer):
    """A department has named a person with these duties."""

    officer: str
    department: str
    duties: tuple[Duty, ...]


class DismissalAnswer(Answer):
    """A person is none of the department's from that day on."""

    officer: str
    department: str
    dismissed_on: date


class CaseHanded(Answer):
    """A case that goes to another person."""

    case_no: str
    matter_name: str
    state: CaseState


class HandOverAnswer(Answer):
    """All open cases of a person are another's, or would be."""

    department: str
    officer: str
    to: str
    dry_run: bool
    count: int
    cases: tuple[CaseHanded, ...]
