"""Calendars that come in: a text or file is read, held against the calendar in force, and becomes a draft's order."""

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from documents.calendars.importing import MOST_BYTES, extended, read_file, read_text
from documents.calendars.reading import Reading
from services.contracts.calendar_orders import DraftText
from services.plumbing.errors import Problem, Refused

#: Lines of the authorities below that are looked at for one page.
_AT_ONCE = 200


class Ask(Protocol):
    """A question to a service: its name, the question's, and what is asked."""

    async def __call__(self, service: str, question: str, /, **params: Any) -> Any: ...


async def order_of_text(ask: Ask, given: DraftText) -> tuple[dict[str, Any], Sequence[str]]:
    """What a pasted text orders to be drafted, and its sentences that say nothing of a day. Raises Refused."""
    found = await run_in_threadpool(read_text, given.text, given.year)
    return await _order(ask, found, given.notice, own=given.own)


async def order_of_file(
    ask: Ask, name: str, pieces: AsyncIterable[bytes], notice: str | None, year: int | None = None, *, own: bool = False
) -> tuple[dict[str, Any], Sequence[str]]:
    """The same of a file. Raises Refused."""
    content = b""
    async for piece in pieces:
        content += piece
        if len(content) > MOST_BYTES:
            break
    found = await run_in_threadpool(read_file, name, content, year)
    return await _order(ask, found, notice, own=own)


async def _order(ask: Ask, found: Reading, notice: str | None, *, own: bool) -> tuple[dict[str, Any], Sequence[str]]:
    if found.extends is not None:
        year = await ask("timer", "calendar", year=found.extends.until.year)
        known = {date.fromisoformat(one["day"]): (one["kind"], one["festival"] or "") for one in year["days"]}
        found = extended(found, known)
    if not (notice or found.notice):
        raise Refused(Problem("notice", "Name the notice: its title and number do not stand in what was given."))
    if own:
        found = replace(found, known_until=None)
    return {
        "days": {str(day): kind for day, kind in found.days.items()},
        "festivals": {str(day): name for day, name in found.festivals.items()},
        "notice": notice or found.notice,
        "known_until": str(found.known_until) if found.known_until else None,
        "form": found.form.value,
    }, found.unused


async def moves_below(ask: Ask, draft: Mapping[str, Any], after: int) -> dict[str, Any]:
    """Open lines of the authorities below that a draft is likely to move, by name, from one of them on."""
    days = await days_of(ask, draft)
    if not days or draft["state"] in ("released", "given-up"):
        return {"items": [], "next": None}
    found = await ask("ledger", "spanned", first=days[0], last=days[-1], after=after, limit=_AT_ONCE)
    then = (
        await ask("timer", "moves_foreseen", draft_no=draft["draft_no"], items=found["items"]) if found["items"] else []
    )
    names = ("authority", "case_no", "project_name", "matter_name", "department")
    items = [
        {name: one[name] for name in names} | {"from": one["due_on"], "to": day}
        for one, day in zip(found["items"], then, strict=True)
        if day is not None
    ]
    return {"items": items, "next": found["next"]}


async def spanned_below(ask: Ask, draft: Mapping[str, Any]) -> Any:
    """How many open lines of each authority below run across a draft's days."""
    days = await days_of(ask, draft)
    if not days:
        return {"open_lines": 0, "by_authority": []}
    return await ask("ledger", "spanning", first=days[0], last=days[-1])


async def days_of(ask: Ask, draft: Mapping[str, Any]) -> list[str]:
    """The days that a draft is about, sorted: its own, or those of the release that it withdraws."""
    if draft["withdraws"] is None:
        return sorted(draft["days"])
    rows = (await ask("timer", "releases"))["items"]
    given = (one for one in rows if one["own"] and one["release_no"] == draft["withdraws"])
    return sorted(next(given, {"days": {}})["days"])
