"""Saved lists: the addresses of their counts, of the projects on them, and of all of them as one workbook."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from documents.lists import Sheet
from gateway.calls import NO_STORE, answer, ask_in_words, gateway_of
from gateway.routes.filters import Authority, ProjectFilters, Shown, Since
from gateway.routes.lines import every_row, left_of, look_below, whose
from gateway.shapes import BINARY, WORKBOOK, answers, hands_out
from gateway.workbooks import attachment, lists_workbook
from locales.texts import say
from services.contracts.answers.lines import ProjectLinePage, SavedLists
from services.contracts.lists import OF_THE_PLAN, SavedList

router = APIRouter(prefix="/v1/lists", tags=["lines"])


@router.get("", name="lists.counts", summary="The saved lists with what stands on each", responses=answers(SavedLists))
async def counts(request: Request, authority: Authority = None, since: Since = None) -> Response:
    await look_below(request, authority)
    found = await ask_in_words(request, "ledger", "lists", authority=authority, since=since)
    for one in found["items"]:
        path = "/v1/lists/projects" if SavedList(one["list"]).is_of_projects else "/v1/lines"
        asked = {"list": one["list"], "since": found["since"]} | ({"authority": authority} if authority else {})
        one["address"] = f"{path}?{urlencode(asked)}"
    return JSONResponse(found, headers=NO_STORE)


@router.get(
    "/projects",
    name="lists.projects",
    summary="Projects with or without a case: not started, nothing applied for, started",
    responses=answers(ProjectLinePage),
)
async def projects(request: Request, filters: ProjectFilters, shown: Shown) -> Response:
    await look_below(request, filters.authority)
    return await answer(request, "ledger", "projects", **filters.wanted, cursor=shown.cursor, limit=shown.limit)


@router.get(
    ".xlsx",
    name="lists.workbook",
    summary="The plan's three lists as one workbook, a sheet each; `all`: every saved list",
    response_class=Response,
    responses=hands_out(BINARY, WORKBOOK),
)
async def workbook(
    request: Request,
    authority: Authority = None,
    since: Since = None,
    all: Annotated[bool, Query(description="every saved list, and not the plan's three alone")] = False,
) -> Response:
    await look_below(request, authority)
    sheets = []
    for one in SavedList if all else OF_THE_PLAN:
        question = "projects" if one.is_of_projects else "lines"
        asked = {"saved": one.value, "authority": authority, "since": since}
        rows = await every_row(request, question, asked)
        left = {} if one.is_of_projects else await left_of(request, rows)
        sheets.append(Sheet(one, rows, left))
    gateway = gateway_of(request)
    title = say("zh", "Lists of the plan of {whose}", whose=whose(authority, gateway.settings))
    return await attachment(lists_workbook, f"{title}.xlsx", sheets, title, gateway.clock.now().date())
