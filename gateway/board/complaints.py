"""Decides how complaints are shown: what was said and what the record says, never who said it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page, with_query
from gateway.board.words import COMPLAINT_STATES, KINDS

router = APIRouter(prefix="/board/complaints", route_class=Page)
_PAGE = 50


@router.get("", name="board.complaints")
async def complaints(request: Request) -> Response:
    """The list of complaints."""
    query = request.query_params
    chosen = {name: query.get(name, "").strip()[:200] for name in ("state", "kind", "department", "q")}
    for name, known in (("state", COMPLAINT_STATES), ("kind", KINDS)):
        if chosen[name] not in known:
            chosen[name] = ""
    cursor = query.get("cursor", "")[:500]
    found, counts = await asyncio.gather(
        ask(request, "complaints", "complaints", **chosen, cursor=cursor, limit=_PAGE),
        ask(request, "complaints", "counts"),
    )
    return await page(
        request,
        "complaints.html",
        items=found["items"],
        counts=counts,
        chosen=chosen,
        kinds=KINDS,
        states=COMPLAINT_STATES,
        following=with_query("/board/complaints", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/complaints", chosen) if cursor else None,
    )


@router.get("/{complaint_no}", name="board.complaint")
async def complaint(request: Request, complaint_no: Annotated[str, Path(min_length=1, max_length=120)]) -> Response:
    """One complaint with its evidence."""
    found, clocks = await asyncio.gather(
        ask(request, "complaints", "complaint", complaint_no=complaint_no),
        ask(request, "timer", "clocks", about=complaint_no),
    )
    return await page(request, "complaint.html", complaint=found, clocks=clocks["items"])
