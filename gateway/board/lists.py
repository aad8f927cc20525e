"""Saved lists of projects on the board: initiated and not started, nothing applied for, started."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page, with_query
from gateway.board.lines import chosen_in, tabs
from gateway.calls import gateway_of
from gateway.problems import Trouble
from services.contracts.lists import SINCE, SavedList

router = APIRouter(prefix="/board/lists", route_class=Page)
_FILTERS = ("authority", "since", "initiated_in", "q")
_PAGE = 50


@router.get("/{saved}", name="board.lists")
async def projects(request: Request, saved: str) -> Response:
    """A list of projects, with or without a case. Raises Trouble 404 for one that is not there."""
    if saved not in set(SavedList) or not SavedList(saved).is_of_projects:
        raise Trouble("not-found")
    chosen = {name: value for name, value in chosen_in(request.query_params).items() if name in _FILTERS}
    cursor = request.query_params.get("cursor", "")[:500]
    wanted: dict[str, Any] = {**chosen, "saved": saved, "cursor": cursor, "limit": _PAGE}
    wanted |= {name: int(chosen[name]) for name in ("since", "initiated_in") if name in chosen}
    found, told, held = await asyncio.gather(
        ask(request, "ledger", "projects", **wanted),
        tabs(request, chosen, saved),
        ask(request, "ledger", "subtree"),
    )
    path = f"/board/lists/{saved}"
    return await page(
        request,
        "lists.html",
        rows=found["items"],
        saved=SavedList(saved),
        tabs=told,
        chosen={**dict.fromkeys(_FILTERS, ""), **chosen},
        path=path,
        years=range(gateway_of(request).clock.now().year, SINCE - 1, -1),
        whose=[one["authority"] for one in held["items"]],
        following=with_query(path, chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query(path, chosen) if cursor else None,
        workbook=with_query("/v1/lists.xlsx", {n: v for n, v in chosen.items() if n in ("authority", "since")}, all=1),
    )
