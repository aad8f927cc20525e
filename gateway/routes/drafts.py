"""Drafts of calendars: the addresses at which one person drafts days, and another looks, exports and releases."""

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from documents.calendars.workbook import write
from documents.titles import told
from gateway.calendars import moves_below, order_of_file, order_of_text, spanned_below
from gateway.calls import NO_STORE, answer, ask_in_words, asked, gateway_of, order
from gateway.problems import Trouble
from gateway.routes.imports import MEDIA, place_of
from gateway.shapes import BINARY, WORKBOOK, Cursor, Limit, answers, asks, hands_out, sends, takes
from gateway.workbooks import attachment
from services.contracts.answers.calendars import DraftMoves, DraftsTold, DraftTold, MovesBelow
from services.contracts.calendar_orders import (
    CountDraft,
    DraftCalendar,
    DraftText,
    DraftWithdrawal,
    GiveUpDraft,
    ReleaseDraft,
)

router = APIRouter(prefix="/v1/calendar", tags=["time"])
Number = Annotated[int, Path(ge=1, le=100_000)]
_PAGE = 50
#: Moves that are asked for at once for a workbook.
_MANY = 5_000
_FILES = (*MEDIA, "application/json", "text/plain")


@router.get(
    "/drafts", name="calendar.drafts", summary="Drafts of calendars, newest first", responses=answers(DraftsTold)
)
async def drafts(request: Request) -> Response:
    return await answer(request, "timer", "drafts")


@router.post(
    "/drafts",
    name="calendar.draft-days",
    summary="Draft days, one by one; nothing moves before a second person releases them",
    status_code=201,
    responses=answers(DraftTold, 201),
    openapi_extra=takes(DraftCalendar, fixed=("superior",)),
)
async def draft_days(request: Request) -> Response:
    return await order(request, DraftCalendar, status=201, at="/v1/calendar/drafts/{draft_no}")


@router.post(
    "/drafts/text",
    name="calendar.draft-text",
    summary="Draft a pasted text: the State Council's notice, holiday-cn data, or lines of date and kind",
    status_code=201,
    responses=answers(DraftTold, 201),
    openapi_extra=asks(DraftText, keyed=True),
)
async def draft_text(request: Request) -> Response:
    found, unused = await order_of_text(partial(ask_in_words, request), await asked(request, DraftText))
    return await _drafted(request, found, unused)


@router.post(
    "/drafts/file",
    name="calendar.draft-file",
    summary="Draft a file: a table (.xlsx, .xls, .csv), holiday-cn data (.json), or the notice as text",
    status_code=201,
    responses=answers(DraftTold, 201),
    openapi_extra=sends(_FILES),
)
async def draft_file(
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=300, description="what the file is called")],
    notice: Annotated[str | None, Query(min_length=1, max_length=200, description="the notice that says so")] = None,
    year: Annotated[int | None, Query(ge=2000, le=2149)] = None,
    own: Annotated[bool, Query(description="the authority's own days, and no notice of the State Council")] = False,
) -> Response:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _FILES:
        raise Trouble("unsupported-media-type", "Send the file itself as the body.")
    ask = partial(ask_in_words, request)
    found, unused = await order_of_file(ask, name, request.stream(), notice, year, own=own)
    return await _drafted(request, found, unused)


@router.post(
    "/releases/{release_no}/withdrawal/draft",
    name="calendar.draft-withdrawal",
    summary="Draft that an own release counts no more; a second person releases the draft",
    status_code=201,
    responses=answers(DraftTold, 201),
    openapi_extra=takes(DraftWithdrawal, fixed=("release_no",)),
)
async def draft_withdrawal(request: Request, release_no: Number) -> Response:
    fixed = {"release_no": release_no}
    return await order(request, DraftWithdrawal, fixed, status=201, at="/v1/calendar/drafts/{draft_no}")


@router.get(
    "/drafts/{draft_no}",
    name="calendar.draft",
    summary="A draft with its days, and how many open clocks it moves here and probably below",
    responses=answers(DraftTold),
)
async def draft(request: Request, draft_no: Number) -> Response:
    ask = partial(ask_in_words, request)
    found = await ask("timer", "draft", draft_no=draft_no)
    return JSONResponse(found | {"below": await spanned_below(ask, found)}, headers=NO_STORE)


