"""Journeys through the one API, from a filed project to a struck-off line."""

import io
from datetime import timedelta

import openpyxl
import pytest

from services.contracts.vocabulary import Role
from tests.builders import WANG, a_case, a_credit_code, a_defect, a_project, a_project_code, a_step, an_entry
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def a_filed_case(authority: Authority) -> str:
    """Project and case through the API; the case's number."""
    async with authority.client(Role.WINDOW) as window:
        assert (await window.post("/v1/projects", json=a_project())).status_code == 201
        made = await window.post("/v1/cases", json=a_case())
        assert made.status_code == 201, made.text
        assert made.headers["location"] == f"/v1/cases/{made.json()['case_no']}"
        return str(made.json()["case_no"])


async def step(authority: Authority, case_no: str, word: str) -> None:
    """One step at the present moment, by the person who holds the case."""
    body = {name: value for name, value in a_step(case_no, word).items() if name not in ("case_no", "actor")}
    async with authority.client(Role.HANDLER) as handler:
        taken = await handler.post(f"/v1/cases/{case_no}/steps", json=body)
        assert taken.status_code == 200, taken.text


async def test_a_case_goes_from_receipt_to_strike_off_and_the_record_shows_it(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    for word in ("accept", "begin-review", "grant", "deliver"):
        authority.clock.move(days=1)
        await step(authority, case_no, word)
    async with authority.client(Role.SUPERVISOR) as supervisor:
        struck = await supervisor.post(f"/v1/lines/{case_no}/strike-off", json={"evidence": "送达回证〔2026〕1号"})
        assert struck.status_code == 200, struck.text
        lines = (await supervisor.get("/v1/lines", params={"state": "struck"})).json()["items"]
        told = (await supervisor.get(f"/v1/cases/{case_no}/timeline")).json()["items"]
        head = (await supervisor.get("/v1/head")).json()
        entries = (await supervisor.get("/v1/entries", params={"after": -1, "limit": 200})).json()
    assert [line["case_no"] for line in lines] == [case_no]
    types = [item["type"] for item in told]
    assert types[0] == "qidi.case.received.v1"
    assert types[-1] == "qidi.line.struck-off.v1"
    assert head["size"] == len(entries["items"]) == entries["items"][-1]["index"] + 1


async def test_a_due_date_is_explained_day_by_day_for_the_clock_that_matters(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    await step(authority, case_no, "accept")
    async with authority.client(Role.HANDLER) as handler:
        clocks = (await handler.get(f"/v1/cases/{case_no}/clocks")).json()["items"]
        why = (await handler.get(f"/v1/cases/{case_no}/explain")).json()
        other = await handler.get(f"/v1/cases/{case_no}/explain", params={"clock_id": "someone-else/decision/1"})
    decision = next(clock for clock in clocks if clock["clock_kind"] == "decision")
    assert why["clock"]["clock_id"] == decision["clock_id"]
    assert why["due"] == decision["due_on"]
    assert why["steps"][0]["why"]
    assert other.status_code == 404


async def test_one_answer_lists_everything_that_is_wrong_in_chinese_and_nothing_changes(authority: Authority) -> None:
    bad = a_project(project_code="nonsense", credit_code="91150424000000001X", owner_name="", colour="red")
    async with authority.client(Role.WINDOW) as window:
        refused = await window.post("/v1/projects", json=bad)
        english = await window.post("/v1/projects", json=bad, headers={"Accept-Language": "en-GB,zh;q=0.5"})
        there = (await window.get("/v1/projects")).json()["items"]
    assert refused.status_code == english.status_code == 422
    problem = refused.json()
    assert problem["type"] == "/problems/refused"
    assert {"project_code", "credit_code", "owner_name", "colour"} <= {one["field"] for one in problem["problems"]}
    for one in problem["problems"]:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one["message"]), one
    assert english.json()["title"] == "The rules do not allow this; nothing was changed."
    assert not there


async def test_a_complaint_hides_who_made_it_until_somebody_may_and_says_why(authority: Authority) -> None:
    complaint = {
        "kind": "delay", "text": "一直没有答复", "place": "政务服务中心", "complainant_name": "赵六六",
        "complainant_phone": "13812345678", "actor": {"name": "孙七", "department": "12345热线"},
        "project_code": a_project_code(),
    }  # fmt: skip
    async with authority.client(Role.PARTNER) as partner:
        made = await partner.post("/v1/complaints", json=complaint)
        assert made.status_code == 201, made.text
        number = made.json()["complaint_no"]
        seen = await partner.get(f"/v1/complaints/{number}")
        assert (await partner.post(f"/v1/complaints/{number}/person", json={"purpose": "回访核实"})).status_code == 403
    assert "赵六六" not in seen.text
    assert "13812345678" not in seen.text
    async with authority.client(Role.SUPERVISOR) as supervisor:
        shown = await supervisor.post(f"/v1/complaints/{number}/person", json={"purpose": "回访核实办理结果"})
        after = (await supervisor.get(f"/v1/complaints/{number}")).json()
        counts = (await supervisor.get("/v1/complaints/counts")).json()
        listed = (await supervisor.get("/v1/complaints")).json()["items"]
    assert shown.status_code == 200, shown.text
    assert "13812345678" in shown.text
    assert after["disclosures"][0]["purpose"] == "回访核实办理结果"
    assert counts["open"] == len(listed) == 1


async def test_the_deadline_of_the_specification_comes_out_over_http(authority: Authority) -> None:
    async with authority.client(Role.PARTNER) as partner:
        counted = await partner.post("/v1/deadlines", json={"from": "2026-09-16", "working_days": 5, "explain": True})
        wrong = await partner.post("/v1/deadlines", json={"from": "yesterday", "working_days": "x", "pauses": 3})
    assert counted.status_code == 200
    assert counted.json()["due"] == "2026-09-22"
    assert not counted.json()["provisional"]
    assert counted.json()["steps"]
    assert wrong.status_code == 422
    assert len(wrong.json()["problems"]) >= 2


async def test_the_list_comes_as_a_workbook_with_the_days_left(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    await step(authority, case_no, "accept")
    async with authority.client(Role.HANDLER) as handler:
        answer = await handler.get("/v1/lines.xlsx", params={"state": "open"})
    assert answer.status_code == 200
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("序号", "项目代码", "项目名称")
    assert rows[1][1] == a_project_code()
    assert isinstance(rows[1][12], int)


async def test_existing_cases_are_entered_after_a_dry_run_that_changes_nothing(authority: Authority) -> None:
    entries = [an_entry(1), an_entry(2, matter="没有这个事项")]
    async with authority.client(Role.ADMIN) as admin:
        tried = await admin.post("/v1/imports/cases", json={"entries": entries, "dry_run": True})
        nothing = (await admin.get("/v1/cases")).json()["items"]
        entered = await admin.post("/v1/imports/cases", json={"entries": entries})
        there = (await admin.get("/v1/cases")).json()["items"]
    assert tried.status_code == entered.status_code == 200, tried.text
    assert not nothing
    assert [case["project_code"] for case in there] == [a_project_code(1)]


async def test_a_release_of_days_first_shows_which_clocks_would_move(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    release = {"days": {"2026-09-21": "holiday"}, "notice": "试行通知", "dry_run": True}
    async with authority.client(Role.SUPERVISOR) as supervisor:
        before = (await supervisor.get(f"/v1/cases/{case_no}/clocks")).json()["items"][0]["due_on"]
        tried = await supervisor.post("/v1/calendar/releases", json=release)
        alone = await supervisor.post("/v1/calendar/releases", json=release | {"dry_run": False})
        assert alone.status_code == 422
        released = await authority.release({name: release[name] for name in ("days", "notice")})
        after = (await supervisor.get(f"/v1/cases/{case_no}/clocks")).json()["items"][0]["due_on"]
        year = (await supervisor.get("/v1/calendar", params={"year": 2026})).json()
    assert tried.status_code == released.status_code == 200, tried.text
    assert before < after
    assert any(day["day"] == "2026-09-21" and day["kind"] == "holiday" for day in year["days"])


async def test_the_boards_figures_and_the_scrape_tell_the_same_open_clocks(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    async with authority.client(Role.WINDOW) as window:
        stats = (await window.get("/v1/stats")).json()
        scrape = (await window.get("/metrics")).text
    assert stats["lights"]["by_light"]["green"] == 1
    assert f'qidi_open_clocks{{department="{WANG["department"]}",light="green"}} 1.0' in scrape
    assert "qidi_calendar_days_left" in scrape
    assert 'qidi_up{service="ledger"} 1.0' in scrape
    assert 'qidi_http_requests_total{method="POST",route="/v1/cases",status="201"} 1.0' in scrape
    assert case_no not in scrape


async def test_pages_follow_each_other_by_cursor(authority: Authority) -> None:
    async with authority.client(Role.PARTNER) as partner:
        for n in range(1, 6):
            made = await partner.post("/v1/projects", json=a_project(n, credit_code=a_credit_code(n), actor=WANG))
            assert made.status_code == 201, made.text
        seen: list[str] = []
        cursor = None
        while True:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await partner.get("/v1/projects", params=params)).json()
            seen += [project["project_code"] for project in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert seen == [a_project_code(n) for n in range(1, 6)]


async def test_a_second_notice_for_an_old_defect_is_a_finding_that_a_person_settles(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    for body in (
        {"step": "request-correction", "defects": [a_defect()]},
        {"step": "complete-correction"},
        {"step": "request-correction", "defects": [a_defect("用地预审意见")]},
    ):
        authority.clock.at += timedelta(hours=1)
        async with authority.client(Role.HANDLER) as handler:
            taken = await handler.post(f"/v1/cases/{case_no}/steps", json=body)
            assert taken.status_code == 200, taken.text
    async with authority.client(Role.SUPERVISOR) as supervisor:
        found = (await supervisor.get("/v1/findings")).json()["items"]
    assert len(found) == 1
    number = found[0]["finding_no"]
    async with authority.client(Role.HEAD) as head:
        stated = await head.post(f"/v1/findings/{number}/statement", json={"statement": "系统故障所致"})
        assert stated.status_code == 200, stated.text
    async with authority.client(Role.SUPERVISOR) as supervisor:
        settled = await supervisor.post(
            f"/v1/findings/{number}/settle", json={"confirmed": True, "reason": "首次已可见"}
        )
        one = (await supervisor.get(f"/v1/findings/{number}")).json()
    assert settled.status_code == 200, settled.text
    assert one["finding_no"] == number


async def test_a_months_figures_freeze_under_a_number_and_come_as_a_workbook(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    await step(authority, case_no, "accept")
    authority.clock.move(days=60)
    authority.services.tick()
    async with authority.client(Role.SUPERVISOR) as supervisor:
        live = await supervisor.get("/v1/figures", params={"month": "2026-10"})
        frozen = await supervisor.post("/v1/figures/snapshots", json={"month": "2026-10"})
        assert frozen.status_code == 201, frozen.text
        where = frozen.headers["location"]
        first = (await supervisor.get(where)).json()
        listed = (await supervisor.get("/v1/figures/snapshots")).json()["items"]
        book = await supervisor.get(f"{where}/workbook.xlsx")
        live_book = await supervisor.get("/v1/figures.xlsx", params={"month": "2026-10"})
    assert live.status_code == 200
    assert first["snapshot_no"] == listed[0]["snapshot_no"] == frozen.json()["snapshot_no"]
    for content in (book.content, live_book.content):
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames
