"""Imports: the addresses at which another ledger's or system's cases come in, up to 500 at once or as a file."""

import asyncio
from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.auth import admitted, caller_of
from gateway.calls import NO_STORE, asked, gateway_of, key_of, order
from gateway.imports.counter import Asking, Handed, KeyReused, TooLargeFile
from gateway.imports.register import Acting, Import
from gateway.imports.told import import_told, refusals_told, understood_told
from gateway.problems import Trouble, language_of
from gateway.shapes import BARE, BINARY, WORKBOOK, Cursor, Limit, answers, asks, hands_out, sends, takes
from locales.texts import say
from services.contracts.answers.imports import ImportFiles, ImportRefusals, ImportReport, ImportTold, ImportUnderstood
from services.contracts.commands import EnterCases
from services.contracts.imports import EnterImport
from services.contracts.quantities import MOST_COUNTED

router = APIRouter(prefix="/v1/imports", tags=["imports"])
#: Ours alone, so that the key of an upload can never be the id of anything else.
_NAMESPACE: Final = UUID("6f0d2a52-4b0e-5a8e-9d3c-716964690003")
#: What a file may be sent as; what it really is is looked at when it is read.
MEDIA: Final = ("application/octet-stream", WORKBOOK, "application/vnd.ms-excel", "text/csv", "text/html")
_PAGE: Final = 50

Number = Annotated[int, Path(ge=1, le=MOST_COUNTED)]
FileName = Annotated[str, Query(min_length=1, max_length=300, description="what the file is called")]
Replaces = Annotated[
    int | None, Query(ge=1, le=MOST_COUNTED, description="the import that this corrected file replaces")
]


@router.post(
    "/cases",
    name="imports.cases",
    summary="Enter existing cases: what differs is applied; a dry run only reports",
    responses=answers(ImportReport),
    openapi_extra=takes(
        EnterCases,
    ),
)
async def cases(request: Request) -> Response:
    return await order(request, EnterCases)


@router.post(
    "",
    name="imports.upload",
    summary="Bring in a ledger's file: it is tried, and entered when somebody confirms it",
    status_code=201,
    response_class=Response,
    responses=answers(ImportTold, 201),
    openapi_extra=sends(MEDIA),
)
async def upload(request: Request, name: FileName, replaces: Replaces = None) -> Response:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in MEDIA:
        raise Trouble("unsupported-media-type", "Send the file itself as the body.")
    found = await taken(request, Handed(name, request.stream(), replaces, key_of(request)))
    headers = NO_STORE | {"Location": f"/v1/imports/{found.no}"}
    return JSONResponse(import_told(found, language_of(request)), 201, headers)


@router.get("", name="imports.list", summary="Files that were brought in, newest first", responses=answers(ImportFiles))
async def files(request: Request, cursor: Cursor = None, limit: Limit = None) -> Response:
    found, following = await page_of(request, place_of(cursor), limit or _PAGE)
    language = language_of(request)
    told = {"items": [import_told(one, language) for one in found], "next": following}
    return JSONResponse(told, headers=NO_STORE)


@router.get(
    "/{no}", name="imports.one", summary="How far an import is, and its report", responses=answers(ImportUnderstood)
)
async def one(request: Request, no: Number) -> Response:
    found, shelf = await one_of(request, no), gateway_of(request).imports.shelf
    told = await run_in_threadpool(understood_told, found, shelf, language_of(request))
    return JSONResponse(told, headers=NO_STORE)


@router.get(
    "/{no}/refused",
    name="imports.refused",
    summary="Its refused rows: sheet, cell, reason and remedy",
    responses=answers(ImportRefusals),
)
async def refused(request: Request, no: Number, cursor: Cursor = None, limit: Limit = None) -> Response:
    found, shelf = await one_of(request, no), gateway_of(request).imports.shelf
    start = place_of(cursor) or 0
    told = await run_in_threadpool(refusals_told, found, shelf, language_of(request), start, limit or _PAGE)
    return JSONResponse(told, headers=NO_STORE)


