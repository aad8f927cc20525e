"""Entitlement: whose a case is, and why somebody may not take a step with it (DOMAIN 3, rule 13)."""

from collections.abc import Collection
from typing import Final

from services.contracts.actors import Objection
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose, barred, barred_from_name
from services.contracts.vocabulary import AcceptedBy, Role, StepKind
from services.intake.domain import Case
from services.intake.store import Records
from services.intake.wire import person
from services.plumbing.switchboard import Office

#: The right to take an application in.
RECEIPT: Final = "cases.receive"
#: The words on acceptance, which a matter may keep for its department.
_ON_ACCEPTANCE: Final = frozenset({StepKind.ACCEPT, StepKind.NOT_REQUIRED, StepKind.REFUSE_ACCEPTANCE})


def front_offices(office: Office) -> Collection[str]:
    """The departments whose windows serve all the others."""
    return ()


def whose_matter(office: Office, department: str) -> Whose:
    """Whose an application is that nobody has taken in yet: the department's of its matter."""
    return Whose(department, front_offices=front_offices(office))


def whose(office: Office, case: Case) -> Whose:
    """Whose the case is."""
    return Whose(case.department, person(case.handler), case.brought_by, front_offices(office))


def against(office: Office, case: Case, step: StepKind) -> Objection | None:
    """Why the caller may not take this step with this case; None when he may."""
    return barred(f"case-step.{step.value}", office.caller, whose(office, case)) or _kept_back(office, case, step)


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


def check_name(office: Office, whose: Whose, named: RecordedPerson | None) -> None:
    """A system acts in the name of people of the department alone. Raises NotAllowed."""
    if named is not None:
        office.stand_aside(barred_from_name(office.caller, named, whose), "actor")
