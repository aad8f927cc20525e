"""Facts that two levels tell each other about a case that changes hands (DOMAIN 3, rule 3).

Up go facts about a case, under its own number at whoever says them. Down go facts whose subject is
`forward/<number of the case below>`: the whole sequence of one subject concerns one child, so that its
letter box has no gaps.
The holder changes exactly with the superior's entries: acknowledged, returned, decided. Nobody else's word moves it.
"""

from datetime import date, datetime
from typing import ClassVar, Final, Literal

from pydantic import Field

from services.contracts.cases import CaseFact, Defect
from services.contracts.envelope import Event, Reach
from services.contracts.quantities import Counted, DaysHeld, Numbered, RecordedPerson, WireLimit, Yuan
from services.contracts.vocabulary import CaseState, Level

#: How a case can end where it was decided.
Ending = Literal[
    CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.NOT_REQUIRED, CaseState.ACCEPTANCE_REFUSED
]


class SuperiorNamed(Event):
    """From now on matters of a higher level are forwarded to this authority; empty: to nobody, there is none."""

    stem: ClassVar[str] = "qidi.superior.named"
    reach: ClassVar[Reach] = Reach.OWN
    subject_field: ClassVar[str] = "superior"
    superior: str = Field(pattern=r"^([0-9]{6})?$")
    name: str = ""

    @property
    def subject(self) -> str:
        """One aggregate: there is one superior at a time."""
        return "superior"


# --- said by whoever forwards -----------------------------------------------------------------------------------------


class CaseForwarded(CaseFact):
    """Handed up, with everything that the superior needs to open its own case. The forwarder holds it until the
    superior's acknowledgement."""

    stem: ClassVar[str] = "qidi.case.forwarded"
    to: str
    #: The n-th forwarding of this case by this authority.
    round: Numbered
    project_code: str
    project_name: str
    owner_name: str
    credit_code: str | None = None
    investment_yuan: Yuan | None = None
    planned_start: date | None = None
    initiated_on: date | None = None
    started_on: date | None = None
    matter_code: str
    matter_name: str
    decided_by: Level
    #: What was promised to the applicant at the first receipt.
    limit: WireLimit
    #: Receipt at the forwarder.
    received_at: datetime
    #: Where the application came in first, and its number there.
    origin: str
    origin_case_no: str
    #: Whose the days were since the first receipt at any level: the whole-process time goes with the case (rule 16).
    days: tuple[DaysHeld, ...] | None = None


class CaseWithdrawalAsked(CaseFact):
    """The applicant withdraws below what a higher authority holds: the holder's word decides what becomes of it."""

    stem: ClassVar[str] = "qidi.case.withdrawal-asked"
    to: str
    received_at: datetime | None = None


class CaseForwardAcknowledged(CaseFact):
    """The superior has received it, at the superior's own time: from then on the superior holds the case."""

    stem: ClassVar[str] = "qidi.case.forward-acknowledged"
    by: str
    round: Counted
    superior_case_no: str
    #: Who took it in there.
    person: RecordedPerson


class CaseHolderChanged(CaseFact):
    """Further up the case changed hands."""

    stem: ClassVar[str] = "qidi.case.holder-changed"
    holder: str


class CaseForwardReturned(CaseFact):
    """The superior has given it back, with the reason."""

    stem: ClassVar[str] = "qidi.case.forward-returned"
    by: str
    round: Counted
    person: RecordedPerson


class CaseStoodAbove(CaseFact):
    """Where the case stands above, as the superior has told: its state, acceptance and due date (DOMAIN 3, rule 17)."""

    stem: ClassVar[str] = "qidi.case.stood-above"
    by: str
    #: A code of `CaseState`, or of a newer version.
    state_above: str
    department_above: str
    accepted_on: date | None = None
    due_on: date | None = None
    #: What the superior asks the applicant to correct, and how long he has.
    defects: tuple[Defect, ...] = ()
    given: WireLimit | None = None


class CaseOutcomeReturned(CaseFact):
    """The decision of a higher authority has arrived here; delivery counts from this arrival."""

    stem: ClassVar[str] = "qidi.case.outcome-returned"
    #: The authority that decided, and when.
    by: str
    decided_at: datetime
    outcome: Ending
    remedies: str | None = None
    person: RecordedPerson


