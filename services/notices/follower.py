"""The follower of the ledger: it reads entries in their order with a cursor of its own and puts notices into inboxes.

Cursor, notices and deliveries are written in one transaction: killed at any moment it goes on where it was, and tells
nobody twice. An authority that has a ledger already is told of what comes from now on; who heads its departments is
read from the beginning.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine

from services.contracts.beginning import ALWAYS, Beginning
from services.contracts.vocabulary import Role
from services.notices.domain import Notice, leaves_at, told_by
from services.notices.store import WAITING, Notices
from services.plumbing.db import reading, transaction


def place(engine: Engine) -> int | None:
    """Up to which entry the ledger was read; None where it was never read."""
    with reading(engine) as connection:
        row = Notices(connection).cursor()
    return None if row is None else int(row["read_to"])


def begin(engine: Engine, size: int) -> None:
    """Begin to follow a ledger of this size: what it holds already is told to nobody."""
    with transaction(engine) as connection:
        if Notices(connection).cursor() is None:
            Notices(connection).begin(size)


def take(engine: Engine, items: Sequence[Mapping[str, Any]], now: datetime, beginning: Beginning = ALWAYS) -> int:
    """Entries as the ledger answers them, in their order. How many notices came of them."""
    if not items:
        return 0
    with transaction(engine) as connection:
        kept = Notices(connection)
        row = kept.cursor()
        if row is None or items[-1]["index"] <= row["read_to"]:
            return 0
        heads, told = kept.heads(), 0
        for item in items:
            if item["index"] <= row["read_to"]:
                continue
            envelope = item["entry"]
            stem = str(envelope["type"]).rpartition(".v")[0]
            if stem.startswith("qidi.officer."):
                _note_head(kept, stem, envelope["data"])
                heads = kept.heads()
            elif item["index"] >= row["tells_from"] and not beginning.is_trial(now):
                for one in told_by(stem, envelope["data"], heads):
                    told += _put(kept, envelope["id"], one, now)
        kept.read_to(int(items[-1]["index"]))
    return told


def _note_head(kept: Notices, stem: str, data: Mapping[str, Any]) -> None:
    if stem.endswith((".appointed", ".dismissed")):
        is_head = stem.endswith(".appointed") and Role.HEAD.value in data["duties"]
        kept.set_head(data["department"], data["officer"], is_head=is_head)


def _put(kept: Notices, entry: str, one: Notice, now: datetime) -> int:
    number = kept.add(
        {
            "entry": entry,
            "addressee": one.to,
            "kind": one.kind.value,
            "about": one.about,
            "about_kind": one.about_kind,
            "template": one.template,
            "params": json.dumps(dict(one.params), ensure_ascii=False),
            "at": now.timestamp(),
        }
    )
    if not number:
        return 0
    for wish in kept.wishes_for(one.to):
        if one.kind.value in json.loads(wish["kinds"]):
            _deliver(kept, number, dict(wish), now)
    return 1


def _deliver(kept: Notices, number: int, wish: Mapping[str, Any], now: datetime) -> None:
    due = leaves_at(now, digest=wish["digest"])
    for channel in json.loads(wish["channels"]):
        own = f"{wish['person']}/{channel}/{number}"
        together = f"{wish['person']}/{channel}/{due.date().isoformat()}"
        kept.deliver(
            {
                "notice": number,
                "person": wish["person"],
                "channel": channel,
                "state": WAITING,
                "message": together if wish["digest"] else own,
                "due_at": due.timestamp(),
                "attempts": 0,
            }
        )
