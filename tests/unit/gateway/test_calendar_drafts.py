"""A year's days come in over HTTP as a pasted notice, data or a table, and two persons release them."""

import io
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

from services.contracts.vocabulary import ZONE, Role
from tests.builders import WANG, a_project, a_project_code
from tests.unit.documents.notices import EXTENDED_2020, NOTICES
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}
#: As the State Council could write it; the real one is not out yet.
OF_2027 = NOTICES[2026].split("二、")[0].replace("2026", "2027").replace("〔2025〕7号", "〔2026〕8号").replace(
    "1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。", "1月1日（周五）放假，与周末连休。"
)  # fmt: skip


async def a_case(authority: Authority) -> str:
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
        return str((await window.post("/v1/cases", json=body)).json()["case_no"])


async def due_on(authority: Authority, case_no: str) -> str:
    async with authority.client() as client:
        return str((await client.get(f"/v1/cases/{case_no}/clocks")).json()["items"][0]["due_on"])


async def drafted(authority: Authority, text: str, **more: Any) -> dict[str, Any]:
    async with authority.client(Role.ADMIN) as first:
        answer = await first.post("/v1/calendar/drafts/text", json={"text": text} | more)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"/v1/calendar/drafts/{answer.json()['draft_no']}"
        return dict(answer.json())


async def released(authority: Authority, no: int) -> None:
    async with authority.client(Role.SUPERVISOR) as second:
        answer = await second.post(f"/v1/calendar/drafts/{no}/release", json={})
        assert (answer.status_code, answer.json().get("state")) == (200, "released"), answer.text


async def test_the_spring_festival_of_2020_is_extended_by_the_real_notice_and_the_clocks_move(
    authority: Authority,
) -> None:
    """Received on 2020-01-22, five working days: due on 02-04 by the first notice, on 02-06 by the second."""
    authority.clock.at = authority.clock.at.replace(year=2020, month=1, day=10, tzinfo=ZONE)
    # what was shipped knows how it ended: the days of the first notice, as they were then
    async with authority.client(Role.ADMIN) as first:
        days = {"2020-01-31": "workday", "2020-02-01": "workday", "2020-02-02": "holiday"}
        back = {"days": days, "notice": "国办发明电〔2019〕16号", "known_until": "2020-12-31"}
        draft = (await first.post("/v1/calendar/drafts", json=back)).json()
    await released(authority, draft["draft_no"])
    authority.clock.at = authority.clock.at.replace(day=22)
    case_no = await a_case(authority)
    assert await due_on(authority, case_no) == "2020-02-04"

    authority.clock.at = authority.clock.at.replace(day=27)
    draft = await drafted(authority, EXTENDED_2020)
    assert (draft["days"], draft["count"]) == ({"2020-01-31": "holiday", "2020-02-01": "holiday"}, 1)
    assert draft["notice"] == "国务院办公厅关于延长2020年春节假期的通知（国办发明电〔2020〕1号）"
    assert await due_on(authority, case_no) == "2020-02-04"
    await released(authority, draft["draft_no"])
    assert await due_on(authority, case_no) == "2020-02-06"
    async with authority.client() as client:
        path = f"/v1/cases/{case_no}/explain"
        now = (await client.get(path)).json()
        then = (await client.get(path, params={"as_of": "2020-01-25"})).json()
    assert (then["due"], now["due"]) == ("2020-02-04", "2020-02-06")
    assert then["calendar"] != now["calendar"]
    assert then["rules"] == now["rules"]
    extended = next(step for step in now["steps"] if step["day"] == "2020-01-31")
    assert extended["notice"] == draft["notice"]


async def test_a_notice_that_contradicts_itself_is_refused_with_every_contradiction_in_chinese(
    authority: Authority,
) -> None:
    wrong = OF_2027.replace("周五", "周四").replace("放假，与周末连休", "放假，共2天")
    async with authority.client(Role.ADMIN) as first:
        answer = await first.post("/v1/calendar/drafts/text", json={"text": wrong})
        assert (await first.get("/v1/calendar/drafts")).json() == {"items": []}
    assert answer.status_code == 422
    told = [one["message"] for one in answer.json()["problems"]]
    assert any("2027-01-01是星期五，不是星期四" in one for one in told)
    assert any("列出的放假日为1天，通知写共2天" in one for one in told)


async def test_a_table_and_data_come_in_as_files_and_a_draft_is_exported(authority: Authority) -> None:
    case_no = await a_case(authority)
    table = "日期,类型,节日,依据\n2026-09-21,放假,旅游节,林政办发〔2026〕45号\n2026-09-26,上班,,林政办发〔2026〕45号\n"
    data = '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'
    async with authority.client(Role.ADMIN, **{"Content-Type": "text/csv"}) as first:
        path = f"/v1/calendar/drafts/file?name={quote('旅游节.csv')}"
        draft = (await first.post(path + "&own=true", content=table.encode())).json()
        assert (draft["notice"], draft["known_until"], draft["form"]) == ("林政办发〔2026〕45号", None, "table")
        nameless = await first.post("/v1/calendar/drafts/file?name=2027.json", content=data.encode())
        assert [one["field"] for one in nameless.json()["problems"]] == ["notice"]
        other = await first.post(f"/v1/calendar/drafts/file?name=2027.json&notice={quote('国办发明电〔2026〕8号')}",
                                 content=data.encode())  # fmt: skip
        assert other.json()["missing"] == {"2027": ["春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"]}
        assert (await first.post(path, content=b"x", headers={"Content-Type": "image/png"})).status_code == 415
    async with authority.client(Role.SUPERVISOR) as second:
        one = (await second.get(f"/v1/calendar/drafts/{draft['draft_no']}")).json()
        assert one["below"] == {"open_lines": 0, "by_authority": []}
        moves = (await second.get("/v1/calendar/drafts/1/moves")).json()["items"]
        assert [(each["about"], each["from"], each["to"]) for each in moves] == [(case_no, "2026-09-22", "2026-09-23")]
        book = openpyxl.load_workbook(io.BytesIO((await second.get("/v1/calendar/drafts/1/draft.xlsx")).content))
    assert book.sheetnames == ["日期", "变动的时限", "下级预估"]
    assert [cell.value for cell in book["变动的时限"][2]][:2] == [case_no, "一次性告知"]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.WINDOW, Role.HANDLER, Role.HEAD])
