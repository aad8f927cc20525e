"""Forms of the board for cases: they do once what the API does, for the same roles and by the same rules."""

import re
from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.builders import AUTHORITY, LI, WANG, a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
PAGE = {"Accept": "text/html"}
RECEIPT = {
    "project_code": a_project_code(1),
    "project_name": "林西县风电项目",
    "owner_name": "林西绿源新能源有限公司",
    "matter_code": "NM-001",
    "handler.name": "王芳",
    "handler.department": "发展改革委",
    "received_at": "",
    "key": "0001",
}


async def post(authority: Authority, path: str, fields: dict[str, str], role: Role) -> httpx.Response:
    async with authority.client(role, **PAGE) as client:
        return await client.post(path, data=fields)


async def known(authority: Authority, path: str) -> Any:
    async with authority.client() as client:
        return (await client.get(path)).json()


async def a_case(authority: Authority) -> str:
    answer = await post(authority, "/board/cases/new", RECEIPT, Role.WINDOW)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


# --- receipt ----------------------------------------------------------------------------------------------------------


async def test_a_receipt_that_is_sent_twice_registers_one_project_and_one_case(authority: Authority) -> None:
    answers = [await post(authority, "/board/cases/new", RECEIPT, Role.WINDOW) for _ in "12"]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [
        (303, "/board/cases/150424-2026-000001")
    ] * 2
    assert [one["handler"] for one in (await known(authority, "/v1/cases"))["items"]] == [WANG]
    assert [one["owner_name"] for one in (await known(authority, "/v1/projects"))["items"]] == [
        "林西绿源新能源有限公司"
    ]


async def test_a_receipt_tells_all_that_is_wrong_with_project_and_case_at_once(authority: Authority) -> None:
    wrong = RECEIPT | {"project_code": "1", "owner_name": " ", "matter_code": "", "handler.name": ""}
    answer = await post(authority, "/board/cases/new", wrong, Role.WINDOW)
    assert answer.status_code == 422
    for told in (
        "项目代码：项目代码1",
        "建设单位：此项必填",
        "审批事项：此项必填",
        "经办人姓名：此项必填",
        "林西县风电项目",
    ):
        assert told in answer.text, told
    assert (await known(authority, "/v1/projects"))["items"] == []


async def test_a_receipt_that_cannot_be_taken_registers_no_project(authority: Authority) -> None:
    later = RECEIPT | {"received_at": "2036-01-01T09:00"}
    assert (await post(authority, "/board/cases/new", later, Role.WINDOW)).status_code == 422
    assert (await known(authority, "/v1/projects"))["items"] == []
    # put right in the form that came back, with its own key, it is taken
    assert (await post(authority, "/board/cases/new", RECEIPT | {"key": "2"}, Role.WINDOW)).status_code == 303


async def test_other_facts_of_a_known_project_stop_the_receipt(authority: Authority) -> None:
    await a_case(authority)
    answer = await post(authority, "/board/cases/new", RECEIPT | {"owner_name": "别的单位", "key": "2"}, Role.WINDOW)
    assert answer.status_code == 422
    assert "别的单位" in answer.text
    assert len((await known(authority, "/v1/cases"))["items"]) == 1


async def test_who_may_not_register_projects_receives_for_known_ones_only(authority: Authority) -> None:
    answer = await post(authority, "/board/cases/new", RECEIPT, Role.HANDLER)
    assert answer.status_code == 422
    assert "新项目由窗口人员登记入库" in answer.text
    assert (await known(authority, "/v1/projects"))["items"] == []
    async with authority.client(Role.PARTNER) as partner:
        await partner.post("/v1/projects", json=a_project() | {"actor": LI})
    answer = await post(authority, "/board/cases/new", RECEIPT | {"key": "2"}, Role.HANDLER)
    assert answer.status_code == 303
    assert (await post(authority, "/board/cases/new", RECEIPT, Role.SUPERVISOR)).status_code == 403


async def test_the_form_is_no_number_of_a_case_and_takes_what_the_address_holds(authority: Authority) -> None:
    await a_case(authority)
    async with authority.client(Role.HANDLER, **PAGE, Cookie="qidi_lang=en") as client:
        page = (await client.get("/board/cases/new", params={"project_code": RECEIPT["project_code"]})).text
    assert "Receive an application" in page
    assert "林西绿源新能源有限公司" in page
    assert "NM-002 企业投资项目核准申请转送（上报国家） · decided by: " in page
    assert "NM-025" not in page, "a matter of another department is not offered"
    assert 'value="王芳"' in page


