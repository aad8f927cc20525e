"""Deadlines: the address of the one working-day calculator."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from gateway.bodies import json_of
from gateway.calls import answer, key_of
from gateway.shapes import answers, body, described
from services.contracts.answers.calendars import DayKind
from services.contracts.answers.clocks import DeadlineCounted
from services.contracts.quantities import Wire

router = APIRouter(prefix="/v1/deadlines", tags=["time"])
Amount = Annotated[int, Field(ge=-100_000, le=100_000, description="negative: backwards")]


class PauseAsked(Wire):
    """Days that do not count, the first and the last one included."""

    begins: date = Field(alias="from")
    to: date


class DayAsked(Wire):
    """A day off or a day worked, on top of Saturday and Sunday."""

    date: date
    kind: DayKind


class DeadlineAsked(Wire):
    """A limit and where it begins; exactly one of the amounts is given. The timer reads it, and says what is wrong."""

    begins: str = Field(alias="from", description="a day, or for hours a moment; not counted itself")
    working_days: Amount | None = None
    calendar_days: Amount | None = None
    months: Amount | None = None
    hours: Amount | None = None
    before: bool | None = Field(None, description="count backwards")
    pauses: tuple[PauseAsked, ...] | None = Field(None, max_length=1_000)
    calendar: tuple[DayAsked, ...] | None = Field(
        None, max_length=5_000, description="any country's days, instead of this authority's calendar"
    )
    explain: bool | None = Field(None, description="day by day, each with why; so it is when left out")


@router.post(
    "",
    name="deadlines.count",
    summary="Count a deadline; nothing is kept",
    responses=answers(DeadlineCounted),
    openapi_extra=body(described(DeadlineAsked), {"from": "2026-09-16", "working_days": 5, "explain": True}),
)
async def count(request: Request) -> Response:
    key_of(request)  # a question has no effect that could happen twice; only the header's form matters
    return await answer(request, "timer", "deadline", body=await json_of(request))
