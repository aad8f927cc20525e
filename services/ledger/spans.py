"""Spans: how many open lines of the authorities below run across some days, as far as their ledgers are held here."""

from typing import Any

from sqlalchemy import func, select

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
        .where(
            lines.c.authority != "",
            lines.c.state != "",
            lines.c.standing == LineStanding.OPEN.value,
            lines.c.received_on < last,
            lines.c.due_on >= first,
            lines.c.due_on != NO_DAY,
        )
        .group_by(lines.c.authority)
        .order_by(lines.c.authority)
    )
    items = [{"authority": authority, "open_lines": int(count)} for authority, count in rows]
    return {"open_lines": sum(int(str(one["open_lines"])) for one in items), "by_authority": items}
