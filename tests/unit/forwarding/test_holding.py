"""Whose a case is between levels: its whole-process time goes with it, and above somebody is named for it."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_defect, asked, done
from tests.unit.forwarding.levels import BANNER, CITY, REGION, REGION_MATTER, ZHAO, Levels, Node

pytestmark = pytest.mark.lengthy
HEAD = {"name": "孙正", "department": "自然资源局"}


@pytest.fixture
def levels(tmp_path: Path) -> Levels:
    """A Wednesday morning, 16 September 2026."""
    return Levels(tmp_path)


def times(node: Node, case_no: str) -> dict[str, Any]:
    return dict(asked(node.desks["timer"], "clocks", about=case_no))


def days(node: Node, case_no: str) -> dict[str, int]:
    """Working days by holder, as this authority's record has them."""
    found: dict[str, int] = {}
    for one in times(node, case_no)["by_holder"]:
        key = one["holder"] if one["authority"] in (None, node.code) else f"{one['holder']} {one['authority']}"
        found[key] = found.get(key, 0) + one["working_days"]
    return found


def forwarded(levels: Levels) -> tuple[str, str]:
    """A case that has just come to the city: its numbers below and there."""
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    return case_no, levels.city.opened_from(case_no)["case_no"]


def has_somebody(node: Node, person: dict[str, str] = HEAD, duty: str = "head") -> None:
    order = {"department": person["department"], "officer": person["name"], "duties": [duty]}
    admin = {"role": "admin", "name": "王丽", "department": "政务服务局"}
    done(node.intake, "intake.appoint-officer", order, **admin)
    node.turn()


# --- the whole-process time (DOMAIN 3, rule 16) -----------------------------------------------------------------------


