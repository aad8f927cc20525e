"""Form that hands a complaint down: once, to an authority below, for the roles of the API."""

import json
from pathlib import Path

import httpx
import pytest

from services.contracts.links import AuthorityJoined
from services.contracts.vocabulary import Role
from tests.builders import an_event
from tests.unit.gateway.running import Authority, another_authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
CITY, BANNER = "150400", "150424"
GOOD = {"authority": BANNER, "department": "水利局", "text": "请核实后答复", "key": "1"}


@pytest.fixture
def city(tmp_path: Path) -> Authority:
    """A city with one banner below it that has joined."""
    made = another_authority(CITY, tmp_path / CITY)
    joined = AuthorityJoined(code=BANNER, name="林西县", level="banner", public_key="k", via=CITY)
    body = json.loads(an_event(joined, service="ledger")) | {"source": f"/authorities/{CITY}/ledger"}
    for service in ("complaints", "reporting"):
        made.services.hand(service, [json.dumps(body, ensure_ascii=False).encode()])
    made.services.deliver()
    return made


async def a_complaint(city: Authority) -> str:
    said = {"kind": "delay", "text": "一直没有答复", "place": "林西县", "project_name": "风电项目"}
    async with city.client(Role.HOTLINE) as client:
        return str((await client.post("/v1/complaints", json=said)).json()["complaint_no"])


async def send(city: Authority, number: str, fields: dict[str, str], role: Role = Role.HOTLINE) -> httpx.Response:
    async with city.client(role, Accept="text/html") as client:
        return await client.post(f"/board/complaints/{number}/send", data=fields)


async def sent(city: Authority, number: str) -> list[str]:
    async with city.client() as client:
        return [one["to"] for one in (await client.get(f"/v1/complaints/{number}")).json()["referrals"]]


async def test_a_form_that_is_sent_twice_hands_down_once(city: Authority) -> None:
    number = await a_complaint(city)
    answers = [await send(city, number, GOOD) for _ in "12"]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, f"/board/complaints/{number}")] * 2
    assert await sent(city, number) == [BANNER]


async def test_without_an_authority_nothing_is_dispatched_and_what_was_typed_stays(city: Authority) -> None:
    number = await a_complaint(city)
    answer = await send(city, number, GOOD | {"authority": " "})
    assert answer.status_code == 422
    assert "下级机关：请选择交哪个下级机关办理。" in answer.text
    assert "请核实后答复" in answer.text
    assert await sent(city, number) == []


async def test_only_roles_that_may_take_the_step_in_the_api_hand_down(city: Authority) -> None:
    number = await a_complaint(city)
    for role in (Role.OPS, Role.ADMIN, Role.PARTNER, Role.WINDOW, Role.HANDLER):
        assert (await send(city, number, GOOD, role)).status_code == 403
    named = await send(city, number, GOOD | {"person_needed_because": "须当面核实"})
    assert named.status_code == 403
    assert "督查" in named.text
    assert await sent(city, number) == []
    gone = await send(city, "150400-T2026-999999", GOOD)
    assert gone.status_code == 404
