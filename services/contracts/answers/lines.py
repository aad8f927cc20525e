"""Lines of the list as they are told: rows, and counts by light, department, matter and authority."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Answer, AuthorityTold, ForeignState, Items, Moment, Page, Wording
from services.contracts.beginning import Counting
from services.contracts.lists import SavedList
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
    complete_by: date | None = Field(
        description="the day by which it is finished: the one that its department has named, else the one on which its "
        "decision is due; null: not named, and not counted yet"
    )
    completion_named: bool = Field(description="whether its department has named a day itself")


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


class ListTold(Answer):
    """A saved list, and how much stands on it."""

    list: SavedList
    list_name: Wording
    address: str = Field(description="where its lines or projects are")
    count: int


class SavedLists(Items[ListTold]):
    """The saved lists, the plan's three first."""

    since: int = Field(description="the first year that counts: of the receipt, of projects of the initiation")


class ProjectLine(Answer):
    """A project as a line of a list, with or without a case."""

    authority: AuthorityTold
    project_code: str
    project_name: str
    owner_name: str
    library: str = Field(description="a code of Library, or one that only a newer version knows")
    initiated_on: date | None
    initiated_in: int | None = Field(description="the year of its initiation; of its code where nobody named the day")
    started_on: date | None
    registered_on: date
    cases: int = Field(description="how many applications there were")
    open: int = Field(description="how many of them are not finished")


class ProjectLinePage(Page[ProjectLine]):
    """Projects of a list, the newest initiation first."""


class StrikeOffAnswer(Answer):
    """A finished line has left the list."""

    case_no: str
    struck_on: date
