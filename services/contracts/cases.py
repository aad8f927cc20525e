"""Facts that intake says about projects, the catalogue and the life of a case (DOMAIN section 3)."""

from datetime import date, datetime
from typing import ClassVar

from services.contracts.envelope import Event, Reach
from services.contracts.matters import CatalogueMatter
from services.contracts.quantities import Counted, DaysHeld, Numbered, RecordedPerson, Wire, WireLimit, Yuan
from services.contracts.vocabulary import Channel, CountedFrom, Level, Library


class ProjectFact(Event):
    subject_field: ClassVar[str] = "project_code"
    project_code: str


class ProjectRegistered(ProjectFact):
    stem: ClassVar[str] = "qidi.project.registered"
    project_name: str
    owner_name: str
    credit_code: str | None = None
    investment_yuan: Yuan | None = None
    planned_start: date | None = None
    #: The day of its initiation, and the day on which works began; None: nobody has said.
    initiated_on: date | None = None
    started_on: date | None = None
    library: Library = Library.ACTIVE


class ProjectChanged(ProjectFact):
    """What differs is said again; the old entry stays in the ledger."""

    stem: ClassVar[str] = "qidi.project.changed"
    project_name: str
    owner_name: str
    credit_code: str | None = None
    investment_yuan: Yuan | None = None
    planned_start: date | None = None
    initiated_on: date | None = None
    started_on: date | None = None


class ProjectMoved(ProjectFact):
    """From one library to another, with the reason; a removed one has a look-back date (plan, P0-04)."""

    stem: ClassVar[str] = "qidi.project.moved"
    came_from: Library
    library: Library
    reason: str
    look_back_on: date | None = None
    person: RecordedPerson


class CatalogueAdopted(Event):
    """The list of matters that this authority applies from now on."""

    stem: ClassVar[str] = "qidi.catalogue.adopted"
    subject_field: ClassVar[str] = "catalogue"
    catalogue: str = "matters"
    number: Counted
    matters: tuple[CatalogueMatter, ...]


class Defect(Wire):
    """One thing that is missing or wrong, with advice; all are told at once (Licensing Law 32(4), plan P0-05)."""

    material: str
    problem: str
    advice: str
    #: Was it already visible in the first submission? A second notice that names such a defect is a finding.
    old: bool = False
    #: False: the list of the matter does not ask for this material.
    listed: bool | None = None


class CaseFact(Event):
    subject_field: ClassVar[str] = "case_no"
    case_no: str
    #: Status number of the national exchange standard, which partners expect.
    blzt: Counted | None = None
    #: Who acted, by name and department.
    handler: RecordedPerson
    reason: str | None = None
    document_no: str | None = None
    #: Where the case stands after this fact, as whoever says it knows: a code of `CaseState`, or of a newer version.
    #: Facts of version 0.1.0 do not say it; `states.py` reads it out of them.
    state: str | None = None
    #: When the source recorded it that it was taken over from, where a named person has trusted the source's times.
    recorded_there: datetime | None = None


class CaseReceived(CaseFact):
    stem: ClassVar[str] = "qidi.case.received"
    blzt: Counted | None = 1
    project_code: str
    project_name: str
    owner_name: str
    matter_code: str
    matter_name: str
    department: str
    #: The promised limit as of receipt; a later change of the catalogue does not change it.
    limit: WireLimit
    channel: str = Channel.WINDOW.value
    external_no: str | None = None
    #: The level that decides this matter, as the catalogue had it at receipt.
    decided_by: Level | None = None
    #: Where it has to be forwarded to; None: it is decided here.
    forward_to: str | None = None
    #: The number of the forwarded case below from which this one was opened, and where the application came in first.
    forwarded_from: str | None = None
    origin: str | None = None
    #: Whose its days were at lower levels, since the first receipt at any of them (DOMAIN 3, rule 16).
    days: tuple[DaysHeld, ...] | None = None
    #: Nobody has been named for it yet: its handler, the head, answers until somebody is (DOMAIN 3, rule 18).
    is_unnamed: bool | None = None
    #: Why it is a second one for its project and matter while the first is open.
    again_because: str | None = None
    #: The authority's first day here, where the case came in before it or has to be signed for: what ended before that
    #: day is history.
    first_day: date | None = None
    #: An import brought it in: it counts from the day on which its department signs for it.
    unconfirmed: bool | None = None
    #: The day by which its department means to have finished it; None: none was named, so the day on which it is due.
    complete_by: date | None = None
    #: The number of an earlier one for the same project and matter that came to nothing.
    follows: str | None = None
    #: From where its matter counts the time for the decision, as of receipt; None: from acceptance (DOMAIN 3, rule 4).
    counted_from: CountedFrom | None = None


