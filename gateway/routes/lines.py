"""Lines: the addresses of the list that people read, of its workbook, and of the strike-off."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.auth import caller_of
from gateway.calls import answer, ask_in_words, days_left, gateway_of, order
from gateway.problems import Trouble
from gateway.reach import may_look_below
from gateway.routes.filters import Authority, LineFilters, Shown
from gateway.shapes import BINARY, WORKBOOK, Code, answers, hands_out, takes
from gateway.workbooks import attachment, lines_workbook
from locales.texts import say
from services.contracts.answers.lines import LinePage, LineSummary, StrikeOffAnswer
from services.contracts.commands import StrikeOff
from services.contracts.divisions import name_of
from services.contracts.vocabulary import Unit
from services.plumbing.settings import Settings

router = APIRouter(prefix="/v1/lines", tags=["lines"])
#: An .xlsx holds a good million rows; a list beyond this is asked for with filters.
MOST_LINES = 100_000


@router.get(
    "", name="lines.list", summary="Lines by department, matter, light, handler, age", responses=answers(LinePage)
)
async def list_lines(request: Request, filters: LineFilters, shown: Shown) -> Response:
    await look_below(request, filters.authority)
    return await answer(request, "ledger", "lines", **filters.wanted, cursor=shown.cursor, limit=shown.limit)


@router.get(
    "/summary", name="lines.summary", summary="Counts by light, department and matter", responses=answers(LineSummary)
)
async def summary(request: Request, authority: Authority = None) -> Response:
    await look_below(request, authority)
    return await answer(request, "ledger", "summary", authority=authority)


async def look_below(request: Request, authority: str | None) -> None:
    """Raises Trouble 403 for a partner who asks for others' lines."""
    if not may_look_below(authority, gateway_of(request).settings.authority, await caller_of(request)):
        raise Trouble("forbidden")


@router.get(
    ".xlsx",
    name="lines.workbook",
    summary="The list as an Excel workbook, laid out as offices know it",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def workbook(request: Request, filters: LineFilters) -> Response:
    await look_below(request, filters.authority)
    rows = await every_row(request, "lines", filters.wanted)
    left = await left_of(request, rows)
    gateway = gateway_of(request)
    title = say("zh", "List of approvals of {whose}", whose=whose(filters.authority, gateway.settings))
    return await attachment(lines_workbook, f"{title}.xlsx", rows, left, title, gateway.clock.now().date())


async def every_row(request: Request, question: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All rows of one of the ledger's lists, page by page, up to what a workbook holds."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while len(rows) < MOST_LINES:
        page = await ask_in_words(request, "ledger", question, **wanted, cursor=cursor, limit=200)
        rows += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    return rows


async def left_of(request: Request, rows: Sequence[Mapping[str, Any]]) -> dict[Unit, Mapping[str, int]]:
    """By the unit in which a limit counts them: due day -> days left, of the lines that run."""
    units = (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    return {unit: await days_left(request, _running(rows, unit), unit) for unit in units}


def _running(rows: Iterable[Mapping[str, Any]], unit: Unit) -> list[str]:
    """The due days of lines that run and are counted in this unit."""
    return sorted({row["due_on"] for row in rows if row["due_on"] and not row["closed_on"] and row["due_unit"] == unit})


def whose(authority: str | None, settings: Settings) -> str:
    if authority == "all":
        return say("zh", "{authority} and those below", authority=settings.authority_name)
    return settings.authority_name if authority in (None, settings.authority) else name_of(authority)


@router.post(
    "/{case_no}/strike-off",
    name="lines.strike-off",
    summary="A finished line leaves the list, with evidence",
    responses=answers(StrikeOffAnswer),
    openapi_extra=takes(
        StrikeOff,
        fixed=("case_no",),
    ),
)
async def strike_off(request: Request, case_no: Code) -> Response:
    return await order(request, StrikeOff, {"case_no": case_no})
