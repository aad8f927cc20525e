"""Orders about departments: one is there from now on, or ends in its successor with everything that it holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from services.contracts.cases import CaseReassigned, CatalogueAdopted
from services.contracts.names import folded
from services.contracts.offices import (
    AppointOfficer,
    CloseDepartment,
    Department,
    DepartmentClosed,
    DepartmentOpened,
    Departments,
    DismissOfficer,
    HandOver,
    OfficerAppointed,
    SetDepartment,
    spelt,
)
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import StepKind
from services.intake import record
from services.intake.catalogues.wire import body_of, list_of, wire_matter
from services.intake.domain import Case, Officer, Proposal
from services.intake.offices.domain import Appointment, Succession
from services.intake.offices.register import Register, today
from services.intake.offices.store import Offices
from services.intake.store import Records
from services.intake.wire import officer
from services.plumbing.errors import Conflict, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said

Order = TypeVar("Order", SetDepartment, CloseDepartment, AppointOfficer, DismissOfficer, HandOver)


def as_spelt(order: Order, known: Departments) -> Order:
    """The order with its departments as the register spells them."""
    named = {name: getattr(order, name, None) for name in ("department", "successor")}
    return order.model_copy(update={name: spelt(one, known) for name, one in named.items() if one})


# --- there is one -----------------------------------------------------------------------------------------------------


def set_department(office: Office, order: SetDepartment) -> Outcome:
    """The authority has this department; the same once more changes nothing.

    Raises Refused with everything that is wrong, Conflict for the name of one that was closed.
    """
    offices = Offices(office.connection)
    known = offices.departments()
    order = as_spelt(order, known)
    person = _check_setting(office, order, known)
    before = known.get(order.department)
    after = _as_given(order, before or Department(order.department, opened_on=today(office)))
    answer = {"department": after.name}
    if after == before:
        return Outcome(answer)
    offices.keep(after, office.now)
    event = DepartmentOpened(
        department=after.name,
        opened_on=after.opened_on,
        short_names=after.short_names,
        is_front_office=after.is_front_office,
        person=person,
    )
    return Outcome(answer, [Said(event, office.now, person.label)])


def _as_given(order: SetDepartment, one: Department) -> Department:
    return replace(
        one,
        short_names=one.short_names if order.short_names is None else order.short_names,
        is_front_office=one.is_front_office if order.is_front_office is None else order.is_front_office,
        opened_on=order.opened_on or one.opened_on,
    )


def _check_setting(office: Office, order: SetDepartment, known: dict[str, Department]) -> RecordedPerson:
    person, problems = office.acting(order.actor), office.problems
    before = known.get(order.department)
    if before is not None and not before.is_open:
        facts = {"department": before.name, "day": str(before.closed_on), "successor": before.successor}
        template = "{department} was closed on {day} in favour of {successor}; its name is not used again."
        raise Conflict(*problems.found, Problem("department", template, facts))
    _check_names(order, known, problems)
    if order.opened_on is not None and order.opened_on > today(office):
        problems.add("opened_on", "The day {day} is in the future.", day=str(order.opened_on))
    if problems or person is None:
        raise Refused(*problems.found)
    return person


def _check_names(order: SetDepartment, known: dict[str, Department], problems: Problems) -> None:
    """No two open departments are called the same, by any of their names."""
    called = {folded(name): one.name for one in known.values() if one.is_open for name in (one.name, *one.short_names)}
    for field, names in (("department", (order.department,)), ("short_names", order.short_names or ())):
        for name in names:
            owner = called.get(folded(name or ""), order.department)
            if owner != order.department and not problems.has(field):
                problems.add(field, "{name} is a name of {owner} already.", name=name, owner=owner)


# --- it ends ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """The end of a department, checked: what moves where, and who says so."""

    person: RecordedPerson
    reason: str
    on: date
    succession: Succession
    cases: Sequence[Case]
    matters: Sequence[str]
    appointed: Sequence[Appointment]
    ended: Sequence[Appointment]

    def answer(self, dry_run: bool) -> dict[str, Any]:
        """What the caller is told: matters, cases and people that move."""
        moves = [
            {
                "case_no": case.case_no,
                "matter_name": case.matter_name,
                "handler": case.handler.name,
                "new_handler": self.succession.person(case.handler).name,
            }
            for case in self.cases
        ]
        return {
            "department": self.succession.department,
            "successor": self.succession.successor,
            "closed_on": self.on.isoformat(),
            "dry_run": dry_run,
            "matters": list(self.matters),
            "cases": moves,
            "officers": [one.name for one in self.appointed],
        }


def close_department(office: Office, order: CloseDepartment) -> Outcome:
    """A department ends: its matters, open cases and people are the successor's, in one step.

    Raises Refused with everything that is wrong, Conflict where it was closed before.
    """
    ending = _check_ending(office, as_spelt(order, Offices(office.connection).departments()))
    answer = ending.answer(bool(order.dry_run))
    if order.dry_run:
        return Outcome(answer)
    return Outcome(answer, _write(office, ending))


def _check_ending(office: Office, order: CloseDepartment) -> Ending:
    person, problems, register = office.acting(order.actor), office.problems, Register(office.connection)
    on = order.closed_on or today(office)
    known = register.departments.get(order.department)
    if known is not None and not known.is_open:
        facts = {"wanted": known.name, "day": str(known.closed_on), "successor": register.current(known.name)}
        template = "The department {wanted} was closed on {day}; its successor is {successor}."
        raise Conflict(*problems.found, Problem("department", template, facts))
    _check_parties(order, register, problems)
    if on > today(office):
        problems.add("closed_on", "The day {day} is in the future.", day=str(on))
    elif known is not None and known.opened_on is not None and on < known.opened_on:
        problems.add(
            "closed_on", "{day} is before {opened}, when it was opened.", day=str(on), opened=str(known.opened_on)
        )
    for name in (order.handlers or {}).values():
        register.check_holder("handlers", Officer(name, order.successor), problems, today(office))
    if problems or person is None:
        raise Refused(*problems.found)
    return _ending(office, order, register, on, person)


def _check_parties(order: CloseDepartment, register: Register, problems: Problems) -> None:
    """Both are departments of ours, and not the same; one that a list names but nobody entered can end as well."""
    register.check_department("department", order.department, problems)
    if order.department and order.successor == order.department:
        problems.add("successor", "A department cannot be its own successor.")
    elif order.successor and not register.departments:
        problems.add("successor", "There is no department {wanted}.", wanted=order.successor)
    else:
        register.check_department("successor", order.successor, problems)


def _ending(office: Office, order: CloseDepartment, register: Register, on: date, person: RecordedPerson) -> Ending:
    succession = Succession(order.department, order.successor, order.handlers)
    own, there = register.people(order.department), register.people(order.successor)
    open_cases = Offices(office.connection).open_of(order.department)
    listed = list_of(Records(office.connection).matters().values())
    return Ending(
        person=person,
        reason=order.reason,
        on=on,
        succession=succession,
        cases=open_cases,
        matters=[code for code, one in listed.items() if succession.matter(one) != one],
        appointed=succession.moved(own, there, open_cases, today(office)),
        ended=[one for one in own if one.is_current],
    )


def _write(office: Office, ending: Ending) -> list[Said]:
    """Write the end down; what is said about it, the department's own end first."""
    offices, old, new = Offices(office.connection), ending.succession.department, ending.succession.successor
    label, now = ending.person.label, office.now
    offices.close(old, ending.on, new, ending.reason)
    for one in ending.ended:
        # who was named for a later day has never been one
        offices.change(replace(one, dismissed_on=max(ending.on, one.appointed_on)))
    offices.appoint(ending.appointed)
    closed = DepartmentClosed(
        department=old,
        closed_on=ending.on,
        successor=new,
        reason=ending.reason,
        matters=tuple(ending.matters),
        cases=len(ending.cases),
        person=ending.person,
    )
    said = [Said(closed, now, label), *_matters(office, ending)]
    said += [Said(appointed(one, ending.person), now, label) for one in ending.appointed]
    return said + [one for case in ending.cases for one in _case(office, ending, case)]


