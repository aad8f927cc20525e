"""Cases as they are told: their rows in lists, their full record, and what was answered to a receipt or a step."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.contracts.answers.shape import (
    Actor,
    Answer,
    AsRecorded,
    AuthorityTold,
    Facts,
    Items,
    LimitTold,
    Message,
    Moment,
    Page,
    PersonTold,
    Template,
    Wording,
)
from services.contracts.cases import Defect
from services.contracts.envelope import Envelope
from services.contracts.vocabulary import CaseState, Level, Role, StepKind


class AboveTold(Answer):
    """Where a case stands at the higher authority that has it, as that has last told."""

    by: AuthorityTold
    since: Moment
    state: str = Field(description="a code of CaseState, or of a newer version there")
    department: str
    handler: str
    accepted_on: date | None
    due_on: date | None = Field(description="null: it is not counted yet, or stands still")
    is_provisional: bool


class CaseTold(Answer):
    """One application for one matter of one project."""

    case_no: str
    project_code: str
    project_name: str
    owner_name: str
    matter_code: str
    matter_name: str
    list_number: int = Field(description="version of the list at its receipt, whose word on limits and pauses stays")
    department: str
    handler: PersonTold
    is_unnamed: bool = Field(
        description="it came from below and nobody is named for it yet: its handler, the head, answers until then"
    )
    above: AboveTold | None = Field(description="null: no higher authority has it")
    limit: LimitTold
    received_at: Moment
    received_on: date
    channel: str
    external_no: str | None = Field(description="its number in another system")
    state: CaseState
    state_name: Wording
    blzt: int | None = Field(description="number of its last status in the national exchange standard")
    round: int = Field(description="how many correction notices were given")
    follows: str | None = Field(description="an earlier case for the same project and matter that came to nothing")
    effective_on: date | None = Field(description="since when it counts as accepted, where the law says so")
    complete_by: date | None = Field(description="the day of completion that its department has named itself")
    decided_by: Level | None
    forward_to: AuthorityTold | None = Field(description="whom it has to be forwarded to; null: it is decided here")
    forwarded_from: str | None = Field(description="number of the case below from which it was opened")
    origin: AuthorityTold = Field(description="where the application came in first")
    origin_case_no: str
    held_by: AuthorityTold
    held_since: Moment


class Objection(Answer):
    """Why something that another system said is recorded and has no effect."""

    template: Template
    params: Facts
    message: Message


class PauseTold(Answer):
    """For what the count of a matter may stand still."""

    ground: str
    law: str
    longest: LimitTold | None


class CaseStepTold(Answer):
    """Something that happened to a case."""

    step: str = Field(description="`receive`, a code of StepKind, or what another authority did with it")
    blzt: int | None
    round: int
    occurred_at: Moment
    recorded_at: Moment
    handler: PersonTold
    new_handler: PersonTold | None
    reason: str | None
    remedies: str | None
    document_no: str | None
    defects: tuple[Defect, ...]
    note: str | None
    complete_by: date | None = Field(description="the day of completion that was named with it")
    clock_id: str | None = Field(description="the clock whose end made it happen")
    held_by: AuthorityTold | None = Field(description="who holds the case from here on, where that changes")
    departments: tuple[str, ...] | None = Field(description="who takes part in joint handling")
    limit: LimitTold | None = Field(description="the limit of the case from here on")
    waiver: str | None = Field(description="why no approval is needed, a code of Waiver")
    covered_by: str | None = Field(description="the number of the approval that covers it")
    longer_by: LimitTold | None = Field(description="by how much the limit was extended")
    given: LimitTold | None = Field(description="how long the applicant has for the correction")
    ground: str | None = Field(description="for what a special procedure was begun, a code of PauseGround")
    planned: LimitTold | None = Field(description="how long it is planned to take")
    document_on: date | None = Field(description="the day of the document")
    law: str | None = Field(description="the law that lets the count stand still, or a permit be granted at once")
    objection: Objection | None = Field(description="why the count runs on")
    material: str | None = Field(description="the missing material that has come in, or whose day has passed")
    passed: bool | None = Field(description="whether the commitment was kept")
    because: str | None = Field(description="why the permit ends, a code of EndGround")


class MissingMaterialTold(Answer):
    """A material that was allowed to come later."""

    number: int
    material: str
    due_on: date | None = Field(description="the day that was named for it; its clock has the one that counts")
    consequence: str | None = Field(description="what follows where it does not come, a code of Consequence")
    supplied_at: Moment | None = Field(description="when it came in; null: it is still missing")
    breached_at: Moment | None = Field(description="when its day had passed without it")


class CommitmentTold(Answer):
    """The commitment on which a permit was granted, and what its check has found."""

    document_no: str | None
    document_on: date | None
    check_within: LimitTold | None = Field(description="within which time it is checked")
    checked_at: Moment | None = Field(description="null: nobody has checked it yet")
    passed: bool | None


class LaterTold(Answer):
    """Which materials of a matter may come later, and so many calendar days after acceptance at most."""

    materials: tuple[str, ...]
    longest_days: int
    basis: str


class HolderTold(Answer):
    """Who has held a case since when."""

    held_by: AuthorityTold
    held_since: Moment


class BarredStep(Answer):
    """A step that may come next, and why whoever asks may not take it."""

    step: StepKind
    template: Template
    params: Facts
    message: Message


class ReasonAgainst(Answer):
    """Why a step cannot be taken, in the words in which the command would refuse it."""

    template: Template
    params: Facts
    message: Message


class StepOffer(Answer):
    """One step, and whether whoever asks may take it now."""

    step: StepKind
    may: bool
    why: ReasonAgainst | None = Field(description="why not; null: it may be taken")
    is_later: bool = Field(description="only the state of the case stands against it")
    is_elsewhere: bool = Field(description="never with this case: decided or handed over at another level")
    from_states: tuple[CaseState, ...] = Field(description="the states from which it can be taken")
    needs: tuple[str, ...] = Field(description="what a person has to say with it, by the fields of the command")
    roles: tuple[Role, ...] = Field(description="who may take it at all")


class StepOffers(Items[StepOffer]):
    """Every step of a case in the order of the work: what can be done now, by whom, and why not the rest."""

    case_no: str
    state: CaseState


class LateEntryTold(Answer):
    """A step that was recorded later than it happened, with both its days, and what a second person said of it."""

    line: int = Field(description="the how many-th line of the history: `entry` of who judges it")
    step: str
    occurred_at: Moment
    recorded_at: Moment
    handler: PersonTold
    is_confirmed: bool | None = Field(description="null: nobody has judged it; until then the day of recording counts")


class CorrectionTold(Answer):
    """A mistake that the head has corrected: the line of the history as it was, and as it is."""

    line: int = Field(description="the how many-th line of the history was wrong")
    step: str
    is_void: bool = Field(description="it never happened")
    occurred_at: Moment = Field(description="when it had been said to have happened")
    corrected_at: Moment | None = Field(description="when it happened instead")
    handler: PersonTold = Field(description="whose word it had been said to be")
    person: PersonTold | None = Field(description="whose word it was instead")
    reason: str
    document_no: str | None
    recorded_at: Moment
    by: PersonTold


class CaseRecord(CaseTold):
    """A case with everything that happened to it, and what may come next."""

    steps: tuple[CaseStepTold, ...]
    holders: tuple[HolderTold, ...]
    allowed_steps: tuple[StepKind, ...] = Field(description="what may come next, by the hand of whoever asks")
    followed_by: tuple[str, ...] = Field(description="later cases for the same project and matter, as this one failed")
    handed_to: PersonTold | None = Field(description="to whom its papers were handed, until they are taken over")
    late_entries: tuple[LateEntryTold, ...] = Field(description="steps recorded later than they happened")
    corrections: tuple[CorrectionTold, ...] = Field(description="mistakes that the head has corrected")
    correctable_lines: tuple[int, ...] = Field(description="the lines of the history that could be corrected now")
    barred_steps: tuple[BarredStep, ...] = Field(description="what may come next, but not by that hand")
    reviewing: tuple[str, ...] = Field(description="departments that review its matter and may note")
    pauses: tuple[PauseTold, ...] = Field(description="for what its count may stand still, and by which law")
    missing: tuple[MissingMaterialTold, ...] = Field(description="materials that were allowed to come later")
    commitment: CommitmentTold | None = Field(description="null: it was not decided on a commitment")
    may_come_later: LaterTold | None = Field(description="null: of its matter nothing may")
    check_within: LimitTold | None = Field(description="null: its matter is not decided on a commitment")
    end_grounds: dict[str, tuple[str, ...]] = Field(description="by step the grounds on which a permit ends")


class CasePage(Page[CaseTold]):
    """Cases, the newest number first."""


class CaseReceiptAnswer(Answer):
    """A case was taken in."""

    case_no: str
    state: CaseState


class CaseStepAnswer(Answer):
    """A step was taken."""

    case_no: str
    state: CaseState
    blzt: int | None


class LateEntryAnswer(Answer):
    """A late entry was judged."""

    case_no: str
    line: int
    is_confirmed: bool


class CorrectionAnswer(Answer):
    """A mistake was corrected."""

    case_no: str
    line: int
    state: CaseState = Field(description="where the case stands without the mistake")


class AskedBy(Answer):
    """Who really asked for what stands under another's name: a system for a person, or an import."""

    role: str = Field(description="a code of Role")
    kind: str = Field(description="`token` or `account`")
    id: str
    name: str = Field(description="who that is; empty where nobody said so")


