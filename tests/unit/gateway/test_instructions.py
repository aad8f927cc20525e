"""Letters and tasks: issued, signed for, answered and closed through the API and on the board."""

import json
from typing import Any

import httpx
import pytest

from services.contracts.envelope import Event
from services.contracts.instructions import InstructionIssued
from services.contracts.quantities import Person, WireLimit
from services.contracts.referrals import ReferralSent
from services.contracts.vocabulary import Role
from tests.builders import MORNING, an_event
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
PAGE = {"Accept": "text/html"}
ENGLISH = "qidi_lang=en"
LETTER: dict[str, Any] = {
    "kind": "supervision-letter",
    "department": "发展改革委",
    "title": "关于风电项目核准逾期的督办函",
    "text": "请书面答复办理情况。<b>",
    "about": ["150424-2026-000001", "150424-T2026-000001", "NM-001"],
}
FORM = {
    "kind": "task-slip",
    "to": "",
    "department": "发展改革委",
    "title": "交办核准事项",
    "text": "请于期限内办结",
    "about": "150424-2026-000001 NM-001",
    "reply_working_days": "10",
    "confirmed": "1",
    "key": "0001",
}


def from_above(authority: Authority, event: Event, service: str) -> None:
    """A letter of the city arrives here and is said on our bus."""
    body = json.loads(an_event(event, at=MORNING)) | {"source": f"/authorities/150400/{service}"}
    for name in ("reporting", "complaints"):
        if f"above:{event.stem.split('.')[1]}" in authority.services.desks[name].board.hears:
            authority.services.hand(name, [json.dumps(body, ensure_ascii=False).encode()])
    authority.services.deliver()


def a_letter_from_the_city() -> InstructionIssued:
    return InstructionIssued(
        instruction_no="150400-DB2026-000003",
        issuer="150400",
        to="150424",
        kind="supervision-letter",
        document_no="督办函〔2026〕3号",
        department="发展改革委",
        title="关于核准逾期的督办函",
        text="请书面答复。",
        reply_limit=WireLimit(amount=5),
        person=Person(name="周正", department="督查室"),
    )


async def post(authority: Authority, path: str, fields: dict[str, str], role: Role) -> httpx.Response:
    async with authority.client(role, **PAGE) as client:
        return await client.post(path, data=fields)


async def page(authority: Authority, path: str, role: Role = Role.SUPERVISOR, cookie: str = "") -> str:
    async with authority.client(role, **PAGE, Cookie=cookie) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def issued(authority: Authority, **changes: Any) -> dict[str, Any]:
    async with authority.client(Role.SUPERVISOR) as client:
        answer = await client.post("/v1/instructions", json=LETTER | changes)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/instructions/{answer.json()['instruction_no']}"
    return dict(answer.json())


# --- the API ----------------------------------------------------------------------------------------------------------


async def test_a_letter_to_a_department_is_issued_signed_answered_and_closed(authority: Authority) -> None:
    number = (await issued(authority))["instruction_no"]
    steps = f"/v1/instructions/{number}/steps"
    async with authority.client(Role.HANDLER) as handler, authority.client(Role.SUPERVISOR) as supervisor:
        assert (await handler.post(steps, json={"step": "sign"})).json()["allowed_steps"] == ["answer"]
        early = await handler.post(steps, json={"step": "sign"})
        assert early.status_code == 422
        assert early.json()["problems"][0]["message"] == "公文处于“已签收”，本机关不能签收。现在可以：答复。"
        assert (await handler.post(steps, json={"step": "answer", "text": "已办结"})).status_code == 200
        assert (await handler.post(steps, json={"step": "close"})).status_code == 403, "not in its own case"
        assert (await supervisor.post(steps, json={"step": "close"})).json()["state"] == "closed"
        listed = (await supervisor.get("/v1/instructions", params={"direction": "sent", "state": "closed"})).json()
        assert [one["document_no"] for one in listed["items"]] == ["林西县督函〔2026〕1号"]
        assert (await supervisor.get("/v1/instructions/none")).status_code == 404
        assert (await supervisor.get("/v1/instructions", params={"state": "lost"})).status_code == 422
        assert (await supervisor.get("/v1/instructions/addressees")).json() == {"items": []}


async def test_what_is_wrong_is_told_in_both_languages(authority: Authority) -> None:
    wrong = {"kind": "task-slip", "to": "150400", "department": " ", "title": "限期办结", "text": "请于期限内办结。"}
    told = {}
    for language in ("zh", "en"):
        async with authority.client(Role.SUPERVISOR, **{"Accept-Language": language}) as client:
            answer = await client.post("/v1/instructions", json=wrong)
        assert answer.status_code == 422
        told[language] = {one["field"]: one["message"] for one in answer.json()["problems"]}
    assert told["en"]["to"] == "赤峰市 (150400) is no authority below 林西县 (150424)."
    assert told["zh"] == {
        "department": "此项不能为空。",
        "to": "赤峰市（150400）不是林西县（150424）的下级机关。",
        "reply_working_days": "请注明任务应在几个工作日内回复。",
    }


