"""Figures: the addresses of a month's figures, live and frozen, as JSON and as workbooks."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, ask_in_words, days_left, gateway_of, order
from gateway.shapes import BINARY, WORKBOOK, Code, Month, answers, hands_out, takes
from gateway.workbooks import attachment, days_workbook, live_workbook, snapshot_workbook
from locales.texts import say
from services.contracts.answers.figures import MonthDays, MonthFigures, SnapshotPage, SnapshotRecord
from services.contracts.commands import FreezeMonth

router = APIRouter(prefix="/v1/figures", tags=["figures"])


@router.get("", name="figures.month", summary="A month's figures as they are now", responses=answers(MonthFigures))
async def figures(request: Request, month: Month) -> Response:
    return await answer(request, "reporting", "figures", month=month)


@router.get(
    ".xlsx",
    name="figures.workbook",
    summary="The same as a workbook",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def month_workbook(request: Request, month: Month) -> Response:
    found = await ask_in_words(request, "reporting", "figures", month=month)
    running = sorted({line["due_on"] for line in found["overdue"] if line["state"] == "open" and line["due_on"]})
    left = await days_left(request, running)
    return await attachment(
        live_workbook,
        say("zh", "Overdue figures {period}.xlsx", period=month),
        found,
        left,
        gateway_of(request).clock.now(),
    )


@router.get(
    "/days",
    name="figures.days",
    summary="Whose the days were of the cases that ended in a month",
    responses=answers(MonthDays),
)
async def days(request: Request, month: Month) -> Response:
    return await answer(request, "timer", "holdings", month=month)


@router.get(
    "/days.xlsx",
    name="figures.days-workbook",
    summary="The same as a workbook",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def days_of_month(request: Request, month: Month) -> Response:
    found = await ask_in_words(request, "timer", "holdings", month=month)
    return await attachment(days_workbook, say("zh", "Whose the days were {period}.xlsx", period=month), found)


@router.get("/snapshots", name="snapshots.list", summary="The frozen ones", responses=answers(SnapshotPage))
async def snapshots(request: Request) -> Response:
    return await answer(request, "reporting", "snapshots")


@router.post(
    "/snapshots",
    name="snapshots.freeze",
    summary="Freeze a month's figures under a number; they stay as they are for ever",
    status_code=201,
    responses=answers(SnapshotRecord, status=201),
    openapi_extra=takes(FreezeMonth),
)
async def freeze(request: Request) -> Response:
    return await order(request, FreezeMonth, status=201, at="/v1/figures/snapshots/{snapshot_no}")


@router.get(
    "/snapshots/{snapshot_no}",
    name="snapshots.one",
    summary="One frozen set of figures",
    responses=answers(SnapshotRecord),
)
async def snapshot(request: Request, snapshot_no: Code) -> Response:
    return await answer(request, "reporting", "snapshot", snapshot_no=snapshot_no)


@router.get(
    "/snapshots/{snapshot_no}/workbook.xlsx",
    name="snapshots.workbook",
    summary="The same as a workbook",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def frozen_workbook(request: Request, snapshot_no: Code) -> Response:
    found = await ask_in_words(request, "reporting", "snapshot", snapshot_no=snapshot_no)
    return await attachment(snapshot_workbook, say("zh", "Overdue figures {period}.xlsx", period=snapshot_no), found)
