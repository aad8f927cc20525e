"""Mailboxes of children, and the mail that our superior has written to us: their rows.

A box is numbered from 1 without gaps; mail stays in it until the child has signed for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from services.contracts.envelope import Envelope
from services.ledger.link.store import Row
from services.ledger.link.tables import letters_down, letters_taken

_DOWN, _TAKEN = letters_down.c, letters_taken.c


@dataclass(frozen=True)
class Mail:
    """One piece of mail to a child; `note` is empty until it is signed for the first time."""

    number: int
    body: bytes
    note: str


def put(connection: Connection, child: str, told: Iterable[tuple[Envelope, bytes]], at: float) -> None:
    """Lay these facts into a child's box, those that are not in it yet, in this order."""
    known = set(connection.execute(select(_DOWN.event_id).where(_DOWN.child == child)).scalars())
    last = connection.execute(select(func.max(_DOWN.number)).where(_DOWN.child == child)).scalar() or 0
    fresh = [one for one in told if one[0].id not in known]
    rows = [
        {"child": child, "number": number, "event_id": envelope.id, "stem": envelope.stem, "body": body, "note": ""}
        | {"said_at": at, "answered_idx": None, "answered_at": None}
        for number, (envelope, body) in enumerate(fresh, start=last + 1)
    ]
    if rows:
        connection.execute(insert(letters_down), rows)


def unanswered(connection: Connection, child: str, limit: int) -> Sequence[Mail]:
    """What the child has not signed for, oldest first."""
    wanted = select(_DOWN.number, _DOWN.body, _DOWN.note).where(_DOWN.child == child, _DOWN.answered_idx.is_(None))
    rows = connection.execute(wanted.order_by(_DOWN.number).limit(limit))
    return [Mail(number, bytes(body), note) for number, body, note in rows]


def unsigned(connection: Connection) -> Sequence[tuple[str, Mail]]:
    """Child and mail of all that we have not signed yet."""
    rows = connection.execute(select(_DOWN.child, _DOWN.number, _DOWN.body).where(_DOWN.note == "")).all()
    return [(child, Mail(number, bytes(body), "")) for child, number, body in rows]


def keep_signature(connection: Connection, child: str, number: int, note: str) -> None:
    """Mail stays signed as it was signed first."""
    connection.execute(
        update(letters_down).where(_DOWN.child == child, _DOWN.number == number).values(note=note),
    )


def answered(connection: Connection, child: str, number: int, index: int, at: float) -> None:
    """The child has signed for this with entry `index`; the first signature stays."""
    is_open = _DOWN.child == child, _DOWN.number == number, _DOWN.answered_idx.is_(None)
    connection.execute(update(letters_down).where(*is_open).values(answered_idx=index, answered_at=at))


def unanswered_from(connection: Connection, child: str, index: int) -> None:
    """What the child signed for with entries from `index` on counts as not signed for."""
    lost = _DOWN.child == child, _DOWN.answered_idx >= index
    connection.execute(update(letters_down).where(*lost).values(answered_idx=None, answered_at=None))


def last_taken(connection: Connection, sender: str) -> int:
    """The number of the newest mail that we have taken from there, 0 for none."""
    return int(connection.execute(select(func.max(_TAKEN.number)).where(_TAKEN.sender == sender)).scalar() or 0)


def keep_taken(connection: Connection, row: Row) -> None:
    """Keep mail of our superior."""
    connection.execute(insert(letters_taken), [row])


def all_taken(connection: Connection) -> list[bytes]:
    """The events of all mail that superiors wrote to us, in order."""
    rows = connection.execute(select(_TAKEN.body).order_by(_TAKEN.sender, _TAKEN.number)).scalars()
    return [bytes(body) for body in rows]
