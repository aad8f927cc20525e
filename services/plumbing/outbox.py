"""The outbox: rows written with the state they speak of, taken away after the broker's word."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text
from uuid6 import uuid7

from services.contracts.envelope import Reach, seal
from services.contracts.vocabulary import ZONE
from services.plumbing.statements import Statement, found, inserting
from services.plumbing.switchboard import Said

_SAY: Final = inserting("outbox", ("event_id", "routing_key", "body", "at"))
_TAKE_AWAY: Final = Statement("DELETE FROM outbox WHERE id = ?")
_LASTS: Final = "SELECT source, subject, last FROM sequences WHERE (source, subject) IN"
_REMEMBER: Final = inserting(
    "sequences",
    ("source", "subject", "last"),
    "ON CONFLICT (source, subject) DO UPDATE SET last = excluded.last",
)


class Row(NamedTuple):
    id: int
    event_id: str
    routing_key: str
    body: bytes


def say(
    connection: Connection,
    said: Iterable[Said],
    *,
    source: str,
    recorded_at: datetime,
    caller: str | None = None,
    causation: str | None = None,
    correlation: str | None = None,
) -> list[bytes]:
    """Write events to the outbox, each with the next sequence of its subject. Returns the sealed bytes, in order.

    They are recorded at `recorded_at`, or at the latest moment at which this store has recorded or heard anything of
    its own authority: where a clock is set back, the record stands still and does not go back.

    What stays at home (reach `own`) is said by a source of its own, `.../own`: so the sequence that travels to other
    levels has no gaps where something was withheld.
    """
    said = list(said)
    if not said:
        return []
    recorded_at = not_before(connection, recorded_at)
    lasts = last_of(connection, {(_voice(one), one.event.subject) for one in said})
    rows: list[tuple[Any, ...]] = []
    for one in said:
        key = (_voice(one), one.event.subject)
        lasts[key] = lasts.get(key, 0) + 1
        event_id = str(uuid7())
        body = seal(
            one.event,
            id=event_id,
            source=source + _voice(one),
            occurred_at=one.occurred_at,
            recorded_at=recorded_at,
            sequence=lasts[key],
            actor=one.actor,
            caller=caller,
            causation=one.causation or causation,
            correlation=correlation,
        )
        rows.append((event_id, one.event.wire_type(), body, recorded_at.timestamp()))
    remember(connection, ((voice, subject, number) for (voice, subject), number in lasts.items()))
    _SAY.each(connection, rows)
    return [body for _, _, body, _ in rows]


#: The row of the inbox that remembers when this store recorded last; no message has this id.
_RECORDED = "recorded"


def not_before(connection: Connection, at: datetime) -> datetime:
    """The later of this moment and the last one that was recorded here, which is remembered from now on."""
    last = last_recorded(connection)
    if last is not None and last > at:
        return last
    connection.execute(
        text(
            "INSERT INTO inbox (id, body_hash, at) VALUES (:i, '', :t) ON CONFLICT (id) DO UPDATE SET at = excluded.at"
        ),
        {"i": _RECORDED, "t": at.timestamp()},
    )
    return at


def last_recorded(connection: Connection) -> datetime | None:
    """The latest moment at which this store has recorded anything; None where it never did."""
    found = connection.execute(text("SELECT at FROM inbox WHERE id = :i"), {"i": _RECORDED}).scalar()
    return None if found is None else datetime.fromtimestamp(found, ZONE)


def resay(connection: Connection, envelopes: Iterable[tuple[str, str, bytes]], *, prefix: str, at: datetime) -> None:
    """Put what another authority said into the outbox, byte for byte: (event id, wire type, sealed bytes).

    It goes out under `<prefix>.<type>`, for example `below.qidi.case.accepted.v1`, with its own source and sequence.
    """
    _SAY.each(connection, [(id, f"{prefix}.{kind}", body, at.timestamp()) for id, kind, body in envelopes])


def _voice(one: Said) -> str:
    return "/own" if one.event.reach is Reach.OWN else ""


def last_of(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The last sequence per (source, subject), for those that have one."""
    return {(source, subject): last for source, subject, last in found(connection, _LASTS, list(keys))}


def remember(connection: Connection, lasts: Iterable[tuple[str, str, int]]) -> None:
    """Note the last sequence of each (source, subject)."""
    _REMEMBER.each(connection, list(lasts))


def waiting(connection: Connection, limit: int, after: int = 0) -> list[Row]:
    """The next rows to be said, oldest first, with an id above `after`."""
    rows = connection.execute(
        text("SELECT id, event_id, routing_key, body FROM outbox WHERE id > :a ORDER BY id LIMIT :n"),
        {"n": limit, "a": after},
    )
    return [Row(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def confirmed(connection: Connection, ids: Sequence[int]) -> None:
    """The broker has them: the rows leave."""
    _TAKE_AWAY.each(connection, [(one,) for one in ids])


def age(connection: Connection, now: datetime) -> tuple[int, float]:
    """How many rows wait, and for how many seconds the oldest has waited."""
    count, oldest = connection.execute(text("SELECT COUNT(*), MIN(at) FROM outbox")).one()
    return int(count), max(0.0, now.timestamp() - oldest) if oldest is not None else 0.0


def subject_of(body: bytes) -> str:
    """The subject of sealed bytes, for messages about them."""
    return str(json.loads(body).get("subject", ""))
