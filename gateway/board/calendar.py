"""Calendar page: a year, its releases and the clock rules in force, each with who said so."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.cases import spans
from gateway.board.frame import Page, ask, page
from gateway.calls import gateway_of

router = APIRouter(prefix="/board/calendar", route_class=Page)
_FIRST_YEAR = 2016
#: So many days before the announced calendar ends, people are told.
_SOON = 60


@router.get("", name="board.calendar")
async def calendar(request: Request) -> Response:
    """A year's exceptional days, all releases, and the rules of all clocks."""
    today = gateway_of(request).clock.now().date()
    asked = request.query_params.get("year", "")
    year = (
        int(asked)
        if asked.isdecimal() and len(asked) == 4 and _FIRST_YEAR <= int(asked) <= today.year + 2
        else today.year
    )
    found, releases, rules = await asyncio.gather(
        ask(request, "timer", "calendar", year=year), ask(request, "timer", "releases"), ask(request, "timer", "rules")
    )
    until = date.fromisoformat(found["known_until"])
    return await page(
        request,
        "calendar.html",
        year=year,
        years=sorted({*range(_FIRST_YEAR, max(today.year, until.year) + 2), year}, reverse=True),
        known_until=found["known_until"],
        is_known=date(year, 12, 31) <= until,
        ends_soon=(until - today).days < _SOON,
        version=found["version"],
        groups=groups(found["days"]),
        releases=[item | {"parts": parts(item["days"])} for item in releases["items"]],
        rules=rules["items"],
    )


def groups(days: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The exceptional days that belong together: of one festival, off or worked, by one notice of one authority."""
    found: dict[tuple[str, str, str, str, str], list[date]] = {}
    for one in days:
        names = ("festival", "kind", "notice", "authority", "released_by")
        festival, kind, notice, authority, by = (one[name] or "" for name in names)
        found.setdefault((festival, kind, notice, authority, by), []).append(date.fromisoformat(one["day"]))
    return [
        {
            "festival": festival,
            "made_up": kind == "workday",
            "notice": notice,
            "authority": authority,
            "released_by": by,
            "spans": spans(of_group),
            "count": len(of_group),
        }
        for (festival, kind, notice, authority, by), of_group in sorted(found.items(), key=lambda one: min(one[1]))
    ]


def parts(days: Mapping[str, str]) -> list[dict[str, Any]]:
    """The days of a release: those off and those worked, as runs."""
    kinds = {
        kind: [date.fromisoformat(day) for day, its in days.items() if its == kind] for kind in ("holiday", "workday")
    }
    return [{"made_up": kind == "workday", "spans": spans(of_kind)} for kind, of_kind in kinds.items() if of_kind]
