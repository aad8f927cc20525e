"""The dispatcher: what is due leaves the house, a message at a time, and is written down before the next one."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping
from sqlalchemy.engine import Engine

from services.contracts.actors import Caller
from services.notices.channels import Message, NotSent, Send
from services.notices.domain import leaves_at
from services.notices.store import GIVEN_UP, SENT, WAITING, WITHDRAWN, Notices
from services.notices.views import addressees
from services.plumbing import metrics
from services.plumbing.db import reading, transaction
from services.plumbing.log import log

#: Tried so often, each time after twice the pause, the longest a day: then a person has to look.
MOST_TRIES: Final = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 86_400.0
_AT_ONCE: Final = 200

Words = Callable[[Sequence[Mapping[str, Any]]], tuple[str, str]]
"""Subject and text of the notices of one message, in the authority's language."""


Staff = Callable[[], Collection[Caller]]
"""Who may act here now. Raises Unavailable."""


def dispatch(engine: Engine, send: Mapping[str, Send], words: Words, staff: Staff, now: Callable[[], datetime]) -> int:
    """Everything that is due now by these ways; how many messages were handed over. Raises Unavailable.

    Who is in no post any more in which he would be told is told nothing; in the post's inbox it stands. Who does not
    take one message is asked for no other in the same round: he costs one wait, however much he is told.
    """
    with reading(engine) as connection:
        rows = Notices(connection).due(now().timestamp(), _AT_ONCE, tuple(send))
    rows = _still_told(engine, rows, staff) if rows else rows
    together: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        together.setdefault(row["message"], []).append(dict(row))
    handed, silent = 0, set[tuple[str, str]]()
    for several in together.values():
        receiver = (several[0]["person"], several[0]["channel"])
        if receiver in silent:
            continue
        if _hand_over(engine, send, words, several, now):
            handed += 1
        else:
            silent.add(receiver)
    with reading(engine) as connection:
        counts = Notices(connection).counts()
    for state in (WAITING, SENT, GIVEN_UP, WITHDRAWN):
        metrics.NOTICE_DELIVERIES.labels(state).set(counts.get(state, 0))
    return handed


def _still_told(engine: Engine, rows: Sequence[RowMapping], staff: Staff) -> Sequence[RowMapping]:
    told = {(one.label, name) for one in staff() for name in addressees(one)}
    gone = [row for row in rows if (row["person"], row["addressee"]) not in told]
    if gone:
        with transaction(engine) as connection:
            for row in gone:
                Notices(connection).withdraw(row["notice"], row["person"])
        log.warning("notice.withdrawn", deliveries=len(gone))
    return [row for row in rows if (row["person"], row["addressee"]) in told]


def _hand_over(
    engine: Engine,
    send: Mapping[str, Send],
    words: Words,
    rows: Sequence[Mapping[str, Any]],
    now: Callable[[], datetime],
) -> bool:
    first = rows[0]
    tries = int(first["attempts"]) + 1
    try:
        send[first["channel"]](_message(words, rows, now()))
    except Exception as failed:
        at = now()
        with transaction(engine) as connection:
            kept = Notices(connection)
            kept.tried(first["message"], _put_off(first["channel"], tries, at, failed))
            kept.put_off(first["person"], first["channel"], at.timestamp(), _later(at, _FIRST_PAUSE))
        return False
    with transaction(engine) as connection:
        outcome = {"state": SENT, "attempts": tries, "done_at": now().timestamp(), "error": None}
        Notices(connection).tried(first["message"], outcome)
    metrics.NOTICES.labels(first["channel"], "sent").inc()
    return True


def _message(words: Words, rows: Sequence[Mapping[str, Any]], now: datetime) -> Message:
    first = rows[0]
    subject, text = words(rows)
    return Message(
        number=first["message"],
        person=first["person"],
        subject=subject,
        text=text,
        at=now,
        facts=tuple({"kind": row["kind"], "about": row["about"], "params": json.loads(row["params"])} for row in rows),
        email=first["email"],
        webhook_url=first["webhook_url"],
        webhook_secret=first["webhook_secret"],
    )


def _put_off(channel: str, tries: int, now: datetime, failed: Exception) -> dict[str, Any]:
    """What nobody foresaw counts as not sent as well: one person's wish never stops what others are told."""
    why = str(failed)[:200] if isinstance(failed, NotSent) else type(failed).__name__
    gone = tries >= MOST_TRIES
    log.warning("notice.not-sent", channel=channel, tries=tries, why=why)
    metrics.NOTICES.labels(channel, "given-up" if gone else "failed").inc()
    return {
        "state": GIVEN_UP if gone else WAITING,
        "attempts": tries,
        "due_at": _later(now, min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)),
        "error": why,
    }


def _later(now: datetime, seconds: float) -> float:
    """After a pause, and not before the office is open."""
    return leaves_at(now + timedelta(seconds=seconds), digest=False).timestamp()
