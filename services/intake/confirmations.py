"""Confirmations: a department signs, once, for the lines that an import brought in; from that day on they count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.beginning import Counting
from services.contracts.cases import CaseConfirmed
from services.contracts.commands import ConfirmLines
from services.contracts.offices import spelt
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose
from services.intake.counting import counting_of
from services.intake.domain import Case
from services.intake.offices.register import Register, today
from services.intake.store import Records
from services.plumbing.errors import Conflict, Problem, Refused
from services.plumbing.switchboard import Office, Outcome, Said

#: So many lines are signed for at once, and shown at once; what is left needs another signature.
MOST_AT_ONCE: Final = 1000


def confirm(office: Office, order: ConfirmLines) -> Outcome:
    """The department's lines count from today on; what is history already is not signed for.

    Raises NotAllowed for another department than one's own, Conflict where nothing waits, Refused with everything that
    is wrong.
    """
    signing, on = _check(office, order), today(office)
    numbers = [case.case_no for case in signing.cases]
    Records(office.connection).confirm(numbers)
    said = [
        Said(
            CaseConfirmed(case_no=case.case_no, handler=signing.person, state=case.state, confirmed_on=on),
            office.now,
            signing.person.label,
        )
        for case in signing.cases
    ]
    answer = {
        "department": signing.department,
        "confirmed_on": on.isoformat(),
        "count": len(numbers),
        "left": signing.waiting - len(numbers),
        "person": signing.person.label,
    }
    return Outcome(answer, said)


@dataclass(frozen=True)
class _Signing:
    """A signature, checked: who signs for which lines of a department, and how many waited."""

    department: str
    person: RecordedPerson
    cases: Sequence[Case]
    waiting: int


def _check(office: Office, order: ConfirmLines) -> _Signing:
    register, problems = Register(office.connection), office.problems
    department = spelt(order.department, register.departments) if order.department else ""
    if department:  # else that is what is wrong
        office.permit("confirmations.confirm", Whose(department), "department")
    who = office.acting(order.actor)
    register.check_department("department", department, problems)
    found = {case.case_no: case for case in waiting(office, department)}
    wanted = list(dict.fromkeys(order.case_nos or ())) or list(found)
    for at, number in enumerate(order.case_nos or ()):
        if number not in found:
            template = "{case_no} is no line of {department} that waits for a signature."
            problems.add(f"case_nos.{at}", template, case_no=number, department=department)
    if problems or who is None:
        raise Refused(*problems.found)
    if not found:
        template = "No line of {department} waits for a signature."
        raise Conflict(Problem("department", template, {"department": department}))
    return _Signing(department, who, [found[number] for number in wanted[:MOST_AT_ONCE]], len(found))


def waiting(office: Office, department: str | None = None) -> list[Case]:
    """The lines that wait for the signature of this department, or of any: by number, history left out."""
    found, first_day = Records(office.connection).unconfirmed(department), office.beginning.first_day
    return [case for case in found if counting_of(case, first_day) is Counting.UNCONFIRMED]


def confirmations(office: Office, department: str | None = None) -> dict[str, Any]:
    """From when on the authority counts, how many lines of each department wait, and the first of one department."""
    found, beginning = waiting(office), office.beginning
    counts = Counter(case.department for case in found)
    return {
        "first_day": beginning.first_day.isoformat() if beginning.first_day else None,
        "counts_from": beginning.counts_from.isoformat() if beginning.counts_from else None,
        "is_trial": beginning.is_trial(office.now),
        "departments": [{"department": name, "unconfirmed": counts[name]} for name in sorted(counts)],
        "lines": [_line(case) for case in found if case.department == department][:MOST_AT_ONCE],
    }


def _line(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "external_no": case.external_no,
        "project_code": case.project_code,
        "matter_name": case.matter_name,
        "handler": case.handler.name,
        "received_on": case.received_on.isoformat(),
        "state": case.state.value,
    }
