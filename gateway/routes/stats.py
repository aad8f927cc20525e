"""Stats: what the board shows first: lights, the list's counts and complaints, asked of three services at once."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gateway.calls import NO_STORE, ask_in_words
from gateway.shapes import answers
from services.contracts.answers.stats import Stats

router = APIRouter(prefix="/v1/stats", tags=["stats"])


@router.get("", name="stats", summary="Lights by department, the list's counts, complaints", responses=answers(Stats))
async def stats(request: Request) -> Response:
    lights, lines, complaints = await asyncio.gather(
        ask_in_words(request, "timer", "lights"),
        ask_in_words(request, "ledger", "summary"),
        ask_in_words(request, "complaints", "counts"),
    )
    return JSONResponse({"lights": lights, "lines": lines, "complaints": complaints}, headers=NO_STORE)