# --- steps ------------------------------------------------------------------------------------------------------------


async def test_a_step_that_is_sent_twice_is_taken_once_in_the_name_of_the_token(authority: Authority) -> None:
    case_no = await a_case(authority)
    path, fields = f"/board/cases/{case_no}", {"step": "note", "note": "已电话告知", "key": "1"}
    answers = [await post(authority, f"{path}/steps", fields, Role.HANDLER) for _ in "12"]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, path)] * 2
    notes = [one for one in (await known(authority, f"/v1/cases/{case_no}"))["steps"] if one["step"] == "note"]
    assert [(one["note"], one["handler"]) for one in notes] == [("已电话告知", WANG)]


async def test_a_token_without_a_name_takes_no_step_and_is_asked_for_none(authority: Authority) -> None:
    case_no = await a_case(authority)
    nameless = authority.gateway.tokens.issue(Role.HANDLER)[1]
    async with authority.client(None, **PAGE, Authorization=f"Bearer {nameless}") as client:
        assert 'id="offer-' not in (await client.get(f"/board/cases/{case_no}")).text
        named = {"step": "accept", "actor.name": "王芳", "actor.department": "发展改革委", "key": "2"}
        assert (await client.post(f"/board/cases/{case_no}/steps", data=named)).status_code == 403
    assert (await known(authority, f"/v1/cases/{case_no}"))["state"] == "received"


async def offered(authority: Authority, case_no: str, role: Role, name: str, department: str) -> tuple[set[str], str]:
    """The steps that the page of a case offers to somebody, and the page."""
    token = authority.gateway.tokens.issue(role, name, department)[1]
    async with authority.client(None, **PAGE, Authorization=f"Bearer {token}") as client:
        page = (await client.get(f"/board/cases/{case_no}")).text
    return set(re.findall(r'id="offer-([a-z-]+)"', page)), page


async def test_the_page_offers_what_this_person_may_do_and_says_why_not_the_rest(authority: Authority) -> None:
    case_no = await a_case(authority)
    await post(authority, f"/board/cases/{case_no}/steps", {"step": "accept", "key": "1"}, Role.HANDLER)
    handler, _ = await offered(authority, case_no, Role.HANDLER, "王芳", "发展改革委")
    assert handler == {
        *("begin-review", "begin-procedure", "grant", "refuse", "withdraw", "hand-over", "reassign"),
        *("name-completion", "note"),
    }
    colleague, page = await offered(authority, case_no, Role.HANDLER, "李强", "发展改革委")
    assert handler - colleague == {"reassign"}
    assert "李强@发展改革委（责任人）只能办理本人经手的事项，此项现由王芳@发展改革委经手。" in page
    window, page = await offered(authority, case_no, Role.WINDOW, "赵敏", "发展改革委")
    assert window == {"withdraw", "hand-over", "note"}
    assert "赵敏@发展改革委（窗口人员）无权办理此项，有权办理的是：对接系统、责任人、部门负责人。" in page
    stranger, page = await offered(authority, case_no, Role.HANDLER, "周婷", "住建局")
    assert stranger == set()
    assert "周婷@住建局（责任人）只能办理本部门负责的事项，此项由发展改革委负责。" in page


async def test_another_departments_case_is_neither_stepped_nor_struck_off_on_the_board(authority: Authority) -> None:
    case_no = await a_case(authority)
    await post(authority, f"/board/cases/{case_no}/steps", {"step": "not-required", "reason": "备案即可"}, Role.HANDLER)
    _, page = await offered(authority, case_no, Role.HANDLER, "王芳", "发展改革委")
    assert 'id="strike"' in page
    _, page = await offered(authority, case_no, Role.HANDLER, "周婷", "住建局")
    assert 'id="strike"' not in page
    token = authority.gateway.tokens.issue(Role.HANDLER, "周婷", "住建局")[1]
    async with authority.client(None, **PAGE, Authorization=f"Bearer {token}") as client:
        for path, fields in (
            (f"/board/cases/{case_no}/steps", {"step": "note", "note": "已电话告知", "key": "1"}),
            (f"/board/cases/{case_no}/strike-off", {"evidence": "送达回证", "confirmed": "1", "key": "1"}),
            ("/board/cases/new", RECEIPT | {"handler.name": "周婷", "handler.department": "住建局", "key": "9"}),
        ):
            answer = await client.post(path, data=fields)
            assert (answer.status_code, "周婷@住建局（责任人）只能办理本部门负责的事项" in answer.text) == (403, True)
    assert (await known(authority, "/v1/lines/summary"))["struck"] == 0


