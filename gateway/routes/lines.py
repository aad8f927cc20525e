"""Decides nothing: the address of the list that people read, and of its strike-off."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.calls import answer, ask, days_left, gateway_of, order
from gateway.shapes import BINARY, PAGE, WORKBOOK, Code, Cursor, Limit, Words, answers, takes
from gateway.workbooks import attachment, lines_workbook
from services.contracts.commands import StrikeOff

router = APIRouter(prefix="/v1/lines", tags=["lines"])
#: An .xlsx holds a good million rows; a list beyond this is asked for with filters.
MOST_LINES = 100_000

Light = Annotated[Literal["green", "yellow", "red", "grey", "done"] | None, Query()]
State = Annotated[Literal["open", "closed", "struck", "all"] | None, Query()]
MinAge = Annotated[int | None, Query(ge=0, le=36500, description="open for at least so many days")]
Sort = Annotated[str | None, Query(max_length=40, description="an order of the list; a minus before it turns it round")]


@router.get("", name="lines.list", summary="Lines by department, matter, light, handler, age", responses=answers(PAGE))
async def list_lines(
    request: Request,
    department: Words = None,
    matter: Words = None,
    light: Light = None,
    handler: Words = None,
    min_age_days: MinAge = None,
    state: State = None,
    q: Words = None,
    sort: Sort = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    return await answer(
        request,
        "ledger",
        "lines",
        department=department,
        matter=matter,
        light=light,
        handler=handler,
        min_age_days=min_age_days,
        state=state,
        q=q,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )


@router.get("/summary", name="lines.summary", summary="Counts by light, department and matter", responses=answers())
async def summary(request: Request) -> Response:
    return await answer(request, "ledger", "summary")


@router.get(
    ".xlsx",
    name="lines.workbook",
    summary="The list as an Excel workbook, laid out as offices know it",
    responses=answers(BINARY, media=WORKBOOK),
)
async def workbook(
    request: Request,
    department: Words = None,
    matter: Words = None,
    light: Light = None,
    handler: Words = None,
    min_age_days: MinAge = None,
    state: State = None,
    q: Words = None,
    sort: Sort = None,
) -> Response:
    wanted = {
        "department": department,
        "matter": matter,
        "light": light,
        "handler": handler,
        "min_age_days": min_age_days,
        "state": state,
        "q": q,
        "sort": sort,
    }
    rows: list[dict[str, Any]] = []
    cursor = None
    while len(rows) < MOST_LINES:
        page = await ask(request, "ledger", "lines", **wanted, cursor=cursor, limit=200)
        rows += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    days = sorted({row["due_on"] for row in rows if row["due_on"] and not row["closed_on"]})
    left = await days_left(request, days)
    gateway = gateway_of(request)
    title = f"{gateway.settings.authority_name}审批台账"
    return await attachment(lines_workbook, f"{title}.xlsx", rows, left, title, gateway.clock.now().date())


@router.post(
    "/{case_no}/strike-off",
    name="lines.strike-off",
    summary="A finished line leaves the list, with evidence",
    responses=answers(),
    openapi_extra=takes(
        StrikeOff,
        {
            "evidence": "许可证已于2026-11-20送达，送达回证编号〔2026〕031号",
            "actor": {"name": "李四", "department": "政务服务局"},
        },
        fixed=("case_no",),
    ),
)
async def strike_off(request: Request, case_no: Code) -> Response:
    return await order(request, StrikeOff, {"case_no": case_no})
