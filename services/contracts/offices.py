"""Offices: the departments that an authority has and the people whom they have named, as facts and as orders.

A day from which something is no longer so is the first such day. A department that was closed lives on in its
successor; its name is not used again, because its figures count under the successor (decision 22).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from services.contracts.actors import Objection
from services.contracts.commands import Command, Text
from services.contracts.dates import Day
from services.contracts.envelope import Event, Reach
from services.contracts.names import folded, near
from services.contracts.quantities import PERSON, PLAIN, Counted, Person, RecordedPerson
from services.contracts.vocabulary import Duty

#: As long as a person's own department may be.
DepartmentName = Annotated[str, Field(min_length=1, max_length=80), PLAIN]
OfficerName = Annotated[str, Field(min_length=1, max_length=60), PERSON]


# --- facts ------------------------------------------------------------------------------------------------------------


class DepartmentFact(Event):
    subject_field: ClassVar[str] = "department"
    department: str

    @property
    def subject(self) -> str:
        """The department, apart from every case and project."""
        return f"department/{self.department}"


class DepartmentOpened(DepartmentFact):
    """The authority has this department; said again when its short names or its counter are others."""

    stem: ClassVar[str] = "qidi.department.opened"
    #: None: nobody has said since when; a matter of the list named it.
    opened_on: date | None = None
    short_names: tuple[str, ...] = ()
    #: 综合窗口: its clerks receive, check, hand over and deliver for all departments.
    is_front_office: bool = False
    person: RecordedPerson | None = None


class DepartmentClosed(DepartmentFact):
    """From this day on the successor is what this department was: its matters, open cases and figures follow."""

    stem: ClassVar[str] = "qidi.department.closed"
    closed_on: date
    successor: str
    reason: str
    #: Codes of the matters that moved, and how many open cases did.
    matters: tuple[str, ...] = ()
    cases: Counted = 0
    person: RecordedPerson


class OfficerFact(Event):
    reach: ClassVar[Reach] = Reach.OWN
    subject_field: ClassVar[str] = "department"
    department: str
    officer: str
    person: RecordedPerson

    @property
    def subject(self) -> str:
        """The people of this department."""
        return f"officer/{self.department}"


class OfficerAppointed(OfficerFact):
    """The department has named this person; said again when his duties are others."""

    stem: ClassVar[str] = "qidi.officer.appointed"
    duties: tuple[Duty, ...]
    appointed_on: date


class OfficerDismissed(OfficerFact):
    """From this day on the person is none of the department's any more."""

    stem: ClassVar[str] = "qidi.officer.dismissed"
    dismissed_on: date
    reason: str


class CasesHandedOver(OfficerFact):
    """All that this person had in hand is another's; with days, where he is on leave."""

    stem: ClassVar[str] = "qidi.officer.handed-over"
    to: str
    reason: str
    cases: Counted
    away_from: date | None = None
    away_until: date | None = None


# --- orders -----------------------------------------------------------------------------------------------------------


class SetDepartment(Command):
    """The authority has this department; what is left out stays as it is."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "set-department"
    department: DepartmentName
    short_names: Annotated[tuple[DepartmentName, ...], Field(max_length=20)] | None = None
    is_front_office: bool | None = None
    opened_on: Day | None = None
    actor: Person | None = None


class CloseDepartment(Command):
    """A department ends in its successor; a dry run shows what would move."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "close-department"
    department: DepartmentName
    successor: DepartmentName
    #: The first day of the successor; today when left out.
    closed_on: Day | None = None
    reason: Text
    #: Whose cases go to whom of the successor; everybody else keeps his own there.
    handlers: Annotated[dict[OfficerName, OfficerName], Field(max_length=500)] = Field(default_factory=dict)
    dry_run: bool = False
    actor: Person | None = None


class AppointOfficer(Command):
    """A department names one of its people, or says his duties anew."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "appoint-officer"
    department: DepartmentName
    officer: OfficerName
    duties: Annotated[tuple[Duty, ...], Field(min_length=1, max_length=3)]
    #: Today when left out.
    appointed_on: Day | None = None
    actor: Person | None = None


class DismissOfficer(Command):
    """A person is none of the department's any more; refused while he has open cases."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "dismiss-officer"
    department: DepartmentName
    officer: OfficerName
    #: The first day without him; today when left out.
    dismissed_on: Day | None = None
    reason: Text
    actor: Person | None = None


class HandOver(Command):
    """All open cases of one person go to another of his department, with a reason; a dry run shows them."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "hand-over"
    department: DepartmentName
    officer: OfficerName
    to: OfficerName
    reason: Text
    #: The days of a leave, both counted; no case is given to him in them.
    away_from: Day | None = None
    away_until: Day | None = None
    dry_run: bool = False
    actor: Person | None = None


# --- what everybody knows of a department -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Department:
    """A department as the register has it."""

    name: str
    short_names: tuple[str, ...] = ()
    opened_on: date | None = None
    closed_on: date | None = None
    successor: str = ""
    is_front_office: bool = False

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


Departments = Mapping[str, Department]
"""Departments by name; empty where nothing was heard of any yet, and then every name will do."""


def objection_to(wanted: str, known: Departments) -> Objection | None:
    """Why this is no department of the authority: with the successor of one that was closed, else with near names."""
    found = known.get(spelt(wanted, known))
    if not known or (found is not None and found.is_open):
        return None
    if found is not None:
        facts = {"wanted": wanted, "day": str(found.closed_on), "successor": current(wanted, known)}
        return Objection("The department {wanted} was closed on {day}; its successor is {successor}.", facts)
    alike = near(wanted, {one.name: one.short_names for one in known.values() if one.is_open})
    if not alike:
        return Objection("There is no department {wanted}.", {"wanted": wanted})
    return Objection("There is no department {wanted}; near it: {near}.", {"wanted": wanted, "near": ", ".join(alike)})


def spelt(wanted: str, known: Departments) -> str:
    """The name as the register has it: blanks and the width of characters make no other department."""
    if wanted in known:
        return wanted
    return next((name for name in known if folded(name) == folded(wanted)), wanted)


def current(name: str, known: Departments) -> str:
    """What a department has become: itself while it is open, else its successor's successor."""
    name = spelt(name, known)
    while (found := known.get(name)) is not None and found.successor:
        name = found.successor
    return name
