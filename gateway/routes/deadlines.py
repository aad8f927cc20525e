"""Deadlines: the address of the one working-day calculator."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.bodies import json_of
from gateway.calls import answer, key_of
from gateway.shapes import Schema, answers, body
from services.contracts.answers.clocks import DeadlineCounted

router = APIRouter(prefix="/v1/deadlines", tags=["time"])
_AMOUNT: Schema = {"type": "integer", "minimum": -100_000, "maximum": 100_000, "description": "negative: backwards"}
_DAY: Schema = {"type": "string", "format": "date"}
_QUESTION: Schema = {
    "type": "object",
    "required": ["from"],
    "properties": {
        "from": {"type": "string", "description": "a day, or for hours a moment; not counted itself"},
        "working_days": _AMOUNT,
        "calendar_days": _AMOUNT,
        "months": _AMOUNT,
        "hours": _AMOUNT,
        "before": {"type": "boolean", "description": "count backwards"},
        "pauses": {
            "type": "array",
            "items": {"type": "object", "required": ["from", "to"], "properties": {"from": _DAY, "to": _DAY}},
        },
        "calendar": {
            "type": "array",
            "maxItems": 5_000,
            "description": "any country's days on top of Saturday and Sunday, instead of this authority's calendar",
            "items": {
                "type": "object",
                "required": ["date", "kind"],
                "properties": {"date": _DAY, "kind": {"type": "string", "enum": ["holiday", "workday"]}},
            },
        },
        "explain": {"type": "boolean", "description": "day by day, each with why"},
    },
}
_ANSWER: Schema = {
    "type": "object",
    "required": ["due", "provisional", "calendar"],
    "properties": {
        "due": {"type": "string"},
        "provisional": {"type": "boolean", "description": "counted past the last announced year"},
        "calendar": {"type": "string"},
        "steps": {"type": "array", "items": {"type": "object"}},
    },
}


@router.post(
    "",
    name="deadlines.count",
    summary="Count a deadline; nothing is kept",
    responses=answers(DeadlineCounted),
    openapi_extra=body(_QUESTION, {"from": "2026-09-16", "working_days": 5, "explain": True}),
)
async def count(request: Request) -> Response:
    key_of(request)  # a question has no effect that could happen twice; only the header's form matters
    return await answer(request, "timer", "deadline", body=await json_of(request))
