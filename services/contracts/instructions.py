"""Facts of instructions to an authority or department below: issued, arrived, signed for, answered.

The issuer's two facts lie in the letter box of whom they are addressed to. Everything that the receiver does is said by
the receiver, under a subject of its own, and comes up with its ledger: so both records, and the clocks on both sides,
follow from the receiver's own word.
"""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from services.contracts.envelope import Event, Reach
from services.contracts.letter_drafts import Figure
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import InstructionKind


class InstructionFact(Event):
    """About one official message; `issuer` and `to` are the codes of authorities, which may be the same."""

    subject_field: ClassVar[str] = "instruction_no"
    instruction_no: str
    issuer: str = Field(pattern=r"^[0-9]{6}$")
    to: str = Field(pattern=r"^[0-9]{6}$")


# --- said by the issuer ----------------------------------------------------------------------------------------------


class InstructionIssued(InstructionFact):
    stem: ClassVar[str] = "qidi.instruction.issued"
    reach: ClassVar[Reach] = Reach.DOWNWARD
    kind: InstructionKind
    #: As it is written on paper: 林工改办提函〔2026〕3号.
    document_no: str
    department: str
    title: str
    text: str
    #: Numbers of the cases, complaints or matters that it is about.
    about: tuple[str, ...] = ()
    #: Within this it is to be answered, counted from its arrival; 0 where no answer is asked for.
    reply_limit: WireLimit
    person: RecordedPerson
    #: What its figures rest on.
    figures: tuple[Figure, ...] | None = None
    #: The issuer's name over and under it.
    issuer_name: str | None = None


class InstructionClosed(InstructionFact):
    """The end of it, by the issuer; `text` says why where nothing was answered."""

    stem: ClassVar[str] = "qidi.instruction.closed"
    reach: ClassVar[Reach] = Reach.DOWNWARD
    person: RecordedPerson
    text: str | None = None


# --- said by the receiver --------------------------------------------------------------------------------------------


class InstructionReply(InstructionFact):
    """What the receiver says of it, apart from the issuer's sequence also where both are the same authority."""

    @property
    def subject(self) -> str:
        """One sequence for everything that the receiver says."""
        return f"{self.instruction_no}/reply"


class InstructionReceived(InstructionReply):
    """It lies here from now on: the clocks of signing and answering start, here and at the issuer."""

    stem: ClassVar[str] = "qidi.instruction.received"
    kind: InstructionKind
    document_no: str
    department: str
    reply_limit: WireLimit
    issued_at: datetime


class InstructionSigned(InstructionReply):
    stem: ClassVar[str] = "qidi.instruction.signed"
    person: RecordedPerson


class InstructionAnswered(InstructionReply):
    stem: ClassVar[str] = "qidi.instruction.answered"
    person: RecordedPerson
    text: str


class InstructionFiled(InstructionReply):
    """The issuer's closing has arrived: nothing is owed any more, from the issuer's own time on."""

    stem: ClassVar[str] = "qidi.instruction.filed"
    closed_at: datetime
