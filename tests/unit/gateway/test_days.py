"""Whose the days are, over the API: of a case, of a month's cases and in their workbook, and of a project."""

import io

import openpyxl
import pytest

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority
from tests.unit.gateway.test_journeys import a_filed_case, step

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def test_every_day_of_a_case_is_told_and_summed_by_month_and_by_project(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    received = authority.clock.at
    await step(authority, case_no, "accept")
    for next_step in ("grant", "deliver"):
        authority.clock.move(days=3)
        authority.services.tick()
        await step(authority, case_no, next_step)
    ended = authority.clock.at.strftime("%Y-%m")
    authority.clock.move(days=40)
    async with authority.client(Role.SUPERVISOR) as supervisor:
        case = (await supervisor.get(f"/v1/cases/{case_no}/clocks")).json()
        month = (await supervisor.get("/v1/figures/days", params={"month": ended})).json()
        book = await supervisor.get("/v1/figures/days.xlsx", params={"month": ended})
        wrong = await supervisor.get("/v1/figures/days", params={"month": "2026-13"})
        code = (await supervisor.get(f"/v1/cases/{case_no}")).json()["project_code"]
        project = (await supervisor.get(f"/v1/projects/{code}/days")).json()
        unknown = await supervisor.get("/v1/projects/2509-150424-89-01-999999/days")
        page = (await supervisor.get(f"/board/figures?month={ended}")).text
    whole = case["whole_process_working_days"]
    assert (case["whole_process_since"], case["whole_process_days"]) == (received.date().isoformat(), 6)
    assert whole == sum(one["working_days"] for one in case["by_holder"]) > 0
    assert (month["totals"]["cases"], month["totals"]["whole_process_working_days"]) == (1, whole)
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames == ["部门情况", "逐件"]
    titles, row = list(sheets["逐件"].iter_rows(values_only=True))
    told = dict(zip(titles, row, strict=True))
    assert (told["全过程用时（工作日）"], told["本部门"], told["申请人"]) == (whole, whole, 0)
    assert told["差额"] == whole - case["legal_working_days"]
    assert wrong.status_code == 422
    assert (project["cases"], project["until"]) == (1, case["whole_process_until"])
    assert project["whole_process_working_days"] >= whole
    assert unknown.status_code == 404
    assert 'id="days"' in page
