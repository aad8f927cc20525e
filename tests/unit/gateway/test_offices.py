"""Departments and people through the API: what a merger and a hand-over do to lists, clocks, figures and messages."""

from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.builders import LI, WANG, a_case, a_project, a_project_code, a_step
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

FGW, ZJJ = "发展改革委", "住建局"


async def post(authority: Authority, path: str, role: Role = Role.ADMIN, status: int = 200, **order: Any) -> Any:
    async with authority.client(role) as client:
        answer = await client.post(path, json=order)
        assert answer.status_code == status, answer.text
        return answer.json()


async def get(authority: Authority, path: str, role: Role = Role.SUPERVISOR, **params: Any) -> Any:
    async with authority.client(role) as client:
        answer = await client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def wrong(authority: Authority, path: str, role: Role = Role.ADMIN, **order: Any) -> dict[str, str]:
    problem = await post(authority, path, role, 422, **order)
    return {one["field"]: one["message"] for one in problem["problems"]}


async def a_filed_case(authority: Authority, n: int = 1, **changes: Any) -> str:
    await post(authority, "/v1/projects", Role.WINDOW, 201, **a_project(n))
    return str((await post(authority, "/v1/cases", Role.WINDOW, 201, **a_case(n, **changes)))["case_no"])


async def step(authority: Authority, case_no: str, word: str) -> None:
    body = {name: value for name, value in a_step(case_no, word).items() if name != "case_no"}
    await post(authority, f"/v1/cases/{case_no}/steps", Role.HANDLER, **body)


# --- departments ------------------------------------------------------------------------------------------------------


async def test_the_register_begins_with_the_departments_of_the_list(authority: Authority) -> None:
    found = {one["name"]: one for one in (await get(authority, "/v1/departments", Role.WINDOW))["items"]}
    assert {FGW, ZJJ} <= set(found)
    assert found[FGW]["matters"] == 6
    assert found[FGW]["has_named"] is False


