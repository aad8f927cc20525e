"""Messages that had no effect in one authority: dead letters and parked messages, listed, sent again, given up.

Everything is read from the services' stores and written there: neither the broker nor the services need to run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pika
import pika.exceptions
from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from services.contracts.envelope import Envelope, NotReadable
from services.plumbing import batch, dead_letters, topology
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.dead_letters import DeadLetter, Decision, LetterState
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard

#: What is longer is not read for a list.
_READ_BYTES = 1_000_000


class NothingKept(Exception):
    """There is no store here: this authority has never run in this folder."""


class OldStore(Exception):
    """The store is of an earlier version, and is brought to this one by the next start."""


@dataclass(frozen=True)
class Letter:
    """One message that had no effect: where it belongs, why, and its bytes."""

    #: `dead:` or `parked:`, the queue without its first word, and twelve characters that name the message.
    id: str
    state: Literal["dead", "parked", "resent", "given-up"]
    service: str
    queue: str
    reason: str
    type: str
    subject: str
    #: How often it was sent in vain, and when first and last (seconds since 1970).
    deaths: int
    first_at: float
    at: float
    body: bytes
    #: What people did about it, in order.
    acts: Sequence[dead_letters.Act] = ()
    #: As it is kept; None of one that is parked.
    kept: DeadLetter | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided about it yet."""
        return self.state in ("dead", "parked")


@dataclass(frozen=True)
class Outcome:
    """What came of a decision about letters."""

    done: int
    #: Messages of other levels: whoever sent them repeats them by himself.
    not_resent: int = 0
    #: Messages that came after a given-up one of the same subject, and wait for it for ever.
    stuck: int = 0


class Letters:
    """The dead letters and the parked messages of one authority."""

    def __init__(self, settings: Settings, boards: Iterable[Switchboard]) -> None:
        """Raises NothingKept."""
        self._settings = settings
        self._boards = [board for board in boards if self._is_there(board)]
        if not self._boards:
            raise NothingKept(settings.var / settings.authority)
        self._own_queues = frozenset(row.name for row in topology.table(self._boards))

    def _is_there(self, board: Switchboard) -> bool:
        url = self._settings.store_url(board.name)
        return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()

    def all(self, states: Iterable[LetterState] = (LetterState.WAITING,)) -> Iterator[Letter]:
        """Every one, dead ones first. Raises Unavailable and OldStore."""
        for board in self._boards:
            with self._store(board) as engine, reading(engine) as connection:
                acts = dead_letters.acts(connection)
                for kept in list(dead_letters.letters(connection, states)):
                    yield _dead(board.name, kept, acts.get((kept.queue, kept.digest), ()))
        for board in self._boards:
            with self._store(board) as engine, reading(engine) as connection:
                yield from list(_parked(connection, board.name))

    def find(self, id: str) -> Letter | None:
        """The first one whose id begins so, whatever became of it."""
        return next((letter for letter in self.all(LetterState) if id and letter.id.startswith(id)), None)

    def resend(self, ids: Iterable[str], decision: Decision) -> Outcome:
        """Have the courier take the named ones back into their queues. A whole id names also one that was decided."""

        def send(connection: Connection, letter: Letter) -> Outcome:
            if letter.queue not in self._own_queues:
                return Outcome(0, not_resent=1)
            if letter.kept is not None:
                return Outcome(int(dead_letters.resend(connection, letter.kept, decision)))
            for body in batch.resend_parked(connection, [Envelope.parse(letter.body).id]):
                dead_letters.again(connection, letter.queue, body, decision.at)
            return Outcome(1)

        return self._decide(ids, send)

    def give_up(self, ids: Iterable[str], decision: Decision) -> Outcome:
        """They will have no effect; they stay, with the person and his reason."""

        def end(connection: Connection, letter: Letter) -> Outcome:
            kept = letter.kept or _moved(connection, letter)
            done = dead_letters.give_up(connection, kept, decision)
            return Outcome(int(done), stuck=_behind(connection, letter))

        return self._decide(ids, end)

    def _decide(self, ids: Iterable[str], one: Callable[[Connection, Letter], Outcome]) -> Outcome:
        whole = {id for id in ids if id}
        begin = tuple(whole)
        outcomes: list[Outcome] = []
        chosen = [
            letter
            for letter in self.all(LetterState)
            if letter.id in whole or (letter.is_open and begin and letter.id.startswith(begin))
        ]
        for board in self._boards:
            of_board = [letter for letter in chosen if letter.service == board.name]
            if of_board:
                with self._store(board) as engine, transaction(engine) as connection:
                    outcomes += [one(connection, letter) for letter in of_board]
        names = ("done", "not_resent", "stuck")
        return Outcome(*(sum(getattr(outcome, name) for outcome in outcomes) for name in names))

    @contextmanager
    def _store(self, board: Switchboard) -> Iterator[Engine]:
        engine = open_engine(self._settings.store_url(board.name), board.name)
        try:
            yield engine
        except DBAPIError as missing:  # what is away is Unavailable by now: a table is not there
            raise OldStore(board.name) from missing
        finally:
            engine.dispose()


