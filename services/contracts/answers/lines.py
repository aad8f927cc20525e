"""Lines of the list as they are told: rows, and counts by light, department, matter and authority."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Answer, AuthorityTold, ForeignState, Moment, Page, Wording
from services.contracts.beginning import Counting
from services.contracts.vocabulary import Light, Unit


class LineTold(Answer):
    """A case as a line of the list that people read."""

    case_no: str
    seq: int
    project_code: str
    project_name: str
    owner_name: str
    matter_code: str
    matter_name: str
    department: str
    handler: str
    received_on: date
    accepted_on: date | None
    limit_amount: int | None
    limit_unit: Unit | None
    due_on: date | None
    due_unit: Unit | None = Field(description="in which what is left until then is counted: working or calendar days")
    provisional: bool
    light: Light
    state: ForeignState
    closed_on: date | None
    struck_on: date | None
    authority: AuthorityTold
    held_by: AuthorityTold | None
    held_since: Moment | None
    state_name: Wording
    counting: Counting = Field(description="whether it counts: history and what is not confirmed are in no rate")


class LinePage(Page[LineTold]):
    """Lines in the order that was asked for."""


class LightCounts(Answer):
    """How many show which light."""

    green: int
    yellow: int
    red: int
    grey: int


class DepartmentCounts(LightCounts):
    """Open lines of one department."""

    department: str
    open: int


class MatterCounts(LightCounts):
    """Open lines of one matter."""

    matter_code: str
    matter_name: str
    open: int


class StandingCounts(LightCounts):
    """Open lines by light, and all lines by where they stand in the list."""

    open: int
    closed: int
    struck: int
    elsewhere: int = Field(description="open lines whose case another authority has in hand")


class AuthorityCounts(StandingCounts):
    """Lines of one authority."""

    authority: AuthorityTold


class LineSummary(Answer):
    """Counts of the list."""

    by_light: LightCounts
    by_department: tuple[DepartmentCounts, ...]
    by_matter: tuple[MatterCounts, ...]
    by_authority: tuple[AuthorityCounts, ...]
    open: int
    closed: int
    struck: int


class StrikeOffAnswer(Answer):
    """A finished line has left the list."""

    case_no: str
    struck_on: date
