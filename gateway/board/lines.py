"""List of lines on the board, filtered, ordered and paged; its address says all of it."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.board.frame import Page, ask, page, with_query
from gateway.calls import gateway_of
from services.contracts.beginning import Counting
from services.contracts.lists import SINCE, SavedList
from services.contracts.vocabulary import Light, Unit

router = APIRouter(prefix="/board/lines", route_class=Page)
#: Filters that are a year.
YEARS = ("since", "received_in", "initiated_in")
FILTERS = (
    *("list", "authority", "held_by", "department", "matter", "light", "handler", "min_age_days", "state", "counting"),
    "q",
    *YEARS,
)
#: Saved lists of lines; those of projects have a page of their own.
LISTS = tuple(one.value for one in SavedList if not one.is_of_projects)
STATES = ("open", "closed", "struck", "all")
#: What can be asked for: lines that are done have their own filter.
LIGHTS = tuple(light for light in Light if light is not Light.DONE)
COUNTINGS = tuple(one.value for one in Counting)
SORTS = ("light", "due", "received", "number")
_WHOSE = re.compile(r"[0-9]{6}|all")
_YEAR = re.compile(r"(19[5-9]|20[0-9])[0-9]")
_LONGEST = 200
_PAGE = 50


@router.get("", name="board.lines")
async def lines(request: Request) -> Response:
    """The list; what cannot be understood in the address is left out instead of failing the page."""
    chosen = chosen_in(request.query_params)
    cursor = request.query_params.get("cursor", "")[:500]
    age = chosen.get("min_age_days")
    years = {name: int(chosen[name]) for name in YEARS if name in chosen}
    wanted: dict[str, Any] = {name: value for name, value in chosen.items() if name != "list"} | years
    wanted |= {"min_age_days": int(age) if age else None, "saved": chosen.get("list")}
    authority = chosen.get("authority")
    found, summary, matters, held, saved = await asyncio.gather(
        ask(request, "ledger", "lines", **{"sort": "light", **wanted}, cursor=cursor, limit=_PAGE),
        ask(request, "ledger", "summary", authority=authority),
        ask(request, "intake", "matters"),
        ask(request, "ledger", "subtree"),
        tabs(request, chosen),
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
        countings=COUNTINGS,
        tabs=saved,
        years=range(gateway_of(request).clock.now().year, SINCE - 1, -1),
        whose=[one["authority"] for one in held["items"]],
    )


async def tabs(request: Request, chosen: Mapping[str, str], here: str = "") -> list[dict[str, Any]]:
    """The saved lists with their addresses and what stands on each, behind the whole list; `here` is the one shown."""
    whose = {name: chosen[name] for name in ("authority", "since") if chosen.get(name)}
    since = chosen.get("since")
    found = await ask(
        request, "ledger", "lists", authority=chosen.get("authority"), since=int(since) if since else None
    )
    here = here or chosen.get("list", "")
    told = [{"id": "all", "name": "All lines", "count": None, "address": with_query("/board/lines", whose)}]
    for one in found["items"]:
        saved = SavedList(one["list"])
        if saved.is_of_projects:
            address = with_query(f"/board/lists/{saved}", whose)
        else:
            address = with_query("/board/lines", {"list": saved.value, **whose})
        told.append({"id": saved.value, "name": one["list_name"], "count": one["count"], "address": address})
    return [{**one, "is_here": one["id"] == (here or "all")} for one in told]


def chosen_in(query: Mapping[str, str]) -> dict[str, str]:
    """The filters and the order that an address asks for, as far as they make sense."""
    chosen = {name: query.get(name, "").strip()[:_LONGEST] for name in (*FILTERS, "sort")}
    for name, known in (("light", LIGHTS), ("state", STATES), ("counting", COUNTINGS)):
        if chosen[name] not in known:
            chosen[name] = ""
    if chosen["list"] not in LISTS:
        chosen["list"] = ""
    for name in YEARS:
        if _YEAR.fullmatch(chosen[name]) is None:
            chosen[name] = ""
    if _WHOSE.fullmatch(chosen["authority"]) is None:
        chosen["authority"] = ""
    if chosen["held_by"] != "another":
        chosen["held_by"] = ""
    if chosen["sort"].removeprefix("-") not in SORTS:
        chosen["sort"] = ""
    age = chosen["min_age_days"]
    if not (age.isascii() and age.isdigit() and int(age) <= 36500):
        chosen["min_age_days"] = ""
    return {name: value for name, value in chosen.items() if value}


async def with_remaining(request: Request, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines with the days left until they are due, in the unit of their limit, which only the timer counts; None where
    no clock runs."""
    running = [item for item in items if _runs(item)]
    natural = {item["due_on"] for item in running if item["due_unit"] == Unit.CALENDAR_DAYS}
    days = {item["due_on"] for item in running if item["due_unit"] != Unit.CALENDAR_DAYS}
    held = {item["held_since"][:10] for item in items if is_elsewhere(item)}
    left = {
        Unit.WORKING_DAYS.value: await _left(request, days | held, Unit.WORKING_DAYS),
        Unit.CALENDAR_DAYS.value: await _left(request, natural, Unit.CALENDAR_DAYS),
    }
    worked = left[Unit.WORKING_DAYS]
    return [
        {
            **item,
            "remaining": left[item["due_unit"] or Unit.WORKING_DAYS].get(item["due_on"]) if _runs(item) else None,
            "held_days": -worked[item["held_since"][:10]] if is_elsewhere(item) else None,
        }
        for item in items
    ]


async def _left(request: Request, days: Iterable[str], unit: Unit) -> dict[str, int]:
    asked = sorted(set(days))
    left: dict[str, int] = await ask(request, "timer", "remaining", days=asked, unit=unit.value) if asked else {}
    return left


async def days_since(request: Request, days: Iterable[str]) -> dict[str, int]:
    """Working days that have passed since each of these days, which only the timer counts."""
    return {day: -left for day, left in (await _left(request, days, Unit.WORKING_DAYS)).items()}


def is_elsewhere(item: Mapping[str, Any]) -> bool:
    """Whether another authority has the case in hand than the one whose line it is."""
    return bool(item["held_by"]) and item["held_by"] != item["authority"]


def _runs(item: Mapping[str, Any]) -> bool:
    """A grey line waits for the applicant: the day that it was due before says nothing now."""
    return bool(item["due_on"]) and item["light"] in (Light.RED, Light.YELLOW, Light.GREEN)


def _departments(summary: Mapping[str, Any], matters: Mapping[str, Any], chosen: str | None) -> list[str]:
    known = {row["department"] for row in summary["by_department"]}
    known |= {one["department"] for one in matters["items"]}
    return sorted(known | ({chosen} if chosen else set()))


def ranked(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Departments, the one with most red first, each with the share of red lines in its open ones."""
    ordered = sorted(rows, key=lambda row: (-row["red"], -row["yellow"], -row["open"], row["department"]))
    return [{**row, "share": row["red"] / row["open"] if row["open"] else 0.0} for row in ordered]


async def with_holding_days(request: Request, holders: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who had the case in hand, each with the working days, which only the timer counts."""
    days = {str(one[name])[:10] for one in holders for name in ("held_since", "until") if one.get(name)}
    since = await days_since(request, days)
    return [
        {**one, "days": since[str(one["held_since"])[:10]] - (since[str(one["until"])[:10]] if one["until"] else 0)}
        for one in holders
    ]
