"""Decides how the list of lines is filtered, ordered and paged on the board; its address says all of it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page, with_query

router = APIRouter(prefix="/board/lines", route_class=Page)
FILTERS = ("department", "matter", "light", "handler", "min_age_days", "state", "q")
STATES = ("open", "closed", "struck", "all")
LIGHTS = ("red", "yellow", "green", "grey")
SORTS = ("light", "due", "received", "number")
_LONGEST = 200
_PAGE = 50


@router.get("", name="board.lines")
async def lines(request: Request) -> Response:
    """The list; what cannot be understood in the address is left out instead of failing the page."""
    chosen = chosen_in(request.query_params)
    cursor = request.query_params.get("cursor", "")[:500]
    age = chosen.get("min_age_days")
    wanted = {**chosen, "min_age_days": int(age) if age else None}
    found, summary, matters = await asyncio.gather(
        ask(request, "ledger", "lines", **{"sort": "light", **wanted}, cursor=cursor, limit=_PAGE),
        ask(request, "ledger", "summary"),
        ask(request, "intake", "matters"),
    )
    rows = await with_remaining(request, found["items"])
    return await page(
        request,
        "lines.html",
        rows=rows,
        summary=summary,
        chosen={"sort": "light", "state": "open", **{name: "" for name in FILTERS if name != "state"}, **chosen},
        query=chosen,
        departments=_departments(summary, matters, chosen.get("department")),
        matters=sorted((one["code"], one["name"]) for one in matters["items"]),
        handlers=sorted({row["handler"] for row in rows if row["handler"]}),
        following=with_query("/board/lines", chosen, cursor=found["next"]) if found["next"] else None,
        first=with_query("/board/lines", chosen) if cursor else None,
        workbook=with_query("/v1/lines.xlsx", chosen),
        states=STATES,
    )


def chosen_in(query: Mapping[str, str]) -> dict[str, str]:
    """The filters and the order that an address asks for, as far as they make sense."""
    chosen = {name: query.get(name, "").strip()[:_LONGEST] for name in (*FILTERS, "sort")}
    for name, known in (("light", LIGHTS), ("state", STATES)):
        if chosen[name] not in known:
            chosen[name] = ""
    if chosen["sort"].removeprefix("-") not in SORTS:
        chosen["sort"] = ""
    age = chosen["min_age_days"]
    if not (age.isascii() and age.isdigit() and int(age) <= 36500):
        chosen["min_age_days"] = ""
    return {name: value for name, value in chosen.items() if value}


async def with_remaining(request: Request, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines with the working days left until they are due, which only the timer counts; None where no clock runs."""
    days = sorted({item["due_on"] for item in items if _runs(item)})
    left = await ask(request, "timer", "remaining", days=days) if days else {}
    return [{**item, "remaining": left.get(item["due_on"]) if _runs(item) else None} for item in items]


def _runs(item: Mapping[str, Any]) -> bool:
    """A grey line waits for the applicant: the day that it was due before says nothing now."""
    return bool(item["due_on"]) and item["light"] in ("red", "yellow", "green")


def _departments(summary: Mapping[str, Any], matters: Mapping[str, Any], chosen: str | None) -> list[str]:
    known = {row["department"] for row in summary["by_department"]}
    known |= {one["department"] for one in matters["items"]}
    return sorted(known | ({chosen} if chosen else set()))
