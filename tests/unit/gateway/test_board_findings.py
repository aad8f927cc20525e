"""Findings on the board: the department states its view, many are settled at once, another body reviews."""

import pytest

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}


async def suspected(authority: Authority, count: int = 1) -> list[str]:
    """Findings about complaints without a case, all of 发展改革委."""
    async with authority.client(Role.HOTLINE) as hotline:
        for number in range(count):
            complaint = {
                "kind": "blocked",
                "text": f"第{number}次递交材料被退回",
                "place": "林西镇",
                "matter": "企业投资项目核准",
                "project_name": f"风电项目{number}期",
                "department": "发展改革委",
            }
            assert (await hotline.post("/v1/complaints", json=complaint)).status_code == 201
    async with authority.client(Role.SUPERVISOR) as leader:
        items = (await leader.get("/v1/findings")).json()["items"]
    assert [one["department"] for one in items] == ["发展改革委"] * count
    return [one["finding_no"] for one in items]


async def state_of(authority: Authority, number: str) -> str:
    async with authority.client(Role.SUPERVISOR) as leader:
        return str((await leader.get(f"/v1/findings/{number}")).json()["state"])


async def send(authority: Authority, role: Role, path: str, **fields: str) -> tuple[int, str]:
    async with authority.client(role, **PAGE) as client:
        answer = await client.post(path, data={"key": path + str(sorted(fields.items()))} | fields)
    return answer.status_code, answer.text


async def shown(authority: Authority, role: Role, path: str) -> str:
    async with authority.client(role, **PAGE) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_the_department_speaks_the_leader_confirms_and_the_page_shows_both(authority: Authority) -> None:
    [number] = await suspected(authority)
    page = f"/board/findings/{number}"
    status, text = await send(authority, Role.SUPERVISOR, f"{page}/settle", confirmed="yes", reason="属实")
    assert status == 422
    assert "此后方可查实" in text
    assert await state_of(authority, number) == "open"
    assert 'id="state-do"' in await shown(authority, Role.HEAD, page)
    assert 'id="state-do"' not in await shown(authority, Role.SUPERVISOR, page)
    assert (await send(authority, Role.HEAD, f"{page}/statement", statement="当事人未到窗口"))[0] == 303
    assert 'id="state-do"' not in await shown(authority, Role.HEAD, page)
    assert (await send(authority, Role.SUPERVISOR, f"{page}/settle", confirmed="yes", reason="经核实属实"))[0] == 303
    text = await shown(authority, Role.HEAD, page)
    for told in ("已查实", "当事人未到窗口", "陈刚", "经核实属实", "计入考核自"):
        assert told in text
    assert await state_of(authority, number) == "confirmed"


async def test_many_are_dismissed_at_once_and_said_so(authority: Authority) -> None:
    numbers = await suspected(authority, 3)
    text = await shown(authority, Role.SUPERVISOR, "/board/findings")
    assert text.count('type="checkbox"') == 3
    assert 'type="checkbox"' not in await shown(authority, Role.HEAD, "/board/findings")
    ticks = {f"tick.{number}": "1" for number in numbers[:2]}
    status, text = await send(authority, Role.SUPERVISOR, "/board/findings", confirmed="no", reason="", **ticks)
    assert status == 422
    assert text.count(" checked") == 2
    assert (await send(authority, Role.SUPERVISOR, "/board/findings", confirmed="no", reason="重复登记", **ticks))[
        0
    ] == 303
    assert [await state_of(authority, number) for number in numbers] == ["dismissed", "dismissed", "open"]


async def test_none_is_settled_where_one_does_not_allow_it_or_none_is_ticked(authority: Authority) -> None:
    numbers = await suspected(authority, 2)
    ticks = {f"tick.{number}": "1" for number in numbers}
    status, text = await send(authority, Role.SUPERVISOR, "/board/findings", confirmed="yes", reason="属实", **ticks)
    assert status == 422
    assert text.count("此后方可查实") == 2
    assert [await state_of(authority, number) for number in numbers] == ["open", "open"]
    assert (await send(authority, Role.SUPERVISOR, "/board/findings", confirmed="no", reason="无"))[0] == 422


async def test_who_may_not_is_told_so(authority: Authority) -> None:
    [number] = await suspected(authority)
    page = f"/board/findings/{number}"
    for role, path, fields in (
        (Role.HEAD, f"{page}/settle", {"confirmed": "no", "reason": "不实"}),
        (Role.SUPERVISOR, f"{page}/statement", {"statement": "说明"}),
        (Role.HANDLER, f"{page}/review", {"upheld": "yes", "reason": "维持"}),
        (Role.HEAD, "/board/findings", {f"tick.{number}": "1", "confirmed": "no", "reason": "不实"}),
    ):
        assert (await send(authority, role, path, **fields))[0] == 403
    assert await state_of(authority, number) == "open"


async def test_the_rules_are_published_in_chinese(authority: Authority) -> None:
    text = await shown(authority, Role.HANDLER, "/board/findings/rules")
    for told in ("无法律依据暂停计时。", "行政许可法第四十五条", "48 小时", "50%", "通报点名，并计入该部门考核。"):
        assert told in text
