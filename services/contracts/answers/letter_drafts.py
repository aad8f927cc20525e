"""Drafts as they are told: letters that wait for a seal, the ladder that asks for them, and listed supervision."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Items, KindOfClock, Moment, Page
from services.contracts.letter_drafts import LetterDraftState
from services.contracts.vocabulary import InstructionKind, InstructionState


class FigureTold(Answer):
    """A figure of a letter and the entry of the record that it stands in."""

    name: str
    value: str
    reference: str = Field(description="authority, service, subject and sequence of the entry")


class LetterDraftTold(Answer):
    """A letter that was drafted from the record."""

    draft_no: str
    kind: InstructionKind
    about: str = Field(description="the case, complaint or letter")
    department: str
    responsible: str
    state: LetterDraftState
    ladder: str = Field(description="version of the ladder's table")
    drafted_by: str = Field(description="empty: the ladder itself")
    settled_by: Actor | None
    reason: str | None
    instruction_no: str | None = Field(description="the letter that went out")
    to: AuthorityTold
    project_name: str
    matter_name: str
    drafted_at: Moment
    settled_at: Moment | None
    due_on: date | None
    ended_at: Moment | None = Field(description="what was overdue has ended meanwhile")


class LetterDraftPage(Page[LetterDraftTold]):
    """Drafts, the newest first."""

    waiting: int = Field(description="how many wait for a seal at all")


class OverdueItem(Answer):
    """A clock because of which a letter was drafted."""

    clock_id: str
    clock_kind: KindOfClock
    due_on: date | None
    overdue_working_days: int | None


class LetterNamed(Answer):
    """A letter that another one speaks of."""

    instruction_no: str
    kind: InstructionKind
    document_no: str
    state: InstructionState
    issued_at: Moment


class LetterDraftRecord(LetterDraftTold):
    """A draft with what its letter is made of."""

    issuer: AuthorityTold
    issuer_name: str
    project_code: str
    received_on: date | None
    items: tuple[OverdueItem, ...]
    figures: tuple[FigureTold, ...]
    unanswered: LetterNamed | None
    letters_before: tuple[LetterNamed, ...]


class ListingTold(Answer):
    """A line under listed supervision."""

    listing_no: str
    authority: AuthorityTold
    document_no: str
    about: tuple[str, ...]
    department: str
    title: str
    opened_by: str
    opened_at: Moment
    closed_by: str | None
    closed_at: Moment | None
    reason: str | None


class Listings(Items[ListingTold]):
    """Who is under listed supervision, open ones first."""


class RungTold(Answer):
    """What one rung does."""

    rung: str
    tells: tuple[str, ...]
    drafts: InstructionKind | None
    source: str


class LadderTold(Items[RungTold]):
    """The ladder's table as it is in force here."""

    version: str
    repeat_days: int
