"""A superior's view of a case: who has it in hand, since when, and what its authority has told of it."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.builders import MORNING, a_project, a_project_code
from tests.unit.subtree.seats import BANNER, CITY, REGION, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def got(seats: Seats, code: str, path: str) -> Any:
    async with seats[code].client() as client:
        answer = await client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()


async def stepped(seats: Seats, code: str, case_no: str, step: str, **more: Any) -> None:
    matter = (await got(seats, code, f"/v1/cases/{case_no}"))["matter_code"]
    client, _ = await seats.people_of(code, matter, Role.HANDLER)
    async with client:
        answer = await client.post(f"/v1/cases/{case_no}/steps", json={"step": step, **more})
        assert answer.is_success, answer.text
    seats.carry()


async def received(seats: Seats, matter: str, n: int) -> str:
    client, person = await seats.people_of(BANNER, matter, Role.WINDOW)
    async with client:
        await client.post("/v1/projects", json=a_project(n))
        body = {"project_code": a_project_code(n), "matter_code": matter, "handler": person}
        case_no = str((await client.post("/v1/cases", json=body)).json()["case_no"])
    seats.carry()
    return case_no


def hands(record: dict[str, Any]) -> list[str]:
    return [one["held_by"] for one in record["holders"]]


async def test_a_case_on_its_way_to_the_region_is_seen_in_the_right_hands_at_every_level(seats: Seats) -> None:
    case_no = await received(seats, "NM-021", 1)
    start = seats[BANNER].clock.now()
    seats.pass_time(days=1)
    await stepped(seats, BANNER, case_no, "forward")
    seats.pass_time(days=2)
    above = (await got(seats, REGION, f"/v1/subtree/cases/{case_no}"))["handed"]["above"]
    await stepped(seats, CITY, above, "forward")
    seats.pass_time(days=3)

    record = await got(seats, REGION, f"/v1/subtree/cases/{case_no}")
    assert hands(record) == [BANNER, CITY, REGION]
    assert record["holders"][0] == {
        "held_by": BANNER,
        "held_since": start.isoformat(),
        "until": (MORNING + timedelta(days=1)).isoformat(),
    }
    assert record["line"]["held_by"] == REGION
    assert record["line"]["held_since"] == (MORNING + timedelta(days=3)).isoformat()
    middle = await got(seats, REGION, f"/v1/subtree/cases/{above}")
    assert (middle["handed"]["below"], hands(middle)) == (case_no, [CITY, REGION])
    # the city says the same of its banner's case
    assert (await got(seats, CITY, f"/v1/subtree/cases/{case_no}"))["holders"] == record["holders"]

    here = middle["handed"]["above"]
    await stepped(seats, REGION, here, "accept")
    await stepped(seats, REGION, here, "grant", document_no="内林许准〔2026〕1号")
    record = await got(seats, REGION, f"/v1/subtree/cases/{case_no}")
    assert (hands(record), record["line"]["state"]) == ([BANNER, CITY, REGION, BANNER], "granted")
    await stepped(seats, BANNER, case_no, "deliver")
    record = await got(seats, REGION, f"/v1/subtree/cases/{case_no}")
    assert (record["line"]["state"], record["line"]["held_by"]) == ("delivered", None)


async def test_lines_in_other_hands_are_told_apart_and_counted(seats: Seats) -> None:
    case_no = await received(seats, "NM-007", 2)
    await stepped(seats, BANNER, case_no, "forward")
    elsewhere = (await got(seats, REGION, f"/v1/lines?authority={BANNER}&held_by=another"))["items"]
    assert [(one["case_no"], one["held_by"]) for one in elsewhere] == [(case_no, CITY)]
    held = (await got(seats, REGION, f"/v1/lines?authority=all&held_by={CITY}"))["items"]
    assert {one["authority"] for one in held} == {CITY, BANNER}
    branches = {one["authority"]: one for one in (await got(seats, REGION, "/v1/subtree"))["items"]}
    assert (branches[BANNER]["own"]["elsewhere"], branches[CITY]["own"]["elsewhere"]) == (1, 0)
    assert branches[CITY]["whole"]["open"] == branches[CITY]["own"]["open"] + branches[BANNER]["own"]["open"]


async def test_totals_say_whose_lines_they_are_made_of(seats: Seats) -> None:
    await received(seats, "NM-001", 3)
    own = await got(seats, CITY, "/v1/lines/summary")
    everybody = await got(seats, CITY, "/v1/lines/summary?authority=all")
    assert [row["authority"] for row in own["by_authority"]] == [CITY]
    assert {row["authority"] for row in everybody["by_authority"]} == {CITY, BANNER}
    assert everybody["open"] == sum(row["open"] for row in everybody["by_authority"]) > own["open"]


async def test_the_record_of_a_lower_case_has_its_clocks_as_they_were_told(seats: Seats) -> None:
    case_no = await received(seats, "NM-001", 4)
    seats.pass_time(days=9)
    record = await got(seats, REGION, f"/v1/subtree/cases/{case_no}")
    below = (await got(seats, BANNER, f"/v1/cases/{case_no}/clocks"))["items"]
    names = ("clock_id", "light", "due_on", "on_time")
    assert [[one[name] for name in names] for one in record["clocks"]] == sorted(
        ([one[name] for name in names] for one in below), key=lambda row: row[3] is not None
    )
    theirs = (await got(seats, BANNER, f"/v1/cases/{case_no}/timeline"))["items"]
    assert [one["index"] for one in record["entries"]] == [one["index"] for one in theirs]


async def test_our_own_case_and_an_unknown_one_are_no_cases_of_the_subtree(seats: Seats) -> None:
    case_no = await received(seats, "NM-001", 5)
    for code, number in ((BANNER, case_no), (REGION, "150500-2026-000001")):
        async with seats[code].client() as client:
            assert (await client.get(f"/v1/subtree/cases/{number}")).status_code == 404


async def test_levels_agree_on_roots_and_on_the_counts_by_light(seats: Seats) -> None:
    await received(seats, "NM-001", 6)
    seats.pass_time(days=40)
    seats.pass_time(days=1)
    for origin in (await got(seats, REGION, "/v1/links/reconciliation"))["items"]:
        assert (origin["state"], origin["lights"]["equal"]) == ("ok", True)
    up = {one["origin"]: one["up"] for one in (await got(seats, CITY, "/v1/links/reconciliation"))["items"]}
    assert set(up) >= {CITY, BANNER}
    assert {(one["waiting"], one["roots_equal"]) for one in up.values()} == {(0, True)}
    red = (await got(seats, REGION, f"/v1/lines/summary?authority={BANNER}"))["by_light"]["red"]
    assert red == (await got(seats, BANNER, "/v1/lines/summary"))["by_light"]["red"] > 0


async def test_a_follower_above_is_told_that_something_has_come_and_no_more(seats: Seats) -> None:
    feed = seats[REGION].gateway.feed
    before = feed.arrived
    await received(seats, "NM-001", 7)
    assert feed.arrived_since(before) == [BANNER]
    assert feed.arrived_since(feed.arrived) == []