async def test_what_became_impossible_meanwhile_is_told_and_nothing_typed_is_lost(authority: Authority) -> None:
    case_no = await a_case(authority)
    path = f"/board/cases/{case_no}/steps"
    await post(authority, path, {"step": "not-required", "reason": "备案即可", "key": "1"}, Role.HANDLER)
    late = {"step": "refuse-acceptance", "reason": "<b>不属本机关", "key": "2"}
    answer = await post(authority, path, late, Role.HANDLER)
    assert answer.status_code == 422
    assert "不能办理“不予受理”" in answer.text
    assert "&lt;b&gt;不属本机关" in answer.text
    odd = await post(authority, path, {"step": "burn", "key": "3"}, Role.HANDLER)
    assert (odd.status_code, 'role="alert"' in odd.text) == (422, True)


async def test_only_the_boards_own_pages_and_roles_take_steps(authority: Authority) -> None:
    case_no = await a_case(authority)
    fields = {"step": "accept", "key": "1"}
    for role in (Role.PARTNER, Role.SUPERVISOR):
        assert (await post(authority, f"/board/cases/{case_no}/steps", fields, role)).status_code == 403
    async with authority.client(None, Origin="https://evil.test", **PAGE) as client:
        client.cookies.set(f"qidi_session_{AUTHORITY}", authority.signed_in(Role.HANDLER))
        assert (await client.post(f"/board/cases/{case_no}/steps", data=fields)).status_code == 403
    assert (await known(authority, f"/v1/cases/{case_no}"))["state"] == "received"
    gone = await post(authority, "/board/cases/150424-2026-999999/steps", fields, Role.HANDLER)
    assert gone.status_code == 404


async def test_the_receipt_offers_no_row_of_the_list_that_is_a_yardstick(authority: Authority) -> None:
    async with authority.client(Role.WINDOW, Accept="text/html") as client:
        page = (await client.get("/board/cases/new")).text
    assert 'value="NM-001"' in page
    assert "NM-039" not in page


# --- mistakes on record -----------------------------------------------------------------------------------------------


async def test_the_head_corrects_a_mistake_and_nobody_else_is_offered_the_form(authority: Authority) -> None:
    case_no = await a_case(authority)
    path = f"/board/cases/{case_no}"
    taken = await post(authority, f"{path}/steps", {"step": "accept", "key": "c1"}, Role.HANDLER)
    assert taken.status_code == 303
    for role in (Role.HANDLER, Role.WINDOW, Role.SUPERVISOR):
        async with authority.client(role, **PAGE) as client:
            assert 'id="correct"' not in (await client.get(path)).text
    async with authority.client(Role.HEAD, **PAGE) as client:
        assert 'id="correct-entry"' in (await client.get(path)).text
    slip = {"entry": "2", "what": "void", "reason": "误点受理", "key": "c2", "person.department": "发展改革委"}
    unsaid = await post(authority, f"{path}/corrections", slip | {"what": "", "key": "c0"}, Role.HEAD)
    assert unsaid.status_code == 422
    assert "请说明差错" in unsaid.text
    assert (await post(authority, f"{path}/corrections", slip, Role.HANDLER)).status_code == 403
    for _ in "12":
        assert (await post(authority, f"{path}/corrections", slip, Role.HEAD)).status_code == 303
    found = await known(authority, f"/v1/cases/{case_no}")
    assert (found["state"], [one["reason"] for one in found["corrections"]]) == ("received", ["误点受理"])
    async with authority.client(Role.WINDOW, **PAGE) as client:
        page = (await client.get(path)).text
    assert "该步骤并未发生" in page
    assert "误点受理" in page
