"""The page of departments and people: who sees it, a look before a hand-over or merger, what is wrong in words."""

from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.builders import a_case, a_project
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

FGW, ZJJ = "发展改革委", "住建局"
PAGE = "/board/departments"


async def visit(authority: Authority, role: Role, **query: str) -> str:
    async with authority.client(role, Accept="text/html") as client:
        answer = await client.get(PAGE, params=query)
        assert answer.status_code == 200, answer.text
        return answer.text


async def send(authority: Authority, path: str, role: Role = Role.ADMIN, **fields: str) -> httpx.Response:
    async with authority.client(role, Accept="text/html") as client:
        return await client.post(f"{PAGE}{path}", data=fields)


async def a_filed_case(authority: Authority) -> str:
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        return str((await window.post("/v1/cases", json=a_case())).json()["case_no"])


async def handler_of(authority: Authority, case_no: str) -> str:
    async with authority.client(Role.SUPERVISOR) as client:
        one = (await client.get(f"/v1/cases/{case_no}")).json()["handler"]
        return f"{one['name']}@{one['department']}"


async def test_a_head_sees_the_people_of_his_own_department_whatever_he_asks_for(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    text = await visit(authority, Role.HEAD, department=ZJJ)
    assert "王芳" in text
    assert 'id="hand-over"' in text
    assert 'id="close"' not in text  # which is the administrator's
    assert case_no not in text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.HEAD)])
async def test_nobody_else_sees_it(authority: Authority, role: Role) -> None:
    async with authority.client(role, Accept="text/html") as client:
        assert (await client.get(PAGE)).status_code == 403
        front = await client.get("/board")
        assert PAGE not in front.text


async def test_cases_are_shown_before_they_are_handed_over(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    order: Any = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "请假", "away_until": "2026-09-30"}
    shown = await send(authority, "/officers/hand-over", Role.HEAD, **order, key="one", preview="1")
    assert shown.status_code == 200
    assert case_no in shown.text
    assert "移交1件办件" in shown.text
    assert await handler_of(authority, case_no) == "王芳@发展改革委"
    for _ in range(2):  # sent twice, it happens once
        done = await send(authority, "/officers/hand-over", Role.HEAD, **order, key="one")
        assert done.status_code == 303
    assert await handler_of(authority, case_no) == "李强@发展改革委"


async def test_what_is_wrong_stands_above_the_form_in_words(authority: Authority) -> None:
    await a_filed_case(authority)
    order: Any = {"department": FGW, "officer": "王芳", "to": "王芳", "reason": "请假"}
    answer = await send(authority, "/officers/hand-over", **order, key="two")
    assert answer.status_code == 422
    assert "接收人：办件须移交给另一名人员。" in answer.text
    assert 'value="请假"' in answer.text  # nothing typed is lost


async def test_a_person_is_named_and_goes_again(authority: Authority) -> None:
    person: Any = {"department": FGW, "officer": "李强"}
    done = await send(authority, "/officers", Role.HEAD, **person, key="a", **{"duty.handler": "1", "duty.window": "1"})
    assert done.status_code == 303
    text = await visit(authority, Role.HEAD)
    assert "李强" in text
    assert "窗口" in text
    without = await send(authority, "/officers", Role.HEAD, **person, key="b")
    assert without.status_code == 422
    gone = await send(authority, "/officers/dismiss", Role.HEAD, **person, reason="调离", key="c")
    assert gone.status_code == 303
    assert 'id="dismiss"' not in await visit(authority, Role.HEAD)


async def test_a_head_orders_nothing_for_another_department(authority: Authority) -> None:
    answer = await send(authority, "/officers", Role.HEAD, department=ZJJ, officer="陈建", **{"duty.handler": "1"})
    assert answer.status_code == 403


async def test_a_department_is_entered_and_another_ends_in_it(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    entered = await send(authority, "", department="行政审批局", short_names="审批局 政务局", key="a")
    assert entered.status_code == 303
    order: Any = {"department": FGW, "successor": "行政审批局", "reason": "机构改革"}
    shown = await send(authority, "/close", **order, key="b", preview="1")
    assert case_no in shown.text
    assert "撤并发展改革委" in shown.text
    assert (await send(authority, "/close", **order, key="b")).status_code == 303
    assert await handler_of(authority, case_no) == "王芳@行政审批局"
    text = await visit(authority, Role.ADMIN, department=FGW)
    assert "由行政审批局承接" in text
    assert 'id="hand-over"' not in text


async def test_only_the_administrator_enters_and_ends_departments(authority: Authority) -> None:
    assert (await send(authority, "", Role.HEAD, department="行政审批局")).status_code == 403
    assert (await send(authority, "/close", Role.HEAD, department=FGW, successor=ZJJ, reason="改")).status_code == 403
