"""The sample between levels: its cases and letters come to every station between banner and region, and stay."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from sample.complaints import HOTLINE
from sample.instructions import PEOPLE
from sample.journeys import PEOPLE as OFFICERS
from sample.levels import ADMINISTRATOR, SYSTEM, correspond, name_people, travel
from services.contracts.vocabulary import Level, Role
from tests.unit.documents.offices import InTheApp
from tests.unit.subtree.seats import BANNER, CITY, REGION, Seats

pytestmark = pytest.mark.lengthy


CODES: dict[Level, str] = {Level.BANNER: BANNER, Level.CITY: CITY, Level.REGION: REGION}
Clients = dict[tuple[Level, str], httpx.Client]


def _client(seats: Seats, level: Level, role: Role, name: str, department: str) -> httpx.Client:
    authority = seats[CODES[level]]
    token = authority.gateway.tokens.issue(role, name, department)[1]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(transport=InTheApp(authority.app), base_url="http://authority.test", headers=headers)


@pytest.fixture
def clients(seats: Seats) -> Iterator[Clients]:
    """The system that brings applications in, and whoever takes the steps above."""
    with ExitStack() as opened:
        yield {
            (Level.BANNER, ""): opened.enter_context(_client(seats, Level.BANNER, Role.PARTNER, SYSTEM, HOTLINE))
        } | {
            at: opened.enter_context(_client(seats, at[0], Role.HANDLER, name, at[1])) for at, name in OFFICERS.items()
        }


@pytest.fixture
def leaders(seats: Seats) -> Iterator[dict[Level, httpx.Client]]:
    with ExitStack() as opened:
        yield {
            level: opened.enter_context(_client(seats, level, Role.SUPERVISOR, **person))
            for level, person in PEOPLE.items()
        }


def test_the_samples_cases_and_letters_are_at_every_station_between_banner_and_region(
    seats: Seats, clients: Clients, leaders: dict[Level, httpx.Client]
) -> None:
    seats.pass_time(days=1)
    with _client(seats, Level.BANNER, Role.ADMIN, ADMINISTRATOR, "政务服务局") as administrator:
        for _ in range(2):
            name_people(administrator, BANNER)
    today = seats[BANNER].clock.now().date()
    for _ in range(2):  # a start that was broken off sends them once more
        numbers = travel(clients, today, BANNER, lambda seconds: seats.carry())
        correspond(leaders, CODES, numbers[0], lambda seconds: seats.carry())
        seats.carry()

    everything = "/v1/lines?authority=all&state=all&limit=200"
    lines: list[dict[str, Any]] = leaders[Level.REGION].get(everything).json()["items"]
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

    def seen(level: Level) -> Counter[tuple[str, str, str]]:
        items = leaders[level].get("/v1/instructions").json()["items"]
        return Counter((one["kind"], one["direction"], one["state"]) for one in items)

    assert seen(Level.REGION) == {("supervision-letter", "sent", "answered"): 1}
    assert seen(Level.CITY) == {
        ("supervision-letter", "received", "answered"): 1,
        ("task-slip", "sent", "signed"): 1,
        ("reminder-letter", "sent", "issued"): 1,
    }
    assert seen(Level.BANNER) == {("task-slip", "received", "signed"): 1, ("reminder-letter", "received", "issued"): 1}
    # the one that is reminded of has not been handed on
    assert leaders[Level.BANNER].get(f"/v1/cases/{numbers[0]}").json()["state"] == "received"
