"""Facts that the ledger says: that it grew, and that a line was struck off."""

from typing import ClassVar

from services.contracts.envelope import Event, Reach
from services.contracts.quantities import Counted, RecordedPerson


class LedgerExtended(Event):
    """A signal, not a fact: the log now has `size` entries. It is never an entry itself."""

    stem: ClassVar[str] = "qidi.ledger.extended"
    reach: ClassVar[Reach] = Reach.OWN
    subject_field: ClassVar[str] = "log"
    signal: ClassVar[bool] = True
    log: str = "own"
    size: Counted
    root: str


class LineStruckOff(Event):
    """A line is done and leaves the list, with its evidence (plan P0-17)."""

    stem: ClassVar[str] = "qidi.line.struck-off"
    subject_field: ClassVar[str] = "case_no"
    case_no: str
    evidence: str
    person: RecordedPerson
