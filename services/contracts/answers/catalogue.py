"""Lists of matters as they are told: the one in force, publications, differences between levels, and adoptions."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Facts, Items, Message, Moment, Template
from services.contracts.matters import CatalogueMatter


class MattersInForce(Items[CatalogueMatter]):
    """The list in force, whole."""

    number: int = Field(description="its version; 0 before the first")


class MatterTold(Answer):
    """One matter with all its parts, as one version of the list has it."""

    number: int = Field(description="the version of the list that says so")
    in_force: int = Field(description="the version in force")
    matter: CatalogueMatter
    is_current: bool = Field(description="whether the list in force says the same")


class MatterAnswer(Answer):
    """A matter was added or changed."""

    code: str
    number: int = Field(description="version of the list from now on")


class PublicationTold(Answer):
    """A version of our list that was published for those below."""

    number: int
    published_at: Moment
    published_by: str
    adopt_by: date | None
    note: str | None
    matters: int


class PublicationAbove(Answer):
    """A list that was published above, and what became of it here."""

    by: AuthorityTold
    number: int
    about: str = Field(description="what its clock is about")
    published_at: Moment
    arrived_at: Moment | None
    adopt_by: date | None
    note: str | None
    matters: int
    adopted_at: Moment | None
    adopted_by: Actor | None
    own_number: int | None = Field(description="the version of our own list that came of it")


class Publications(Items[PublicationTold]):
    """Our own publications, the newest first, and all from above, the highest authority first."""

    above: tuple[PublicationAbove, ...]
    publishes: bool = Field(description="whether anybody is below us")


class MatterChange(Answer):
    """What a publication changes against the one before."""

    what: Literal["added", "changed", "removed"]
    code: str
    name: str
    field: str = Field(description="empty where a matter was added or removed")
    before: Any
    after: Any


class PublicationAnswer(Answer):
    """The list in force was published, or would be."""

    number: int
    previous: int | None
    dry_run: bool
    matters: int
    changes: tuple[MatterChange, ...]


class DifferenceOutcome(StrEnum):
    """What adopting the list above does about a difference."""

    #: It goes beyond the list above and stands in the way.
    REFUSED = "refused"
    #: It is less, and stays.
    KEPT = "kept"
    #: The list above has its way.
    TAKEN = "taken"


class DifferenceTold(Answer):
    """One thing in which a list differs from the one above."""

    kind: str
    code: str
    name: str
    field: str
    outcome: DifferenceOutcome
    template: Template
    params: Facts
    message: Message


class ListDifferences(Items[DifferenceTold]):
    """In what our list differs from those above, and what adopting them would do about each."""

    number: int
    waiting: tuple[PublicationAbove, ...]
    in_force: tuple[PublicationAbove, ...]
    refused: int


class AdoptionTold(Answer):
    """What one authority below has done with a publication."""

    authority: AuthorityTold
    name: str
    level: str = Field(description="a code of Level; empty where it has not told of itself yet")
    via: AuthorityTold | None = Field(description="through which authority its word comes here")
    version: int | None = Field(description="the last one that it has adopted")
    arrived_at: Moment | None
    adopted_at: Moment | None
    person: Actor | None
    own_number: int | None
    shorter: int | None
    lag_days: int | None
    beyond: int | None
    differences: tuple[DifferenceTold, ...]
    lag_working_days: int | None
    late: bool


class Adoptions(Items[AdoptionTold]):
    """Every authority below: which version it has adopted, when, and how long that took."""

    publication: PublicationTold | None
    adopted: int


class ListAdopted(Answer):
    """A list from above that is adopted with it."""

    by: AuthorityTold
    number: int


class AdoptionAnswer(Answer):
    """Lists from above were adopted, or would be."""

    number: int
    dry_run: bool
    adopted: tuple[ListAdopted, ...]
    matters: int
    shorter: tuple[str, ...] = Field(description="codes of matters that are promised sooner than above")
    given_up: tuple[str, ...] = Field(description="codes of matters that our list has no more")
