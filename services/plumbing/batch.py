"""One batch of events in order: what is next, what was seen, what came early, what is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, text

from services.contracts.envelope import Envelope, NotKnown, NotReadable
from services.plumbing import outbox
from services.plumbing.statements import Statement, found, inserting
from services.plumbing.switchboard import Fact


class Verdict(Enum):
    """What becomes of a message; each is acknowledged once that stands in the store."""

    HANDLED = "handled"
    #: Seen before: no effect, the same answer.
    REPEATED = "repeated"
    #: The rules said no and the caller was told.
    REFUSED = "refused"
    #: Kept in the store: too early, unknown or newer than this reader.
    PARKED = "parked"
    #: Unreadable, or the handler failed: kept among the dead letters, with the reason.
    DEAD = "dead"


@dataclass(frozen=True)
class Ruling:
    """The verdict on one message, with the reason or the reply."""

    verdict: Verdict
    reason: str = ""
    reply: Mapping[str, Any] | None = None


_KNOWN: Final = tuple(f"SELECT id FROM {table} WHERE id IN" for table in ("inbox", "parked"))  # noqa: S608  # two fixed names
_CLAIM: Final = inserting("inbox", ("id", "body_hash", "at"))
_EARLY: Final = Statement("SELECT source, subject, sequence, body FROM parked WHERE reason = ?")
#: The reason of what waits for its predecessor.
EARLY = "early"
#: How the reason of a message begins that cannot be read.
UNREADABLE = "unreadable: "


class Batch:
    """One batch of events inside its transaction."""

    def __init__(
        self,
        connection: Connection,
        envelopes: Mapping[int, Envelope],
        bodies: Sequence[bytes],
        *,
        at: float,
        following: bool = True,
        objection: Callable[[Envelope], str],
    ) -> None:
        """`at`: seconds since 1970. Without `following`, what waits for these messages goes on waiting.

        `objection`: why a message's word does not count here (`voices`); empty: it does.
        """
        self.connection, self.envelopes, self.bodies, self.at = connection, envelopes, bodies, at
        self.rulings: dict[int, Ruling] = {}
        self.facts: list[Fact[Any]] = []
        self.seen = _known_ids(connection, [e.id for e in envelopes.values()])
        keys = {(e.source, e.subject) for e in envelopes.values()}
        self.last = outbox.last_of(connection, keys)
        self.before = dict(self.last)
        self.early = _waiting(connection) if following else {}
        self.following, self._objection = following, objection
        self.parked: list[dict[str, Any]] = []
        self.released: list[str] = []
        self.claimed: list[str] = []

    def run(self, apply: Callable[[Connection, Sequence[Fact[Any]]], None]) -> None:
        """Rule on every message, apply the facts among them, write down what is known from now on."""
        for at, envelope in self.envelopes.items():
            self.rulings[at] = self._rule(envelope, self.bodies[at])
        apply(self.connection, self.facts)
        self._write()

    def _rule(self, envelope: Envelope, body: bytes) -> Ruling:
        if against := self._objection(envelope):
            return Ruling(Verdict.DEAD, against)
        key, last = (envelope.source, envelope.subject), self.last.get((envelope.source, envelope.subject), 0)
        if envelope.id in self.seen:
            self._follow(key)  # it may have been the release of those that was cut off
            return Ruling(Verdict.REPEATED)
        self.seen.add(envelope.id)
        if envelope.sequence <= last:
            return self._park(envelope, body, "another message had this sequence number")
        if envelope.sequence > last + 1:
            return self._park(envelope, body, EARLY)
        ruling = self._take(envelope, body)
        if ruling.verdict is Verdict.HANDLED:
            self._follow(key)
        return ruling

    def _take(self, envelope: Envelope, body: bytes) -> Ruling:
        try:
            event = envelope.event()
        except NotKnown as unknown:
            return self._park(envelope, body, str(unknown))
        except NotReadable as wrong:
            return Ruling(Verdict.DEAD, f"{UNREADABLE}{wrong}")
        self.last[(envelope.source, envelope.subject)] = envelope.sequence
        self.facts.append(Fact(envelope, event, body))
        self.claimed.append(envelope.id)
        return Ruling(Verdict.HANDLED)

    def _follow(self, key: tuple[str, str]) -> None:
        """What came early and waited for this one comes next."""
        if not self.following or key not in self.early:
            return
        waiting = self.early[key]
        while (following := self.last.get(key, 0) + 1) in waiting:
            body = waiting.pop(following)
            envelope = Envelope.parse(body)
            ruling = self._take(envelope, body)
            if ruling.verdict is Verdict.DEAD:
                self._park(envelope, body, ruling.reason)  # its delivery is long acknowledged: it is kept here
            if ruling.verdict is not Verdict.HANDLED:
                break
            self.released.append(envelope.id)

    def _park(self, envelope: Envelope, body: bytes, reason: str) -> Ruling:
        if reason == EARLY:
            self.early.setdefault((envelope.source, envelope.subject), {})[envelope.sequence] = body
        self.parked.append(
            {
                "id": envelope.id,
                "source": envelope.source,
                "subject": envelope.subject,
                "sequence": envelope.sequence,
                "reason": reason[:200],
                "body": body,
                "at": self.at,
            }
        )
        return Ruling(Verdict.PARKED, reason)

    def _write(self) -> None:
        if self.claimed:
            _CLAIM.each(self.connection, [(one, "", self.at) for one in self.claimed])
        outbox.remember(
            self.connection, [(*key, last) for key, last in self.last.items() if self.before.get(key) != last]
        )
        released = set(self.released)
        parked = [row for row in self.parked if row["id"] not in released]
        if parked:
            self.connection.execute(
                text(
                    "INSERT INTO parked (id, source, subject, sequence, reason, body, at)"
                    " VALUES (:id, :source, :subject, :sequence, :reason, :body, :at)"
                    # one that waited may turn out to be unknown when its turn comes
                    " ON CONFLICT (id) DO UPDATE SET reason = excluded.reason"
                ),
                parked,
            )
        if released:
            self.connection.execute(text("DELETE FROM parked WHERE id = :i"), [{"i": one} for one in released])


def _known_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    keys = [(one,) for one in ids]
    return {row[0] for query in _KNOWN for row in found(connection, query, keys)}


def _waiting(connection: Connection) -> dict[tuple[str, str], dict[int, bytes]]:
    rows: Iterable[Any] = _EARLY.once(connection, (EARLY,))
    early: dict[tuple[str, str], dict[int, bytes]] = {}
    for source, subject, sequence, body in rows:
        early.setdefault((source, subject), {})[sequence] = bytes(body)
    return early


def next_waiting(connection: Connection, source: str, subject: str) -> bytes | None:
    """The message that waited for the last one handled of its subject, if it is here."""
    row = connection.execute(
        text(
            "SELECT p.body FROM parked p JOIN sequences s ON s.source = p.source AND s.subject = p.subject"
            " WHERE p.source = :s AND p.subject = :j AND p.sequence = s.last + 1 AND p.reason = :r"
        ),
        {"s": source, "j": subject, "r": EARLY},
    ).one_or_none()
    return bytes(row.body) if row is not None else None


def kept_for(connection: Connection, id: str, reason: str) -> None:
    """Note why a parked message is still here."""
    connection.execute(text("UPDATE parked SET reason = :r WHERE id = :i"), {"i": id, "r": reason[:200]})


def resend_parked(connection: Connection, ids: Iterable[str]) -> list[bytes]:
    """Take parked messages out again, so that they can be delivered once more (`qidi replay`)."""
    bodies: list[bytes] = []
    for one in ids:
        row = connection.execute(text("SELECT body FROM parked WHERE id = :i"), {"i": one}).one_or_none()
        if row is not None:
            bodies.append(bytes(row.body))
            connection.execute(text("DELETE FROM parked WHERE id = :i"), {"i": one})
    return bodies
