"""Orders about complaints: to register one, to take a step with one, and to show who complained."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.contracts.commands import Command, Line, Name, Number, Text
from services.contracts.dates import Moment
from services.contracts.quantities import MEANT, Person, PrivateText
from services.contracts.vocabulary import Channel, ComplaintKind, ComplaintStepKind, Urgency

#: Why somebody has to know who complained: more than a word.
Purpose = Annotated[str, Field(min_length=4, max_length=200), MEANT]


class RegisterComplaint(Command):
    """Somebody outside says what the record does not show."""

    service: ClassVar[str] = "complaints"
    name: ClassVar[str] = "register-complaint"
    kind: ComplaintKind
    text: Text
    place: Name
    urgency: Urgency = Urgency.GENERAL
    channel: Line = Channel.HOTLINE.value
    work_order_no: Number | None = None
    matter: Line | None = None
    project_code: Line | None = None
    project_name: Line | None = None
    department: Line | None = None
    complainant_name: PrivateText | None = None
    complainant_phone: PrivateText | None = None
    received_at: Moment | None = None
    actor: Person | None = None


class TakeComplaintStep(Command):
    service: ClassVar[str] = "complaints"
    name: ClassVar[str] = "take-complaint-step"
    complaint_no: Line
    step: ComplaintStepKind
    occurred_at: Moment | None = None
    department: Name | None = None
    #: Dispatched to this authority below; and why it has to know who complained, where it has to.
    authority: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    person_needed_because: Purpose | None = None
    text: Text | None = None
    upheld: bool | None = None
    satisfied: bool | None = None
    actor: Person | None = None


class ShowPerson(Command):
    """Who complained is shown, to a role that may, for a stated purpose, on the record."""

    service: ClassVar[str] = "complaints"
    name: ClassVar[str] = "show-person"
    complaint_no: Line
    purpose: Purpose
    actor: Person | None = None
