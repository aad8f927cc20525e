"""Decides whether the sample's travelling cases come to every station between banner and region, and stay there."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from deploy.commands.sample_levels import travel
from gateway.permissions import Role
from services.contracts.divisions import Level
from tests.unit.imports.offices import InTheApp
from tests.unit.subtree.seats import BANNER, CITY, REGION, Seats

pytestmark = pytest.mark.lengthy


@pytest.fixture
def clients(seats: Seats) -> Iterator[dict[Level, httpx.Client]]:
    codes: dict[Level, str] = {"banner": BANNER, "city": CITY, "region": REGION}
    with ExitStack() as opened:
        yield {
            level: opened.enter_context(
                httpx.Client(
                    transport=InTheApp(seats[code].app),
                    base_url="http://authority.test",
                    headers={"Authorization": f"Bearer {seats[code].tokens[Role.OPS]}"},
                )
            )
            for level, code in codes.items()
        }


def test_a_sample_case_is_at_every_station_between_banner_and_region(
    seats: Seats, clients: dict[Level, httpx.Client]
) -> None:
    seats.pass_time(days=1)
    today = seats[BANNER].clock.now().date()
    for _ in range(2):  # a start that was broken off sends them once more
        travel(clients, today, BANNER, lambda seconds: seats.carry())
        seats.carry()

    everything = "/v1/lines?authority=all&state=all&limit=200"
    lines: list[dict[str, Any]] = clients["region"].get(everything).json()["items"]
    stations = Counter((line["authority"], line["state"], line["held_by"]) for line in lines)
    assert stations == {
        (BANNER, "received", BANNER): 1,
        (BANNER, "held-above", CITY): 3,
        (BANNER, "held-above", REGION): 2,
        (BANNER, "returned", BANNER): 1,
        (BANNER, "granted", BANNER): 2,
        (CITY, "received", CITY): 2,
        (CITY, "accepted", CITY): 1,
        (CITY, "handed-back", None): 1,
        (CITY, "granted", None): 2,
        (CITY, "held-above", REGION): 2,
        (REGION, "received", REGION): 1,
        (REGION, "accepted", REGION): 1,
        (REGION, "granted", None): 1,
    }