async def test_who_may_not_release_may_not_draft_either(authority: Authority, role: Role) -> None:
    async with authority.client(role) as client:
        assert (await client.post("/v1/calendar/drafts/text", json={"text": OF_2027})).status_code == 403
        assert (await client.post("/v1/calendar/drafts/1/release", json={})).status_code == 403


async def test_the_same_key_drafts_once(authority: Authority) -> None:
    async with authority.client(Role.ADMIN, **{"Idempotency-Key": "one"}) as first:
        twice = [(await first.post("/v1/calendar/drafts/text", json={"text": OF_2027})).json() for _ in range(2)]
        assert twice[0] == twice[1]
        assert len((await first.get("/v1/calendar/drafts")).json()["items"]) == 1


async def test_the_board_takes_a_pasted_notice_and_only_another_person_finds_the_button(authority: Authority) -> None:
    async with authority.client(Role.ADMIN, **PAGE) as first:
        made = await first.post("/board/calendar/drafts/text", data={"text": OF_2027, "key": "k"})
        assert (made.status_code, made.headers["location"]) == (303, "/board/calendar/drafts/1")
        mine = (await first.get("/board/calendar/drafts/1")).text
        assert "草稿由您起草，请由第二人复核并发布。" in mine
        refused = await first.post("/board/calendar/drafts/1/release", data={"seen": "1", "festivals": "1"})
        assert (refused.status_code, "须由第二人发布" in refused.text) == (422, True)
    async with authority.client(Role.SUPERVISOR, **PAGE) as second:
        shown = (await second.get("/board/calendar/drafts/1")).text
        assert "2027年的放假天数少于法定天数：春节、清明节、劳动节、端午节、中秋节、国庆节" in shown
        unseen = await second.post("/board/calendar/drafts/1/release", data={"festivals": "1"})
        assert "请先确认已核对变动的时限" in unseen.text
        asks = await second.post("/board/calendar/drafts/1/release", data={"seen": "1"})
        assert "确系如此的，请予确认" in asks.text
        done = await second.post("/board/calendar/drafts/1/release", data={"seen": "1", "festivals": "1"})
        assert done.status_code == 303
        assert "已发布" in (await second.get("/board/calendar/drafts")).text
        assert "吴强 政务服务局起草" in (await second.get("/board/calendar?year=2027")).text
        withdrawn = await second.post("/board/calendar/releases/1/withdrawal", data={"reason": "文件有误"})
        assert withdrawn.headers["location"] == "/board/calendar/drafts/2"
        assert "撤回第1号发布" in (await second.get("/board/calendar/drafts/2")).text
        gone = await second.post("/board/calendar/drafts/2/give-up", data={"reason": "核对无误"})
        assert gone.status_code == 303
    async with authority.client(Role.HANDLER, **PAGE) as handler:
        assert (await handler.get("/board/calendar/drafts/1")).status_code == 200
        assert 'id="paste"' not in (await handler.get("/board/calendar/drafts")).text


@pytest.mark.parametrize("wrong", ["1764300000", "2026-W48-6", "20261128", "2026-11-31", "true", "2026-11-28T00:00"])
async def test_a_day_is_written_as_everybody_writes_it_wherever_the_calendar_asks_for_one(
    authority: Authority, wrong: str
) -> None:
    good = {"days": {"2026-12-28": "holiday"}, "notice": "林政办发〔2026〕45号"}
    async with authority.client(Role.ADMIN) as client:
        for more in ({"days": {wrong: "holiday"}}, {"known_until": wrong}, {"festivals": {wrong: "元旦"}}):
            for path in ("/v1/calendar/drafts", "/v1/calendar/releases"):
                if path.endswith("drafts") or "festivals" not in more:
                    answer = await client.post(path, json=good | more | ({} if "drafts" in path else {"dry_run": True}))
                    assert answer.status_code == 422, (path, more)
        table = (
            f"日期,类型\n{wrong},放假\n"
            if wrong not in ("20261128", "2026-11-28T00:00")
            else "日期,类型\n2026年11月31日,放假\n"
        )
        answer = await client.post("/v1/calendar/drafts/text", json={"text": table, "notice": "林政办发〔2026〕45号"})
        assert answer.status_code == 422
        assert (await client.get("/v1/calendar/drafts")).json() == {"items": []}


@pytest.mark.parametrize("wrong", [True, 1764300000, 2026.5, "2026-11-28", "二〇二六", [2026]])
async def test_a_year_and_a_month_are_whole_and_written_in_digits(authority: Authority, wrong: Any) -> None:
    async with authority.client(Role.ADMIN) as client:
        body = {"text": "元旦：1月1日放假1天。", "year": wrong, "notice": "国办发明电〔2026〕8号"}
        assert (await client.post("/v1/calendar/drafts/text", json=body)).status_code == 422
        for path in ("/v1/calendar?year=", "/v1/figures/"):
            assert (await client.get(f"{path}{quote(str(wrong))}")).status_code in (404, 422), path