class CaseDeliveredBelow(CaseFact):
    """The permit that was granted here, or further up, has reached the applicant below: the whole process is over."""

    stem: ClassVar[str] = "qidi.case.delivered-below"
    by: str
    received_at: datetime | None = None


class CaseHandedBack(CaseFact):
    """A case that came from below goes back there, returned or decided: nothing is left to be done here."""

    stem: ClassVar[str] = "qidi.case.handed-back"
    to: str
    outcome: Ending | Literal[CaseState.RETURNED]
    received_at: datetime | None = None


#: What another authority did, at its own time; here only its arrival is recorded.
ANOTHERS_WORD: Final = (
    *(CaseForwardAcknowledged, CaseForwardReturned, CaseOutcomeReturned),
    *(CaseHolderChanged, CaseStoodAbove, CaseDeliveredBelow),
)


# --- said downward by the superior ------------------------------------------------------------------------------------


class ForwardFact(Event):
    """To one child, about one case that it forwarded."""

    reach: ClassVar[Reach] = Reach.DOWNWARD
    subject_field: ClassVar[str] = "case_no"
    to: str
    #: The number of the case at the child.
    case_no: str
    round: Numbered
    #: The superior's own case, where it opened one.
    about: str | None = None
    #: Receipt at the child. A number can be given out again after a restore; number and receipt together cannot.
    received_at: datetime | None = None

    @property
    def subject(self) -> str:
        """Apart from the case's own sequence at the child."""
        return f"forward/{self.case_no}"


class ForwardUnclaimed(Event):
    """The superior speaks of a case that is not on record here: after a restore, of one that was lost.

    Its word has no effect, because the case that has the number now is another one. A person has to look into it.
    """

    stem: ClassVar[str] = "qidi.unclaimed.heard"
    reach: ClassVar[Reach] = Reach.OWN
    subject_field: ClassVar[str] = "case_no"
    case_no: str
    by: str
    round: Counted
    #: What the superior said: acknowledged, moved, returned or decided, and its own case.
    word: Literal["acknowledged", "moved", "returned", "decided"]  # the last part of what a ForwardFact is called
    superior_case_no: str | None = None
    #: The receipt that the superior speaks of.
    received_at: datetime | None = None
    outcome: Ending | None = None

    @property
    def subject(self) -> str:
        """Apart from the sequence of the case that has the number now."""
        return f"unclaimed/{self.case_no}"


class ForwardAcknowledged(ForwardFact):
    """Received: this entry, at its own time, stops the child's forwarding clock and makes the superior the holder."""

    stem: ClassVar[str] = "qidi.forward.acknowledged"
    person: RecordedPerson


class ForwardStood(ForwardFact):
    """Where the case stands above since `since`: said with each step there, and when the day changes on which the
    decision is due. A correction that is asked for goes down with it to the window (DOMAIN 3, rule 17)."""

    stem: ClassVar[str] = "qidi.forward.stood"
    by: str
    since: datetime
    #: A code of `CaseState`, or of a newer version.
    state: str
    department: str
    person: RecordedPerson
    accepted_on: date | None = None
    #: None: it is not counted yet, or stands still.
    due_on: date | None = None
    provisional: bool = False
    #: Whether a correction is still waited for; what is to be corrected is said when it is asked for.
    asks: bool = False
    defects: tuple[Defect, ...] = ()
    given: WireLimit | None = None
    document_no: str | None = None


class ForwardMoved(ForwardFact):
    """Further up the case changed hands at `since`."""

    stem: ClassVar[str] = "qidi.forward.moved"
    holder: str
    since: datetime


class ForwardReturned(ForwardFact):
    """Given back with the reason; `automatic`: it was never opened, for example because the matter is unknown."""

    stem: ClassVar[str] = "qidi.forward.returned"
    reason: str
    automatic: bool = False
    person: RecordedPerson


class ForwardDecided(ForwardFact):
    """The outcome. From `decided_at` on the authority where the application came in holds the case again."""

    stem: ClassVar[str] = "qidi.forward.decided"
    outcome: Ending
    #: The authority that decided.
    by: str
    decided_at: datetime
    reason: str | None = None
    remedies: str | None = None
    document_no: str | None = None
    person: RecordedPerson
