"""Values of a case: limits, officers, what a notice names, what may come later, and where it stands above."""

from dataclasses import dataclass
from datetime import date, datetime

from services.contracts.vocabulary import Unit


@dataclass(frozen=True)
class Limit:
    """An amount with its unit, for example 20 working days."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS


@dataclass(frozen=True)
class Officer:
    """A named person and the department he acts for."""

    name: str
    department: str

    @property
    def label(self) -> str:
        """How he stands on an envelope: 张三@发展改革委; an authority that acts as such by its name alone."""
        return f"{self.name}@{self.department}" if self.department else self.name


@dataclass(frozen=True)
class Defect:
    """One thing that a notice names. `old` None: nobody has said whether it was visible in the first submission;
    `listed` None: nobody has compared its material with the list."""

    material: str
    problem: str
    advice: str
    old: bool | None = None
    listed: bool | None = None


@dataclass(frozen=True)
class Missing:
    """A material that may come later: the how many-th of its case, by when, and what follows where it does not."""

    number: int
    material: str
    due_on: date | None = None
    consequence: str | None = None


@dataclass(frozen=True)
class Above:
    """Where a case stands at a higher authority, as that has last told (DOMAIN 3, rule 17)."""

    by: str
    since: datetime
    #: A code of `CaseState`, or of a newer version.
    state: str
    department: str
    handler: str
    accepted_on: date | None = None
    due_on: date | None = None
    is_provisional: bool = False
