"""Letters and complaints travel as the real link carries them, and what lies in stores on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority
from tests.unit.subtree.seats import BANNER, CITY, REGION, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
ZHOU = {"name": "周正", "department": "督查室"}
NAME, PHONE = "欧阳明月", "13912345678"


@pytest.fixture(scope="module")
def seats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    made = Seats(tmp_path_factory.mktemp("seats"))
    yield made
    made.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def post(at: Authority, path: str, **body: Any) -> dict[str, Any]:
    async with at.client(Role.SUPERVISOR) as client:
        answer = await client.post(path, json=body)
    assert answer.is_success, answer.text
    return dict(answer.json())


async def get(at: Authority, path: str, **params: str) -> httpx.Response:
    async with at.client(Role.SUPERVISOR) as client:
        return await client.get(path, params=params)


def bytes_of(folder: Path) -> bytes:
    """Everything that an authority has written, stores and their logs."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_letter_of_the_region_is_answered_by_the_banner_and_nobody_else_keeps_it(seats: Seats) -> None:
    letter = {"kind": "supervision-letter", "to": BANNER, "department": "发展改革委", "title": "督办", "text": "请答复"}
    number = (await post(seats[REGION], "/v1/instructions", **letter))["instruction_no"]
    path = f"/v1/instructions/{number}"
    seats.carry()
    await post(seats[BANNER], f"{path}/steps", step="sign")
    await post(seats[BANNER], f"{path}/steps", step="answer", text="已办结")
    seats.carry()
    assert (await get(seats[REGION], path)).json()["state"] == "answered"
    assert [(await get(seats[code], path)).status_code for code in (CITY, SIBLING)] == [404, 404]
    await post(seats[REGION], f"{path}/steps", step="close")
    seats.carry()
    both = [(await get(seats[code], path)).json() for code in (REGION, BANNER)]
    assert [one["state"] for one in both] == ["closed", "closed"]
    assert both[0]["steps"][:2] == both[1]["steps"][:2]


async def a_complaint(seats: Seats) -> str:
    complaint = {
        "kind": "delay",
        "text": f"我是{NAME}，电话{PHONE}，材料交上去一个月没有答复。",
        "place": "林西县政务服务中心",
        "project_name": "供水管网改造",
        "complainant_name": NAME,
        "complainant_phone": PHONE,
    }
    return str((await post(seats[REGION], "/v1/complaints", **complaint))["complaint_no"])


async def at_the_banner(seats: Seats, number: str) -> dict[str, Any]:
    items = (await get(seats[BANNER], "/v1/complaints")).json()["items"]
    return next(dict(one) for one in items if one["number_above"] == number)


async def test_no_store_below_holds_a_name_that_was_not_needed_there(seats: Seats) -> None:
    number = await a_complaint(seats)
    steps = f"/v1/complaints/{number}/steps"
    await post(seats[REGION], steps, step="dispatch", authority=BANNER, text=f"请联系{NAME}")
    seats.carry()
    own = (await at_the_banner(seats, number))["complaint_no"]
    await post(seats[BANNER], f"/v1/complaints/{own}/steps", step="sign")
    await post(seats[BANNER], f"/v1/complaints/{own}/steps", step="answer", upheld=True, text="已受理")
    seats.carry()
    assert (await get(seats[REGION], f"/v1/complaints/{number}")).json()["state"] == "answered"
    await post(seats[REGION], steps, step="revisit", satisfied=True)
    await post(seats[REGION], steps, step="close")
    seats.carry()
    assert (await at_the_banner(seats, number))["state"] == "closed"
    assert NAME.encode() in bytes_of(seats.folder / REGION), "where it was told it is kept"
    for code in (CITY, BANNER):
        written = bytes_of(seats.folder / code)
        assert number.encode() in written, "the letter went through here"
        assert NAME.encode() not in written
        assert PHONE.encode() not in written
    pages = [f"/board/complaints/{own}", "/board/complaints"]
    async with seats[BANNER].client(Role.SUPERVISOR, Accept="text/html") as client:
        shown = "".join([(await client.get(path)).text for path in pages])
    assert own in shown
    assert NAME not in shown
    assert PHONE not in shown


async def test_a_name_that_is_needed_is_read_by_the_addressee_and_not_on_the_way(seats: Seats) -> None:
    number, why = await a_complaint(seats), "需当面核实材料"
    steps = f"/v1/complaints/{number}/steps"
    await post(seats[REGION], steps, step="dispatch", authority=BANNER, person_needed_because=why)
    seats.carry()
    there = await at_the_banner(seats, number)
    assert there["complainant_name"] == "欧*"
    shown = await post(seats[BANNER], f"/v1/complaints/{there['complaint_no']}/person", purpose="当面核实")
    assert (shown["complainant_name"], shown["complainant_phone"]) == (NAME, PHONE)
    written = bytes_of(seats.folder / CITY)
    assert number.encode() in written
    assert NAME.encode() not in written
    assert PHONE.encode() not in written
    ledger = b"".join(path.read_bytes() for path in (seats.folder / REGION).rglob("ledger.sqlite*"))
    assert number.encode() in ledger
    assert NAME.encode() not in ledger, "what cannot be taken out again was never put in"
    [told] = (await get(seats[REGION], f"/v1/complaints/{number}")).json()["disclosures"]
    assert (told["shown_to"].split()[-1], told["purpose"]) == (BANNER, why)