def test_the_whole_process_time_begins_below_and_goes_up_with_the_case(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.wait(days=2)
    levels.banner.step(case_no, "request-correction", defects=[a_defect("使用林地申请表")])
    levels.wait(days=4)
    levels.banner.step(case_no, "complete-correction")
    levels.wait(days=1)
    levels.banner.step(case_no, "forward")
    levels.wait(days=1)
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    # 17, 18 | 20 (made up), 21, 22 | 23, 24 September
    assert days(levels.city, city_no) == {"applicant": 3, f"other-department {BANNER}": 4}
    assert times(levels.city, city_no)["whole_process_since"] == "2026-09-16"
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.wait(days=4)
    levels.carry()
    region_no = levels.region.opened_from(city_no)["case_no"]
    assert days(levels.region, region_no) == {
        "applicant": 3, f"other-department {BANNER}": 4, f"other-department {CITY}": 1,
    }  # fmt: skip
    whole = [times(node, no)["whole_process_working_days"] for node, no in
             ((levels.banner, case_no), (levels.city, city_no), (levels.region, region_no))]  # fmt: skip
    assert whole == [8, 8, 8]
    assert days(levels.banner, case_no) == {"applicant": 3, "department": 4, f"superior {CITY}": 1}


def test_the_arrival_above_stops_the_senders_time_and_the_superiors_begins(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.wait(days=2)
    levels.carry_up(BANNER)
    levels.wait(days=4)
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    assert days(levels.banner, case_no) == {"department": 2, f"superior {CITY}": 3}
    assert days(levels.city, city_no) == {"department": 3, f"other-department {BANNER}": 2}


# --- somebody is named for it (DOMAIN 3, rule 18) ---------------------------------------------------------------------


def test_the_head_answers_for_what_came_from_below_until_he_names_somebody(levels: Levels) -> None:
    has_somebody(levels.city)
    _, city_no = forwarded(levels)
    case, clock = levels.city.case(city_no), levels.city.clocks(city_no)["naming/1"]
    assert (case["handler"]["name"], case["is_unnamed"]) == ("孙正", True)
    assert (clock["responsible"], clock["due_on"]) == ("孙正", "2026-09-17")
    assert levels.city.line(city_no)["handler"] == "孙正"
    levels.wait(hours=5)
    has_somebody(levels.city, ZHAO, "handler")
    levels.city.step(city_no, "reassign", new_handler=ZHAO)
    case, clock = levels.city.case(city_no), levels.city.clocks(city_no)["naming/1"]
    assert (case["handler"]["name"], case["is_unnamed"], clock["on_time"]) == ("赵六", False, True)


def test_whoever_takes_it_in_hand_is_named_with_it(levels: Levels) -> None:
    _, city_no = forwarded(levels)
    levels.city.step(city_no, "accept", actor=ZHAO)
    case = levels.city.case(city_no)
    assert (case["handler"]["name"], case["is_unnamed"]) == ("赵六", False)
    assert [one["step"] for one in case["steps"]] == ["receive", "accept", "reassign"]
    assert levels.city.clocks(city_no)["naming/1"]["on_time"] is True
    assert levels.city.clocks(city_no)["decision/1"]["responsible"] == "赵六"
    assert levels.city.line(city_no)["handler"] == "赵六"


def test_who_was_not_named_within_a_working_day_is_the_head(levels: Levels) -> None:
    _, city_no = forwarded(levels)
    has_somebody(levels.city)
    levels.until("2026-09-18T09:00")
    levels.city.tick()
    case, clock = levels.city.case(city_no), levels.city.clocks(city_no)["naming/1"]
    assert (case["handler"]["name"], case["is_unnamed"]) == ("孙正", False)
    assert (clock["on_time"], clock["outcome"]) == (False, "reassigned")
    assert "未指定经办人" in case["steps"][-1]["reason"]
    assert "naming/1 red" in levels.city.lights_told()
    assert levels.city.clocks(city_no)["one_time_notice/1"]["responsible"] == "孙正"


def test_nothing_is_signed_by_nobody(levels: Levels) -> None:
    _, city_no = forwarded(levels)
    acknowledged = [one for one in levels.city.said if one["type"] == "qidi.forward.acknowledged.v1"]
    assert [one["data"]["person"]["name"] for one in acknowledged] == ["赤峰市"]
    assert not [one for one in levels.city.said if "待指定" in str(one.get("actor"))]
    assert levels.city.case(city_no)["steps"][0]["handler"]["name"] == "赤峰市"


def test_a_case_that_was_received_here_has_no_clock_for_naming(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    assert "naming/1" not in levels.banner.clocks(case_no)
    assert levels.banner.case(case_no)["held_by"] != REGION


# --- what is asked above reaches the window (DOMAIN 3, rule 17) -------------------------------------------------------


def test_a_correction_that_the_city_asks_for_reaches_the_window_with_its_clock_and_goes_up_again(
    levels: Levels,
) -> None:
    case_no, city_no = forwarded(levels)
    levels.wait(hours=1)
    order = {"defects": [a_defect("勘测定界图")], "given": {"amount": 10}, "document_no": "赤自然资补〔2026〕8号"}
    levels.city.step(city_no, "request-correction", actor=ZHAO, **order)
    asked_at = levels.city.clock.at.isoformat()
    levels.wait(hours=2)
    levels.carry()
    case, clock = levels.banner.case(case_no), levels.banner.clocks(case_no)["correction/1"]
    assert (case["state"], case["held_by"]) == ("asked-above", CITY)
    assert "complete-correction" in case["allowed_steps"]
    notice = case["steps"][-1]
    assert (notice["defects"][0]["material"], notice["document_no"]) == ("勘测定界图", "赤自然资补〔2026〕8号")
    assert (clock["started_at"], clock["stopped_at"]) == (asked_at, None)
    assert clock["due_on"] == levels.city.clocks(city_no)["correction/1"]["due_on"] == "2026-09-30"
    assert levels.banner.line(case_no)["state"] == "asked-above"

    levels.wait(days=2)
    levels.banner.step(case_no, "complete-correction")
    assert levels.banner.case(case_no)["state"] == "held-above"
    assert levels.banner.clocks(case_no)["correction/1"]["stopped_at"] is not None
    levels.wait(hours=1)
    levels.carry()
    city = levels.city.case(city_no)
    assert city["state"] == "correction-completed"
    assert "窗口补交材料" in city["steps"][-1]["note"]
    assert levels.city.clocks(city_no)["one_time_notice/2"]["stopped_at"] is None
    assert levels.banner.case(case_no)["above"]["state"] == "correction-completed"
    assert days(levels.banner, case_no)["applicant"] == days(levels.city, city_no)["applicant"] == 2


def test_what_the_region_asks_for_passes_through_the_city_to_the_window_and_back(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    region_no = levels.region.opened_from(city_no)["case_no"]
    levels.region.step(region_no, "request-correction", defects=[a_defect("补偿协议")])
    levels.carry()
    assert levels.banner.case(case_no)["state"] == levels.city.case(city_no)["state"] == "asked-above"
    assert levels.banner.case(case_no)["above"]["by"] == REGION
    levels.wait(days=1)
    levels.banner.step(case_no, "complete-correction")
    levels.carry()
    assert levels.city.case(city_no)["state"] == levels.banner.case(case_no)["state"] == "held-above"
    assert levels.region.case(region_no)["state"] == "correction-completed"


def test_what_the_applicant_hands_in_at_the_city_itself_is_no_longer_waited_for_below(levels: Levels) -> None:
    case_no, city_no = forwarded(levels)
    levels.city.step(city_no, "request-correction", actor=ZHAO)
    levels.carry()
    levels.city.step(city_no, "complete-correction", actor=ZHAO)
    levels.banner.step(case_no, "complete-correction")
    levels.carry()
    assert levels.banner.case(case_no)["state"] == "held-above"
    assert levels.city.case(city_no)["state"] == "correction-completed"
    assert levels.city.case(city_no)["steps"][-1]["step"] == "note"
    assert all(one["stopped_at"] for no, one in levels.banner.clocks(case_no).items() if no.startswith("correction"))


def test_state_acceptance_and_due_day_above_are_seen_below(levels: Levels) -> None:
    case_no, city_no = forwarded(levels)
    above = levels.banner.case(case_no)["above"]
    assert (above["by"], above["state"], above["department"], above["due_on"]) == (CITY, "received", "自然资源局", None)
    levels.wait(days=1)
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.carry()
    above = levels.banner.case(case_no)["above"]
    due_on = levels.city.clocks(city_no)["decision/1"]["due_on"]
    assert (above["state"], above["accepted_on"], above["due_on"]) == ("accepted", "2026-09-17", due_on)
    assert above["handler"] == "赵六"
    levels.city.step(city_no, "begin-review", actor=ZHAO)
    levels.carry()
    above = levels.banner.case(case_no)["above"]
    assert (above["state"], above["accepted_on"], above["due_on"]) == ("under-review", "2026-09-17", due_on)


def test_whose_the_days_are_is_the_same_on_both_sides_and_ends_with_the_delivery_below(levels: Levels) -> None:
    case_no, city_no = forwarded(levels)
    levels.wait(days=1)
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.carry()
    levels.wait(days=5)
    levels.city.step(city_no, "grant", actor=ZHAO)
    levels.carry()
    levels.wait(days=2)
    levels.banner.step(case_no, "deliver")
    levels.carry()
    levels.wait(days=30)
    below, there = times(levels.banner, case_no), times(levels.city, city_no)
    assert below["whole_process_working_days"] == there["whole_process_working_days"] == 7
    assert below["whole_process_until"] == there["whole_process_until"] == "2026-09-24"
    assert below["legal_working_days"] == there["legal_working_days"] == 4
    assert days(levels.banner, case_no) == {"superior 150400": 5, "department": 2}
    assert days(levels.city, city_no) == {"department": 5, "other-department 150424": 2}
