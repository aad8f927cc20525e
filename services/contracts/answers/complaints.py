"""Complaints as they are told: with evidence from the record, steps and clocks, and without who complained."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import (
    Actor,
    Answer,
    AuthorityTold,
    ForeignState,
    KindOfClock,
    Moment,
    Page,
    PersonTold,
)
from services.contracts.vocabulary import (
    CheckVerdict,
    ComplaintKind,
    ComplaintState,
    ComplaintStepKind,
    Light,
    Urgency,
)


class ComplaintTold(Answer):
    """One complaint, its maker masked."""

    complaint_no: str
    state: ComplaintState
    kind: ComplaintKind
    urgency: Urgency
    channel: str
    work_order_no: str | None
    place: str
    department: str
    matter_code: str | None
    matter_name: str | None
    project_code: str | None
    project_name: str | None
    check: CheckVerdict
    upheld: bool | None
    satisfied: bool | None
    held_by: AuthorityTold | None = Field(description="the authority below that handles it; null: we do")
    from_above: AuthorityTold | None = Field(description="the authority that sent it down to us")
    number_above: str | None
    complainant_name: str | None
    complainant_phone: str | None
    received_at: Moment
    registered_at: Moment
    registered_by: Actor
    cases_found: int


class ComplaintPage(Page[ComplaintTold]):
    """Complaints, the newest first."""


class EvidenceClock(Answer):
    """A clock of a case or of the complaint itself."""

    clock_id: str
    clock_kind: KindOfClock
    department: str
    started_at: Moment
    due_on: date | None
    provisional: bool
    light: Light
    stopped_at: Moment | None
    overdue_working_days: int | None
    on_time: bool | None


class EvidenceNotice(Answer):
    """A correction notice of a case: how many defects it named, and how many of them had been visible before."""

    round: int
    told_at: Moment
    defects: int
    old_defects: int


class EvidenceCase(Answer):
    """A case that the record showed when the complaint came in."""

    case_no: str
    project_code: str
    project_name: str
    matter_code: str
    matter_name: str
    department: str
    handler: str
    status: ForeignState
    blzt: int | None
    received_at: Moment
    light: Light
    overdue_working_days: int | None
    clocks: tuple[EvidenceClock, ...]
    notices: tuple[EvidenceNotice, ...]


class ReferralTold(Answer):
    """One sending down: who has it, and what was heard from there."""

    round: int
    to: AuthorityTold
    to_name: str
    number_below: str | None
    check: CheckVerdict | None
    cases_found: int | None
    sent_at: Moment
    arrived_at: Moment | None
    signed_at: Moment | None
    answered_at: Moment | None
    returned_at: Moment | None
    reason: str | None


class ComplaintStepTold(Answer):
    """Something that happened to a complaint."""

    step: str = Field(description="a code of ComplaintStepKind, or what an authority below did with it")
    occurred_at: Moment
    recorded_at: Moment
    person: PersonTold
    department: str | None = Field(description="whom it was dispatched to")
    text: str | None
    upheld: bool | None
    satisfied: bool | None


class DisclosureTold(Answer):
    """Who was shown its maker, and for what purpose."""

    at: Moment
    shown_to: Actor
    purpose: str


class ComplaintRecord(ComplaintTold):
    """A complaint with its evidence and everything that happened to it."""

    text: str
    evidence: tuple[EvidenceCase, ...]
    allowed_steps: tuple[ComplaintStepKind, ...]
    referrals: tuple[ReferralTold, ...]
    steps: tuple[ComplaintStepTold, ...]
    clocks: tuple[EvidenceClock, ...]
    disclosures: tuple[DisclosureTold, ...] | None = Field(None, description="left out for partners")


class ComplaintReceiptAnswer(ComplaintRecord):
    """A complaint was registered, and checked against the record."""

    other_cases: int = Field(description="cases of the same project for other matters")


class ComplainantShown(Answer):
    """Who complained."""

    complaint_no: str
    complainant_name: str | None
    complainant_phone: str | None
    shown_to: Actor
    purpose: str


class ComplaintCounts(Answer):
    """Open complaints by kind, all by state, and how many found no case on record."""

    open: int
    by_kind: dict[ComplaintKind, int]
    by_state: dict[ComplaintState, int]
    without_case: int
