"""A list published over HTTP travels through the real letters, binds below, and each board shows what it must."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.unit.subtree.seats import BANNER, CITY, REGION, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
#: The whole process: ninety working days in the reference list.
MATTER = "NM-039"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def seats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    made = Seats(tmp_path_factory.mktemp("seats"))
    yield made
    made.close()


def days(amount: int) -> dict[str, Any]:
    return {"amount": amount, "unit": "working_days"}


async def get(seats: Seats, code: str, path: str) -> Any:
    async with seats[code].client(Role.SUPERVISOR) as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def post(seats: Seats, at: str, path: str, **body: Any) -> httpx.Response:
    async with seats[at].client(Role.SUPERVISOR) as client:
        answer = await client.post(path, json=body)
    seats.carry()
    return answer


async def change(seats: Seats, code: str, amount: int) -> httpx.Response:
    """The promise of one matter, everything else as it stands."""
    one = next(dict(one) for one in (await get(seats, code, "/v1/matters"))["items"] if one["code"] == MATTER)
    one["matter_name"] = one.pop("name")
    return await post(seats, code, "/v1/matters", **one | {"promised": days(amount)})


async def waiting(seats: Seats, code: str) -> list[str]:
    return [one["by"] for one in (await get(seats, code, "/v1/catalogue/differences"))["waiting"]]


async def adopted(seats: Seats, code: str) -> dict[str, dict[str, Any]]:
    return {one["authority"]: one for one in (await get(seats, code, "/v1/catalogue/adoptions"))["items"]}


async def board(seats: Seats, code: str) -> str:
    async with seats[code].client(Role.SUPERVISOR, Accept="text/html") as client:
        return (await client.get("/board/catalogue")).text


async def test_a_list_travels_from_region_to_banner_and_its_adoptions_come_back(seats: Seats) -> None:
    assert (await change(seats, REGION, 80)).is_success
    assert set(await adopted(seats, REGION)) == {CITY, BANNER, SIBLING}  # also before anything was published
    assert (await post(seats, REGION, "/v1/catalogue/publications", note="2026年版")).json()["number"] == 1
    assert [await waiting(seats, code) for code in (REGION, CITY, BANNER)] == [[], [REGION], [REGION]]
    assert "内蒙古自治区" in await board(seats, BANNER)

    refused = await post(seats, BANNER, "/v1/catalogue/adoptions", matters=[{"code": MATTER, "promised": days(81)}])
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, f"matters.{MATTER}.promised")
    shorter = [{"code": MATTER, "promised": days(70)}]
    assert (await post(seats, BANNER, "/v1/catalogue/adoptions", matters=shorter)).is_success
    assert (await change(seats, BANNER, 81)).status_code == 422
    rows = await adopted(seats, REGION)
    assert (rows[BANNER]["version"], rows[BANNER]["shorter"], rows[BANNER]["beyond"]) == (1, 1, 0)
    assert (rows[BANNER]["name"], rows[BANNER]["via"], rows[CITY]["version"]) == ("林西县", CITY, None)
    text = await board(seats, REGION)
    assert "已认领1家，共3家" in text
    assert "林西县" in text

    assert (await post(seats, CITY, "/v1/catalogue/adoptions")).is_success
    versions = {code: one["version"] for code, one in (await adopted(seats, REGION)).items()}
    assert versions == {BANNER: 1, CITY: 1, SIBLING: None}
    # The city's own list, shorter still, goes to its banner alone.
    assert (await change(seats, CITY, 60)).is_success
    assert (await post(seats, CITY, "/v1/catalogue/publications")).is_success
    assert [await waiting(seats, code) for code in (REGION, CITY, BANNER)] == [[], [], [CITY]]
    refused = await post(seats, BANNER, "/v1/catalogue/adoptions")
    assert refused.status_code == 422, "its own seventy days are longer than the city's sixty"
    assert (await post(seats, BANNER, "/v1/catalogue/adoptions", align=True)).is_success
    assert (await adopted(seats, CITY))[BANNER]["version"] == 1
    assert (await get(seats, BANNER, "/v1/matters"))["items"][-1]["promised"] == days(60)
    assert set(await adopted(seats, BANNER)) == set()  # a sibling is not seen
    assert (await get(seats, REGION, "/v1/findings"))["items"] == []
