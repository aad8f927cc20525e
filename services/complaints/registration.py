"""Registrations: a complaint as somebody brings it, checked for all that does not need the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.complaints import domain, entitlement
from services.complaints.check import Checked
from services.complaints.departments.store import Departments
from services.complaints.store import Complaints
from services.contracts.complaint_orders import RegisterComplaint
from services.contracts.names import folded
from services.contracts.offices import objection_to, spelt
from services.contracts.quantities import RecordedPerson
from services.plumbing.errors import Conflict, Problem, Problems, Refused
from services.plumbing.switchboard import Office


@dataclass(frozen=True)
class Registration:
    """A complaint that can be taken in: by whom, when it came, who complains, and what it is said to be about."""

    order: RegisterComplaint
    person: RecordedPerson
    received_at: datetime
    name: str | None
    phone: str | None
    work_order_no: str | None
    project_code: str | None
    project_name: str | None
    matter: str | None

    def unnamed(self, typed: str | None) -> str | None:
        """As typed, but for the person, whom somebody may name where nobody expects it: this travels."""
        return None if typed is None else domain.without_person(typed, self.name, self.phone)

    def about(self, found: Checked) -> dict[str, Any]:
        """What is kept and told of it: by the record's own names where the record knows exactly one that fits."""
        project = found.projects[0] if len(found.projects) == 1 else None
        matter_code, matter_name = self._matter(found)
        return {
            "kind": self.order.kind.value,
            "urgency": self.order.urgency.value,
            "channel": self.unnamed(self.order.channel),
            "place": self.unnamed(self.order.place),
            "work_order_no": self.work_order_no,
            "department": self.unnamed(self.order.department) or found.only_department,
            "matter_code": matter_code,
            "matter_name": matter_name,
            "project_code": project["project_code"] if project else self.project_code,
            "project_name": project["project_name"] if project else self.unnamed(self.project_name),
            "check": found.verdict.value,
        }

    def _matter(self, found: Checked) -> tuple[str | None, str | None]:
        matters = {(case["matter_code"], case["matter_name"]) for case in found.cases} if self.matter else set()
        return matters.pop() if len(matters) == 1 else (None, self.unnamed(self.matter))

    def own(self, now: datetime, brought_by: str) -> Mapping[str, Any]:
        """What only this store keeps: the words, and who complained."""
        return {
            "state": domain.FIRST_STATE.value,
            "received_at": self.received_at.timestamp(),
            "registered_at": now.timestamp(),
            "registered_by": self.person.label,
            "brought_by": brought_by,
            "last_step_at": self.received_at.timestamp(),
            "text": self.order.text,
            "name": self.name,
            "phone": self.phone,
        }


def check_registration(office: Office, order: RegisterComplaint) -> Registration:
    """A complaint that can be taken in. Raises Refused with all that is wrong, Conflict for a known work order."""
    person, problems = entitlement.acting(office, order.actor), office.problems
    order = _with_department(office, order)
    entitlement.check_name(office, order.department or "", None, person)
    received_at = order.received_at or office.now
    name, phone = _blank(order.complainant_name), _blank(order.complainant_phone)
    _check_what_it_is_about(problems, order)
    _check_the_person(problems, order, name, phone)
    domain.check_time(problems, "received_at", received_at, office.now)
    if person is None or problems:
        raise Refused(*problems.found)
    work_order_no = _blank(order.work_order_no)
    if work_order_no:
        _check_work_order(Complaints(office.connection), work_order_no)
    said = (_blank(order.project_code), _blank(order.project_name), _blank(order.matter))
    return Registration(order, person, received_at, name, phone, work_order_no, *said)


def _with_department(office: Office, order: RegisterComplaint) -> RegisterComplaint:
    """The same with the department as the register has it; a problem where this is none of ours."""
    wanted = None if office.problems.has("department") else _blank(order.department)
    if wanted is None:
        return order
    known = Departments(office.connection).known()
    if against := objection_to(wanted, known):
        office.problems.add("department", against.template, **against.params)
    return order.model_copy(update={"department": spelt(wanted, known)})


def _blank(typed: str | None) -> str | None:
    return (typed or "").strip() or None


def _check_what_it_is_about(problems: Problems, order: RegisterComplaint) -> None:
    is_about_one = problems.has("kind") or order.kind not in domain.NEEDS_NO_PROJECT
    if is_about_one and not _blank(order.project_code) and not _blank(order.project_name):
        for field in ("project_code", "project_name"):
            if not problems.has(field):
                problems.add(field, "Give the project's code or its name: without one nothing can be checked.")
    for field, value in (("project_name", order.project_name), ("matter", order.matter)):
        if _blank(value) and len(folded(value or "")) < domain.SHORTEST_NAME:
            problems.add(
                field, "This is too short to look for; at least {least} characters.", least=domain.SHORTEST_NAME
            )


def _check_the_person(problems: Problems, order: RegisterComplaint, name: str | None, phone: str | None) -> None:
    if name and len(name) > domain.LONGEST_NAME:
        longest = domain.LONGEST_NAME
        problems.add("complainant_name", "This is longer than {max_length} characters.", max_length=longest)
    if phone and not domain.looks_like_a_telephone(phone):
        problems.add("complainant_phone", "This does not look like a telephone number.")
    for field, value in (("work_order_no", order.work_order_no), ("project_code", order.project_code)):
        if value and domain.names_the_person(value, name, phone):
            problems.add(field, "This contains the complainant's name or telephone, which may not travel.")


def _check_work_order(kept: Complaints, work_order_no: str) -> None:
    if before := kept.by_work_order(work_order_no):
        raise Conflict(
            Problem(
                "work_order_no",
                "Work order {work_order_no} is registered already as complaint {complaint_no}.",
                {"work_order_no": work_order_no, "complaint_no": before},
            )
        )
