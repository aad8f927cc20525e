"""Entitlement: which complaints a caller may know of, and with which he may take a step (DOMAIN 3, rule 13)."""

from typing import Final

from services.complaints.store import ComplaintRow, Complaints
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Scope, Whose, barred, barred_from_name, scope_of, without_right
from services.contracts.vocabulary import ComplaintStepKind
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office

_ONE: Final = "complaints.one"
_STEP: Final = "complaints.step"
_PERSON: Final = "complaints.person"
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
    office.permit(_right(row, step), whose(row), "complaint_no")


def check_any(office: Office, row: ComplaintRow) -> None:
    """Whether the caller may take steps with this complaint at all. Raises NotAllowed."""
    office.permit(_STEP, whose(row), "complaint_no")


def may_step(office: Office, row: ComplaintRow, step: ComplaintStepKind) -> bool:
    """The same as an answer."""
    return barred(_right(row, step), office.caller, whose(row)) is None


def _right(row: ComplaintRow, step: ComplaintStepKind) -> str:
    """What came from above is revisited and closed there: here its department passes it on as well, and while it has
    none, whoever takes complaints signs and answers."""
    is_of_all = bool(row["from_above"]) and (step is ComplaintStepKind.DISPATCH or not row["department"])
    return _STEP if is_of_all else f"complaint-step.{step.value}"


def check_name(office: Office, row: ComplaintRow, step: ComplaintStepKind, named: RecordedPerson | None) -> None:
    """What the department says, a system says in the name of the department's people alone. Raises NotAllowed."""
    if named is not None and step in _OF_THE_DEPARTMENT:
        office.stand_aside(barred_from_name(office.caller, named, whose(row)), "actor")


def check_may_see_persons(office: Office, field: str) -> None:
    """Whether the caller may be shown who complained, or let another authority know; time itself may not either.

    Raises NotAllowed.
    """
    if scope_of(_PERSON, office.caller.role) is None:
        office.stand_aside(without_right(_PERSON, office.caller), field)
