"""One light for one clock: the case, the list and a complaint's evidence show the same, also after it has moved."""

from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import ClockKind, Light, Role
from tests.builders import WANG, a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio

#: Five working days from Wednesday 2026-09-16 end on 09-22; with these days off they end on 09-29.
DAYS_OFF = {f"2026-09-{day}": "holiday" for day in ("21", "22", "23", "24")}
NOTICE = {"days": DAYS_OFF, "notice": "林政办发〔2026〕45号"}
COMPLAINT = {
    "kind": "delay", "text": "一直没有答复", "place": "政务服务中心", "project_code": a_project_code(),
}  # fmt: skip


async def a_case(client: httpx.AsyncClient) -> str:
    await client.post("/v1/projects", json=a_project())
    body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
    return str((await client.post("/v1/cases", json=body)).json()["case_no"])


async def ends_on(client: httpx.AsyncClient, case_no: str) -> str:
    return str(notice_clock((await client.get(f"/v1/cases/{case_no}/clocks")).json()["items"])["due_on"])


def notice_clock(clocks: list[dict[str, Any]]) -> dict[str, Any]:
    """The clock of the one-time notice: the only one until the law accepts."""
    return next(one for one in clocks if one["clock_kind"] == ClockKind.ONE_TIME_NOTICE)


async def lights_shown(client: httpx.AsyncClient, case_no: str) -> dict[str, str]:
    """The light of a case and of its notice clock, wherever they are to be seen."""
    clocks = (await client.get(f"/v1/cases/{case_no}/clocks")).json()["items"]
    (line,) = (await client.get("/v1/lines")).json()["items"]
    made = await client.post("/v1/complaints", json=COMPLAINT)
    assert made.status_code == 201, made.text
    evidence = await evidence_of(client, made.json()["complaint_no"])
    return {
        "clock": notice_clock(clocks)["light"],
        "list": line["light"],
        "evidence of a complaint": evidence["light"],
        "clock in the evidence": notice_clock(evidence["clocks"])["light"],
    }


async def evidence_of(client: httpx.AsyncClient, complaint_no: str) -> dict[str, Any]:
    (case,) = (await client.get(f"/v1/complaints/{complaint_no}")).json()["evidence"]
    return dict(case)


def everywhere(light: Light) -> dict[str, str]:
    return dict.fromkeys(("clock", "list", "evidence of a complaint", "clock in the evidence"), light.value)


async def test_a_clock_that_days_off_move_from_yellow_to_a_later_end_is_green_again_everywhere(
    authority: Authority,
) -> None:
    async with authority.client(Role.WINDOW) as window:
        case_no = await a_case(window)
    async with authority.client(Role.SUPERVISOR) as client:
        assert await lights_shown(client, case_no) == everywhere(Light.GREEN)
        authority.clock.move(days=5)
        authority.services.tick()
        assert await lights_shown(client, case_no) == everywhere(Light.YELLOW)
        assert await ends_on(client, case_no) == "2026-09-22"

        released = await authority.release(NOTICE)
        assert released.status_code == 200, released.text
        assert await ends_on(client, case_no) == "2026-09-29"
        assert await lights_shown(client, case_no) == everywhere(Light.GREEN)

        authority.clock.move(days=9)
        authority.services.tick()
        assert await lights_shown(client, case_no) == everywhere(Light.RED)
