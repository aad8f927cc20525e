"""Decides nothing: the address of the calendar of working days and of its releases."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import answers, takes
from services.contracts.commands import ReleaseCalendar

router = APIRouter(prefix="/v1/calendar", tags=["time"])


@router.get("", name="calendar.year", summary="The days of a year, each exception with its notice", responses=answers())
async def year(request: Request, year: Annotated[int, Query(ge=1900, le=2200, examples=[2026])]) -> Response:
    return await answer(request, "timer", "calendar", year=year)


@router.post(
    "/releases",
    name="calendar.release",
    summary="Release changed days; a dry run shows which open clocks would move, from and to",
    responses=answers(),
    openapi_extra=takes(
        ReleaseCalendar,
        {
            "days": {"2026-12-25": "workday", "2026-12-28": "holiday"},
            "notice": "林政办发〔2026〕45号",
            "dry_run": True,
            "actor": {"name": "李四", "department": "政务服务局"},
        },
    ),
)
async def release(request: Request) -> Response:
    return await order(request, ReleaseCalendar)
