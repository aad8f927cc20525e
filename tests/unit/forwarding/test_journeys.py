"""Decides whether a case that changes hands is always in somebody's hands, and its clocks run where they should."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.unit.forwarding.levels import (
    BANNER,
    CITY,
    ZHAO,
    Levels,
)


@pytest.fixture
def levels(tmp_path: Path) -> Levels:
    return Levels(tmp_path)


def holders(found: list[tuple[str, str]]) -> list[str]:
    return [holder for holder, _ in found]


def everybody_agrees(levels: Levels, case_no: str) -> str:
    """The one holder on whom the records of all levels agree, and their history agrees as well."""
    banner = levels.banner.case(case_no)
    known = levels.banner.holders(case_no)
    found = {banner["held_by"]}
    at_city = [one for one in levels.city.cases() if one["forwarded_from"] == case_no]
    at_region = [one for lower in at_city for one in levels.region.cases() if one["forwarded_from"] == lower["case_no"]]
    told = [(levels.city, one) for one in at_city] + [(levels.region, one) for one in at_region]
    for node, case in told:
        history = node.holders(case["case_no"])
        assert [one for one in known if one in history] == history, (node.code, known, history)
    for cases in (at_city, at_region):
        if cases:
            found.add(cases[-1]["held_by"])
    assert len(found) == 1, found
    return str(found.pop())


# --- the way up and back ------------------------------------------------------------------------------------------------


def test_a_case_for_the_city_travels_up_and_its_outcome_comes_back(levels: Levels) -> None:
    case_no = levels.receive()
    case = levels.banner.case(case_no)
    assert (case["decided_by"], case["forward_to"], case["held_by"]) == ("city", CITY, BANNER)
    assert set(levels.banner.clocks(case_no)) == {"one_time_notice/1", "forward/1"}

    levels.wait(hours=1)
    levels.banner.step(case_no, "forward")
    assert levels.banner.case(case_no)["state"] == "forwarded"
    assert levels.banner.case(case_no)["held_by"] == BANNER
    assert levels.banner.clocks(case_no)["forward/1"]["stopped_at"] is None

    levels.wait(hours=2)
    levels.carry_up(BANNER)
    at_city = levels.city.opened_from(case_no)
    assert at_city["case_no"].startswith(CITY)
    assert (at_city["held_by"], at_city["origin"], at_city["origin_case_no"]) == (CITY, BANNER, case_no)
    acknowledged_at = levels.city.clock.at

    levels.wait(hours=3)
    levels.carry_down(BANNER)
    clock = levels.banner.clocks(case_no)["forward/1"]
    assert datetime.fromisoformat(clock["stopped_at"]) == acknowledged_at
    assert everybody_agrees(levels, case_no) == CITY
    assert levels.banner.case(case_no)["state"] == "held-above"
    assert levels.banner.line(case_no)["state"] == "held-above"

    city_no = at_city["case_no"]
    levels.city.step(city_no, "reassign", new_handler=ZHAO)
    levels.city.step(city_no, "accept", actor=ZHAO)
    assert "decision/1" in levels.city.clocks(city_no)
    levels.wait(days=3)
    levels.city.step(city_no, "grant", actor=ZHAO, document_no="赤自然资审〔2026〕12号")
    decided_at = levels.city.clock.at
    assert levels.city.line(city_no)["state"] == "granted"
    assert levels.city.line(city_no)["light"] == "done"
    assert "delivery/1" not in levels.city.clocks(city_no)

    levels.wait(days=1)
    levels.carry()
    case = levels.banner.case(case_no)
    assert (case["state"], case["blzt"], case["held_by"]) == ("granted", 11, BANNER)
    assert datetime.fromisoformat(case["held_since"]) == decided_at
    assert everybody_agrees(levels, case_no) == BANNER
    assert holders(levels.banner.holders(case_no)) == [BANNER, CITY, BANNER]
    delivery = levels.banner.clocks(case_no)["delivery/1"]
    assert datetime.fromisoformat(delivery["started_at"]) == levels.banner.clock.at
    assert "decision/1" not in levels.banner.clocks(case_no)
    assert case["steps"][-1]["document_no"] == "赤自然资审〔2026〕12号"

    levels.banner.step(case_no, "deliver")
    line = levels.banner.line(case_no)
    assert (line["state"], line["light"]) == ("delivered", "done")
    assert levels.banner.clocks(case_no)["delivery/1"]["on_time"] is True
