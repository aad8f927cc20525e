"""Pages of drafts of the calendar: days are brought in, looked at with what they move, released by a second person."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from gateway.auth import caller_of
from gateway.board.calendar import groups, parts
from gateway.board.frame import Page, ask, page, with_query
from gateway.board.submission import Wrong, order, typed, wrong_of
from gateway.board.submission import told as told_wrong
from gateway.bodies import form_of
from gateway.calendars import moves_below, order_of_file, order_of_text, spanned_below
from gateway.problems import Trouble
from gateway.routes.drafts import Number
from gateway.uploads import part_of
from services.contracts.calendar_orders import DraftText
from services.contracts.drafts import DraftState
from services.contracts.names import folded
from services.contracts.validation import read
from services.plumbing.errors import Refused

router = APIRouter(prefix="/board/calendar", route_class=Page)
_HERE = "/board/calendar/drafts"
_PAGE = 50
_LONGEST_KEY = 40
#: In work: the page looks again by itself.
_ACTIVE = (DraftState.COUNTING, DraftState.RELEASING)
_LABELS = {"text": "Text of the notice", "file": "File", "year": "Year", "notice": "Notice", "reason": "Why",
           "lines": "Line"}  # fmt: skip


@router.get("/drafts", name="board.drafts")
async def drafts(request: Request) -> Response:
    """All drafts, and the forms by which days come in."""
    return await _list(request)


@router.post("/drafts/text", name="board.draft-text")
async def draft_text(request: Request) -> Response:
    """A pasted text becomes a draft. Sent twice, it is one."""
    fields = await form_of(request)
    given, wrong = read(DraftText, typed(fields, "text", "year", "notice") | {"own": "own" in fields})
    if wrong:
        return await _list(request, wrong, fields)
    try:
        found, unused = await order_of_text(partial(ask, request), given)
    except Refused as refused:
        return await _list(request, wrong_of(refused), fields)
    return await _drafted(request, found, unused, fields)


@router.post("/drafts/file", name="board.draft-file")
async def draft_file(request: Request) -> Response:
    """A file becomes a draft. Sent twice, it is one."""
    name, pieces = await part_of(request)
    key = request.query_params.get("key", "")[:_LONGEST_KEY]
    try:
        found, unused = await order_of_file(partial(ask, request), name, pieces, None)
    except Refused as refused:
        return await _list(request, wrong_of(refused))
    return await _drafted(request, found, unused, {"key": key})


@router.post("/releases/{release_no}/withdrawal", name="board.draft-withdrawal")
async def draft_withdrawal(request: Request, release_no: Annotated[int, Path(ge=1, le=100_000)]) -> Response:
    """That an own release counts no more becomes a draft. Sent twice, it is one."""
    fields = await form_of(request)
    data = typed(fields, "reason") | {"release_no": release_no}
    made, wrong = await order(request, "timer", "draft-withdrawal", data, fields.get("key", ""))
    return _to(int(made["draft_no"])) if made is not None else await _list(request, wrong)


@router.get("/drafts/{draft_no}", name="board.draft")
async def draft(request: Request, draft_no: Number) -> Response:
    """A draft: its days, what it moves here and below, and what can be done with it."""
    return await _one(request, draft_no)


@router.post("/drafts/{draft_no}/count", name="board.draft-count")
async def count(request: Request, draft_no: Number) -> Response:
    """What it moves is counted again."""
    return await _ordered(request, draft_no, "count-draft", {}, await form_of(request))


@router.post("/drafts/{draft_no}/release", name="board.draft-release")
async def release(request: Request, draft_no: Number) -> Response:
    """A second person releases it. Sent twice, it is released once."""
    fields = await form_of(request)
    if "seen" not in fields:
        return await _one(request, draft_no, [("", "Confirm that you have looked at what moves.", {})])
    confirm = {"confirm": ["festivals"]} if "festivals" in fields else {}
    return await _ordered(request, draft_no, "release-draft", confirm, fields)


@router.post("/drafts/{draft_no}/give-up", name="board.draft-give-up")
async def give_up(request: Request, draft_no: Number) -> Response:
    """It will not be released."""
    fields = await form_of(request)
    return await _ordered(request, draft_no, "give-up-draft", typed(fields, "reason"), fields)


async def _drafted(
    request: Request, data: Mapping[str, Any], unused: Sequence[str], fields: Mapping[str, str]
) -> Response:
    made, wrong = await order(request, "timer", "draft-calendar", data, fields.get("key", ""))
    if made is None:
        return await _list(request, wrong, fields)
    # what was read and not used is told once, beside the draft
    return _to(int(made["draft_no"]), "；".join(unused)[:500])


async def _ordered(
    request: Request, draft_no: int, command: str, data: Mapping[str, Any], fields: Mapping[str, str]
) -> Response:
    try:
        done, wrong = await order(request, "timer", command, {**data, "draft_no": draft_no}, fields.get("key", ""))
    except Trouble as trouble:
        if trouble.kind != "conflict" or not trouble.wrong:
            raise
        done, wrong = None, trouble.wrong
    return _to(draft_no) if done is not None else await _one(request, draft_no, wrong)


def _to(draft_no: int, unused: str = "") -> Response:
    return RedirectResponse(with_query(f"{_HERE}/{draft_no}", {"unused": unused}), 303)


async def _list(request: Request, wrong: Wrong = (), given: Mapping[str, str] | None = None) -> Response:
    found, links = await asyncio.gather(ask(request, "timer", "drafts"), ask(request, "ledger", "links"))
    above = next((one for one in links["items"] if one["relation"] == "superior" and one["state"] == "joined"), None)
    return await page(
        request,
        "drafts.html",
        422 if wrong else 200,
        items=found["items"],
        above=above["code"] if above else None,
        given=given or {},
        problems=_told(request, wrong),
    )


async def _one(request: Request, draft_no: int, wrong: Wrong = ()) -> Response:
    after, beneath = (_place(request, name) for name in ("cursor", "below"))
    found = await ask(request, "timer", "draft", draft_no=draft_no)
    asking = partial(ask, request)
    moves, below, spanned, caller = await asyncio.gather(
        ask(request, "timer", "draft_moves", draft_no=draft_no, after=after, limit=_PAGE),
        moves_below(asking, found, beneath),
        spanned_below(asking, found),
        caller_of(request),
    )
    here = f"{_HERE}/{draft_no}"
    days = [
        {"day": day, "kind": kind, "festival": found["festivals"].get(day), "notice": found["notice"],
         "authority": None, "released_by": None}
        for day, kind in found["days"].items()
    ]  # fmt: skip
    return await page(
        request,
        "draft.html",
        422 if wrong else 200,
        found=found,
        groups=groups(days),
        parts_of=parts(found["days"]),
        moves=moves["items"],
        below=below["items"],
        spanned=spanned,
        is_open=found["state"] == DraftState.COUNTED,
        is_active=found["state"] in _ACTIVE,
        is_own=folded(found["drafted_by"]) == folded(caller.label),
        unused=request.query_params.get("unused", "")[:500],
        problems=_told(request, wrong),
        first=here if after else None,
        following=with_query(here, {"cursor": moves["next"]}) + "#moves" if moves["next"] else None,
        below_first=here if beneath else None,
        below_following=with_query(here, {"below": below["next"]}) + "#below" if below["next"] else None,
    )


def _told(request: Request, wrong: Wrong) -> list[str]:
    """Line numbers of a table are said as they stand in the file, counted from 1 already."""
    plain = [
        (field, template, params) if not field.startswith("lines.") else
        (f"lines.{max(0, int(field.rpartition('.')[2]) - 1)}", template, params)
        for field, template, params in wrong
    ]  # fmt: skip
    return told_wrong(request, plain, _LABELS)


def _place(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
