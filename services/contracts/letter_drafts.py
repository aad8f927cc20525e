"""Facts and orders of drafted letters: made from the record when a rung is crossed, sealed or dropped by a person.

The facts stay at home: a draft is the leading office's own paper until it is sealed.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from services.contracts.commands import Command, Line, Sentence, Text
from services.contracts.envelope import Event, Reach
from services.contracts.quantities import WHOLE, Person, RecordedPerson, Wire
from services.contracts.vocabulary import InstructionKind, Word


class LetterDraftState(Word):
    """Where a letter is that the system has drafted: it waits for a seal until a named person has said yes or no."""

    WAITING = "waiting", "Waits to be sealed"
    SEALED = "sealed", "Sealed and sent"
    DROPPED = "dropped", "Not sent"
    #: Nobody had sealed it when the next rung was reached; the harder letter stands in its place.
    CLIMBED = "climbed", "Overtaken by a harder letter"
    #: What it was about had ended before it was drafted: the record came later than the end.
    VOID = "void", "Had ended before it was drafted"


class Figure(Wire):
    """A figure of a letter and the entry of the record that it stands in."""

    #: Its name among the facts of the record, as `due_on`.
    name: str
    value: str
    #: Which entry: authority, service, subject and sequence, as `150424/timer/150424-2026-000001/decision/1/4`.
    reference: str


class DraftFact(Event):
    """About one drafted letter."""

    subject_field: ClassVar[str] = "draft_no"
    reach: ClassVar[Reach] = Reach.OWN
    draft_no: str


class LetterDrafted(DraftFact):
    """The ladder, or a person, asks for a letter: it waits for a seal."""

    stem: ClassVar[str] = "qidi.draft.made"
    kind: InstructionKind
    #: The case, complaint or letter that it is about.
    about: str
    department: str
    #: The clock and the rung that asked for it; empty where a person did.
    clock_id: str = ""
    rung: str = ""
    #: The version of the ladder's table.
    ladder: str
    figures: tuple[Figure, ...] = ()
    #: The handler in whose hands it is.
    responsible: str = Field(default="", max_length=200)


class DraftSettled(DraftFact):
    """It was sealed and sent, or not sent for a reason, or a harder letter has taken its place."""

    stem: ClassVar[str] = "qidi.draft.settled"
    kind: InstructionKind
    about: str
    state: LetterDraftState
    reason: str = ""
    #: The letter that went out, where it was sealed.
    instruction_no: str = ""
    #: None where the ladder itself went on.
    person: RecordedPerson | None = None


# --- orders -----------------------------------------------------------------------------------------------------------


class DraftLetter(Command):
    """A letter about a line that is overdue, drafted from the record; the kind that the ladder asks for next."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "draft-letter"
    about: Line
    #: Left out: the next one of the ladder.
    kind: InstructionKind | None = None
    actor: Person | None = None


class SealLetter(Command):
    """A drafted letter is sealed by name and goes out under the next number, in these words."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "seal-letter"
    draft_no: Line
    title: Sentence
    text: Text
    reply_working_days: Annotated[int, Field(ge=1, le=60), WHOLE] | None = None
    actor: Person | None = None


class DropLetterDraft(Command):
    """A drafted letter is not sent, for a reason."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "drop-letter-draft"
    draft_no: Line
    reason: Text
    actor: Person | None = None
