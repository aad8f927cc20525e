"""Entitlement: whose a case is, and why somebody may not take a step with it (DOMAIN 3, rule 13)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from services.contracts.actors import ACTS_FOR_OTHERS, Caller, Objection
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose, barred, barred_from_name, duties_for
from services.contracts.vocabulary import DUTIES, AcceptedBy, Role, StepKind
from services.intake.catalogues.wire import matter_of
from services.intake.domain import Case, Officer
from services.intake.offices.domain import is_reviewing
from services.intake.offices.register import Register, today
from services.intake.store import Records
from services.intake.wire import officer, person
from services.plumbing.switchboard import Office

#: The right to take an application in.
RECEIPT: Final = "cases.receive"
#: The words on acceptance, which a matter may keep for its department.
_ON_ACCEPTANCE: Final = frozenset(
    {
        *(StepKind.ACCEPT, StepKind.ACCEPT_WITH_DEFICIENCIES),
        *(StepKind.NOT_REQUIRED, StepKind.REFUSE_ACCEPTANCE),
    }
)


def front_offices(office: Office) -> Collection[str]:
    """The departments whose windows serve all the others."""
    return Register(office.connection).front_offices()


def caller_now(office: Office) -> Caller:
    """The caller with what his department has become: its people go on with the cases that its successor has."""
    caller = office.caller
    return replace(caller, department=Register(office.connection).current(caller.department))


def whose_matter(office: Office, department: str) -> Whose:
    """Whose an application is that nobody has taken in yet: the department's of its matter."""
    return Whose(department, front_offices=front_offices(office))


def whose(office: Office, case: Case) -> Whose:
    """Whose the case is."""
    return Whose(case.department, person(case.handler), case.brought_by, front_offices(office))


def against(office: Office, case: Case, step: StepKind) -> Objection | None:
    """Why the caller may not take this step with this case; None when he may. Who reviews a matter may note only."""
    if step is StepKind.NOTE and _reviews(office, case):
        return None
    return barred(f"case-step.{step.value}", caller_now(office), whose(office, case)) or _kept_back(office, case, step)


def _reviews(office: Office, case: Case) -> bool:
    """Whether the caller is at a desk of a department that reviews the case's matter."""
    body = Records(office.connection).matter(case.matter_code) if office.caller.role in DUTIES else None
    department = Register(office.connection).current(office.caller.department)
    return body is not None and is_reviewing(matter_of(body), department)


def _kept_back(office: Office, case: Case, step: StepKind) -> Objection | None:
    """Why the window leaves the word on acceptance to the department, where the matter says so."""
    if office.caller.role != Role.WINDOW or step not in _ON_ACCEPTANCE:
        return None
    matter = Records(office.connection).matter(case.matter_code)
    if matter is None or matter.get("accepted_by") != AcceptedBy.DEPARTMENT:
        return None
    return Objection(
        "{caller} ({role}) may not do this: of this matter {department} itself decides on acceptance.",
        {"caller": office.caller.called, "role": office.caller.role, "department": case.department},
    )


def check_name(office: Office, whose: Whose, named: RecordedPerson | None, step: StepKind | None = None) -> None:
    """A system acts in the name of people whom the department has named, and of nobody else. Raises NotAllowed."""
    if named is not None:
        office.stand_aside(barred_from_name(office.caller, named, whose), "actor")
        register = Register(office.connection)
        office.stand_aside(unnamed(office, register, officer(named), today(office), step=step), "actor")


def unnamed(
    office: Office, register: Register, person: Officer, *days: date, step: StepKind | None = None
) -> Objection | None:
    """Why a system may not act in the name of somebody whom the department has named on none of these days, or for
    no duty that may take the step: what is the head's own is told in a head's name alone (DOMAIN 3, rule 13)."""
    if office.caller.role not in ACTS_FOR_OTHERS:
        return None
    facts = {"caller": office.caller.called, "role": office.caller.role, "name": person.label}
    named = [one for day in days if (one := register.named(person.name, person.department, day)) is not None]
    if not named:
        template = (
            "{caller} ({role}) may act only in the name of a person whom the department has named, not of {name}."
        )
        return Objection(template, facts)
    duties = duties_for(f"case-step.{step.value}") if step is not None else DUTIES
    if any(duty in duties for one in named for duty in one.duties):
        return None
    template = "{caller} ({role}) may do this only in the name of one who may do it himself ({duties}), not of {name}."
    return Objection(template, facts | {"duties": ", ".join(duties)})
