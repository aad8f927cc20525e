"""The desk where messages have their effect: each once, each subject in order, each batch in one transaction.

Knows neither broker nor nameko: it takes deliveries and gives verdicts, so that fakes and the real edge behave alike.
"""

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine

from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.beginning import ALWAYS, Beginning
from services.contracts.commands import Command
from services.contracts.envelope import Envelope, NotReadable
from services.contracts.issuer import Issuer
from services.contracts.validation import read
from services.contracts.vocabulary import ZONE
from services.plumbing import dead_letters, outbox, topology
from services.plumbing.batch import EARLY, UNREADABLE, Batch, Ruling, Verdict, kept_for, next_waiting, resend_parked
from services.plumbing.clock import Clock, Latest
from services.plumbing.db import reading, transaction
from services.plumbing.errors import Problem, Problems, Refused, Unavailable
from services.plumbing.log import log
from services.plumbing.orders import NOT_TAKEN, Order, refusal
from services.plumbing.store_pulse import StorePulse
from services.plumbing.switchboard import Fact, Office, Outcome, Said, Switchboard, Tick
from services.plumbing.voices import objection

catalogue.all_events()  # every contract is registered before the first message is read


#: A clock that is behind what is recorded by more than this is spoken of.
BEHIND_SECONDS = 1.0
#: The question whether a service is there, and what ails its store.
READY = "ready"


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
        beginning: Beginning = ALWAYS,
        issuer: Issuer | None = None,
    ) -> None:
        """`keys`: the folder of the authority's secret keys, by default the one beside its SQLite stores. `latest`:
        when the other services of this process have recorded last. `beginning`: from when on the authority counts.
        `issuer`: what is set for its letters."""
        self.latest, self.beginning, self.issuer = latest or Latest(), beginning, issuer
        self.board, self.engine, self.clock, self.authority = board, engine, clock, authority
        self.pulse = StorePulse(engine)
        self._quiet_until = 0.0
        self.keys = keys or Path(engine.url.database or "").parent / "keys"
        self._commands = {f"{kind.service}.{kind.name}": (kind, take) for kind, take in board.commands.items()}

    # --- commands ---------------------------------------------------------------------------------------------------

    def take_commands(self, bodies: Sequence[bytes]) -> list[Ruling]:
        """Handle commands, several in one transaction. Raises Unavailable when the store is away."""
        rulings = self._all_or_each(bodies, self._commands_together, self._command_alone)
        return self._kept(topology.commands_queue(self.board.name), bodies, rulings)

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
            return Ruling(Verdict.DEAD, _said(wrong))
        except Unavailable:
            raise
        except Exception as failed:  # a bug of ours: rolled back, kept in the dead letters, and the caller is told
            log.error("command.failed", service=self.board.name, error=repr(failed), exc_info=True)
            return Ruling(Verdict.DEAD, _said(failed))

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
            raise NotReadable(f"command: {NOT_TAKEN.format(service=self.board.name, command=order.command[:60])}")
        kind, take = self._commands[order.command]
        outcome = self._decide(connection, kind, take, order)
        reply = {"status": 200, "body": dict(outcome.answer)}
        self._write(connection, outcome, causation=order.id, caller=order.caller.stamp)
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
        rulings = self._all_or_each(bodies, self._events_together, self._event_alone)
        return self._kept(topology.events_queue(self.board.name), bodies, rulings)

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
                rulings[at] = Ruling(Verdict.DEAD, _said(wrong))
        if envelopes:
            with transaction(self.engine) as connection:
                now = self.clock.now().timestamp()
                self._heard(connection, envelopes.values())
                batch = self._batch(connection, envelopes, bodies, now, following=following)
                batch.run(self.apply)
                for at, ruling in batch.rulings.items():
                    rulings[at] = ruling
        return [ruling or Ruling(Verdict.DEAD, "not ruled") for ruling in rulings]

    def _batch(
        self,
        connection: Connection,
        envelopes: Mapping[int, Envelope],
        bodies: Sequence[bytes],
        at: float,
        following: bool,
    ) -> Batch:
        def against(envelope: Envelope) -> str:
            return objection(envelope, self.authority, self.board.hears)

        return Batch(connection, envelopes, bodies, at=at, following=following, objection=against)

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
                now = self.clock.now().timestamp()
                batch = self._batch(connection, {0: envelope}, [body], now, following=False)
                batch.run(self.apply)
                if batch.rulings[0].verdict is Verdict.DEAD:
                    raise NotReadable(batch.rulings[0].reason.removeprefix(UNREADABLE))
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
        office.heard = facts
        said: list[Said] = []
        for fact in facts:
            take = self.board.facts.get(type(fact.event))
            if take is not None:
                said += [replace(one, causation=fact.envelope.id) for one in take(office, fact).said]
        if self.board.settle is not None:
            said += self.board.settle(office).said
        self._write(connection, Outcome(said=said))

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
        office = Office(connection, now, self.authority, caller, problems, beginning=self.beginning, keys=self.keys)
        office.issuer = self.issuer
        office.earliest = self.latest.or_later(now)
        return office

    def _write(
        self, connection: Connection, outcome: Outcome, causation: str | None = None, caller: str | None = None
    ) -> None:
        if not outcome.said:
            return
        outbox.say(
            connection,
            outcome.said,
            source=f"/authorities/{self.authority}/{self.board.name}",
            recorded_at=self.latest.or_later(self.clock.now()),
            causation=causation,
            caller=caller,
        )
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
                return [alone(body) for body in bodies]
            return rulings
        return [alone(body) for body in bodies]

    def _kept(self, queue: str, bodies: Sequence[bytes], rulings: list[Ruling]) -> list[Ruling]:
        """Keep what is dead with its reason, before anybody says that it was taken."""
        dead = [
            (body, ruling.reason)
            for body, ruling in zip(bodies, rulings, strict=True)
            if ruling.verdict is Verdict.DEAD
        ]
        if dead:
            with transaction(self.engine) as connection:
                dead_letters.keep(connection, queue, dead, self.clock.now().timestamp())
        return rulings

    def take_in(self, queue: str, bodies: Sequence[bytes]) -> list[Ruling]:
        """Keep what the broker itself has given up of one of our queues. Raises Unavailable."""
        with transaction(self.engine) as connection:
            dead_letters.take_in(connection, queue, bodies, self.clock.now().timestamp())
        return [Ruling(Verdict.HANDLED) for _ in bodies]


def _said(failed: Exception) -> str:
    """A failure as a reason that people read (`locales/reasons.py` knows them)."""
    if isinstance(failed, NotReadable):
        return f"{UNREADABLE}{failed}"
    return dead_letters.as_line(f"failed: {type(failed).__name__}: {failed}")


def counts(connection: Connection, now: datetime) -> dict[str, Any]:
    """What waits in a store: outbox rows and their age, dead letters by queue, parked messages by reason."""
    rows, age = outbox.age(connection, now)
    parked = connection.execute(text("SELECT reason, COUNT(*) FROM parked GROUP BY reason")).all()
    return {
        "outbox_rows": rows,
        "outbox_age_seconds": age,
        "dead": dead_letters.waiting(connection),
        "parked": {re.sub(r"\s.*", "", reason): count for reason, count in parked},
    }


__all__ = ["READY", "Desk", "Order", "Ruling", "Verdict", "counts", "refusal"]
