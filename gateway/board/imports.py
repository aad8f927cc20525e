"""Pages of imports: a ledger's file comes in, its report is read, its rows are confirmed, and it can be corrected."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from gateway.board.frame import Page, language_of, page, with_query
from gateway.board.submission import told as told_wrong
from gateway.board.submission import wrong_of
from gateway.bodies import form_of
from gateway.calls import gateway_of
from gateway.imports.counter import Handed
from gateway.imports.register import ACTIVE, BROKEN_OFF, Import
from gateway.imports.shelf import MOST_BYTES
from gateway.imports.told import import_told, refusals_told, understood_told
from gateway.problems import Trouble
from gateway.routes.imports import entered, one_of, page_of, resumed, stopped, taken
from gateway.uploads import part_of
from services.contracts.answers.imports import ImportState
from services.contracts.quantities import MOST_COUNTED
from services.plumbing.errors import Conflict, Refused

router = APIRouter(prefix="/board/imports", route_class=Page)
Number = Annotated[int, Path(ge=1, le=MOST_COUNTED)]
_HERE = "/board/imports"
_PAGE = 50
_LONGEST_KEY = 40


@router.get("", name="board.imports")
async def imports(request: Request) -> Response:
    """The files that were brought in, and the form for the next one; `replaces` names the import it corrects."""
    return await _list(request)


@router.post("", name="board.import-upload")
async def upload(request: Request) -> Response:
    """A file comes in. Sent twice, it is one import."""
    name, pieces = await part_of(request)
    query = request.query_params
    replaces = _number(query.get("replaces", ""))
    try:
        found = await taken(request, Handed(name, pieces, replaces, query.get("key", "")[:_LONGEST_KEY] or None))
    except Trouble as trouble:
        if trouble.kind != "key-reused":
            raise
        return await _list(request, 422, told_wrong(request, [("", KEY_USED, {})]))
    except Refused as refused:
        return await _list(request, refused.status, told_wrong(request, wrong_of(refused)))
    return _to(found.no)


KEY_USED = "This form was sent before with another file; choose the file once more."


@router.get("/{no}", name="board.import")
async def one(request: Request, no: Number) -> Response:
    """One import: how far it is, its report, and what can be done."""
    return await _one(request, no)


@router.get("/{no}/enter", name="board.import-confirm")
async def confirm(request: Request, no: Number) -> Response:
    """The one question before rows are entered."""
    found = await one_of(request, no)
    if found.state is not ImportState.TRIED or not found.left:
        return _to(no)
    return await page(request, "import_enter.html", found=import_told(found, language_of(request)))


@router.post("/{no}/enter", name="board.import-enter")
async def enter(request: Request, no: Number) -> Response:
    """The rows are confirmed. Sent twice, they are entered once."""
    rows = _number((await form_of(request)).get("rows", "")) or 0
    try:
        await entered(request, no, rows)
    except (Conflict, Refused) as refused:
        if refused.status not in (409, 422):
            raise
        return await _one(request, no, refused.status, told_wrong(request, wrong_of(refused)))
    return _to(no)


@router.post("/{no}/stop", name="board.import-stop")
async def stop(request: Request, no: Number) -> Response:
    """It ends after its present batch."""
    await stopped(request, no)
    return _to(no)


@router.post("/{no}/resume", name="board.import-resume")
async def resume(request: Request, no: Number) -> Response:
    """What broke off goes on."""
    try:
        await resumed(request, no)
    except Conflict as conflict:
        return await _one(request, no, 409, told_wrong(request, wrong_of(conflict)))
    return _to(no)


def _to(no: int) -> Response:
    return RedirectResponse(f"{_HERE}/{no}", 303)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 else None


async def _list(request: Request, status: int = 200, problems: Sequence[str] = ()) -> Response:
    before = _number(request.query_params.get("cursor", ""))
    replaces = _number(request.query_params.get("replaces", ""))
    found, following = await page_of(request, before, _PAGE)
    language = language_of(request)
    return await page(
        request,
        "imports.html",
        status,
        items=[import_told(item, language) for item in found],
        is_busy=any(item.state in ACTIVE for item in found),
        replaced=await one_of(request, replaces) if replaces else None,
        replaces=replaces or "",
        problems=problems,
        most=MOST_BYTES,
        days=gateway_of(request).settings.import_days,
        following=with_query(_HERE, {"cursor": following}) if following else None,
        first=_HERE if before else None,
    )


async def _one(request: Request, no: int, status: int = 200, problems: Sequence[str] = ()) -> Response:
    found, shelf, language = await one_of(request, no), gateway_of(request).imports.shelf, language_of(request)
    start = _number(request.query_params.get("cursor", "")) or 0
    facts = await run_in_threadpool(understood_told, found, shelf, language)
    refused = await run_in_threadpool(refusals_told, found, shelf, language, start, _PAGE)
    following = refused["next"]
    earlier = await one_of(request, found.replaces) if found.replaces else None
    return await page(
        request,
        "import.html",
        status,
        found=facts,
        refused=refused["items"],
        start=start,
        is_active=found.state in ACTIVE,
        is_entering=_is_entering(found),
        can_resume=found.state in BROKEN_OFF and found.is_kept,
        is_marked=await run_in_threadpool(shelf.marked(no).exists),
        days=gateway_of(request).settings.import_days,
        # who corrected only the refused rows must not forget the good ones
        earlier=earlier if earlier is not None and earlier.left and earlier.state is ImportState.TRIED else None,
        problems=problems,
        following=with_query(f"{_HERE}/{no}", {"cursor": following}) + "#refused" if following else None,
        first=f"{_HERE}/{no}#refused" if start else None,
    )


def _is_entering(found: Import) -> bool:
    """Whether its rows were confirmed: what is done now, or broke off, is the entering."""
    return bool(found.confirmed_by)
