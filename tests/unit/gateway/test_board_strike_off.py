"""A strike-off on the board asks for evidence and a second look, happens once, and only from the board's own pages."""

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.builders import AUTHORITY, WANG, a_project
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}
GOOD = {"evidence": "送达回证〔2026〕031号", "confirmed": "1", "key": "0001"}


async def a_finished_case(authority: Authority) -> str:
    async with authority.client(Role.WINDOW) as window:
        project = a_project()
        assert (await window.post("/v1/projects", json=project)).status_code == 201
        case = {"project_code": project["project_code"], "matter_code": "NM-001", "handler": WANG}
        case_no = str((await window.post("/v1/cases", json=case)).json()["case_no"])
        step = {"step": "not-required", "reason": "不需要许可"}
        assert (await window.post(f"/v1/cases/{case_no}/steps", json=step)).status_code == 200
    return case_no


async def strike(
    authority: Authority, case_no: str, fields: dict[str, str], role: Role = Role.HANDLER
) -> httpx.Response:
    async with authority.client(role, **PAGE) as client:
        return await client.post(f"/board/cases/{case_no}/strike-off", data=fields)


async def struck(authority: Authority) -> int:
    async with authority.client() as client:
        return int((await client.get("/v1/lines/summary")).json()["struck"])


async def test_without_evidence_and_second_look_both_are_asked_for_and_nothing_changes(authority: Authority) -> None:
    case_no = await a_finished_case(authority)
    answer = await strike(authority, case_no, {"evidence": " "})
    assert answer.status_code == 422
    assert "请填写办结凭证。" in answer.text
    assert "请确认销号。" in answer.text
    assert await struck(authority) == 0


async def test_a_form_that_is_sent_twice_strikes_off_once(authority: Authority) -> None:
    case_no = await a_finished_case(authority)
    answers = [await strike(authority, case_no, GOOD) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, f"/board/cases/{case_no}")] * 2
    assert await struck(authority) == 1


async def test_what_the_ledger_refuses_is_told_on_the_page_and_the_evidence_is_kept(authority: Authority) -> None:
    case_no = await a_finished_case(authority)
    await strike(authority, case_no, GOOD)
    again = await strike(authority, case_no, GOOD | {"key": "0002"})
    assert again.status_code in (409, 422)
    assert "alert" in again.text
    assert await struck(authority) == 1


async def test_another_site_cannot_strike_off_in_a_signed_in_persons_name(authority: Authority) -> None:
    case_no = await a_finished_case(authority)
    async with authority.client(None, Origin="https://evil.test", **PAGE) as client:
        client.cookies.set(f"qidi_session_{AUTHORITY}", authority.signed_in(Role.HANDLER))
        answer = await client.post(f"/board/cases/{case_no}/strike-off", data=GOOD)
    assert answer.status_code == 403
    assert await struck(authority) == 0


async def test_evidence_is_shown_as_text_and_never_as_markup(authority: Authority) -> None:
    case_no = await a_finished_case(authority)
    answer = await strike(authority, case_no, {"evidence": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
