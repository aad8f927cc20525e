"""Reach: what stays inside stays inside, whichever way a partner's system asks."""

import pytest

from gateway.reach import OWN, stays_inside
from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.envelope import Reach
from services.contracts.vocabulary import Role
from tests.builders import WANG, a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio


async def test_an_inner_note_is_on_the_record_for_staff_and_nowhere_for_partners(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
        case_no = (await window.post("/v1/cases", json=body)).json()["case_no"]
        await window.post(f"/v1/cases/{case_no}/steps", json={"step": "note", "note": "内部意见"})
    for role, sees in ((Role.HANDLER, True), (Role.PARTNER, False)):
        async with authority.client(role) as client:
            for path in (f"/v1/cases/{case_no}", f"/v1/cases/{case_no}/timeline"):
                assert ("内部意见" in (await client.get(path)).text) is sees, (role, path)


async def test_who_was_shown_a_complainant_is_no_partners_business(authority: Authority) -> None:
    complaint = {
        "kind": "delay", "text": "一直没有答复", "place": "大厅", "complainant_phone": "13812345678",
        "project_code": a_project_code(), "actor": {"name": "孙七", "department": "12345热线"},
    }  # fmt: skip
    async with authority.client(Role.PARTNER) as partner, authority.client(Role.SUPERVISOR) as supervisor:
        number = (await partner.post("/v1/complaints", json=complaint)).json()["complaint_no"]
        await supervisor.post(f"/v1/complaints/{number}/person", json={"purpose": "督查回访用"})
        for path in (f"/v1/complaints/{number}", f"/v1/cases/{number}/timeline"):
            assert "督查回访用" in (await supervisor.get(path)).text
            assert "督查回访用" not in (await partner.get(path)).text


@pytest.mark.parametrize("stem", sorted(OWN))
def test_every_fact_of_reach_own_stays_inside_by_its_contract_alone(stem: str) -> None:
    assert catalogue.all_events()[stem].reach is Reach.OWN
    assert stays_inside(f"{stem}.v1", None, Caller(role="partner"))
    assert not stays_inside(f"{stem}.v1", "own", Caller(role="handler"))
