"""Page of a month's figures, live and frozen."""

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page
from gateway.calls import gateway_of
from services.contracts.vocabulary import Holder

router = APIRouter(prefix="/board/figures", route_class=Page)
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_OFFERED = 24
COLUMNS = (
    "received",
    "accepted",
    "decided",
    "on_time_rate",
    "overdue_open",
    "overdue_closed",
    "turned_red",
    "struck_off",
)


@router.get("", name="board.figures")
async def figures(request: Request) -> Response:
    """The figures of a month, this one unless another is asked for, and the list of snapshots."""
    this_month = gateway_of(request).clock.now().strftime("%Y-%m")
    month = request.query_params.get("month", "")
    if _MONTH.fullmatch(month) is None or month > this_month:
        month = this_month
    found, snapshots, days = await asyncio.gather(
        ask(request, "reporting", "figures", month=month),
        ask(request, "reporting", "snapshots"),
        ask(request, "timer", "holdings", month=month),
    )
    return await page(
        request,
        "figures.html",
        figures=found,
        snapshots=snapshots["items"],
        month=month,
        months=months(this_month, month),
        columns=COLUMNS,
        snapshot=None,
        days=days,
        holders=[one.value for one in Holder],
    )


@router.get("/snapshots/{snapshot_no}", name="board.snapshot")
async def snapshot(request: Request, snapshot_no: Annotated[str, Path(min_length=1, max_length=120)]) -> Response:
    """One frozen set of figures."""
    found = await ask(request, "reporting", "snapshot", snapshot_no=snapshot_no)
    return await page(
        request,
        "figures.html",
        figures=found["figures"],
        snapshots=[],
        month=found["month"],
        months=[],
        columns=COLUMNS,
        snapshot=found,
        days=None,
    )


def months(last: str, chosen: str) -> list[str]:
    """The months that are offered, the newest first; whatever month was asked for is among them."""
    year, month = map(int, last.split("-"))
    numbers = range(year * 12 + month - 1, year * 12 + month - 1 - _OFFERED, -1)
    offered = {f"{number // 12}-{number % 12 + 1:02}" for number in numbers}
    return sorted(offered | {chosen}, reverse=True)
