"""Drafted letters: from a red line to a sealed letter on the board and over the API, and on paper."""

import io
from typing import Any

import httpx
import pytest
from docx import Document

from services.contracts.vocabulary import Role
from tests.builders import a_case, a_project
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
PAGE = {"Accept": "text/html"}


async def a_red_case(authority: Authority, days: int = 9) -> str:
    """A case whose notice is some days overdue."""
    async with authority.client(Role.ADMIN) as client:
        await client.post("/v1/projects", json=a_project())
    async with authority.client(Role.HANDLER) as client:
        answer = await client.post("/v1/cases", json=a_case())
    assert answer.status_code == 201, answer.text
    authority.clock.move(days=days)
    authority.services.tick()
    authority.services.deliver()
    return str(answer.json()["case_no"])


async def page(authority: Authority, path: str, role: Role = Role.SUPERVISOR, status: int = 200) -> str:
    async with authority.client(role, **PAGE) as client:
        answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


async def post(authority: Authority, path: str, **fields: str) -> httpx.Response:
    async with authority.client(Role.SUPERVISOR, **PAGE) as client:
        return await client.post(path, data=fields)


def text_of(answer: httpx.Response) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(answer.content)).paragraphs)


async def test_from_a_red_line_to_a_sealed_letter_by_clicks(authority: Authority) -> None:
    case_no = await a_red_case(authority)
    assert 'id="draft-letter"' in await page(authority, f"/board/cases/{case_no}")
    assert 'id="draft-letter"' not in await page(authority, f"/board/cases/{case_no}", Role.HANDLER)
    made = await post(authority, "/board/letter-drafts", about=case_no, key="1")
    assert made.status_code == 303
    path = made.headers["location"]
    text = await page(authority, path)
    for shown in ("提醒函", "一次性告知应于2026年9月22日完成", "2个工作日", f"/board/cases/{case_no}#entry-"):
        assert shown in text, shown
    assert "待签发函件" in await page(authority, "/board/letter-drafts")

    words: dict[str, str] = {"title": "关于核准逾期的提醒函", "text": "请抓紧办理。\n请书面回复。", "key": "2"}
    unsure = await post(authority, f"{path}/seal", **words)
    assert unsure.status_code == 422
    assert "请书面回复。" in unsure.text, "what was written stays"
    sealed = [await post(authority, f"{path}/seal", **words, confirmed="1") for _ in "12"]
    assert len({one.headers["location"] for one in sealed}) == 1
    letter = await page(authority, sealed[0].headers["location"])
    for shown in ("林西县提函〔2026〕1号", "数据依据", "到期日", f"/board/cases/{case_no}#entry-"):
        assert shown in letter, shown
    assert "林西县提函〔2026〕1号" in await page(authority, f"/board/cases/{case_no}"), "it stands on the case's page"
    assert "没有待签发的函件。" in await page(authority, "/board/letter-drafts")


async def test_a_draft_is_the_leading_offices_own_paper(authority: Authority) -> None:
    case_no = await a_red_case(authority)
    async with authority.client(Role.HEAD) as head:
        assert (await head.post("/v1/letter-drafts", json={"about": case_no})).status_code == 403
        assert (await head.get("/v1/letter-drafts")).status_code == 403
    async with authority.client() as client:
        made = await client.post("/v1/letter-drafts", json={"about": case_no})
        assert made.status_code == 201
        number = made.json()["draft_no"]
        assert made.headers["location"] == f"/v1/letter-drafts/{number}"
        listed = (await client.get("/v1/letter-drafts", params={"state": "waiting"})).json()
        assert (listed["waiting"], [one["draft_no"] for one in listed["items"]]) == (1, [number])
        assert (await client.get("/v1/letter-drafts", params={"state": "lost"})).status_code == 422
        dropped = await client.post(f"/v1/letter-drafts/{number}/drop", json={"reason": "已当面沟通"})
        assert dropped.json()["state"] == "dropped"
        again = await client.post(f"/v1/letter-drafts/{number}/drop", json={"reason": "已当面沟通"})
        assert again.status_code == 409
        assert (await client.get("/v1/letter-drafts/none")).status_code == 404
        assert (await client.get("/v1/listings")).json() == {"items": []}
        ladder = (await client.get("/v1/ladder")).json()
        assert [one["drafts"] for one in ladder["items"]][2:] == [
            "reminder-letter", "supervision-letter", "listed-supervision",
        ]  # fmt: skip


async def test_nothing_is_drafted_about_what_is_not_overdue(authority: Authority) -> None:
    case_no = await a_red_case(authority, days=0)
    refused = await post(authority, "/board/letter-drafts", about=case_no, key="1")
    assert refused.status_code == 422
    assert f"{case_no}目前没有逾期事项，无须发函。" in refused.text


async def test_letters_drafts_and_papers_of_a_case_can_be_had_as_documents(authority: Authority) -> None:
    case_no = await a_red_case(authority)
    async with authority.client() as client:
        number = (await client.post("/v1/letter-drafts", json={"about": case_no})).json()["draft_no"]
        preview = await client.get(f"/v1/letter-drafts/{number}/letter.docx")
        assert "尚未签发" in text_of(preview)
        sealed: dict[str, Any] = (
            await client.post(f"/v1/letter-drafts/{number}/seal", json={"title": "提醒函", "text": "请办理。"})
        ).json()
        document = await client.get(f"/v1/instructions/{sealed['instruction_no']}/letter.docx")
        assert "林西县提函〔2026〕1号" in text_of(document)
        assert "李四 政务服务局" in text_of(document)
        slip = {"kind": "task-slip", "department": "发展改革委", "title": "交办事项", "text": "请办理。",
                "reply_working_days": 5}  # fmt: skip
        task = (await client.post("/v1/instructions", json=slip)).json()["instruction_no"]
        assert "交办事项" in text_of(await client.get(f"/v1/instructions/{task}/letter.docx"))
        assert (await client.get(f"/v1/cases/{case_no}/papers/decision.docx")).status_code == 404
        assert (await client.get(f"/v1/cases/{case_no}/papers/nothing.docx")).status_code in (404, 422)
    async with authority.client(Role.HANDLER) as handler:
        step = await handler.post(f"/v1/cases/{case_no}/steps", json={"step": "accept"})
        assert step.is_success, step.text
        paper = await handler.get(f"/v1/cases/{case_no}/papers/acceptance-notice.docx")
        assert "受理通知书" in text_of(paper)
        pdf = await handler.get(f"/v1/cases/{case_no}/papers/acceptance-notice.pdf")
        assert pdf.content.startswith(b"%PDF")
