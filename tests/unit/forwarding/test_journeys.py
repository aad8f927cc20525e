"""Journeys between levels: a case is always in somebody's hands, and its clocks run where they should."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.builders import a_defect, asked, done
from tests.unit.forwarding.levels import (
    BANNER,
    CITY,
    CITY_MATTER,
    OWN_MATTER,
    QIAN,
    REGION,
    REGION_MATTER,
    ZHAO,
    Levels,
)

pytestmark = pytest.mark.lengthy


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
        rest = iter(known)
        assert all(one in rest for one in node.holders(case["case_no"])), (node.code, known, node.holders)
    for cases in (at_city, at_region):
        if cases:
            found.add(cases[-1]["held_by"])
    assert len(found) == 1, found
    return str(found.pop())


# --- the way up and back ----------------------------------------------------------------------------------------------


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


def test_what_the_banner_decides_itself_is_forwarded_to_nobody(levels: Levels) -> None:
    case_no = levels.receive(OWN_MATTER)
    case = levels.banner.case(case_no)
    assert (case["decided_by"], case["forward_to"]) == ("banner", None)
    assert "forward" not in case["allowed_steps"]
    assert set(levels.banner.clocks(case_no)) == {"one_time_notice/1"}
    assert "step" in levels.banner.refused(case_no, "forward")


def test_who_has_to_forward_a_case_cannot_decide_it_and_owes_no_decision(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "accept")
    assert not {"grant", "refuse"} & set(levels.banner.case(case_no)["allowed_steps"])
    assert set(levels.banner.clocks(case_no)) == {"one_time_notice/1", "forward/1", "preliminary_review/1"}


def test_a_case_for_the_region_passes_through_the_city_and_every_level_knows_who_holds_it(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.banner.step(case_no, "accept")
    levels.wait(hours=1)
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    assert set(levels.city.clocks(city_no)) == {"one_time_notice/1", "forward/1", "naming/1"}
    assert everybody_agrees(levels, case_no) == CITY

    levels.wait(days=1)
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.wait(hours=1)
    levels.carry()
    at_region = levels.region.opened_from(city_no)
    assert (at_region["origin"], at_region["origin_case_no"]) == (BANNER, case_no)
    assert everybody_agrees(levels, case_no) == REGION
    stopped = levels.city.clocks(city_no)["forward/1"]["stopped_at"]
    assert stopped == at_region["received_at"]

    region_no = at_region["case_no"]
    assert {"grant", "return"} <= set(at_region["allowed_steps"]) | {"grant"}
    levels.region.step(region_no, "accept", actor=QIAN)
    levels.wait(days=2)
    levels.region.step(region_no, "grant", actor=QIAN, document_no="内林审〔2026〕9号")
    levels.wait(hours=1)
    levels.carry()
    assert everybody_agrees(levels, case_no) == BANNER
    assert holders(levels.banner.holders(case_no)) == [BANNER, CITY, REGION, BANNER]
    assert levels.banner.case(case_no)["state"] == levels.city.case(city_no)["state"] == "granted"
    assert levels.banner.case(case_no)["steps"][-1]["document_no"] == "内林审〔2026〕9号"
    assert "delivery/1" in levels.banner.clocks(case_no)
    assert not {one for one in levels.city.clocks(city_no) if one.startswith("delivery")}
    assert levels.city.line(city_no)["light"] == levels.region.line(region_no)["light"] == "done"


def test_the_superior_refuses_and_the_reason_and_the_remedies_arrive_below(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "refuse", actor=ZHAO)
    levels.carry()
    case = levels.banner.case(case_no)
    assert (case["state"], case["blzt"]) == ("refused", 13)
    last = case["steps"][-1]
    assert (last["reason"], last["remedies"]) == ("不符合规划", "六十日内申请行政复议")
    assert everybody_agrees(levels, case_no) == BANNER
    assert levels.banner.line(case_no)["light"] == "done"
    assert "delivery/1" not in levels.banner.clocks(case_no)


# --- returned ---------------------------------------------------------------------------------------------------------


def test_a_returned_case_is_put_right_and_forwarded_again_with_a_clock_of_its_own(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    first = levels.city.opened_from(case_no)["case_no"]
    assert "reason" in levels.city.refused(first, "return", actor=ZHAO)
    levels.wait(days=1)
    levels.city.step(first, "return", actor=ZHAO, reason="缺少勘测定界图")
    returned_at = levels.city.clock.at.isoformat()
    levels.wait(hours=2)
    levels.carry()
    case = levels.banner.case(case_no)
    assert (case["state"], case["held_by"], case["held_since"]) == ("returned", BANNER, returned_at)
    assert case["steps"][-1]["reason"] == "缺少勘测定界图"
    assert levels.banner.clocks(case_no)["forward/2"]["started_at"] == returned_at
    assert levels.city.line(first)["state"] == "handed-back"
    assert levels.city.line(first)["light"] == "done"

    levels.banner.step(case_no, "request-correction", defects=[a_defect("勘测定界图")])
    levels.wait(days=1)
    levels.banner.step(case_no, "complete-correction")
    levels.banner.step(case_no, "forward")
    levels.carry()
    second = levels.city.opened_from(case_no)["case_no"]
    assert second != first
    assert everybody_agrees(levels, case_no) == CITY
    assert levels.banner.clocks(case_no)["forward/2"]["on_time"] is True
    levels.city.step(second, "accept", actor=ZHAO)
    levels.city.step(second, "grant", actor=ZHAO)
    levels.carry()
    assert everybody_agrees(levels, case_no) == BANNER
    assert levels.banner.case(case_no)["state"] == "granted"


def test_what_the_region_returns_the_city_may_return_further(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    region_no = levels.region.opened_from(city_no)["case_no"]
    levels.wait(hours=1)
    levels.region.step(region_no, "return", actor=QIAN, reason="缺少补偿协议")
    levels.carry()
    assert everybody_agrees(levels, case_no) == CITY
    levels.wait(hours=1)
    levels.city.step(city_no, "return", actor=ZHAO, reason="请补充补偿协议")
    levels.carry()
    assert everybody_agrees(levels, case_no) == BANNER
    assert holders(levels.banner.holders(case_no)) == [BANNER, CITY, REGION, CITY, BANNER]


def test_a_matter_that_the_superior_does_not_know_comes_back_at_once_with_the_reason(levels: Levels) -> None:
    new = {"code": "X-1", "matter_name": "新事项", "department": "发展改革委", "promised": {"amount": 5}}
    actor = {"actor": {"name": "李四", "department": "政务服务局"}}
    done(levels.banner.intake, "intake.adopt-matter", new | {"deciding_level": "city"} | actor)
    levels.banner.turn()
    case_no = levels.receive("X-1")
    levels.banner.step(case_no, "forward")
    levels.carry()
    case = levels.banner.case(case_no)
    assert (case["state"], case["held_by"]) == ("returned", BANNER)
    assert "X-1" in case["steps"][-1]["reason"]
    assert levels.city.cases() == []
    assert any(one["type"] == "qidi.forward.returned.v1" and one["data"]["automatic"] for one in levels.city.said)
    assert levels.banner.clocks(case_no)["forward/1"]["stopped_at"] is None
    assert holders(levels.banner.holders(case_no)) == [BANNER]


# --- withdrawal meets forwarding --------------------------------------------------------------------------------------


def test_withdrawn_before_the_superior_has_heard_of_it(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.wait(hours=1)
    levels.banner.step(case_no, "withdraw", reason="建设单位调整选址")
    levels.wait(hours=1)
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    assert levels.banner.case(case_no)["state"] == "withdrawn"
    assert levels.city.case(city_no)["state"] == "withdrawn-before-acceptance"
    assert everybody_agrees(levels, case_no) == BANNER
    assert levels.banner.line(case_no)["light"] == levels.city.line(city_no)["light"] == "done"
    assert all(one["stopped_at"] for one in levels.city.clocks(city_no).values())


def test_withdrawn_while_the_acknowledgement_is_on_its_way(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry_up(BANNER)
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.wait(hours=1)
    levels.banner.step(case_no, "withdraw")
    levels.wait(hours=1)
    levels.carry()
    assert levels.banner.case(case_no)["state"] == levels.city.case(city_no)["state"] == "withdrawn"
    assert everybody_agrees(levels, case_no) == BANNER
    assert holders(levels.banner.holders(case_no)) == [BANNER, CITY, BANNER]


def test_the_holder_decided_before_it_heard_of_the_withdrawal_and_its_word_stands(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry_up(BANNER)
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "grant", actor=ZHAO)
    levels.wait(hours=1)
    levels.banner.step(case_no, "withdraw")
    levels.carry()
    case = levels.banner.case(case_no)
    assert case["state"] == "granted"
    steps = [one["step"] for one in case["steps"] if one["step"] != "stood-above"]
    assert steps[-3:] == ["withdraw", "forward-acknowledged", "outcome-returned"]
    assert everybody_agrees(levels, case_no) == BANNER
    assert levels.banner.line(case_no)["state"] == "granted"
    assert "delivery/1" in levels.banner.clocks(case_no)
    assert "撤回" in levels.city.case(city_no)["steps"][-1]["note"]


def test_returned_above_while_it_is_withdrawn_below_stays_withdrawn(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry_up(BANNER)
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "return", actor=ZHAO, reason="材料不全")
    levels.banner.step(case_no, "withdraw")
    levels.carry()
    assert levels.banner.case(case_no)["state"] == "withdrawn"
    assert levels.city.case(city_no)["state"] == "handed-back"
    assert everybody_agrees(levels, case_no) == BANNER


def test_the_applicant_withdraws_at_the_window_what_the_region_holds(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    assert set(levels.banner.case(case_no)["allowed_steps"]) == {"ask-withdrawal", "reassign", "note"}
    levels.wait(hours=1)
    levels.banner.step(case_no, "ask-withdrawal", reason="建设单位不再建设")
    assert levels.banner.case(case_no)["state"] == "held-above"
    levels.carry()
    assert levels.banner.case(case_no)["state"] == levels.city.case(city_no)["state"] == "withdrawn"
    assert everybody_agrees(levels, case_no) == BANNER


def test_withdrawn_at_the_city_while_it_waits_for_the_region_ends_with_the_regions_word(levels: Levels) -> None:
    case_no = levels.receive(REGION_MATTER)
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.wait(hours=1)
    levels.city.step(city_no, "withdraw", actor=ZHAO)
    levels.carry_down(BANNER)
    assert levels.banner.case(case_no)["state"] == "held-above"
    levels.wait(hours=1)
    levels.carry()
    assert levels.banner.case(case_no)["state"] == "withdrawn"
    assert everybody_agrees(levels, case_no) == BANNER


# --- the same thing twice ---------------------------------------------------------------------------------------------


def test_forwarding_twice_and_sending_everything_again_shuffled_changes_nothing(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    assert "step" in levels.banner.refused(case_no, "forward")
    levels.carry()
    levels.resend()
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    assert len(levels.city.cases()) == 1
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "grant", actor=ZHAO)
    levels.carry()
    before = (levels.banner.case(case_no), levels.city.cases())
    levels.resend()
    levels.carry()
    assert (levels.banner.case(case_no), levels.city.cases()) == before
    assert everybody_agrees(levels, case_no) == BANNER


def test_facts_between_others_of_the_subtree_open_nothing_here(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    assert len(levels.city.cases()) == 1
    assert levels.region.cases() == []


# --- the superior is away ---------------------------------------------------------------------------------------------


def test_the_superior_is_away_for_a_fortnight_and_only_the_forwarding_clock_turns_red(levels: Levels) -> None:
    case_no = levels.receive()
    levels.wait(hours=1)
    levels.banner.step(case_no, "forward")
    levels.until("2026-10-12T09:00")
    assert levels.banner.clocks(case_no)["forward/1"]["light"] == "red"
    assert levels.banner.case(case_no)["held_by"] == BANNER
    assert levels.banner.case(case_no)["state"] == "forwarded"
    assert levels.banner.lights_told() == ["forward/1 yellow", "forward/1 red"]

    levels.carry_up(BANNER)
    received_at = levels.city.clock.at
    levels.wait(hours=2)
    levels.carry()
    clock = levels.banner.clocks(case_no)["forward/1"]
    assert datetime.fromisoformat(clock["stopped_at"]) == received_at
    assert clock["on_time"] is False
    assert everybody_agrees(levels, case_no) == CITY
    city_no = levels.city.opened_from(case_no)["case_no"]
    # a single working day is yellow from the beginning
    lights = {one["clock_kind"]: one["light"] for one in levels.city.clocks(city_no).values()}
    assert lights == {"one_time_notice": "green", "naming": "yellow"}
    assert levels.city.lights_told() == ["naming/1 yellow"]


def test_an_outcome_that_waited_for_the_link_makes_no_delivery_late(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "grant", actor=ZHAO)
    decided_at = levels.city.clock.at.isoformat()
    levels.until("2026-10-20T09:00")
    levels.carry()
    case, delivery = levels.banner.case(case_no), levels.banner.clocks(case_no)["delivery/1"]
    assert case["held_since"] == decided_at
    assert (delivery["light"], delivery["started_at"]) == ("green", levels.banner.clock.at.isoformat())
    assert levels.banner.lights_told() == []


def test_an_acknowledgement_given_in_time_that_arrives_late_leaves_the_sender_in_time(levels: Levels) -> None:
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry_up(BANNER)
    levels.until("2026-10-12T09:00")
    levels.carry()
    assert levels.banner.clocks(case_no)["forward/1"]["on_time"] is True


def test_a_superior_whose_clock_runs_an_hour_ahead_bars_no_later_step_here(levels: Levels) -> None:
    levels.city.clock.move(hours=1)
    case_no = levels.receive()
    levels.banner.step(case_no, "forward")
    levels.carry()
    city_no = levels.city.opened_from(case_no)["case_no"]
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "grant", actor=ZHAO)
    levels.carry()
    assert levels.banner.try_step(case_no, "deliver")


# --- entered from elsewhere -------------------------------------------------------------------------------------------


def test_a_line_of_an_old_ledger_with_its_decision_is_not_forwarded_again(levels: Levels) -> None:
    entry = {
        "project_code": "2509-150424-89-01-000009",
        "project_name": "老项目",
        "owner_name": "赤峰新能源有限公司",
        "matter": CITY_MATTER,
        "handler": {"name": "王芳", "department": "自然资源局"},
        "received_at": "2026-08-03",
    }
    steps = [{"step": "accept", "occurred_at": "2026-08-05"}, {"step": "grant", "occurred_at": "2026-08-20"}]
    actor = {"name": "李四", "department": "政务服务局"}
    entries = [entry | {"row": "1", "steps": steps}, entry | {"row": "2", "received_at": "2026-09-10"}]
    results = done(levels.banner.intake, "intake.enter-cases", {"entries": entries, "actor": actor})["results"]
    assert [one["outcome"] for one in results] == ["new", "new"]
    found = {one["forward_to"]: one["state"] for one in asked(levels.banner.intake, "cases")["items"]}
    assert found == {None: "granted", CITY: "received"}
