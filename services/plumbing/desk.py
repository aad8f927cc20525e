"""The desk where messages have their effect: each once, each subject in order, each batch in one transaction.

Knows neither broker nor nameko: it takes deliveries and gives verdicts, so that fakes and the real edge behave alike.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine

from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.commands import Command
from services.contracts.envelope import Envelope, NotReadable
from services.contracts.validation import read
from services.contracts.vocabulary import ZONE
from services.plumbing import outbox
from services.plumbing.batch import EARLY, Batch, Ruling, Verdict, kept_for, next_waiting, resend_parked
from services.plumbing.clock import Clock, Latest
from services.plumbing.db import reading, transaction
from services.plumbing.errors import Problem, Problems, Refused, Unavailable
from services.plumbing.log import log
from services.plumbing.pulse import Pulse
from services.plumbing.switchboard import Fact, Office, Outcome, Switchboard, Tick

catalogue.all_events()  # every contract is registered before the first message is read


#: A clock that is behind what is recorded by more than this is spoken of.
BEHIND_SECONDS = 1.0
#: The question whether a service is there, and what ails its store.
READY = "ready"


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

    def __init__(
        self,
        board: Switchboard,
        engine: Engine,
        clock: Clock,
        authority: str,
        keys: Path | None = None,
        latest: Latest | None = None,
    ) -> None:
        """`keys`: the folder of the authority's secret keys, by default the one beside its SQLite stores. `latest`:
        when the other services of this process have recorded last."""
        self.latest = latest or Latest()
        self.board, self.engine, self.clock, self.authority = board, engine, clock, authority
        self.pulse = Pulse(engine)
        self._quiet_until = 0.0
        self.keys = keys or Path(engine.url.database or "").parent / "keys"
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
        except Exception as failed:  # a bug or a bad message, here or in what waited for this one
            log.info("event.retried-without-followers", service=self.board.name, why=repr(failed)[:200])
            return self._event_without_followers(body)

    def _event_without_followers(self, body: bytes) -> Ruling:
        try:
            ruling = self._events_together([body], following=False)[0]
        except Unavailable:
            raise
        except Exception as failed:  # the dead letters keep it, the rest flows
            log.error("event.failed", service=self.board.name, error=repr(failed))
            return Ruling(Verdict.DEAD, _said(failed))
        if ruling.verdict is Verdict.HANDLED:
            self._release(Envelope.parse(body))
        return ruling

    def _events_together(self, bodies: Sequence[bytes], following: bool = True) -> list[Ruling]:
        rulings: list[Ruling | None] = [None] * len(bodies)
        envelopes: dict[int, Envelope] = {}
        for at, body in enumerate(bodies):
            try:
                envelopes[at] = Envelope.parse(body)
            except NotReadable as wrong:
                rulings[at] = Ruling(Verdict.DEAD, f"unreadable: {wrong}")
        if envelopes:
            with transaction(self.engine) as connection:
                now = self.clock.now().timestamp()
                self._heard(connection, envelopes.values())
                batch = Batch(connection, envelopes, bodies, at=now, following=following)
                batch.run(self.apply)
                for at, ruling in batch.rulings.items():
                    rulings[at] = ruling
        return [ruling or Ruling(Verdict.DEAD, "not ruled") for ruling in rulings]

    def _heard(self, connection: Connection, envelopes: Iterable[Envelope]) -> None:
        """What this authority has recorded elsewhere is not after what is said of it here."""
        own = [one.recordedtime for one in envelopes if one.authority == self.authority]
        if own and (latest := max(own)) > self.clock.now():
            self.latest.rise(outbox.not_before(connection, latest.astimezone(ZONE)))

    def revive(self) -> int:
        """After an upgrade: parked messages whose type is known now have their effect; how many were looked at.

        Each for itself: one that fails stays parked with its reason and holds up nobody else. Raises Unavailable.
        """
        with reading(self.engine) as connection:
            rows = connection.execute(
                text("SELECT body FROM parked WHERE reason <> :r ORDER BY at, sequence"), {"r": EARLY}
            )
            bodies = [bytes(row.body) for row in rows]
        for body in bodies:
            if self._take_again(body):
                self._release(Envelope.parse(body))
        return len(bodies)

    def _release(self, first: Envelope) -> None:
        """What waited for this message, one by one, until one fails or the next one is missing."""
        while True:
            with reading(self.engine) as connection:
                body = next_waiting(connection, first.source, first.subject)
            if body is None or not self._take_again(body):
                return

    def _take_again(self, body: bytes) -> bool:
        """Take a parked message out and handle it, or leave it there with the reason of today. Raises Unavailable."""
        envelope = Envelope.parse(body)
        try:
            with transaction(self.engine) as connection:
                resend_parked(connection, [envelope.id])
                batch = Batch(connection, {0: envelope}, [body], at=self.clock.now().timestamp(), following=False)
                batch.run(self.apply)
                if batch.rulings[0].verdict is Verdict.DEAD:
                    raise NotReadable(batch.rulings[0].reason)
                return batch.rulings[0].verdict is Verdict.HANDLED
        except Unavailable:
            raise
        except Exception as failed:
            log.error("parked.failed", service=self.board.name, error=repr(failed)[:200])
            with transaction(self.engine) as connection:
                kept_for(connection, envelope.id, _said(failed))
            return False

    def apply(self, connection: Connection, facts: Sequence[Fact[Any]]) -> None:
        """Hand facts to their handlers and write what these want said."""
        office = self._office(connection)
        if self.board.record is not None:
            self._write(connection, self.board.record(office, facts))
            return
        for fact in facts:
            take = self.board.facts.get(type(fact.event))
            if take is not None:
                self._write(connection, take(office, fact), causation=fact.envelope.id)
        if self.board.settle is not None:
            self._write(connection, self.board.settle(office))

    # --- questions and ticks ----------------------------------------------------------------------------------------

    def answer(self, question: str, params: Mapping[str, Any], caller: Caller | None = None) -> dict[str, Any]:
        """Answer a question; nothing changes. Every service answers READY as well. Raises Unavailable."""
        if question == READY:
            told = {"now": self.clock.now().isoformat(), "behind": self.behind, "ailment": self.pulse.feel()}
            return {"status": 200, "body": told}
        ask = self.board.questions.get(question)
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
        caller, problems = caller or Caller(), problems or Problems()
        now = self.clock.now()
        return Office(
            connection, now, self.authority, caller, problems, earliest=self.latest.or_later(now), keys=self.keys
        )

    def _write(self, connection: Connection, outcome: Outcome, causation: str | None = None) -> None:
        if not outcome.said:
            return
        now = self.clock.now()
        wanted = self.latest.or_later(now)
        outbox.say(connection, outcome.said, source=self._source, recorded_at=wanted, causation=causation)
        self.latest.rise(outbox.last_recorded(connection))
        if self.behind > BEHIND_SECONDS and time.monotonic() > self._quiet_until:
            self._quiet_until = time.monotonic() + 60.0
            log.warning("clock.behind", service=self.board.name, seconds=round(self.behind, 1))

    @property
    def behind(self) -> float:
        """Seconds by which the clock is behind what is already recorded here; 0 where it is not."""
        now = self.clock.now()
        return (self.latest.or_later(now) - now).total_seconds()

    def recall(self) -> None:
        """After a start: when this store has recorded last. Raises Unavailable."""
        with reading(self.engine) as connection:
            self.latest.rise(outbox.last_recorded(connection))

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
                keep_reasons(connection, rows)
        return rulings


def keep_reasons(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Why messages were given up: `d` the SHA-256 of the body, `r` the reason, `t` seconds since 1970."""
    connection.execute(
        text(
            "INSERT INTO dead_reasons (digest, reason, at) VALUES (:d, :r, :t)"
            " ON CONFLICT (digest) DO UPDATE SET reason = excluded.reason, at = excluded.at"
        ),
        rows,
    )


def _said(failed: Exception) -> str:
    """A failure as a reason that people read."""
    return str(failed) if isinstance(failed, NotReadable) else f"{type(failed).__name__}: {failed}"[:200]


def counts(connection: Connection, now: datetime) -> dict[str, Any]:
    """What waits in a store: outbox rows and their age, parked messages by reason."""
    rows, age = outbox.age(connection, now)
    parked = connection.execute(text("SELECT reason, COUNT(*) FROM parked GROUP BY reason")).all()
    return {
        "outbox_rows": rows,
        "outbox_age_seconds": age,
        "parked": {re.sub(r"\s.*", "", reason): count for reason, count in parked},
    }


__all__ = ["READY", "Desk", "Order", "Ruling", "Verdict", "counts", "keep_reasons", "refusal"]