# --- the board --------------------------------------------------------------------------------------------------------


async def test_the_board_lists_what_was_sent_and_received_with_lights_in_both_languages(authority: Authority) -> None:
    await issued(authority)
    from_above(authority, a_letter_from_the_city(), "reporting")
    text = await page(authority, "/board/instructions")
    for shown in ("林西县督函〔2026〕1号", "督办函〔2026〕3号", "赤峰市", "黄灯", "2026-09-17", "发出函件或任务"):
        assert shown in text, shown
    sent = await page(authority, "/board/instructions?direction=sent&kind=no-such-kind")
    assert "林西县督函〔2026〕1号" in sent
    assert "督办函〔2026〕3号" not in sent
    english = await page(authority, "/board/instructions", cookie=ENGLISH)
    assert "Letters and tasks" in english
    assert "Received from above" in english
    assert "Issue a letter or task" not in await page(authority, "/board/instructions", Role.HANDLER)


async def test_a_letter_from_above_is_signed_for_and_answered_by_forms_and_only_its_issuer_closes_it(
    authority: Authority,
) -> None:
    from_above(authority, a_letter_from_the_city(), "reporting")
    path = "/board/instructions/150400-DB2026-000003"
    text = await page(authority, path, Role.HANDLER)
    assert "签收" in text
    assert 'id="close"' not in text
    assert "函件回复" in text, "its clocks are shown"
    answers = [
        await post(authority, f"{path}/steps", {"step": "sign", "key": "1"}, Role.HANDLER),
        await post(authority, f"{path}/steps", {"step": "sign", "key": "1"}, Role.HANDLER),
    ]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, path)] * 2
    empty = await post(authority, f"{path}/steps", {"step": "answer", "text": " ", "key": "2"}, Role.HANDLER)
    assert empty.status_code == 422
    assert "请填写回复内容。" in empty.text
    await post(authority, f"{path}/steps", {"step": "answer", "text": "<script>已办结", "key": "3"}, Role.HANDLER)
    text = await page(authority, path)
    assert "&lt;script&gt;已办结" in text
    assert 'id="answer"' not in text
    assert 'id="close"' not in text
    closing = await post(authority, f"{path}/steps", {"step": "close", "key": "4"}, Role.SUPERVISOR)
    assert closing.status_code == 422
    assert "现在可以：-" in closing.text


async def test_a_form_issues_after_a_second_look_once_and_keeps_what_was_written(authority: Authority) -> None:
    blank = {name: value for name, value in FORM.items() if name != "confirmed"} | {"key": "0002"}
    asked = await post(authority, "/board/instructions/new", blank, Role.SUPERVISOR)
    assert asked.status_code == 422
    assert "请确认发出，发出后不能撤回。" in asked.text
    assert "请于期限内办结" in asked.text
    wrong = FORM | {"key": "0003", "reply_working_days": "soon", "title": " "}
    refused = await post(authority, "/board/instructions/new", wrong, Role.SUPERVISOR)
    assert refused.status_code == 422
    assert "此项应为整数。" in refused.text
    again = [await post(authority, "/board/instructions/new", FORM | {"key": "0004"}, Role.SUPERVISOR) for _ in "12"]
    assert len({one.headers["location"] for one in again}) == 1
    text = await page(authority, again[0].headers["location"])
    assert "林西县交办〔2026〕1号" in text
    assert 'href="/board/cases/150424-2026-000001"' in text
    assert (await post(authority, "/board/instructions/new", FORM, Role.HANDLER)).status_code == 403


async def test_the_form_itself_is_there_in_both_languages(authority: Authority) -> None:
    assert "已核对无误；按下一个编号发出" in await page(authority, "/board/instructions/new")
    assert "Left empty: 5 for letters" in await page(authority, "/board/instructions/new", cookie=ENGLISH)


async def test_a_complaint_from_above_shows_by_whom_and_never_who_complained(authority: Authority) -> None:
    sent = ReferralSent(
        complaint_no="150400-T2026-000001",
        to="150424",
        round=1,
        kind="delay",
        urgency="general",
        channel="12345",
        place="林西县政务服务中心",
        text="材料交上去一个月没有答复",
        project_name="风电项目",
        received_at=MORNING,
        person=Person(name="周正", department="督查室"),
    )
    from_above(authority, sent, "complaints")
    text = await page(authority, "/board/complaints")
    assert "上级转来 赤峰市" in text
    number = "150424-T2026-000001"
    text = await page(authority, f"/board/complaints/{number}")
    assert "150400-T2026-000001" in text
    async with authority.client(Role.HOTLINE) as client:
        late = {"step": "give-back", "text": "不属本县"}
        authority.clock.move(days=3)
        answer = await client.post(f"/v1/complaints/{number}/steps", json=late)
        assert answer.status_code == 422
        assert "退单时限已于2026-09-18 00:00届满" in answer.text
