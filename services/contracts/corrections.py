"""Order to correct a mistake in a case's record: the head says what was wrong, and why; nothing is taken off."""

from typing import ClassVar

from services.contracts.commands import Command, Line, Number, Text
from services.contracts.dates import Moment
from services.contracts.quantities import Numbered, Person


class CorrectEntry(Command):
    """A line of the history never happened, happened on another day, or by another hand (DOMAIN 3, rule 11)."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "correct-entry"
    case_no: Line
    #: The how many-th line of the case's history it is, from one on.
    entry: Numbered
    #: It was entered by slip: it never happened.
    is_void: bool = False
    #: When it happened instead.
    occurred_at: Moment | None = None
    #: Whose word it was instead.
    person: Person | None = None
    reason: Text
    document_no: Number | None = None
    actor: Person | None = None
