"""Messages between the ledger and the process that carries: bytes to send, and what became of bytes that came."""

from dataclasses import dataclass, field
from enum import StrEnum


class Became(StrEnum):
    """What became of a message from another level. Acknowledged unless UNREADABLE."""

    #: It had its effect now.
    TAKEN = "taken"
    #: It had its effect before; the answer is the same.
    REPEATED = "repeated"
    #: Something before it is missing.
    GAP = "gap"
    #: It contradicts what is known: nothing is taken until an operator acts.
    FORK = "fork"
    #: It does not agree with itself, its signature, or its sender.
    REFUSED = "refused"
    #: It can never be read: to the dead letters.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Outgoing:
    """Bytes for the other side. `number` tells them apart: the first index of a page, the number of mail."""

    #: Whose ledger a page continues; of mail, the child whom it goes to.
    origin: str
    number: int
    body: bytes


@dataclass(frozen=True)
class TakenFromBelow:
    """What became of a message from below, and what is answered to its sender (None: nothing)."""

    became: Became
    answer: bytes | None = None
    reason: str = ""
    origin: str = ""


@dataclass(frozen=True)
class HeardFromAbove:
    """What became of a message from above; `resend` names origins whose pages must be sent again at once.

    `waits`: something that is signed here has no signature from above yet.
    """

    became: Became
    reason: str = ""
    origin: str = ""
    resend: frozenset[str] = field(default_factory=frozenset)
    waits: bool = False
