"""Steps of a complaint: one that may be taken, what it changes here, and what is told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from services.complaints import domain, entitlement
from services.complaints.departments.store import Departments
from services.complaints.domain import Progress
from services.complaints.entitlement import found
from services.complaints.referrals import arrival, dispatch
from services.complaints.referrals.dispatch import Addressee
from services.complaints.store import ComplaintRow, Record
from services.contracts.complaint_orders import TakeComplaintStep
from services.contracts.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDispatched,
    ComplaintGivenBack,
    ComplaintRevisited,
    ComplaintSigned,
    ComplaintStep,
)
from services.contracts.offices import Departments as KnownDepartments
from services.contracts.offices import objection_to, spelt
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ComplaintStepKind
from services.plumbing.errors import Problems, Refused
from services.plumbing.switchboard import Office


@dataclass(frozen=True)
class CheckedStep:
    """A step that may be taken: by whom, on which complaint, when it happened, and to whom it goes below, if at all."""

    order: TakeComplaintStep
    person: RecordedPerson
    row: ComplaintRow
    occurred_at: datetime
    addressee: Addressee | None

    @property
    def number(self) -> str:
        """The complaint's number."""
        return str(self.row["complaint_no"])

    @property
    def department(self) -> str | None:
        """Where a dispatch goes, as it is kept and told: of an authority without a department, the authority's name."""
        if self.order.step is not ComplaintStepKind.DISPATCH:
            return None
        if not self.order.department and self.addressee is not None:
            return self.addressee.name or self.addressee.code
        return self.unnamed(self.order.department)

    def unnamed(self, typed: str | None) -> str:
        """As typed, but for who complained: this travels."""
        return domain.without_person(typed or "", self.row["name"], self.row["phone"])

    def changes(self) -> dict[str, Any]:
        """What becomes of the complaint."""
        changed: dict[str, Any] = {
            "state": domain.STEPS[self.order.step].leads_to.value,
            "last_step_at": self.occurred_at.timestamp(),
        }
        match self.order.step:
            case ComplaintStepKind.DISPATCH:
                changed |= {"department": self.department, "held_by": self.order.authority}
            case ComplaintStepKind.ANSWER:
                changed |= {"upheld": self.order.upheld, "satisfied": None}
            case ComplaintStepKind.REVISIT:
                changed["satisfied"] = self.order.satisfied
        return changed

    def event(self) -> ComplaintStep:
        """What travels of a step: who and what became of it, never the words."""
        named: dict[str, Any] = {"complaint_no": self.number, "person": self.person}
        match self.order.step:
            case ComplaintStepKind.DISPATCH:
                sent = {"department": self.department, "authority": self.order.authority}
                return ComplaintDispatched.model_validate(named | sent)
            case ComplaintStepKind.SIGN:
                return ComplaintSigned(**named)
            case ComplaintStepKind.ANSWER:
                return ComplaintAnswered(**named, upheld=bool(self.order.upheld))
            case ComplaintStepKind.REVISIT:
                return ComplaintRevisited(**named, satisfied=bool(self.order.satisfied))
            case ComplaintStepKind.GIVE_BACK:
                return ComplaintGivenBack(**named, note=self.unnamed(self.order.text))
            case ComplaintStepKind.CLOSE:
                return ComplaintClosed(**named, upheld=bool(self.row["upheld"]))
        assert_never(self.order.step)


def check_step(office: Office, order: TakeComplaintStep) -> CheckedStep:
    """The step that may be taken. Raises NotFound, NotAllowed, or Refused with everything that is wrong."""
    problems, row = office.problems, found(office, order.complaint_no)
    if problems.has("step"):  # it could not be read
        entitlement.check_any(office, row)
    else:
        entitlement.check(office, row, order.step)
    person = entitlement.acting(office, order.actor)
    if not problems.has("step"):
        entitlement.check_name(office, row["department"] or "", order.step, person)
    occurred_at = order.occurred_at or office.now
    addressee = dispatch.check_addressee(office, order, row) if order.step is ComplaintStepKind.DISPATCH else None
    known = Departments(office.connection).known()
    _check_department(problems, order, known)
    if not problems.has("step"):  # otherwise it could not be read, and the answer lists that already
        at = None if problems.has("occurred_at") else occurred_at
        domain.check_step(problems, order.step, Progress.of(row), _brought(order), at, office.now)
        if order.step is ComplaintStepKind.GIVE_BACK:
            clocks = Record(office.connection).clocks_about([row["complaint_no"]])
            arrival.check_giving_back(problems, clocks, office.now)
    if person is None or problems:
        raise Refused(*problems.found)
    if order.department and not order.authority:
        order = order.model_copy(update={"department": spelt(order.department, known)})
    return CheckedStep(order, person, row, occurred_at, addressee)


def _check_department(problems: Problems, order: TakeComplaintStep, known: KnownDepartments) -> None:
    """A complaint is dispatched to a department that we have; which ones an authority below has is its own to say."""
    if order.authority or not order.department or problems.has("department"):
        return
    against = objection_to(order.department, known)
    if against is not None:
        problems.add("department", against.template, **against.params)


def _brought(order: TakeComplaintStep) -> dict[str, object]:
    return {
        "department": order.department or order.authority,
        "text": order.text,
        "upheld": order.upheld,
        "satisfied": order.satisfied,
    }
