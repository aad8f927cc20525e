"""Notices as their readers see them: the inbox, and by which way they are told beside it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.actors import Caller
from services.contracts.notice_words import OFFICE, NoticeKind
from services.contracts.vocabulary import ZONE, Role
from services.notices.store import Notices
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office


def addressees(caller: Caller) -> list[str]:
    """Under which names the caller is told: his own, and the leading office's where he supervises."""
    names = [caller.label] if caller.is_named else []
    return [*names, OFFICE] if caller.role == Role.SUPERVISOR else names


def inbox(office: Office, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """The caller's notices, newest first, and how many are new. Problems on `cursor` and `limit`."""
    page = Page.asked(office.problems, cursor, limit)
    if page.after and not page.after.isdecimal():
        office.problems.add("cursor", "This cursor is not one that was handed out here.")
    office.problems.refuse()
    kept, names, reader = Notices(office.connection), addressees(office.caller), office.caller.label
    rows = kept.inbox(names, int(page.after) if page.after else None, page.limit + 1)
    until = kept.has_read(reader)
    found = page.cut(rows, lambda row: str(row["number"]), lambda row: _shown(row, until))
    return {**found, "unread": kept.unread(names, reader)}


def _shown(row: RowMapping, until: int) -> dict[str, Any]:
    named = {name: row[name] for name in ("number", "kind", "about", "about_kind", "template")}
    return named | {
        "params": json.loads(row["params"]),
        "at": datetime.fromtimestamp(row["at"], ZONE).isoformat(timespec="seconds"),
        "is_read": row["number"] <= until,
    }


def wishes(office: Office) -> dict[str, Any]:
    """By which way the caller is told; the secret of a webhook is shown to nobody."""
    row = Notices(office.connection).wish(office.caller.label)
    if row is None:
        kinds = [one.value for one in NoticeKind]
        return {"kinds": kinds, "channels": [], "email": "", "webhook_url": "", "has_secret": False, "digest": False}
    return {
        "kinds": json.loads(row["kinds"]),
        "channels": json.loads(row["channels"]),
        "email": row["email"],
        "webhook_url": row["webhook_url"],
        "has_secret": bool(row["webhook_secret"]),
        "digest": bool(row["digest"]),
    }