class EntryTold(Answer):
    """An entry of the ledger as people read it."""

    index: int
    reference: str = Field(description="by what letters name it: authority, service, subject and sequence")
    type: str
    occurred_at: Moment
    recorded_at: Moment
    actor: Actor | None
    asked_by: AskedBy | None = Field(description="null: the actor himself, or nothing is known")
    data: Facts = Field(description="the fact; its schema is that of its type")


class CaseTimeline(Items[EntryTold]):
    """What was recorded about a case, complaint or project, in the order of recording."""


class ProvedEntry(Answer):
    """An entry with its path to the signed root."""

    index: int
    leaf: str
    entry: Annotated[Envelope | None, AsRecorded()] = Field(
        description="null: it stays inside the authority, and only its hash is told"
    )
    proof: tuple[str, ...] = Field(description="hashes from the leaf up, RFC 6962")


class CaseProof(Answer):
    """Every entry about a case with its path to a signed root: kept, and checked later with the keys alone."""

    qidi: str
    version: int
    case_no: str
    origin: AuthorityTold
    hash: str
    checkpoint: str = Field(description="the signed note; empty where nothing is signed yet")
    countersigned: bool
    keys: tuple[str, ...]
    entries: tuple[ProvedEntry, ...]
    pending: int = Field(description="entries that no signed root covers yet")
