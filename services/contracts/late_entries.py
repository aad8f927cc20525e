"""Order to judge a late entry: it is confirmed with evidence, or refused with a reason, by a second person."""

from typing import ClassVar

from services.contracts.commands import Command, Line, Number, Text
from services.contracts.dates import Day
from services.contracts.quantities import Numbered, Person


class JudgeLateEntry(Command):
    """Whether a step that was recorded late happened on the day that it names (DOMAIN 3, rule 12)."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "judge-late-entry"
    case_no: Line
    #: The how many-th line of the case's history it is, from one on.
    entry: Numbered
    is_confirmed: bool
    document_no: Number | None = None
    document_on: Day | None = None
    reason: Text | None = None
    actor: Person | None = None
