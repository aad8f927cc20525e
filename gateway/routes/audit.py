"""Record of who came in and which private persons were shown to whom: the administrator's addresses of it."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from documents import audit as sheets
from gateway.accounts.audit import Wanted
from gateway.accounts.told import entry_told
from gateway.auth import caller_of, visitor_of
from gateway.calls import NO_STORE, gateway_of
from gateway.problems import Trouble
from gateway.shapes import BINARY, WORKBOOK, Limit, answers, hands_out
from locales.texts import say
from services.contracts.answers.accounts import AuditPage
from services.contracts.entrances import Occasion
from services.contracts.vocabulary import ZONE

router = APIRouter(prefix="/v1/audit", tags=["accounts"])
#: What one file holds at most; a longer time is asked for in parts.
MOST_ENTRIES = 100_000
CSV = "text/csv"

Which = Annotated[Occasion | None, Query()]
Whose = Annotated[str | None, Query(max_length=16, description="id of an account")]
Since = Annotated[date | None, Query(description="from this day on")]
Until = Annotated[date | None, Query(description="up to this day, which counts")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]


def wanted(
    occasion: Occasion | None, account: str | None, since: date | None, until: date | None, before: int | None = None
) -> Wanted:
    """Which entries are asked for; days are days in Beijing."""
    return Wanted(
        occasion.value if occasion is not None else "",
        account or "",
        datetime.combine(since, time(), ZONE) if since is not None else None,
        datetime.combine(until + timedelta(days=1), time(), ZONE) if until is not None else None,
        before,
    )


@router.get("", name="audit.list", summary="The record, newest first", responses=answers(AuditPage))
async def entries(
    request: Request,
    occasion: Which = None,
    account: Whose = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise Trouble("refused", wrong=[("cursor", "This is no cursor of ours; begin with the first page.", {})])
    before = int(cursor) if cursor is not None else None
    found = await page_of(request, wanted(occasion, account, since, until, before), limit or 50)
    return JSONResponse(found, headers=NO_STORE)


async def page_of(request: Request, which: Wanted, limit: int) -> dict[str, Any]:
    """One page of the record, and where the next one begins."""
    found = list(await run_in_threadpool(gateway_of(request).audit.page, which, limit + 1))
    following = str(found[limit - 1].id) if len(found) > limit else None
    return {"items": [entry_told(one) for one in found[:limit]], "next": following}


@router.get(
    "/workbook.xlsx",
    name="audit.workbook",
    summary="The record as an Excel workbook; that it was taken out is itself recorded",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def workbook(
    request: Request, occasion: Which = None, account: Whose = None, since: Since = None, until: Until = None
) -> Response:
    return await _file(request, wanted(occasion, account, since, until), "xlsx")


@router.get(
    "/file.csv",
    name="audit.file",
    summary="The same, comma-separated",
    response_class=Response,
    responses=hands_out({"type": "string"}, CSV),
)
async def file(
    request: Request, occasion: Which = None, account: Whose = None, since: Since = None, until: Until = None
) -> Response:
    return await _file(request, wanted(occasion, account, since, until), "csv")


async def _file(request: Request, which: Wanted, ending: str) -> Response:
    gateway, caller, visitor = gateway_of(request), await caller_of(request), await visitor_of(request)

    def made() -> bytes:
        gateway.audit.note(Occasion.RECORD_READ, visitor, caller, about=ending)
        # what is written while the file is made comes with the next one
        rows = (entry_told(one) for _, one in zip(range(MOST_ENTRIES), gateway.audit.all(which), strict=False))
        return sheets.workbook(rows) if ending == "xlsx" else sheets.comma_separated(rows)

    content = await run_in_threadpool(made)
    name = quote(f"{say('zh', 'Record of sign-ins')}.{ending}")
    disposition = f"attachment; filename=\"audit.{ending}\"; filename*=UTF-8''{name}"
    media = WORKBOOK if ending == "xlsx" else CSV
    return Response(content, media_type=media, headers=NO_STORE | {"Content-Disposition": disposition})
