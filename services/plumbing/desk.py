"""Decides which messages have an effect: each once, each subject in order, each batch in one transaction.

Knows neither broker nor nameko: it takes deliveries and gives verdicts, so that fakes and the real edge behave alike.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine

from services.contracts import catalogue
from services.contracts.commands import Command, read
from services.contracts.envelope import Envelope, NotKnown, NotReadable
from services.plumbing import outbox
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction
from services.plumbing.errors import Problem, Problems, Refused, Unavailable
from services.plumbing.log import log
from services.plumbing.switchboard import Caller, Fact, Office, Outcome, Switchboard, Tick

catalogue.all_events()  # every contract is registered before the first message is read


#: The question whether a service and its store are there.
READY = "ready"


class Verdict(Enum):
    """What becomes of a message. Acknowledged unless DEAD."""

    HANDLED = "handled"
    #: Seen before: no effect, the same answer.
    REPEATED = "repeated"
    #: The rules said no and the caller was told.
    REFUSED = "refused"
    #: Kept in the store: too early, unknown or newer than this reader.
    PARKED = "parked"
    #: Unreadable or the handler failed: to the dead letters, with the reason.
    DEAD = "dead"


@dataclass(frozen=True)
class Ruling:
    """The verdict on one message, with the reason or the reply."""

    verdict: Verdict
    reason: str = ""
    reply: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Order:
    """A command as it travels: who asks for what, under which id."""

    id: str
    command: str
    data: Any
    caller: Caller

    @classmethod
    def parse(cls, body: bytes) -> "Order":
        """Raises NotReadable."""
        try:
            raw = json.loads(body)
            return cls(str(raw["id"]), str(raw["command"]), raw["data"], Caller(**raw.get("caller", {})))
        except (ValueError, KeyError, TypeError) as wrong:
            raise NotReadable(f"no command: {wrong!r}") from None

    @property
    def fingerprint(self) -> str:
        """Tells the same key with another body from a repeat."""
        canonical = json.dumps([self.command, self.data], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def refusal(refused: Refused) -> dict[str, Any]:
    """How a refusal travels back to the gateway."""
    problems = [{"field": p.field, "template": p.template, "params": p.params} for p in refused.problems]
    return {"status": refused.status, "problems": problems}


class Desk:
    """One service's place where messages are handled."""

    def __init__(self, board: Switchboard, engine: Engine, clock: Clock, authority: str) -> None:
        self.board, self.engine, self.clock, self.authority = board, engine, clock, authority
        self._commands = {f"{kind.service}.{kind.name}": (kind, take) for kind, take in board.commands.items()}
        self._source = f"/authorities/{authority}/{board.name}"

    # --- commands ---------------------------------------------------------------------------------------------------

    def take_commands(self, bodies: Sequence[bytes]) -> list[Ruling]:
        """Handle commands, several in one transaction. Raises Unavailable when the store is away."""
        return self._all_or_each(bodies, self._commands_together, self._command_alone)

    def _commands_together(self, bodies: Sequence[bytes]) -> list[Ruling]:
        with transaction(self.engine) as connection:
            return [self._command(connection, body) for body in bodies]

    def _command_alone(self, body: bytes) -> Ruling:
        try:
            return self._commands_together([body])[0]
        except Refused as refused:
            order = Order.parse(body)
            reply = refusal(refused)
            with transaction(self.engine) as connection:  # a repeat of a refused command gets the same answer
                self._claim(connection, order, reply)
            return Ruling(Verdict.REFUSED, str(refused), reply)
        except NotReadable as wrong:
            return Ruling(Verdict.DEAD, str(wrong))
        except Unavailable:
            raise
        except Exception as failed:  # a bug of ours: rolled back, kept in the dead letters, and the caller is told
            log.error("command.failed", service=self.board.name, error=repr(failed), exc_info=True)
            return Ruling(Verdict.DEAD, f"{type(failed).__name__}: {failed}"[:200])

    def _command(self, connection: Connection, body: bytes) -> Ruling:
        order = Order.parse(body)
        before = connection.execute(
            text("SELECT body_hash, answer FROM inbox WHERE id = :i"), {"i": order.id}
        ).one_or_none()
        if before is not None:
            if before.body_hash != order.fingerprint:
                reply = refusal(Refused(Problem("Idempotency-Key", "This key was used before with another body.")))
                return Ruling(Verdict.REFUSED, "key reused", reply)
            return Ruling(Verdict.REPEATED, reply=json.loads(before.answer))
        if order.command not in self._commands:
            raise NotReadable(f"{self.board.name} takes no command {order.command}")
        kind, take = self._commands[order.command]
        outcome = self._decide(connection, kind, take, order)
        reply = {"status": 200, "body": dict(outcome.answer)}
        self._write(connection, outcome, causation=order.id)
        self._claim(connection, order, reply)
        return Ruling(Verdict.HANDLED, reply=reply)

    def _decide(self, connection: Connection, kind: type[Command], take: Any, order: Order) -> Outcome:
        command, wrong = read(kind, order.data)
        structural = [Problem(field, template, params) for field, template, params in wrong]
        office = self._office(connection, order.caller, Problems(structural))
        office.causation = order.id
        try:
            outcome: Outcome = take(office, command)
        except (Refused, Unavailable):
            raise
        except Exception:
            if structural:  # the domain stumbled over a hole that the caller is told about anyway
                raise Refused(*structural) from None
            raise
        office.problems.refuse()
        return outcome

    def _claim(self, connection: Connection, order: Order, reply: Mapping[str, Any]) -> None:
        connection.execute(
            text("INSERT INTO inbox (id, body_hash, answer, at) VALUES (:i, :h, :a, :t) ON CONFLICT (id) DO NOTHING"),
            {
                "i": order.id,
                "h": order.fingerprint,
                "a": json.dumps(reply, ensure_ascii=False),
                "t": self.clock.now().timestamp(),
            },
        )

    # --- events -----------------------------------------------------------------------------------------------------

    def take_events(self, bodies: Sequence[bytes]) -> list[Ruling]:
        """Handle events, the batch in one transaction; one that fails is tried alone and judged alone."""
        return self._all_or_each(bodies, self._events_together, self._event_alone)

    def _event_alone(self, body: bytes) -> Ruling:
        try:
            return self._events_together([body])[0]
        except Unavailable:
            raise
        except Exception as failed:  # a bug or a bad message: the dead letters keep it, the rest flows
            log.error("event.failed", service=self.board.name, error=repr(failed))
            return Ruling(Verdict.DEAD, f"{type(failed).__name__}: {failed}"[:200])

    def _events_together(self, bodies: Sequence[bytes]) -> list[Ruling]:
        rulings: list[Ruling | None] = [None] * len(bodies)
        envelopes: dict[int, Envelope] = {}
        for at, body in enumerate(bodies):
            try:
                envelopes[at] = Envelope.parse(body)
            except NotReadable as wrong:
                rulings[at] = Ruling(Verdict.DEAD, f"unreadable: {wrong}")
        if envelopes:
            with transaction(self.engine) as connection:
                batch = _Batch(self, connection, envelopes, bodies)
                batch.run()
                for at, ruling in batch.rulings.items():
                    rulings[at] = ruling
        return [ruling or Ruling(Verdict.DEAD, "not ruled") for ruling in rulings]

    def revive(self) -> int:
        """After an upgrade: parked messages whose type is known now have their effect; how many were looked at.

        Raises Unavailable. When one of them fails, all stay parked and the failure is raised.
        """
        with transaction(self.engine) as connection:
            rows = connection.execute(
                text("SELECT body FROM parked WHERE reason <> :r ORDER BY at, sequence"), {"r": _SEQUENCE_GAP}
            )
            bodies = [bytes(row.body) for row in rows]
            if bodies:
                connection.execute(text("DELETE FROM parked WHERE reason <> :r"), {"r": _SEQUENCE_GAP})
                _Batch(self, connection, dict(enumerate(map(Envelope.parse, bodies))), bodies).run()
        return len(bodies)

    def apply(self, connection: Connection, facts: Sequence[Fact]) -> None:
        """Hand facts to their handlers and write what these want said."""
        office = self._office(connection)
        if self.board.record is not None:
            self._write(connection, self.board.record(office, facts))
            return
        for fact in facts:
            take = self.board.facts.get(type(fact.event))
            if take is not None:
                self._write(connection, take(office, fact), causation=fact.envelope.id)

    # --- questions and ticks ----------------------------------------------------------------------------------------

    def answer(self, question: str, params: Mapping[str, Any], caller: Caller | None = None) -> dict[str, Any]:
        """Answer a question; nothing changes. Every service answers READY as well. Raises Unavailable."""
        ask = self.board.questions.get(question)
        if question == READY:
            ask = _is_ready
        if ask is None:
            return refusal(Refused(Problem("question", "{service} has no question {question}.",
                                           {"service": self.board.name, "question": question})))  # fmt: skip
        try:
            with reading(self.engine) as connection:
                office = self._office(connection, caller)
                body = ask(office, **params)
                office.problems.refuse()
                return {"status": 200, "body": body}
        except Refused as refused:
            return refusal(refused)

    def tick(self, tick: Tick) -> None:
        """Do what time asks for, in one transaction. Raises Unavailable."""
        with transaction(self.engine) as connection:
            self._write(connection, tick.run(self._office(connection)))

    # --- shared -----------------------------------------------------------------------------------------------------

    def _office(self, connection: Connection, caller: Caller | None = None, problems: Problems | None = None) -> Office:
        return Office(connection, self.clock.now(), self.authority, caller or Caller(), problems or Problems())

    def _write(self, connection: Connection, outcome: Outcome, causation: str | None = None) -> None:
        outbox.say(connection, outcome.said, source=self._source, recorded_at=self.clock.now(), causation=causation)

    def _all_or_each(self, bodies: Sequence[bytes], together: Any, alone: Any) -> list[Ruling]:
        """The whole batch at once; when one of them spoils it, each for itself, so that only that one pays."""
        if len(bodies) > 1:
            try:
                rulings = list(together(bodies))
            except Unavailable:
                raise
            except Exception as spoilt:
                log.info("batch.retried-one-by-one", service=self.board.name, size=len(bodies), why=repr(spoilt))
                return self._noted(bodies, [alone(body) for body in bodies])
            else:
                return self._noted(bodies, rulings)
        return self._noted(bodies, [alone(body) for body in bodies])

    def _noted(self, bodies: Sequence[bytes], rulings: list[Ruling]) -> list[Ruling]:
        """Keep the reason of each dead letter: the broker keeps the message, but would only say `rejected`."""
        rows = [
            {"d": hashlib.sha256(body).hexdigest(), "r": ruling.reason[:200], "t": self.clock.now().timestamp()}
            for body, ruling in zip(bodies, rulings, strict=True)
            if ruling.verdict is Verdict.DEAD
        ]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(
                    text(
                        "INSERT INTO dead_reasons (digest, reason, at) VALUES (:d, :r, :t)"
                        " ON CONFLICT (digest) DO UPDATE SET reason = excluded.reason, at = excluded.at"
                    ),
                    rows,
                )
        return rulings