async def test_a_slip_of_the_pen_is_answered_with_the_name_that_was_meant(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    meant = {"name": "张三", "department": "住建"}
    sent: Any = {"step": "reassign", "new_handler": meant}
    told = await wrong(authority, f"/v1/cases/{case_no}/steps", Role.HANDLER, **sent)
    assert told == {"new_handler.department": "没有部门“住建”，相近：住建局。"}


async def test_a_complaint_and_an_own_instruction_go_to_a_department_that_exists(authority: Authority) -> None:
    complaint: Any = {
        "kind": "delay",
        "text": "一直没有答复",
        "place": "政务服务中心",
        "project_code": a_project_code(),
    }
    number = (await post(authority, "/v1/complaints", Role.HOTLINE, 201, **complaint))["complaint_no"]
    sent: Any = {"step": "dispatch", "department": "住建"}
    told = await wrong(authority, f"/v1/complaints/{number}/steps", Role.HOTLINE, **sent)
    assert told == {"department": "没有部门“住建”，相近：住建局。"}
    letter: Any = {"kind": "supervision-letter", "title": "督办函", "text": "请答复", "department": "住建"}
    assert await wrong(authority, "/v1/instructions", Role.SUPERVISOR, **letter) == told
    assert await wrong(authority, "/v1/complaints", Role.HOTLINE, **(complaint | {"department": "住建"})) == told
    as_typed = {"department": f"{ZJJ[0]} {ZJJ[1:]}"}
    kept = [
        await post(authority, "/v1/complaints", Role.HOTLINE, 201, **(complaint | as_typed)),
        await post(authority, f"/v1/complaints/{number}/steps", Role.HOTLINE, **(sent | as_typed)),
        await post(authority, "/v1/instructions", Role.SUPERVISOR, 201, **(letter | as_typed)),
    ]
    assert [one["department"] for one in kept] == [ZJJ] * 3, "as the register has it"


async def test_what_a_department_held_is_its_successors_in_every_list(authority: Authority) -> None:
    running, finished = await a_filed_case(authority), await a_filed_case(authority, 2)
    for word in ("accept", "grant", "deliver"):
        await step(authority, finished, word)
    complaint: Any = {
        "kind": "delay",
        "text": "一直没有答复",
        "place": "政务服务中心",
        "project_code": a_project_code(),
    }
    number = (await post(authority, "/v1/complaints", Role.HOTLINE, 201, **complaint))["complaint_no"]
    sent: Any = {"step": "dispatch", "department": FGW}
    await post(authority, f"/v1/complaints/{number}/steps", Role.HOTLINE, **sent)
    letter: Any = {"kind": "supervision-letter", "title": "督办函", "text": "请答复", "department": FGW}
    letter_no = (await post(authority, "/v1/instructions", Role.SUPERVISOR, 201, **letter))["instruction_no"]
    before = await get(authority, "/v1/stats", Role.SUPERVISOR)
    order: Any = {"department": FGW, "successor": ZJJ, "reason": "机构改革"}
    assert [one["case_no"] for one in (await post(authority, "/v1/departments/close", **order))["cases"]] == [running]

    lines = (await get(authority, "/v1/lines"))["items"]
    assert {line["case_no"]: line["department"] for line in lines} == {running: ZJJ}
    closed = (await get(authority, "/v1/lines", state="closed"))["items"]
    assert {line["case_no"]: line["department"] for line in closed} == {finished: ZJJ}
    clocks = (await get(authority, f"/v1/cases/{running}/clocks"))["items"]
    assert {clock["department"] for clock in clocks if clock["stopped_at"] is None} == {ZJJ}
    assert (await get(authority, f"/v1/complaints/{number}"))["department"] == ZJJ
    assert (await get(authority, f"/v1/instructions/{letter_no}"))["department"] == ZJJ
    after = await get(authority, "/v1/stats", Role.SUPERVISOR)
    assert before.keys() == after.keys()


async def test_figures_count_under_the_successor_and_earlier_months_stay(
    authority: Authority,
) -> None:
    await a_filed_case(authority)  # in September
    frozen = await post(authority, "/v1/figures/snapshots", Role.SUPERVISOR, 201, month="2026-09")
    authority.clock.move(days=30)
    now = authority.clock.now().isoformat()
    await a_filed_case(authority, 2, received_at=now)  # in October, while it is still there
    order: Any = {"department": FGW, "successor": ZJJ, "reason": "机构改革"}
    await post(authority, "/v1/departments/close", **order)
    september, october = [await get(authority, "/v1/figures", month=month) for month in ("2026-09", "2026-10")]
    assert {one["department"] for one in september["by_department"]} == {FGW}
    assert {one["department"]: one["received"] for one in october["by_department"]} == {ZJJ: 1}
    kept = await get(authority, f"/v1/figures/snapshots/{frozen['snapshot_no']}")
    assert {one["department"] for one in kept["figures"]["by_department"]} == {FGW}


async def test_two_departments_that_merge_count_together(authority: Authority) -> None:
    await a_filed_case(authority)
    for gone in (FGW, "林草局"):
        order: Any = {"department": gone, "successor": ZJJ, "reason": "机构改革"}
        await post(authority, "/v1/departments/close", **order)
    figures = await get(authority, "/v1/figures", month="2026-09")
    assert [one["department"] for one in figures["by_department"]] == [ZJJ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_the_administrator_opens_and_closes_departments(authority: Authority, role: Role) -> None:
    await post(authority, "/v1/departments", role, 403, department="能源局")
    await post(authority, "/v1/departments/close", role, 403, department=FGW, successor=ZJJ, reason="机构改革")


# --- people -----------------------------------------------------------------------------------------------------------


async def test_a_head_names_his_people_and_hands_over_with_a_preview(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    for name in ("王芳", "李强"):
        person: Any = {"department": FGW, "officer": name, "duties": ["handler"]}
        await post(authority, "/v1/officers", Role.HEAD, **person)
    leave: Any = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "请假", "away_until": "2026-09-20"}
    preview = await post(authority, "/v1/officers/hand-over", Role.HEAD, **leave, dry_run=True)
    assert [one["case_no"] for one in preview["cases"]] == [case_no]
    assert (await get(authority, f"/v1/cases/{case_no}"))["handler"] == WANG
    await post(authority, "/v1/officers/hand-over", Role.HEAD, **leave)
    assert (await get(authority, f"/v1/cases/{case_no}"))["handler"] == LI
    assert (await get(authority, "/v1/lines"))["items"][0]["handler"] == "李强"
    people = (await get(authority, "/v1/officers", department=FGW))["items"]
    assert {one["name"]: (one["open_cases"], one["away_until"]) for one in people} == {
        "王芳": (0, "2026-09-20"),
        "李强": (1, None),
    }


async def test_a_head_orders_nothing_for_another_department(authority: Authority) -> None:
    await post(authority, "/v1/officers", Role.HEAD, 403, department=ZJJ, officer="陈建", duties=["handler"])
    order: Any = {"department": ZJJ, "officer": "陈建", "to": "钱明", "reason": "调离"}
    await post(authority, "/v1/officers/hand-over", Role.HEAD, 403, **order)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.HEAD)])
async def test_people_are_named_by_head_or_administrator(authority: Authority, role: Role) -> None:
    await post(authority, "/v1/officers", role, 403, department=FGW, officer="王芳", duties=["handler"])
    order: Any = {"department": FGW, "officer": "王芳", "to": "李强", "reason": "调离"}
    await post(authority, "/v1/officers/hand-over", role, 403, **order)


async def test_a_partner_sees_neither_departments_nor_people(authority: Authority) -> None:
    async with authority.client(Role.PARTNER) as partner:
        answers: list[httpx.Response] = [await partner.get(f"/v1/{name}") for name in ("departments", "officers")]
    assert [one.status_code for one in answers] == [403, 403]


async def test_the_people_of_a_department_that_does_not_exist_are_not_found(authority: Authority) -> None:
    async with authority.client(Role.ADMIN) as client:
        answer = await client.get("/v1/officers", params={"department": "住建"})
    assert answer.status_code == 404
    assert "住建局" in answer.text
