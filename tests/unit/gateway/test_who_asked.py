"""Who really asked: it stands beside the actor where the two differ, on the API, on the board and in the log."""

from typing import Any

import pytest

from services.contracts.actors import Caller, asked_for
from services.contracts.vocabulary import Role
from tests.builders import LI, a_case, a_project, an_entry, name_people
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
LISI = {"name": "李四", "department": "发展改革委"}


async def a_case_of_the_hotline(authority: Authority) -> tuple[str, str]:
    """The number of a case that a system brought in for 李四, and the system's token by its id."""
    name_people(authority.services.desks["intake"], LISI)
    token, text = authority.gateway.tokens.issue(Role.PARTNER, "12345热线")
    async with authority.client(None, Authorization=f"Bearer {text}") as system:
        assert (await system.post("/v1/projects", json=a_project() | {"actor": LISI})).status_code == 201
        body = a_case(handler=LISI, actor=LISI, received_at=None)
        return str((await system.post("/v1/cases", json=body)).json()["case_no"]), token.id


async def told(authority: Authority, case_no: str, kind: str) -> list[dict[str, Any]]:
    async with authority.client() as client:
        items = (await client.get(f"/v1/cases/{case_no}/timeline")).json()["items"]
    return [one for one in items if one["type"] == f"qidi.case.{kind}.v1"]


async def test_a_system_stands_beside_the_person_for_whom_it_asked(authority: Authority) -> None:
    case_no, token = await a_case_of_the_hotline(authority)
    (received,) = await told(authority, case_no, "received")
    assert received["actor"] == "李四@发展改革委"
    assert received["asked_by"] == {"role": "partner", "kind": "token", "id": token, "name": "12345热线"}
    async with authority.client(Accept="text/html") as client:
        page = (await client.get(f"/board/cases/{case_no}")).text
    assert "李四@发展改革委" in page
    assert f"（经对接系统 12345热线，令牌 {token}）" in page


async def test_who_acts_himself_stands_there_alone(authority: Authority) -> None:
    case_no, _ = await a_case_of_the_hotline(authority)
    async with authority.client(Role.HEAD) as head:
        assert (await head.post(f"/v1/cases/{case_no}/steps", json={"step": "accept"})).status_code == 200
    (accepted,) = await told(authority, case_no, "accepted")
    assert (accepted["actor"], accepted["asked_by"]) == ("陈刚@发展改革委", None)


async def test_an_import_stands_beside_the_people_whose_steps_it_tells(authority: Authority) -> None:
    async with authority.client(Role.ADMIN) as admin:
        entered = (await admin.post("/v1/imports/cases", json={"entries": [an_entry(1, handler=LI)]})).json()
    case_no = entered["results"][0]["case_no"]
    (accepted,) = await told(authority, case_no, "accepted")
    assert accepted["actor"] == "李强@发展改革委"
    assert (accepted["asked_by"]["role"], accepted["asked_by"]["name"]) == ("admin", "吴强@政务服务局")


async def test_the_log_has_both_as_they_were_recorded(authority: Authority) -> None:
    _, token = await a_case_of_the_hotline(authority)
    stamp = f"partner/token/{token}/12345热线"
    async with authority.client() as client:
        entries = [one["entry"] for one in (await client.get("/v1/entries", params={"after": -1})).json()["items"]]
    received = [one for one in entries if one["type"] == "qidi.case.received.v1"]
    assert [(one["actor"], one["caller"]) for one in received] == [("李四@发展改革委", stamp)]


def test_a_stamp_says_who_where_that_is_somebody_else() -> None:
    stamp = Caller(account_id="7f", role="handler", name="张三", department="发展改革委").stamp
    assert stamp == "handler/account/7f/张三@发展改革委"
    assert asked_for(stamp, "张三@发展改革委") is None
    other = asked_for(stamp, "李四@发展改革委")
    assert other is not None
    assert (other.role, other.kind, other.id, other.name) == ("handler", "account", "7f", "张三@发展改革委")
    assert asked_for(None, "张三@发展改革委") is None
    assert Caller(role="handler").stamp is None
    nameless = asked_for("partner/token/2e7f", "李四@发展改革委")
    assert nameless is not None
    assert (nameless.id, nameless.name) == ("2e7f", "")
    assert len(Caller(token_id="t", role="partner", owner="甲" * 400).stamp or "") <= 240