def appointed(one: Appointment, person: RecordedPerson) -> OfficerAppointed:
    """The fact that a department has named somebody."""
    return OfficerAppointed(
        department=one.department,
        officer=one.name,
        duties=one.duties,
        appointed_on=one.appointed_on,
        person=person,
    )


def _matters(office: Office, ending: Ending) -> list[Said]:
    """The list in force with the successor in it: a new version."""
    if not ending.matters:
        return []
    records = Records(office.connection)
    listed = {code: ending.succession.matter(one) for code, one in list_of(records.matters().values()).items()}
    number, positions = records.catalogue_number() + 1, {code: at for at, code in enumerate(listed, start=1)}
    why = f"{ending.succession.department} -> {ending.succession.successor}"
    records.adopt(number, office.now, why, [(positions[code], body_of(listed[code])) for code in ending.matters])
    event = CatalogueAdopted(number=number, matters=tuple(wire_matter(one) for one in listed.values()))
    return [Said(event, office.now, ending.person.label)]


def _case(office: Office, ending: Ending, case: Case) -> list[Said]:
    """One case goes to the successor: its line in the history, and the fact."""
    after = ending.succession.case(case)
    said = reassign(office, case, after.handler, ending.person, ending.reason)
    Records(office.connection).change_cases([after])
    return [
        replace(one, event=one.event.model_copy(update={"department": after.department}))
        if isinstance(one.event, CaseReassigned)
        else one
        for one in said
    ]


def reassign(office: Office, case: Case, to: Officer, person: RecordedPerson, reason: str) -> Sequence[Said]:
    """A case goes to another person, now and for this reason: its line in the history, and the fact."""
    proposed = Proposal(StepKind.REASSIGN, office.now, officer(person), reason=reason, new_handler=to)
    taken = record.take(case, proposed, (), office.now)
    Records(office.connection).change_case(taken.case, taken.rows)
    return taken.said
