"""Lists through the API and on the board: by year, saved ones, projects without a case, and days of completion."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from services.contracts.vocabulary import Role
from tests.builders import WANG, a_case, a_project, a_project_code, an_entry
from tests.unit.gateway.people import COOKIE
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def post(authority: Authority, path: str, role: Role, status: int, **order: Any) -> Any:
    async with authority.client(role) as client:
        answer = await client.post(path, json=order)
        assert answer.status_code == status, answer.text
        return answer.json()


async def get(running: Authority, path: str, status: int = 200, **params: Any) -> httpx.Response:
    async with running.client(Role.SUPERVISOR) as client:
        answer = await client.get(path, params=params or None)
        assert answer.status_code == status, answer.text
        return answer


async def a_filed_case(authority: Authority, n: int = 1, **changes: Any) -> str:
    await post(authority, "/v1/projects", Role.WINDOW, 201, **a_project(n))
    return str((await post(authority, "/v1/cases", Role.WINDOW, 201, **a_case(n, **changes)))["case_no"])


async def test_the_saved_lists_have_counts_addresses_and_one_workbook(authority: Authority) -> None:
    await post(authority, "/v1/projects", Role.WINDOW, 201, **a_project(2, started_on="2026-05-04"))
    number = await a_filed_case(authority)
    await post(authority, f"/v1/cases/{number}/steps", Role.HANDLER, 200, step="accept")
    told = (await get(authority, "/v1/lists")).json()
    counted = {one["list"]: one["count"] for one in told["items"]}
    assert told["since"] == 2016
    assert counted == {"pending": 1, "overdue": 0, "not-started": 1, "nothing-applied": 1, "started": 1}
    for one in told["items"]:
        assert len((await get(authority, one["address"])).json()["items"]) == one["count"], one
    book = openpyxl.load_workbook(io.BytesIO((await get(authority, "/v1/lists.xlsx")).content))
    assert book.sheetnames == ["已受理待审批", "超期未办", "立项未开工"]
    assert [sheet.max_row - 1 for sheet in book] == [1, 0, 1]
    every = openpyxl.load_workbook(io.BytesIO((await get(authority, "/v1/lists.xlsx", all="true")).content))
    assert every.sheetnames[3:] == ["立项未申报", "已开工"]
    titles, values = ([cell.value for cell in every["已开工"][row]] for row in (1, 2))
    row = dict(zip(titles, values, strict=True))
    assert (row["项目代码"], row["申报办件数"], str(row["开工日期"])[:10]) == (a_project_code(2), 0, "2026-05-04")


async def test_the_workbook_of_lines_takes_every_filter_that_their_list_takes(authority: Authority) -> None:
    await a_filed_case(authority)
    for counting, rows in (("counted", 1), ("history", 0)):
        found = await get(authority, "/v1/lines.xlsx", counting=counting)
        sheet = openpyxl.load_workbook(io.BytesIO(found.content)).active
        assert sheet is not None
        assert sum(cell.value == a_project_code() for row in sheet.iter_rows() for cell in row) == rows, counting
    with_list = {one["name"] for one in _parameters("/v1/lines")}
    assert with_list - {one["name"] for one in _parameters("/v1/lines.xlsx")} == {"cursor", "limit"}


def _parameters(path: str) -> list[dict[str, Any]]:
    described: dict[str, Any] = json.loads(Path("docs/openapi.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = described["paths"][path]["get"]["parameters"]
    return [one for one in found if one["in"] == "query"]


async def test_a_day_of_completion_is_held_against_the_timers_due_day(authority: Authority) -> None:
    await post(authority, "/v1/projects", Role.WINDOW, 201, **a_project())
    wrong = await post(authority, "/v1/cases", Role.WINDOW, 422, **a_case(complete_by="2026-12-31"))
    assert [one["field"] for one in wrong["problems"]] == ["complete_by"]
    assert "晚于到期日2026-10-20" in wrong["problems"][0]["message"]
    sent = a_case(complete_by="2026-10-20", due_on="2030-01-01")
    number = (await post(authority, "/v1/cases", Role.WINDOW, 201, **sent))["case_no"]
    (line,) = (await get(authority, "/v1/lines")).json()["items"]
    assert (line["complete_by"], line["completion_named"]) == ("2026-10-20", True)
    step = {"step": "name-completion", "complete_by": "2026-10-21"}
    await post(authority, f"/v1/cases/{number}/steps", Role.HANDLER, 422, **step)
    await post(authority, f"/v1/cases/{number}/steps", Role.HANDLER, 200, **(step | {"complete_by": "2026-10-12"}))
    (line,) = (await get(authority, "/v1/lines")).json()["items"]
    assert line["complete_by"] == "2026-10-12"
    assert (await get(authority, f"/v1/cases/{number}")).json()["complete_by"] == "2026-10-12"
    timeline = (await get(authority, f"/v1/cases/{number}/timeline")).json()["items"]
    assert "qidi.case.completion-named" in {one["type"].rsplit(".v", 1)[0] for one in timeline}


async def test_an_imported_line_is_held_against_the_day_counted_from_its_acceptance(authority: Authority) -> None:
    async def enter(day: str) -> Any:
        answer = await post(
            authority, "/v1/imports/cases", Role.ADMIN, 200, entries=[an_entry(complete_by=day)], dry_run=True
        )
        return answer["results"][0]

    assert (await enter("2026-10-08"))["problems"] == []
    (wrong,) = (await enter("2026-10-09"))["problems"]
    assert wrong["field"] == "complete_by"


async def test_the_board_shows_saved_lists_as_tabs_with_their_counts(authority: Authority) -> None:
    await post(authority, "/v1/projects", Role.WINDOW, 201, **a_project(2))
    await a_filed_case(authority)
    async with authority.client(None) as client:
        client.cookies.set(COOKIE, authority.signed_in(Role.SUPERVISOR))
        client.headers["Accept"] = "text/html"
        page = (await client.get("/board/lines", params={"list": "overdue", "received_in": "2026"})).text
        for text in ("已受理待审批", "超期未办", "立项未开工", 'href="/board/lists/not-started"', "/v1/lists.xlsx"):
            assert text in page, text
        projects = await client.get("/board/lists/nothing-applied")
        assert projects.status_code == 200
        assert a_project_code(2) in projects.text
        assert a_project_code(1) not in projects.text
        assert (await client.get("/board/lists/pending")).status_code == 404


async def test_what_no_filter_can_mean_is_refused_with_what_it_may_be(authority: Authority) -> None:
    for path, params, field, known in (
        ("/v1/cases", {"state": "nix"}, "state", "under-review"),
        ("/v1/cases", {"department": "发改"}, "department", "发展改革委"),
        ("/v1/lines", {"department": "发改"}, "department", "发展改革委"),
        ("/v1/lines.xlsx", {"department": "发改"}, "department", "发展改革委"),
        ("/v1/lines", {"department": "无此部门", "authority": "all"}, "department", "无此部门"),
        ("/v1/lines", {"sort": "nix"}, "sort", "收件日期（received）"),
        ("/v1/lines", {"state": "nix"}, "state", "全部（all）"),
        ("/v1/lines", {"light": "blue"}, "light", "red"),
        ("/v1/lines", {"list": "nix"}, "list", "pending"),
        ("/v1/projects", {"library": "nix"}, "library", "reserve"),
        ("/v1/lists/projects", {"list": "nix"}, "list", "not-started"),
    ):
        (wrong,) = (await get(authority, path, 422, **params)).json()["problems"]
        assert wrong["field"] == field, (path, params)
        assert known in wrong["message"], (path, params)
    assert (await get(authority, "/v1/cases", department="发展 改革委")).json()["items"] == []
    assert (await get(authority, "/v1/lines", department="发展 改革委", state="all")).json()["items"] == []
    assert WANG["department"] == "发展改革委"
