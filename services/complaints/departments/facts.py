"""Facts about departments: one is there, or has ended in its successor."""

from services.complaints.departments.store import Departments
from services.complaints.store import Complaints
from services.contracts.offices import Department, DepartmentClosed, DepartmentOpened
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome


def opened(office: Office, fact: Fact[DepartmentOpened]) -> Outcome:
    """The authority has this department."""
    Departments(office.connection).put(Department(fact.event.department, fact.event.short_names))
    return NOTHING


def closed(office: Office, fact: Fact[DepartmentClosed]) -> Outcome:
    """A department has ended: what it has still to answer is its successor's."""
    event = fact.event
    ended = Department(event.department, closed_on=event.closed_on, successor=event.successor)
    Departments(office.connection).put(ended)
    Complaints(office.connection).succeed(event.department, event.successor)
    return NOTHING
