"""Facts of complaints: type, place, matter, evidence and outcome, never who complained (DOMAIN 6)."""

from typing import ClassVar, Literal

from services.contracts.envelope import Event, Reach
from services.contracts.quantities import Days, RecordedPerson, Wire
from services.contracts.vocabulary import ComplaintKind, Urgency


class CheckedCase(Wire):
    """A case that the complaint may be about, as the record showed it at that moment."""

    case_no: str
    matter_name: str
    status: str
    light: str
    #: As told by the clock when it stopped; None while an overdue clock runs on, because only timer counts days.
    overdue_working_days: Days | None = None


class ComplaintFact(Event):
    subject_field: ClassVar[str] = "complaint_no"
    complaint_no: str


class ComplaintRegistered(ComplaintFact):
    stem: ClassVar[str] = "qidi.complaint.registered"
    kind: ComplaintKind
    urgency: Urgency
    channel: str
    place: str
    work_order_no: str | None = None
    department: str = ""
    matter_code: str | None = None
    matter_name: str | None = None
    project_code: str | None = None
    project_name: str | None = None
    #: What the record said when the complaint came in: the evidence, or its telling absence.
    check: Literal["case-found", "no-case-exists"]
    #: It names no project, so nothing was looked for; `check` then says nothing that a reader could suspect.
    unchecked: Literal[True] | None = None
    cases: tuple[CheckedCase, ...] = ()
    #: Sent down to us: by whom, and its number there. Whoever sent it revisits and closes it.
    from_above: str | None = None
    number_above: str | None = None


class ComplaintStep(ComplaintFact):
    person: RecordedPerson
    note: str | None = None


class ComplaintDispatched(ComplaintStep):
    stem: ClassVar[str] = "qidi.complaint.dispatched"
    department: str
    #: The authority below that has it, where it is not one of our own departments.
    authority: str | None = None


class ComplaintReturned(ComplaintStep):
    """Back with us from the authority below that it was dispatched to; `note` says why."""

    stem: ClassVar[str] = "qidi.complaint.returned"


class ComplaintGivenBack(ComplaintStep):
    """It was sent down to us and is not ours; `note` says why."""

    stem: ClassVar[str] = "qidi.complaint.given-back"


class ComplaintSigned(ComplaintStep):
    stem: ClassVar[str] = "qidi.complaint.signed"


class ComplaintAnswered(ComplaintStep):
    """The answer's text stays with the authority; the outcome travels."""

    stem: ClassVar[str] = "qidi.complaint.answered"
    upheld: bool


class ComplaintRevisited(ComplaintStep):
    stem: ClassVar[str] = "qidi.complaint.revisited"
    satisfied: bool


class ComplaintClosed(ComplaintStep):
    stem: ClassVar[str] = "qidi.complaint.closed"
    upheld: bool


class PersonDisclosed(ComplaintFact):
    """Somebody was shown who complained; who, when and for what purpose is recorded."""

    stem: ClassVar[str] = "qidi.complaint.person-disclosed"
    reach: ClassVar[Reach] = Reach.OWN
    shown_to: str
    purpose: str
