"""Front page: how many lines stand at which light, whose they are, and which burn most."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page
from gateway.board.lines import ranked, with_remaining
from gateway.board.subtree import branches_of
from gateway.calls import gateway_of

router = APIRouter(prefix="/board", route_class=Page)
#: The notice of the next year comes in autumn; this close to the end of the calendar it must be asked for.
HORIZON_WARNING_DAYS = 60
_MOST_URGENT = 10


@router.get("", name="board.front")
async def front(request: Request) -> Response:
    """The front page."""
    today = gateway_of(request).clock.now().date()
    lights, summary, complaints, urgent, day, branches = await asyncio.gather(
        ask(request, "timer", "lights"),
        ask(request, "ledger", "summary"),
        ask(request, "complaints", "counts"),
        ask(request, "ledger", "lines", sort="light", limit=_MOST_URGENT),
        today_is(request, today),
        branches_of(request),
    )
    return await page(
        request,
        "front.html",
        today=today,
        day=day,
        lights_of_clocks=lights,
        summary=summary,
        complaints=complaints,
        departments=ranked(summary["by_department"]),
        urgent=await with_remaining(request, urgent["items"]),
        branch=branches[0],
        near_horizon=lights["calendar_days_left"] < HORIZON_WARNING_DAYS,
        next_year=int(lights["known_until"][:4]) + 1,
    )


async def today_is(request: Request, today: date) -> Mapping[str, Any]:
    """What sort of day it is: a step of the one calculator's walk (DOMAIN 4.9), from yesterday to the next day on."""
    yesterday = (today - timedelta(days=1)).isoformat()
    walk = await ask(request, "timer", "deadline", body={"from": yesterday, "working_days": 1})
    found: Mapping[str, Any] = next(step for step in walk["steps"] if step["date"] == today.isoformat())
    return found