@router.get(
    "/drafts/{draft_no}/moves",
    name="calendar.draft-moves",
    summary="The open clocks that a draft moves: from, to, and the lights before and after",
    responses=answers(DraftMoves),
)
async def moves(request: Request, draft_no: Number, cursor: Cursor = None, limit: Limit = None) -> Response:
    found = await ask_in_words(
        request, "timer", "draft_moves", draft_no=draft_no, after=place_of(cursor) or 0, limit=limit or _PAGE
    )
    return JSONResponse(found | {"next": _cursor(found["next"])}, headers=NO_STORE)


@router.get(
    "/drafts/{draft_no}/below",
    name="calendar.draft-below",
    summary="Open lines of the authorities below that a draft is likely to move, by name",
    responses=answers(MovesBelow),
)
async def below(request: Request, draft_no: Number, cursor: Cursor = None) -> Response:
    ask = partial(ask_in_words, request)
    found = await moves_below(ask, await ask("timer", "draft", draft_no=draft_no), place_of(cursor) or 0)
    return JSONResponse(found | {"next": _cursor(found["next"])}, headers=NO_STORE)


@router.get(
    "/drafts/{draft_no}/draft.xlsx",
    name="calendar.draft-workbook",
    summary="A draft as a workbook: its days, every open clock that it moves, and lines below",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def workbook(request: Request, draft_no: Number) -> Response:
    ask = partial(ask_in_words, request)
    found = await ask("timer", "draft", draft_no=draft_no)
    own, under = await _all_moves(ask, draft_no), await _all_below(ask, found)
    today = gateway_of(request).clock.now().date()
    name = f"{told('Draft of the calendar {number}', number=draft_no)}.xlsx"
    return await attachment(write, name, found, own, under, today)


@router.post(
    "/drafts/{draft_no}/count",
    name="calendar.draft-count",
    summary="Count again what a draft moves, under the calendar and the clocks of now",
    responses=answers(DraftTold),
    openapi_extra=takes(CountDraft, fixed=("draft_no",)),
)
async def count(request: Request, draft_no: Number) -> Response:
    return await order(request, CountDraft, {"draft_no": draft_no})


@router.post(
    "/drafts/{draft_no}/release",
    name="calendar.draft-release",
    summary="Release a draft that somebody else has made: its days count from now on, here and below",
    responses=answers(DraftTold),
    openapi_extra=takes(ReleaseDraft, fixed=("draft_no", "superior")),
)
async def release(request: Request, draft_no: Number) -> Response:
    return await order(request, ReleaseDraft, {"draft_no": draft_no})


@router.post(
    "/drafts/{draft_no}/give-up",
    name="calendar.draft-give-up",
    summary="Give a draft up; it stays on record",
    responses=answers(DraftTold),
    openapi_extra=takes(GiveUpDraft, fixed=("draft_no",)),
)
async def give_up(request: Request, draft_no: Number) -> Response:
    return await order(request, GiveUpDraft, {"draft_no": draft_no})


async def _drafted(request: Request, data: dict[str, Any], unused: Any) -> Response:
    """What was read goes on as the body would have, and the sentences that were not used stand in the answer."""
    made = await order(request, DraftCalendar, status=201, at="/v1/calendar/drafts/{draft_no}", body=data)
    told_so = json.loads(bytes(made.body)) | {"unused": list(unused)}
    headers = {name: made.headers[name] for name in ("location", "cache-control") if name in made.headers}
    return JSONResponse(told_so, 201, headers)


async def _all_moves(ask: Any, draft_no: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        part = await ask("timer", "draft_moves", draft_no=draft_no, after=after, limit=_MANY)
        found += part["items"]
        after = part["next"]
    return found


async def _all_below(ask: Any, found: Any) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        part = await moves_below(ask, found, after)
        lines += part["items"]
        after = part["next"]
    return lines


def _cursor(place: int | None) -> str | None:
    return None if place is None else str(place)
