"""Days released over HTTP travel through the real letters, and a superior is told before what they move."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.builders import WANG, a_project, a_project_code
from tests.unit.subtree.seats import BANNER, CITY, REGION, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
#: In the five working days after Wednesday 2026-09-16, of which the Sunday before is one (调休).
OFF = {"days": {"2026-09-21": "holiday", "2026-09-22": "holiday"}, "notice": "内政办发〔2026〕45号"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def seats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seats]:
    made = Seats(tmp_path_factory.mktemp("seats"))
    yield made
    made.close()


async def received(seats: Seats) -> str:
    async with seats[BANNER].client(Role.WINDOW) as client:
        await client.post("/v1/projects", json=a_project())
        body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
        case_no = str((await client.post("/v1/cases", json=body)).json()["case_no"])
    seats.carry()
    return case_no


async def due_on(seats: Seats, case_no: str) -> str:
    async with seats[BANNER].client() as client:
        clocks = (await client.get(f"/v1/cases/{case_no}/clocks")).json()["items"]
    return str(clocks[0]["due_on"])


async def post(seats: Seats, code: str, path: str, body: dict[str, Any]) -> Any:
    async with seats[code].client(Role.SUPERVISOR) as client:
        answer = await client.post(path, json=body)
        assert answer.status_code == 200, answer.text
    seats.carry()
    return answer.json()


async def test_a_superior_is_told_first_how_many_lines_below_run_across_the_days_and_then_they_move(
    seats: Seats,
) -> None:
    case_no = await received(seats)
    assert await due_on(seats, case_no) == "2026-09-22"
    for code in (REGION, CITY):
        tried = await post(seats, code, "/v1/calendar/releases", OFF | {"dry_run": True})
        assert tried["below"] == {
            "open_lines": 1,
            "by_authority": [{"authority": BANNER, "open_lines": 1}],
        }
    later = {"days": {"2026-11-02": "holiday"}, "notice": "另一通知", "dry_run": True}
    assert (await post(seats, REGION, "/v1/calendar/releases", later))["below"]["open_lines"] == 0
    assert await due_on(seats, case_no) == "2026-09-22"

    async with seats[REGION].client(Role.ADMIN) as first:
        draft = (await first.post("/v1/calendar/drafts", json=OFF)).json()["draft_no"]
        shown = (await first.get(f"/v1/calendar/drafts/{draft}")).json()
        [line] = (await first.get(f"/v1/calendar/drafts/{draft}/below")).json()["items"]
        board = (await first.get(f"/board/calendar/drafts/{draft}", headers={"Accept": "text/html"})).text
    assert (shown["count"], shown["below"]["open_lines"]) == (0, 1)
    assert [line[name] for name in ("authority", "case_no", "from", "to")] == [
        *(BANNER, case_no),
        *("2026-09-22", "2026-09-24"),
    ]
    assert case_no in board
    async with seats[REGION].client(Role.SUPERVISOR) as second:
        assert (await second.post(f"/v1/calendar/drafts/{draft}/release", json={})).status_code == 200
    seats.carry()
    assert await due_on(seats, case_no) == "2026-09-24"
    async with seats[BANNER].client() as client:
        explained = (await client.get(f"/v1/cases/{case_no}/explain")).json()
        page = (await client.get(f"/board/cases/{case_no}", headers={"Accept": "text/html"})).text
    extended = next(step for step in explained["steps"] if step["day"] == "2026-09-21")
    assert (extended["notice"], extended["authority"]) == (OFF["notice"], REGION)
    assert "内蒙古自治区发布内政办发〔2026〕45号" in page


async def test_the_state_councils_notice_is_drafted_at_the_highest_joined_level_only(seats: Seats) -> None:
    notice = {"days": {"2027-01-01": "holiday"}, "notice": "国办发明电〔2026〕8号", "known_until": "2027-12-31"}
    for code, superior in ((BANNER, "赤峰市"), (CITY, "内蒙古自治区")):
        async with seats[code].client(Role.ADMIN) as client:
            # whatever the sender says of it
            answer = await client.post("/v1/calendar/drafts", json=notice | {"superior": None})
            page = (await client.get("/board/calendar/drafts", headers={"Accept": "text/html"})).text
        assert answer.status_code == 422
        assert superior in answer.json()["problems"][0]["message"]
        assert f"国务院放假通知由{superior}统一发布" in page
    async with seats[REGION].client(Role.ADMIN) as client:
        assert (await client.post("/v1/calendar/drafts", json=notice)).status_code == 201