def _is_ready(office: Office) -> dict[str, Any]:
    office.connection.execute(text("SELECT 1 FROM inbox WHERE id = ''"))
    return {"now": office.now.isoformat()}


_SEQUENCE_GAP = "early"


class _Batch:
    """One batch of events inside its transaction."""

    def __init__(
        self, desk: Desk, connection: Connection, envelopes: Mapping[int, Envelope], bodies: Sequence[bytes]
    ) -> None:
        self.desk, self.connection, self.envelopes, self.bodies = desk, connection, envelopes, bodies
        self.rulings: dict[int, Ruling] = {}
        self.facts: list[Fact] = []
        self.seen = _known_ids(connection, [e.id for e in envelopes.values()])
        keys = {(e.source, e.subject) for e in envelopes.values()}
        self.last = outbox.last_of(connection, keys)
        self.before = dict(self.last)
        self.early = _early(connection)
        self.parked: list[dict[str, Any]] = []
        self.released: list[str] = []
        self.claimed: list[str] = []

    def run(self) -> None:
        for at, envelope in self.envelopes.items():
            self.rulings[at] = self._rule(envelope, self.bodies[at])
        self.desk.apply(self.connection, self.facts)
        self._write()

    def _rule(self, envelope: Envelope, body: bytes) -> Ruling:
        if envelope.id in self.seen:
            return Ruling(Verdict.REPEATED)
        self.seen.add(envelope.id)
        key, last = (envelope.source, envelope.subject), self.last.get((envelope.source, envelope.subject), 0)
        if envelope.sequence <= last:
            return self._park(envelope, body, "another message had this sequence number")
        if envelope.sequence > last + 1:
            return self._park(envelope, body, _SEQUENCE_GAP)
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
            return Ruling(Verdict.DEAD, f"unreadable: {wrong}")
        self.last[(envelope.source, envelope.subject)] = envelope.sequence
        self.facts.append(Fact(envelope, event, body))
        self.claimed.append(envelope.id)
        return Ruling(Verdict.HANDLED)

    def _follow(self, key: tuple[str, str]) -> None:
        """What came early and waited for this one comes next."""
        if key not in self.early:
            return
        waiting = self.early[key]
        while (following := self.last[key] + 1) in waiting:
            body = waiting.pop(following)
            envelope = Envelope.parse(body)
            if self._take(envelope, body).verdict is not Verdict.HANDLED:
                break
            self.released.append(envelope.id)

    def _park(self, envelope: Envelope, body: bytes, reason: str) -> Ruling:
        if reason == _SEQUENCE_GAP:
            self.early.setdefault((envelope.source, envelope.subject), {})[envelope.sequence] = body
        self.parked.append(
            {
                "id": envelope.id,
                "source": envelope.source,
                "subject": envelope.subject,
                "sequence": envelope.sequence,
                "reason": reason[:200],
                "body": body,
                "at": self.desk.clock.now().timestamp(),
            }
        )
        return Ruling(Verdict.PARKED, reason)

    def _write(self) -> None:
        now = self.desk.clock.now().timestamp()
        if self.claimed:
            self.connection.execute(
                text("INSERT INTO inbox (id, body_hash, at) VALUES (:i, '', :t)"),
                [{"i": one, "t": now} for one in self.claimed],
            )
        outbox.remember(
            self.connection, [(*key, last) for key, last in self.last.items() if self.before.get(key) != last]
        )
        released = set(self.released)
        parked = [row for row in self.parked if row["id"] not in released]
        if parked:
            self.connection.execute(
                text(
                    "INSERT INTO parked (id, source, subject, sequence, reason, body, at)"
                    " VALUES (:id, :source, :subject, :sequence, :reason, :body, :at) ON CONFLICT (id) DO NOTHING"
                ),
                parked,
            )
        if released:
            self.connection.execute(text("DELETE FROM parked WHERE id = :i"), [{"i": one} for one in released])


