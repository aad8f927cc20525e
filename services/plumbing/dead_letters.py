"""Dead letters: messages that had no effect, each kept in the store of whoever could not take it.

The same bytes of the same queue are the same letter, however often they die. Nothing is ever deleted here: who sent a
letter again, or gave it up and why, stands beside it for good.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, text

from services.plumbing import topology

#: Why the broker gave a message up by itself.
TOO_OFTEN: Final = "delivered too often: each time the process that had taken it ended"


class LetterState(StrEnum):
    """What became of a dead letter."""

    #: Nobody has decided yet.
    WAITING = "waiting"
    #: It was sent again; if it dies again it is waiting again.
    RESENT = "resent"
    #: A named person has decided that it will never have an effect.
    GIVEN_UP = "given-up"


@dataclass(frozen=True)
class DeadLetter:
    """One letter as it is kept; times in seconds since 1970."""

    #: The queue that it came from and would be sent into again.
    queue: str
    digest: str
    state: LetterState
    reason: str
    #: How often it was sent and died: once, and once more for each time that it was sent again in vain.
    deaths: int
    first_at: float
    at: float
    body: bytes


@dataclass(frozen=True)
class Act:
    """What a person did about a letter."""

    state: LetterState
    person: str
    why: str
    at: float


@dataclass(frozen=True)
class Decision:
    """Who decides about letters, why, and when (seconds since 1970)."""

    person: str
    why: str
    at: float


def digest_of(body: bytes) -> str:
    """What tells one letter of a queue from another."""
    return hashlib.sha256(body).hexdigest()


# --- how they come ----------------------------------------------------------------------------------------------------

_KEEP = (
    "INSERT INTO dead_letters (queue, digest, state, reason, deaths, first_at, at, body)"
    " VALUES (:q, :d, :w, :r, 1, :t, :t, :b)"
    " ON CONFLICT (queue, digest) DO UPDATE SET"
    # One that waits and comes again was delivered again, because nobody could say any more that it had been taken.
    " deaths = dead_letters.deaths + CASE WHEN dead_letters.state = excluded.state THEN 0 ELSE 1 END,"
    " state = excluded.state, reason = excluded.reason, at = excluded.at"
)


def keep(connection: Connection, queue: str, died: Iterable[tuple[bytes, str]], at: float) -> None:
    """Keep letters (body, reason) that died now; one that is known is waiting again, for today's reason."""
    same = {"q": queue, "w": LetterState.WAITING, "t": at}
    rows = [{**same, "d": digest_of(body), "r": as_line(reason), "b": body} for body, reason in died]
    if rows:
        connection.execute(text(_KEEP), rows)


def as_line(reason: str) -> str:
    """A reason as every store can hold it: a poisoned message may speak through the exception that it has raised."""
    return reason.replace("\0", "?").encode(errors="replace").decode()[:200]


def take_in(connection: Connection, queue: str, bodies: Sequence[bytes], at: float) -> None:
    """Keep what the broker itself has given up, or what an earlier version had left with it.

    What is waiting already stays as it is, with the reason that was noted for it.
    """
    for body in bodies:
        names = {"q": queue, "d": digest_of(body)}
        waiting = connection.execute(
            text("SELECT 1 FROM dead_letters WHERE queue = :q AND digest = :d AND state = :s"),
            {**names, "s": LetterState.WAITING},
        ).scalar()
        if not waiting:
            keep(connection, queue, [(body, _noted(connection, names["d"]) or TOO_OFTEN)], at)


def _noted(connection: Connection, digest: str) -> str:
    """The reason that an earlier version noted before it left the letter with the broker; it is used up by this."""
    where = "FROM dead_letters WHERE queue = '' AND digest = :d"
    found = connection.execute(text(f"SELECT reason {where}"), {"d": digest}).scalar()
    if found:
        connection.execute(text(f"DELETE {where}"), {"d": digest})
    return str(found or "")


# --- looking ----------------------------------------------------------------------------------------------------------


def letters(connection: Connection, states: Iterable[LetterState] = (LetterState.WAITING,)) -> Iterator[DeadLetter]:
    """The letters of a store in these states, in the order in which they died first."""
    rows = connection.execute(
        text(
            "SELECT queue, digest, state, reason, deaths, first_at, at, body FROM dead_letters"
            " WHERE queue <> '' AND state IN :states ORDER BY first_at, queue, digest"
        ).bindparams(bindparam("states", expanding=True)),
        {"states": [state.value for state in states]},
    )
    for row in rows:
        queue, digest, state, reason, deaths, first_at, at, body = row
        yield DeadLetter(queue, digest, LetterState(state), reason, deaths, first_at, at, bytes(body))


def acts(connection: Connection) -> Mapping[tuple[str, str], list[Act]]:
    """What was done about letters, in order, by their queue and digest."""
    found: dict[tuple[str, str], list[Act]] = {}
    rows = connection.execute(text("SELECT queue, digest, state, person, why, at FROM dead_letter_acts ORDER BY id"))
    for queue, digest, state, person, why, at in rows:
        found.setdefault((queue, digest), []).append(Act(LetterState(state), person, why, at))
    return found


def waiting(connection: Connection) -> Mapping[str, int]:
    """Queue -> how many of its letters wait for a decision."""
    rows = connection.execute(
        text("SELECT queue, COUNT(*) FROM dead_letters WHERE queue <> '' AND state = :s GROUP BY queue"),
        {"s": LetterState.WAITING},
    )
    return {queue: int(count) for queue, count in rows}


# --- what people do ---------------------------------------------------------------------------------------------------


def resend(connection: Connection, letter: DeadLetter, decision: Decision) -> bool:
    """Put a letter into the outbox, from where the courier takes it back into its queue; whether it stood as given."""
    if not _set(connection, letter, LetterState.RESENT, decision):
        return False
    again(connection, letter.queue, letter.body, decision.at)
    return True


def again(connection: Connection, queue: str, body: bytes, at: float) -> None:
    """Put a message into the outbox that goes into this one queue."""
    row = {"e": digest_of(body), "k": topology.into(queue), "b": body, "at": at}
    connection.execute(text("INSERT INTO outbox (event_id, routing_key, body, at) VALUES (:e, :k, :b, :at)"), row)


def give_up(connection: Connection, letter: DeadLetter, decision: Decision) -> bool:
    """A person decides that a letter will have no effect; it stays, with his name and his reason."""
    return _set(connection, letter, LetterState.GIVEN_UP, decision)


def _set(connection: Connection, letter: DeadLetter, state: LetterState, decision: Decision) -> bool:
    names = {"q": letter.queue, "d": letter.digest, "s": state, "was": letter.state}
    done = connection.execute(
        text("UPDATE dead_letters SET state = :s WHERE queue = :q AND digest = :d AND state = :was"), names
    )
    if done.rowcount != 1:
        return False  # somebody else has decided meanwhile
    connection.execute(
        text("INSERT INTO dead_letter_acts (queue, digest, state, person, why, at) VALUES (:q, :d, :s, :p, :w, :t)"),
        {**names, "p": decision.person, "w": decision.why, "t": decision.at},
    )
    return True
