"""Projects as they are told: the library, and what was answered to a registration or a move."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Answer, Moment, Page
from services.contracts.vocabulary import Library


class ProjectTold(Answer):
    """A project of the library."""

    project_code: str
    project_name: str
    owner_name: str
    credit_code: str | None
    investment_yuan: int | None
    planned_start: date | None
    initiated_on: date | None = Field(description="the day of its initiation; null: nobody has said")
    started_on: date | None = Field(description="the day on which works began; null: nobody has said that they have")
    library: Library
    look_back_on: date | None = Field(description="when a removed project is looked at again")
    registered_at: Moment


class ProjectDays(Answer):
    """Both official times of a project, in working days, over its cases here."""

    project_code: str
    cases: int
    since: date | None = Field(description="its initiation, or the first receipt where nobody said it; null: neither")
    until: date | None = Field(description="the last delivery, or other end; null: a case of it is open")
    whole_process_working_days: int
    legal_working_days: int = Field(
        description="days on which the law's count ran for one of its cases at least; side by side is counted once"
    )


class ProjectPage(Page[ProjectTold]):
    """Projects by code."""


class ProjectAnswer(Answer):
    """A project was registered, or more is known of it."""

    project_code: str


class ProjectMoveAnswer(Answer):
    """A project stands in another library."""

    project_code: str
    library: Library
