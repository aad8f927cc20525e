"""Entitlement: which complaints a caller may know of, and with which he may take a step (DOMAIN 3, rule 13)."""

from dataclasses import replace
from typing import Final

from services.complaints.departments.store import Departments
from services.complaints.store import ComplaintRow, Complaints
from services.contracts.actors import ACTS_FOR_OTHERS, Caller
from services.contracts.offices import current
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose, barred, barred_from_name, scope_of, without_right
from services.contracts.scopes import Scope
from services.contracts.vocabulary import ComplaintStepKind
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office

_ONE: Final = "complaints.one"
_STEP: Final = "complaints.step"
_PERSON: Final = "complaints.person"
#: As much of a name and of a department as stands with a step (`RecordedPerson`).
_LONGEST_NAME, _LONGEST = 60, 80
#: The words of the department that the complaint is about; the others are those of whoever took it.
_OF_THE_DEPARTMENT: Final = frozenset({ComplaintStepKind.SIGN, ComplaintStepKind.ANSWER, ComplaintStepKind.GIVE_BACK})


def whose(row: ComplaintRow) -> Whose:
    """Whose a complaint is: the department's that has to answer it."""
    return Whose(row["department"], brought_by=row["brought_by"])


def found(office: Office, complaint_no: str | None) -> ComplaintRow:
    """The complaint. Raises NotFound, or Refused when other things are wrong as well.

    To a system that did not bring it in there is no such complaint: numbers count up, and nobody learns by trying.
    """
    row = Complaints(office.connection).get(complaint_no) if complaint_no else None
    if row is None or _is_hidden(office, dict(row)):
        missing = Problem("complaint_no", "There is no complaint {complaint_no}.", {"complaint_no": complaint_no or ""})
        if office.problems:
            if complaint_no:
                office.problems.take(missing)
            office.problems.refuse()
        raise NotFound(missing)
    return dict(row)


def _is_hidden(office: Office, row: ComplaintRow) -> bool:
    is_narrow = scope_of(_ONE, office.caller.role) is Scope.OWN
    return is_narrow and not whose(row).is_own_of(office.caller)


def check(office: Office, row: ComplaintRow, step: ComplaintStepKind) -> None:
    """Whether the caller's right to this step reaches as far as this complaint. Raises NotAllowed."""
    office.stand_aside(barred(_right(row, step), _caller_now(office), whose(row)), "complaint_no")


def check_any(office: Office, row: ComplaintRow) -> None:
    """Whether the caller may take steps with this complaint at all. Raises NotAllowed."""
    office.stand_aside(barred(_STEP, _caller_now(office), whose(row)), "complaint_no")


def may_step(office: Office, row: ComplaintRow, step: ComplaintStepKind) -> bool:
    """The same as an answer."""
    return barred(_right(row, step), _caller_now(office), whose(row)) is None


def _caller_now(office: Office) -> Caller:
    """The caller with what his department has become, to which its complaints have gone."""
    caller = office.caller
    return replace(caller, department=current(caller.department, Departments(office.connection).known()))


def _right(row: ComplaintRow, step: ComplaintStepKind) -> str:
    """What came from above is revisited and closed there: here its department passes it on as well, and while it has
    none, whoever takes complaints signs and answers."""
    is_of_all = bool(row["from_above"]) and (step is ComplaintStepKind.DISPATCH or not row["department"])
    return _STEP if is_of_all else f"complaint-step.{step.value}"


def acting(office: Office, named: RecordedPerson | None) -> RecordedPerson | None:
    """The person who acts; a system that names nobody acts itself. Raises NotAllowed as `Office.acting` does."""
    caller = office.caller
    if caller.role not in ACTS_FOR_OTHERS or not caller.house:
        return office.acting(named)
    itself = RecordedPerson(
        name=(caller.name.strip() or caller.house)[:_LONGEST_NAME], department=caller.house[:_LONGEST]
    )
    return office.acting(named, itself)


def check_name(office: Office, department: str, step: ComplaintStepKind | None, named: RecordedPerson | None) -> None:
    """In whose name a system speaks of a complaint that is this department's: what the department says, in that of its
    people; all else, also in that of its own house. `step`: None where it is registered. Raises NotAllowed."""
    if named is not None:
        own = "" if step in _OF_THE_DEPARTMENT else office.caller.house
        office.stand_aside(barred_from_name(office.caller, named, Whose(department), own), "actor")


def check_may_see_persons(office: Office, field: str) -> None:
    """Whether the caller may be shown who complained, or let another authority know; time itself may not either.

    Raises NotAllowed.
    """
    if scope_of(_PERSON, office.caller.role) is None:
        office.stand_aside(without_right(_PERSON, office.caller), field)
