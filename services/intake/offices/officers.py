"""Orders about a department's people: one is named, is none of them any more, or hands over all that he has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.contracts.names import folded
from services.contracts.offices import AppointOfficer, CasesHandedOver, DismissOfficer, HandOver, OfficerDismissed
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose
from services.intake.domain import Case, Officer
from services.intake.offices.departments import appointed, as_spelt, reassign
from services.intake.offices.domain import Appointment, in_order
from services.intake.offices.register import Register, today
from services.intake.offices.store import Offices
from services.plumbing.errors import Conflict, NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said


def _permit(office: Office, operation: str, department: str | None) -> None:
    """Raises NotAllowed where the caller's right ends at his own department and this is another."""
    if department:  # else that is what is wrong
        office.permit(operation, Whose(department), "department")


# --- named, and no longer ---------------------------------------------------------------------------------------------


def appoint(office: Office, order: AppointOfficer) -> Outcome:
    """A department names one of its people; once more with other duties says these anew.

    Raises NotAllowed for another department than one's own, Refused with everything that is wrong.
    """
    order = as_spelt(order, Offices(office.connection).departments())
    _permit(office, "officers.appoint", order.department)
    person, problems, register = office.acting(order.actor), office.problems, Register(office.connection)
    register.check_department("department", order.department, problems)
    if problems or person is None:
        raise Refused(*problems.found)
    before = _current(register, order.department, order.officer)
    after = Appointment(order.officer, order.department, in_order(order.duties), order.appointed_on or today(office))
    offices = Offices(office.connection)
    if before is not None:
        after = replace(before, duties=after.duties)
        offices.change(after)
    else:
        offices.appoint([after])
    answer = {"officer": after.name, "department": after.department, "duties": [one.value for one in after.duties]}
    if after == before:
        return Outcome(answer)
    return Outcome(answer, [Said(appointed(after, person), office.now, person.label)])


def dismiss(office: Office, order: DismissOfficer) -> Outcome:
    """A person is none of the department's any more.

    Raises NotAllowed for another department than one's own, NotFound where it has not named him, Conflict while he has
    open cases, Refused with everything that is wrong.
    """
    order = as_spelt(order, Offices(office.connection).departments())
    _permit(office, "officers.dismiss", order.department)
    person, problems, offices = office.acting(order.actor), office.problems, Offices(office.connection)
    on = order.dismissed_on or today(office)
    before = _current(Register(office.connection), order.department, order.officer)
    if before is None and order.department and order.officer:
        facts = {"name": order.officer, "department": order.department}
        raise NotFound(*problems.found, Problem("officer", "{department} has not named {name}.", facts))
    _check_end(office, before, on, problems)
    if problems or person is None or before is None:
        raise Refused(*problems.found)
    _check_hands(offices.open_with(before.name, before.department), before)
    offices.change(replace(before, dismissed_on=on))
    event = OfficerDismissed(
        department=before.department, officer=before.name, dismissed_on=on, reason=order.reason, person=person
    )
    answer = {"officer": before.name, "department": before.department, "dismissed_on": on.isoformat()}
    return Outcome(answer, [Said(event, office.now, person.label)])


def _check_end(office: Office, before: Appointment | None, on: date, problems: Problems) -> None:
    if on > today(office):
        problems.add("dismissed_on", "The day {day} is in the future.", day=str(on))
    elif before is not None and on < before.appointed_on:
        template = "{day} is before {appointed}, when he was named."
        problems.add("dismissed_on", template, day=str(on), appointed=str(before.appointed_on))


def _check_hands(in_hand: Sequence[Case], one: Appointment) -> None:
    if in_hand:
        template = "{name} has {count} open cases; they are handed over first."
        raise Conflict(Problem("officer", template, {"name": one.name, "count": len(in_hand)}))


def _current(register: Register, department: str, name: str) -> Appointment | None:
    """The one whom nobody has dismissed, also where he begins later."""
    same = (one for one in register.people(department) if folded(one.name) == folded(name or ""))
    return next((one for one in same if one.is_current), None)


# --- hand-over --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handing:
    """A hand-over, checked: which cases, from whom to whom, and who orders it."""

    person: RecordedPerson
    giver: Officer
    taker: Officer
    cases: Sequence[Case]
    #: Where the giver is named: with the days of his leave.
    away: Appointment | None


def hand_over(office: Office, order: HandOver) -> Outcome:
    """All open cases of one person are another's of his department, in one step, with the reason.

    Raises NotAllowed for another department than one's own, Refused with everything that is wrong.
    """
    order = as_spelt(order, Offices(office.connection).departments())
    _permit(office, "officers.hand-over", order.department)
    handing = _check_handing(office, order)
    answer = _answer(handing, order)
    if order.dry_run:
        return Outcome(answer)
    if handing.away is not None:
        Offices(office.connection).change(handing.away)
    told = CasesHandedOver(
        department=order.department,
        officer=order.officer,
        to=order.to,
        reason=order.reason,
        cases=len(handing.cases),
        away_from=order.away_from,
        away_until=order.away_until,
        person=handing.person,
    )
    said = [Said(told, office.now, handing.person.label)]
    for case in handing.cases:
        said += reassign(office, case, handing.taker, handing.person, order.reason)
    return Outcome(answer, said)


def _check_handing(office: Office, order: HandOver) -> Handing:
    person, problems, register = office.acting(order.actor), office.problems, Register(office.connection)
    register.check_department("department", order.department, problems)
    day = today(office)
    if order.officer and order.to == order.officer:
        problems.add("to", "Cases are handed over to another person.")
    _check_leave(order, day, problems)
    named = _current(register, order.department, order.officer)
    if not problems:
        register.check_holder("to", Officer(order.to, order.department), problems, day)
        _check_giver(office, order, register, problems)
    if problems or person is None:
        raise Refused(*problems.found)
    giver, taker = Officer(order.officer, order.department), Officer(order.to, order.department)
    away = None
    if named is not None and order.away_until is not None:
        away = replace(named, away_from=order.away_from or day, away_until=order.away_until)
    return Handing(person, giver, taker, Offices(office.connection).open_with(giver.name, giver.department), away)


def _check_giver(office: Office, order: HandOver, register: Register, problems: Problems) -> None:
    """Whoever hands over is known here: by a case in his hands, or because his department has named him."""
    in_hand = Offices(office.connection).in_hand()
    holders = {name: () for department, name in in_hand if department == order.department}
    people = {one.name: () for one in register.people(order.department)}
    if order.officer not in holders and order.officer not in people:
        template = "{department} has nobody called {name}."
        problems.add("officer", template, department=order.department, name=order.officer)


def _check_leave(order: HandOver, day: date, problems: Problems) -> None:
    if order.away_from is not None and order.away_until is None and not problems.has("away_until"):
        problems.add("away_until", "A leave needs its last day.")
    elif order.away_until is not None and order.away_until < max(day, order.away_from or day):
        problems.add("away_until", "The last day of the leave, {day}, is over.", day=str(order.away_until))


def _answer(handing: Handing, order: HandOver) -> dict[str, Any]:
    return {
        "department": order.department,
        "officer": order.officer,
        "to": order.to,
        "dry_run": bool(order.dry_run),
        "count": len(handing.cases),
        "cases": [
            {"case_no": case.case_no, "matter_name": case.matter_name, "state": case.state.value}
            for case in handing.cases
        ],
    }
