"""Calendar: the addresses of the days of a year, of releases of days, and of the clock rules."""

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from gateway.bodies import json_of
from gateway.calls import NO_STORE, answer, ask_in_words, order
from gateway.shapes import answers, takes
from services.contracts.answers.calendars import CalendarReleases, CalendarYear, ReleaseAnswer, WithdrawalAnswer
from services.contracts.answers.clocks import RulesAnswer, RulesInForce
from services.contracts.calendar_orders import ReleaseCalendar, WithdrawCalendar
from services.contracts.commands import SetRules

router = APIRouter(prefix="/v1/calendar", tags=["time"])
rules_router = APIRouter(prefix="/v1/rules", tags=["time"])


@router.get(
    "",
    name="calendar.year",
    summary="The days of a year, each exception with its notice",
    responses=answers(CalendarYear),
)
async def year(request: Request, year: Annotated[int, Query(ge=1900, le=2200, examples=[2026])]) -> Response:
    return await answer(request, "timer", "calendar", year=year)


@router.get(
    "/releases",
    name="calendar.releases",
    summary="All releases of this authority and those above it, and which of them are in force",
    responses=answers(CalendarReleases),
)
async def releases(request: Request) -> Response:
    return await answer(request, "timer", "releases")


@router.post(
    "/releases",
    name="calendar.release",
    summary="Try changed days: which open clocks they would move; to release them, draft them",
    responses=answers(ReleaseAnswer),
    openapi_extra=takes(ReleaseCalendar),
)
async def release(request: Request) -> Response:
    """Also says how many open lines of the authorities below run across these days, as far as known here."""
    tried = await order(request, ReleaseCalendar)
    days = sorted((await json_of(request))["days"])
    below = await ask_in_words(request, "ledger", "spanning", first=days[0], last=days[-1])
    return JSONResponse(json.loads(bytes(tried.body)) | {"below": below}, headers=NO_STORE)


@router.post(
    "/releases/{release_no}/withdrawal",
    name="calendar.withdraw",
    summary="Try to withdraw an own release: which open clocks would move back; to withdraw it, draft that",
    responses=answers(WithdrawalAnswer),
    openapi_extra=takes(WithdrawCalendar, fixed=("release_no",)),
)
async def withdraw(request: Request, release_no: Annotated[int, Path(ge=1, le=100_000)]) -> Response:
    return await order(request, WithdrawCalendar, {"release_no": release_no})


@rules_router.get(
    "",
    name="rules.list",
    summary="The clock rules in force: each limit, and which authority has set it by which document",
    responses=answers(RulesInForce),
)
async def rules(request: Request) -> Response:
    return await answer(request, "timer", "rules")


@rules_router.post(
    "",
    name="rules.set",
    summary="Shorten limits for clocks that start from a day on, here and for everybody below",
    responses=answers(RulesAnswer),
    openapi_extra=takes(SetRules),
)
async def set_rules(request: Request) -> Response:
    return await order(request, SetRules)
