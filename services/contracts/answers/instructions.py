"""Instructions as they are told: letters and tasks between authorities, each with its light and its steps."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from services.contracts.answers.letter_drafts import FigureTold
from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Items, Moment, Page, PersonTold
from services.contracts.vocabulary import InstructionKind, InstructionState, InstructionStepKind, Light


class InstructionDirection(StrEnum):
    """Which way an instruction went, as seen from here."""

    SENT = "sent"
    RECEIVED = "received"


class InstructionTold(Answer):
    """An official letter or task."""

    instruction_no: str
    kind: InstructionKind
    document_no: str
    issuer: AuthorityTold
    department: str
    title: str
    reply_working_days: int
    state: InstructionState
    issued_by: Actor
    to: AuthorityTold
    issuer_name: str
    to_name: str
    direction: InstructionDirection
    about: tuple[str, ...] = Field(description="numbers of cases")
    issued_at: Moment
    arrived_at: Moment | None
    light: Light
    due_on: date | None


class InstructionPage(Page[InstructionTold]):
    """Instructions, the newest first."""


class InstructionStepTold(Answer):
    """Something that happened to an instruction."""

    step: InstructionStepKind
    occurred_at: Moment
    recorded_at: Moment
    person: PersonTold
    text: str | None


class InstructionRecord(InstructionTold):
    """An instruction with its text and its steps."""

    text: str
    figures: tuple[FigureTold, ...] = Field(description="what its figures rest on")
    letterhead: str = Field(description="the issuer's name over it; empty: it had none then")
    allowed_steps: tuple[InstructionStepKind, ...]
    steps: tuple[InstructionStepTold, ...]


class AddresseeTold(Answer):
    """An authority below that an instruction can go to."""

    code: AuthorityTold
    name: str
    level: str = Field(description="a code of Level")
    via: AuthorityTold


class Addressees(Items[AddresseeTold]):
    """The authorities below that have joined."""