class CaseConfirmed(CaseFact):
    """The department has signed for a line that an import brought in: from this day on it counts."""

    stem: ClassVar[str] = "qidi.case.confirmed"
    confirmed_on: date


class CaseWithdrawnBeforeAcceptance(CaseFact):
    stem: ClassVar[str] = "qidi.case.withdrawn-before-acceptance"
    blzt: Counted | None = 2


class CaseAccepted(CaseFact):
    stem: ClassVar[str] = "qidi.case.accepted"
    blzt: Counted | None = 3


class CaseDeemedAccepted(CaseFact):
    """Told late or not at all: accepted as of the day of receipt (Licensing Law 32(4))."""

    stem: ClassVar[str] = "qidi.case.deemed-accepted"
    blzt: Counted | None = 3
    effective_on: date
    clock_id: str


class CaseAcceptanceUndone(CaseFact):
    """An acceptance by law is undone by the system's own entry: a released calendar has moved the end of the notice
    past it (DOMAIN 3, rule 12). What had been shown stays on record."""

    stem: ClassVar[str] = "qidi.case.acceptance-undone"
    clock_id: str
    #: The last day of the notice now.
    due_on: date | None = None


class CaseNotRequired(CaseFact):
    """No approval is needed; `waiver` says why, `document_no` or `covered_by` what that rests on."""

    stem: ClassVar[str] = "qidi.case.not-required"
    blzt: Counted | None = 4
    #: A code of `Waiver`.
    waiver: str | None = None
    covered_by: str | None = None
    document_on: date | None = None


class CaseAcceptanceRefused(CaseFact):
    stem: ClassVar[str] = "qidi.case.acceptance-refused"
    blzt: Counted | None = 5


class CorrectionRequested(CaseFact):
    stem: ClassVar[str] = "qidi.case.correction-requested"
    blzt: Counted | None = 6
    round: Numbered
    defects: tuple[Defect, ...]
    #: How long the applicant has for the correction; None: as long as the rules give him.
    given: WireLimit | None = None


class CorrectionCompleted(CaseFact):
    """The applicant has handed in what was asked for."""

    stem: ClassVar[str] = "qidi.case.correction-completed"
    blzt: Counted | None = 7
    #: The superior that had asked for it, to whom it goes up, and whose receipt below this is (DOMAIN 3, rule 17).
    to: str | None = None
    received_at: datetime | None = None


class CorrectionExpired(CaseFact):
    """The time that the applicant had for the correction is over: he is asked about it (DOMAIN 3, rule 14)."""

    stem: ClassVar[str] = "qidi.case.correction-expired"
    round: Numbered
    clock_id: str


class CaseGivenUp(CaseFact):
    """Closed by a named person, because the correction never came (DOMAIN 3, rule 14)."""

    stem: ClassVar[str] = "qidi.case.given-up"
    blzt: Counted | None = 2


class CaseReviewBegun(CaseFact):
    stem: ClassVar[str] = "qidi.case.review-begun"
    blzt: Counted | None = 8


class ProcedureBegun(CaseFact):
    """A special procedure has begun (BLZT 9); `document_no` is that of the written notice to the applicant."""

    stem: ClassVar[str] = "qidi.case.procedure-begun"
    blzt: Counted | None = 9
    #: A code of `PauseGround`; of a fact from outside, what it said.
    ground: str
    planned: WireLimit | None = None
    #: The day of the written notice.
    document_on: date | None = None
    #: The law that lets the count stand still; empty: none does, and the count runs on.
    law: str = ""
    #: How long at most the count stands still for it.
    longest: WireLimit | None = None
    #: Why the count runs on, where it does: a template with its facts.
    objection: str | None = None
    params: dict[str, str] | None = None


class ProcedureEnded(CaseFact):
    """The special procedure has ended (BLZT 10); `document_no` is that of its report or record."""

    stem: ClassVar[str] = "qidi.case.procedure-ended"
    blzt: Counted | None = 10
    document_on: date | None = None


class CaseExtended(CaseFact):
    """The limit of the decision is extended, once, by the head; `document_no` is that of the notice about it;
    `objection`: why another ledger's word has no effect."""

    stem: ClassVar[str] = "qidi.case.extended"
    longer_by: WireLimit
    document_on: date | None = None
    objection: str | None = None
    params: dict[str, str] | None = None