def _known_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        names = {f"i{n}": one for n, one in enumerate(part)}
        marks = ", ".join(f":{name}" for name in names)
        for table in ("inbox", "parked"):
            rows = connection.execute(text(f"SELECT id FROM {table} WHERE id IN ({marks})"), names)  # noqa: S608  # bound parameters and two fixed names only
            known.update(row[0] for row in rows)
    return known


def _early(connection: Connection) -> dict[tuple[str, str], dict[int, bytes]]:
    rows = connection.execute(
        text("SELECT source, subject, sequence, body FROM parked WHERE reason = :r"), {"r": _SEQUENCE_GAP}
    )
    early: dict[tuple[str, str], dict[int, bytes]] = {}
    for source, subject, sequence, body in rows:
        early.setdefault((source, subject), {})[sequence] = bytes(body)
    return early


def resend_parked(connection: Connection, ids: Iterable[str]) -> list[bytes]:
    """Take parked messages out again, so that they can be delivered once more (`qidi replay`)."""
    bodies: list[bytes] = []
    for one in ids:
        row = connection.execute(text("SELECT body FROM parked WHERE id = :i"), {"i": one}).one_or_none()
        if row is not None:
            bodies.append(bytes(row.body))
            connection.execute(text("DELETE FROM parked WHERE id = :i"), {"i": one})
    return bodies


def reason_of(connection: Connection, body: bytes) -> str:
    """Why a dead letter died, as far as this store noted it."""
    digest = hashlib.sha256(body).hexdigest()
    found = connection.execute(text("SELECT reason FROM dead_reasons WHERE digest = :d"), {"d": digest}).scalar()
    return str(found or "")


def counts(connection: Connection, now: datetime) -> dict[str, Any]:
    """What waits in a store: outbox rows and their age, parked messages by reason."""
    rows, age = outbox.age(connection, now)
    parked = connection.execute(text("SELECT reason, COUNT(*) FROM parked GROUP BY reason")).all()
    return {
        "outbox_rows": rows,
        "outbox_age_seconds": age,
        "parked": {re.sub(r"\s.*", "", reason): count for reason, count in parked},
    }
