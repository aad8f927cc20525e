"""The register as the rest of intake asks it: is this a department, may this person have a case, who was named."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from sqlalchemy import Connection

from services.contracts.names import folded
from services.contracts.offices import Department, DepartmentOpened, current, objection_to, spelt
from services.contracts.vocabulary import ZONE, Role
from services.intake.domain import Officer, check_officer
from services.intake.offices.domain import Appointment, check_person
from services.intake.offices.store import Offices
from services.intake.store import Records
from services.plumbing.errors import Problems
from services.plumbing.switchboard import Office, Said

#: As long as a department's name may be; what is longer in a list from above is nobody's here.
_LONGEST = 80


def today(office: Office) -> date:
    """The day in Asia/Shanghai."""
    return office.now.astimezone(ZONE).date()


class Register:
    """Departments and people, read once for everything that one message asks."""

    def __init__(self, connection: Connection) -> None:
        self._offices = Offices(connection)

    @cached_property
    def departments(self) -> dict[str, Department]:
        return self._offices.departments()

    @cached_property
    def _people(self) -> dict[str, list[Appointment]]:
        found: dict[str, list[Appointment]] = {}
        for one in self._offices.appointments():
            found.setdefault(one.department, []).append(one)
        return found

    def people(self, department: str) -> list[Appointment]:
        """Everybody whom a department has ever named."""
        return self._people.get(spelt(department, self.departments), [])

    def current(self, department: str) -> str:
        """What this department has become: itself as the register spells it, or its successor."""
        return current(department, self.departments)

    def known(self, person: Officer) -> Officer:
        """The person with his name and his department as the register spells them."""
        same = (one.name for one in self.people(person.department) if folded(one.name) == folded(person.name))
        return Officer(next(same, person.name), spelt(person.department, self.departments))

    def front_offices(self) -> list[str]:
        """The departments whose clerks act for all the others at the counter."""
        return [one.name for one in self.departments.values() if one.is_open and one.is_front_office]

    def named(self, name: str, department: str, on: date) -> Appointment | None:
        """The person whom this department has named, if it has, and he is one of its people on that day."""
        covering = [one for one in self.people(department) if folded(one.name) == folded(name) and one.covers(on)]
        return covering[-1] if covering else None

    def head(self, department: str, on: date) -> Officer | None:
        """The head of a department on that day, one who is not on leave before one who is; None: it has named none."""
        heads = [one for one in self.people(department) if Role.HEAD in one.duties and one.covers(on)]
        here = sorted(heads, key=lambda one: one.is_away(on))
        return Officer(here[0].name, here[0].department) if here else None

    def check_department(self, field: str, name: str | None, problems: Problems) -> None:
        """A problem on `field` where this is no department of ours, with near names or the successor."""
        against = objection_to(name, self.departments) if name else None
        if against is not None and not problems.has(field):
            problems.add(field, against.template, **against.params)

    def check_holder(self, field: str, person: Officer | None, problems: Problems, *days: date, of: str = "") -> None:
        """Problems on `field` where this person cannot have a case in hand on any of these days, the last one today;
        `of`: the department that holds it, where that is known here."""
        if person is None or problems.has(field):
            return
        self.check_department(f"{field}.department", person.department, problems)
        if of:
            check_officer(f"{field}.department", person, of, problems)
        if not problems.has(field):
            check_person(person, self.people(person.department), days, problems, f"{field}.name")


def enter(office: Office, names: Iterable[str]) -> list[Said]:
    """Departments that a list or a case names are entered where they are not known; what is said of it."""
    offices = Offices(office.connection)
    known = offices.departments()
    new = [one for one in dict.fromkeys(names) if one and one not in known and len(one) <= _LONGEST]
    for name in new:
        offices.keep(Department(name), office.now)
    return [Said(DepartmentOpened(department=name), office.now) for name in new]


def begin(office: Office) -> list[Said]:
    """The departments of the list in force and of all open cases, where none has been entered yet."""
    offices = Offices(office.connection)
    if offices.departments():
        return []
    listed = [body["department"] for body in Records(office.connection).matters().values()]
    return enter(office, [*listed, *offices.departments_of_cases()])