class CaseHandledJointly(CaseFact):
    """Several departments handle it together, within 45 working days (Licensing Law 42(2)); `document_no`: by which
    arrangement of the government; `objection`: why another ledger's word has no effect."""

    stem: ClassVar[str] = "qidi.case.handled-jointly"
    departments: tuple[str, ...]
    limit: WireLimit
    document_on: date | None = None
    objection: str | None = None
    params: dict[str, str] | None = None


class CaseLimitChanged(CaseFact):
    """The limit of the case was wrong and is put right (DOMAIN 3, rule 15); `objection`: why that has no effect."""

    stem: ClassVar[str] = "qidi.case.limit-changed"
    limit: WireLimit
    previous: WireLimit
    #: Whether the case had been accepted before.
    is_accepted: bool
    objection: str | None = None
    params: dict[str, str] | None = None


class CaseEndedWithProject(CaseFact):
    """Ended by a named person, because the project was removed from the library (DOMAIN 3, rule 19)."""

    stem: ClassVar[str] = "qidi.case.ended-with-project"
    blzt: Counted | None = 14


class CaseHandedOver(CaseFact):
    """The front desk hands the papers to the back office: `handler` gives them, `to` is to take them over (P1-05)."""

    stem: ClassVar[str] = "qidi.case.handed-over"
    to: RecordedPerson


class CaseTakenOver(CaseFact):
    """The back office has taken the papers over: `handler` has the case in hand from now on."""

    stem: ClassVar[str] = "qidi.case.taken-over"
    previous: RecordedPerson


class CaseGranted(CaseFact):
    stem: ClassVar[str] = "qidi.case.granted"
    blzt: Counted | None = 11


class CaseRefused(CaseFact):
    """Refused with the reason and the remedies told (Licensing Law 38)."""

    stem: ClassVar[str] = "qidi.case.refused"
    blzt: Counted | None = 13
    remedies: str


class CaseWithdrawn(CaseFact):
    stem: ClassVar[str] = "qidi.case.withdrawn"
    blzt: Counted | None = 14
    #: Which of two receipts with one number, where a restored store has given it out again.
    received_at: datetime | None = None


class CaseDelivered(CaseFact):
    """The permit reached the applicant (Licensing Law 44)."""

    stem: ClassVar[str] = "qidi.case.delivered"
    #: Which of two receipts with one number, where a restored store has given it out again.
    received_at: datetime | None = None


class LateEntryJudged(CaseFact):
    """Somebody other than who entered it says whether a step happened when it was said to have (DOMAIN 3, rule 12).

    Confirmed with `document_no` and `document_on` as evidence, or refused with the reason; both days stay on record.
    """

    stem: ClassVar[str] = "qidi.case.late-entry-judged"
    #: The stem of the fact, and when it is said to have happened.
    entry: str
    entry_at: datetime
    is_confirmed: bool
    document_on: date | None = None
    #: Of a correction that has moved an entry: the stem of that entry, and when it happens with this correction.
    corrects: str | None = None
    corrected_at: datetime | None = None


class EntryCorrected(CaseFact):
    """The head says that an entry was a mistake, and why: it never happened, or on another day, or by another hand.

    The entry stays; `state` and `blzt` are those of the case without the mistake (DOMAIN 3, rule 11).
    """

    stem: ClassVar[str] = "qidi.case.entry-corrected"
    #: The stem of the entry that was a mistake, when it is said to have happened, and its line in the history.
    entry: str
    entry_at: datetime
    line: Numbered
    is_void: bool = False
    corrected_at: datetime | None = None
    person: RecordedPerson | None = None
    #: The limit of the case without the mistake, where that had changed it.
    limit: WireLimit | None = None


class CaseReassigned(CaseFact):
    """Another person holds the case from now on; `handler` is the new one."""

    stem: ClassVar[str] = "qidi.case.reassigned"
    previous: RecordedPerson
    #: The department that holds the case from now on, where that changes: its own was closed.
    department: str | None = None


class CaseCompletionNamed(CaseFact):
    """The department names the day by which the case is finished: never later than the day on which it is due."""

    stem: ClassVar[str] = "qidi.case.completion-named"
    complete_by: date


class CaseNoted(CaseFact):
    """Something about the case that changes no state, such as an activity of another system or a note column."""

    stem: ClassVar[str] = "qidi.case.noted"
    reach: ClassVar[Reach] = Reach.OWN
    note: str
