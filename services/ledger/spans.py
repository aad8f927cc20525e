"""Spans: open lines of the authorities below that run across some days, as far as their ledgers are held here."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from services.ledger.domain import NO_DAY, LineStanding
from services.ledger.store import lines
from services.plumbing.switchboard import Office


def spanning(office: Office, *, first: str, last: str) -> dict[str, Any]:
    """Lines received by the last of these days whose next date lies on or after the first: they are likely to move.

    No more than a forecast: who counts them is the authority whose lines they are, with its own calendar and its own
    days on top. Days are written as 2026-09-16.
    """
    rows = office.connection.execute(
        select(lines.c.authority, func.count())
        .where(*_across(first, last))
        .group_by(lines.c.authority)
        .order_by(lines.c.authority)
    )
    items = [{"authority": authority, "open_lines": int(count)} for authority, count in rows]
    return {"open_lines": sum(int(str(one["open_lines"])) for one in items), "by_authority": items}


def spanned(office: Office, *, first: str, last: str, after: int = 0, limit: int = 200) -> dict[str, Any]:
    """The same lines by name, in the order in which they came; `after` is the number of the last one seen."""
    names = ("authority", "case_no", "project_name", "matter_name", "department", "received_on", "due_on")
    rows = office.connection.execute(
        select(lines.c.seq, lines.c.limit_unit, *(lines.c[name] for name in names))
        .where(*_across(first, last), lines.c.seq > after)
        .order_by(lines.c.seq)
        .limit(limit)
    ).mappings()
    found = [dict(row) for row in rows]
    following = found[-1]["seq"] if len(found) == limit else None
    return {"items": [{name: one[name] for name in (*names, "limit_unit")} for one in found], "next": following}


def _across(first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    return (
        lines.c.authority != "",
        lines.c.state != "",
        lines.c.standing == LineStanding.OPEN.value,
        lines.c.received_on < last,
        lines.c.due_on >= first,
        lines.c.due_on != NO_DAY,
    )