def _dead(service: str, kept: DeadLetter, acts: Sequence[dead_letters.Act]) -> Letter:
    state: Literal["dead", "resent", "given-up"] = "dead"
    if kept.state is not LetterState.WAITING:
        state = "resent" if kept.state is LetterState.RESENT else "given-up"
    name = f"dead:{_short(kept.queue)}:{kept.digest[:12]}"
    return Letter(
        name, state, service, kept.queue, kept.reason, *_said(kept.body), kept.deaths, kept.first_at, kept.at,
        kept.body, acts, kept,
    )  # fmt: skip


def _parked(connection: Connection, service: str) -> Iterator[Letter]:
    queue = topology.events_queue(service)
    for reason, body, at in connection.execute(text("SELECT reason, body, at FROM parked ORDER BY at, sequence")):
        name = f"parked:{_short(queue)}:{dead_letters.digest_of(bytes(body))[:12]}"
        yield Letter(name, "parked", service, queue, reason, *_said(bytes(body)), 0, at, at, bytes(body))


def _moved(connection: Connection, letter: Letter) -> DeadLetter:
    """A parked message among the dead letters."""
    batch.resend_parked(connection, [Envelope.parse(letter.body).id])
    dead_letters.keep(connection, letter.queue, [(letter.body, letter.reason)], letter.at)
    digest = dead_letters.digest_of(letter.body)
    state = LetterState.WAITING
    return DeadLetter(letter.queue, digest, state, letter.reason, 1, letter.at, letter.at, letter.body)


def _behind(connection: Connection, letter: Letter) -> int:
    """How many messages of its subject wait for this one or for one after it."""
    try:
        envelope = Envelope.parse(letter.body)
    except NotReadable:
        return 0
    names = {"s": envelope.source, "j": envelope.subject, "n": envelope.sequence, "r": batch.EARLY}
    found = connection.execute(
        text("SELECT COUNT(*) FROM parked WHERE source = :s AND subject = :j AND sequence > :n AND reason = :r"), names
    ).scalar_one()
    return int(found)


def _short(queue: str) -> str:
    return queue.removeprefix("qidi.")


def _said(body: bytes) -> tuple[str, str]:
    """Type and subject, where the bytes say so."""
    if len(body) > _READ_BYTES:
        return "?", "?"
    try:
        envelope = Envelope.parse(body)
    except NotReadable:
        return "?", "?"
    return envelope.type, envelope.subject


def at_broker(settings: Settings, boards: Iterable[Switchboard], children: Iterable[str] = ()) -> Mapping[str, int]:
    """Queue -> how many of its dead letters still lie with the broker, for its service to take in.

    Empty where no broker answers: what is in the stores is known all the same.
    """
    rows = [row for row in (*topology.table(boards), *topology.link_table(children)) if row.exchange == topology.DEAD]
    found: dict[str, int] = {}
    try:
        parameters = pika.URLParameters(settings.amqp_url)
        parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 3
        with pika.BlockingConnection(parameters) as connection:
            for row in rows:
                channel = connection.channel()
                try:
                    found[row.keys[0]] = int(channel.queue_declare(row.name, passive=True).method.message_count)
                    channel.close()
                except pika.exceptions.ChannelClosedByBroker:
                    continue  # never declared: nothing lies there
    except (pika.exceptions.AMQPError, OSError, TypeError, ValueError):  # the last two: it cannot be an address
        return {}
    return {queue: count for queue, count in found.items() if count}
