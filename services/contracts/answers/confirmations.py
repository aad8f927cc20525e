"""Lines that wait for a department's signature, and what a signature did."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer
from services.contracts.vocabulary import CaseState


class DepartmentWaiting(Answer):
    """A department that has not signed for some of its lines."""

    department: str
    unconfirmed: int


class LineWaiting(Answer):
    """A line that an import brought in and nobody has signed for."""

    case_no: str
    external_no: str | None
    project_code: str
    matter_name: str
    handler: str
    received_on: date
    state: CaseState


class ConfirmationsTold(Answer):
    """From when on the authority counts, and what waits for a signature."""

    first_day: date | None = Field(description="what happened before is history; null: nothing is")
    counts_from: date | None = Field(description="the end of the trial run; null: there is none")
    is_trial: bool
    departments: tuple[DepartmentWaiting, ...]
    lines: tuple[LineWaiting, ...] = Field(description="those of the department that was asked for")


class ConfirmationAnswer(Answer):
    """A department has signed."""

    department: str
    confirmed_on: date = Field(description="the day from which the lines count")
    count: int = Field(description="how many lines it has signed for")
    left: int = Field(description="how many still wait: no more than a thousand are signed for at once")
    person: Actor