@router.get(
    "/{no}/marked.xlsx",
    name="imports.marked",
    summary="Its refused rows as a workbook, bad cells marked; corrected, it is uploaded again",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def marked(request: Request, no: Number) -> Response:
    found = await one_of(request, no)
    path = gateway_of(request).imports.shelf.marked(found.no)
    if not await run_in_threadpool(path.exists):
        raise Trouble("not-found")
    stem = found.file.rpartition(".")[0] or found.file
    name = f"{say('zh', '{file}, to be corrected', file=stem)}.xlsx"
    return FileResponse(path, media_type=WORKBOOK, filename=name, headers=NO_STORE)


@router.post(
    "/{no}/enter",
    name="imports.enter",
    summary="Confirm that so many rows are entered; sent again, it has no further effect",
    responses=answers(ImportTold),
    openapi_extra=asks(EnterImport, keyed=True),
)
async def enter(request: Request, no: Number) -> Response:
    rows = (await asked(request, EnterImport)).rows
    return _answer(request, await entered(request, no, rows))


@router.post(
    "/{no}/stop",
    name="imports.stop",
    summary="Stop what is in work; what is entered stays, and it can go on later",
    responses=answers(ImportTold),
    openapi_extra=BARE,
)
async def stop(request: Request, no: Number) -> Response:
    return _answer(request, await stopped(request, no))


@router.post(
    "/{no}/resume",
    name="imports.resume",
    summary="Go on with what was stopped, was interrupted or failed; nothing is entered twice",
    responses=answers(ImportTold),
    openapi_extra=BARE,
)
async def resume(request: Request, no: Number) -> Response:
    return _answer(request, await resumed(request, no))


def _answer(request: Request, found: Import) -> Response:
    return JSONResponse(import_told(found, language_of(request)), headers=NO_STORE)


# --- the same for the board -------------------------------------------------------------------------------------------


async def taken(request: Request, handed: Handed) -> Import:
    """A file that comes in has its number, and waits to be tried. Raises Trouble, Refused, Unavailable."""
    counter, asking = gateway_of(request).imports, await _asking(request, "upload", handed.key)
    try:
        coming, sent = await counter.take(replace(handed, key=asking.key or None))
        return await run_in_threadpool(counter.add, coming, sent, asking)
    except TooLargeFile as large:
        raise Trouble("too-large", "A file may have {most} MB at most.", most=large.most) from None
    except KeyReused:
        raise Trouble("key-reused") from None


async def one_of(request: Request, no: int) -> Import:
    """An import as it is now. Raises NotFound, Unavailable."""
    return await run_in_threadpool(gateway_of(request).imports.one, no, await caller_of(request))


async def page_of(request: Request, before: int | None, limit: int) -> tuple[list[Import], str | None]:
    """One page of the imports, and where the next one begins. Raises Unavailable."""
    counter, caller = gateway_of(request).imports, await caller_of(request)
    found = list(await run_in_threadpool(counter.page, caller, limit + 1, before))
    return found[:limit], str(found[limit - 1].no) if len(found) > limit else None


async def entered(request: Request, no: int, rows: int) -> Import:
    """So many rows are confirmed. Raises as `Counter.enter`."""
    return await run_in_threadpool(gateway_of(request).imports.enter, no, rows, await _asking(request))


async def stopped(request: Request, no: int) -> Import:
    """It ends after its present batch. Raises NotFound, Unavailable."""
    asking = await _asking(request, "stop", key_of(request))
    return await run_in_threadpool(gateway_of(request).imports.stop, no, asking)


async def resumed(request: Request, no: int) -> Import:
    """It goes on. Raises as `Counter.resume`."""
    asking = await _asking(request, "resume", key_of(request))
    return await run_in_threadpool(gateway_of(request).imports.resume, no, asking)


async def _asking(request: Request, what: str = "", key: str | None = None) -> Asking:
    """Who asks; the key is his own, and for this kind of order alone."""
    found = await admitted(request)
    caller, post = found.caller, found.session.post_id if found.session is not None else ""
    acting = Acting(caller.account_id, post, caller.token_id, caller.label)
    own = str(uuid5(_NAMESPACE, f"{caller.token_id or caller.account_id}\n{what}\n{key}")) if key else ""
    return Asking(caller, acting, request.app, asyncio.get_running_loop(), own)


def place_of(cursor: str | None) -> int | None:
    """The place that a cursor names. Raises Trouble 422."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise Trouble("refused", wrong=[("cursor", "This is no cursor of ours; begin with the first page.", {})])
    return int(cursor)
