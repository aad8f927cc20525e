"""Days and limits that a superior sets reach everybody below, and move what they should and no more."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.vocabulary import ZONE
from tests.builders import asked, done, refused, released, said, take
from tests.unit.forwarding.levels import BANNER, CITY, CITY_MATTER, OWN_MATTER, REGION, Levels, Node

pytestmark = pytest.mark.lengthy

FIRST = {"2020-01-31": "workday", "2020-02-01": "workday"}
SECOND = {"2020-01-31": "holiday", "2020-02-01": "holiday"}
FIRST_NOTICE = "国务院办公厅关于2020年部分节假日安排的通知(国办发明电〔2019〕16号)"
SECOND_NOTICE = "国务院办公厅关于延长2020年春节假期的通知(国办发明电〔2020〕1号)"
WHO = {"role": "supervisor", "name": "周明", "department": "政务服务局"}


@pytest.fixture
def levels(tmp_path: Path) -> Levels:
    """January 2020, before the Spring Festival was extended."""
    levels = Levels(tmp_path)
    for node in levels.nodes.values():
        node.clock.at = node.clock.at.replace(year=2020, month=1, day=10, tzinfo=ZONE)
    return levels


def release(node: Node, days: dict[str, str], notice: str, **more: Any) -> dict[str, Any]:
    answer = released(node.desks["timer"], {"days": days, "notice": notice} | more, **WHO)
    node.turn()
    return answer


def withdraw(node: Node, number: int, reason: str = "撤销延长", **more: Any) -> dict[str, Any]:
    order = {"release_no": number, "reason": reason} | more
    answer = released(node.desks["timer"], order, **WHO)
    node.turn()
    return answer


def set_rule(node: Node, rule: str, amount: int, since: str, unit: str = "working_days") -> dict[str, Any]:
    answer = done(node.desks["timer"], "timer.set-rules", an_order(rule, amount, since, unit), **WHO)
    node.turn()
    return answer


def an_order(rule: str, amount: int, since: str, unit: str = "working_days") -> dict[str, Any]:
    limits = [{"rule": rule, "limit": {"amount": amount, "unit": unit}}]
    return {"rules": limits, "in_force_from": since, "basis": "内政办发〔2020〕8号"}


def day(node: Node, wanted: str) -> dict[str, Any] | None:
    year = asked(node.desks["timer"], "calendar", year=int(wanted[:4]))
    return next((one for one in year["days"] if one["day"] == wanted), None)


def version(node: Node) -> str:
    return str(asked(node.desks["timer"], "lights")["calendar"])


def moved(node: Node) -> list[dict[str, Any]]:
    return [one["data"] for one in node.said if one["type"].startswith("qidi.clock.moved")]


def releases(node: Node) -> list[tuple[str, int, str]]:
    items = asked(node.desks["timer"], "releases")["items"]
    return [(one["authority"], one["release_no"], one["standing"]) for one in items]


# --- calendars --------------------------------------------------------------------------------------------------------


def test_the_region_extends_the_spring_festival_and_the_banners_open_clock_moves(levels: Levels) -> None:
    release(levels.region, FIRST, FIRST_NOTICE)
    levels.carry()
    levels.until("2020-01-22 10:00")
    case_no = levels.receive(OWN_MATTER)
    assert levels.banner.clocks(case_no)["one_time_notice/1"]["due_on"] == "2020-02-04"

    levels.until("2020-01-27 09:00")
    release(levels.region, SECOND, SECOND_NOTICE)
    assert levels.banner.clocks(case_no)["one_time_notice/1"]["due_on"] == "2020-02-04"
    levels.carry()
    clock = levels.banner.clocks(case_no)["one_time_notice/1"]
    assert clock["due_on"] == "2020-02-06"
    (told,) = moved(levels.banner)
    assert (told["due_from"], told["due_on"]) == ("2020-02-04", "2020-02-06")
    assert SECOND_NOTICE in told["why"]
    assert "内蒙古自治区" in told["why"]
    assert version(levels.banner) == version(levels.city) == version(levels.region) == clock["calendar"]

    steps = asked(levels.banner.desks["timer"], "explain", clock_id=clock["clock_id"])["steps"]
    extended = next(step for step in steps if step["day"] == "2020-01-31")
    assert (extended["counted"], extended["notice"], extended["authority"]) == (False, SECOND_NOTICE, REGION)
    shown = day(levels.banner, "2020-01-31")
    assert shown is not None
    assert (shown["authority"], shown["released_by"]) == (REGION, "周明@政务服务局")


def test_closed_clocks_stay_and_a_withdrawal_by_the_region_restores_the_open_ones(levels: Levels) -> None:
    release(levels.region, FIRST, FIRST_NOTICE)
    levels.carry()
    before = version(levels.banner)
    levels.until("2020-01-22 10:00")
    closed = levels.receive(OWN_MATTER)
    levels.wait(hours=1)
    levels.banner.step(closed, "accept")
    opened = levels.receive(OWN_MATTER)
    release(levels.region, SECOND, SECOND_NOTICE)
    levels.carry()
    assert levels.banner.clocks(closed)["one_time_notice/1"]["due_on"] == "2020-02-04"
    assert levels.banner.clocks(opened)["one_time_notice/1"]["due_on"] == "2020-02-06"

    levels.wait(hours=1)
    withdraw(levels.region, 2)
    levels.carry()
    assert levels.banner.clocks(opened)["one_time_notice/1"]["due_on"] == "2020-02-04"
    assert version(levels.banner) == before
    assert "撤销延长" in moved(levels.banner)[-1]["why"]
    assert releases(levels.banner) == [(REGION, 2, "withdrawn"), (REGION, 1, "in-force")]


def test_a_banners_own_day_stays_on_top_of_what_the_region_releases_later(levels: Levels) -> None:
    release(levels.banner, {"2020-01-31": "workday"}, "林政办发〔2020〕1号")
    release(levels.region, {"2020-01-31": "holiday", "2020-02-03": "holiday"}, SECOND_NOTICE)
    release(levels.city, {"2020-02-03": "workday"}, "赤政办发〔2020〕2号")
    levels.carry()
    found = {one: day(levels.banner, one) for one in ("2020-01-31", "2020-02-03")}
    assert {one: (shown["kind"], shown["authority"]) for one, shown in found.items() if shown} == {
        "2020-01-31": ("workday", BANNER),
        "2020-02-03": ("workday", CITY),
    }
    withdraw(levels.banner, 1)
    shown = day(levels.banner, "2020-01-31")
    assert shown is not None
    assert (shown["kind"], shown["authority"]) == ("holiday", REGION)


def test_the_same_notice_entered_by_hand_below_counts_once_and_says_which_is_in_force(levels: Levels) -> None:
    days = {"2027-01-01": "holiday", "2027-01-04": "holiday"}
    release(levels.banner, days, "国办发明电[2026]9号", known_until="2027-12-31")
    release(levels.region, days | {"2027-01-03": "workday"}, "国办发明电〔2026〕９号", known_until="2027-12-31")
    levels.carry()
    assert releases(levels.banner) == [(REGION, 1, "in-force"), (BANNER, 1, "repeated")]
    repeated = asked(levels.banner.desks["timer"], "releases")["items"][1]["repeats"]
    assert repeated == {"authority": REGION, "release_no": 1, "differing_days": ["2027-01-03"]}
    shown = day(levels.banner, "2027-01-04")
    assert shown is not None
    assert shown["authority"] == REGION
    withdraw(levels.region, 1, "日期有误")
    levels.carry()
    assert day(levels.banner, "2027-01-03") is None
    assert releases(levels.banner) == [(REGION, 1, "withdrawn"), (BANNER, 1, "in-force")]


def test_the_next_years_notice_of_the_region_makes_dates_below_firm(levels: Levels) -> None:
    for node in levels.nodes.values():
        node.clock.at = node.clock.at.replace(year=2026, month=12, day=20)
    case_no = levels.receive(OWN_MATTER)
    levels.wait(hours=1)
    levels.banner.step(case_no, "accept")
    assert levels.banner.clocks(case_no)["decision/1"]["provisional"]
    release(levels.region, {"2027-01-01": "holiday"}, "国办发明电〔2026〕9号", known_until="2027-12-31")
    levels.carry()
    assert not levels.banner.clocks(case_no)["decision/1"]["provisional"]
    withdraw(levels.region, 1)
    levels.carry()
    assert levels.banner.clocks(case_no)["decision/1"]["provisional"]


def test_a_dry_run_of_the_region_reaches_nobody(levels: Levels) -> None:
    before = version(levels.banner)
    answer = release(levels.region, SECOND, SECOND_NOTICE, dry_run=True)
    levels.carry()
    assert (answer["dry_run"], version(levels.banner), releases(levels.region)) == (True, before, [])


def test_only_who_released_days_withdraws_them_and_only_once(levels: Levels) -> None:
    release(levels.region, SECOND, SECOND_NOTICE)
    levels.carry()
    order = {"release_no": 1, "reason": "不适用"}
    wrong = refused(levels.banner.desks["timer"], "timer.draft-withdrawal", order, **WHO)
    assert "only who released days can withdraw them" in wrong["release_no"]
    withdraw(levels.region, 1)
    wrong = refused(levels.region.desks["timer"], "timer.draft-withdrawal", order, **WHO)
    assert "already" in wrong["release_no"]


def test_an_authoritys_words_keep_their_order_when_its_clock_is_set_back(levels: Levels) -> None:
    release(levels.region, {"2027-01-02": "holiday"}, "甲通知", known_until="2027-12-31")
    levels.region.clock.move(hours=-2)
    release(levels.region, {"2027-01-02": "workday"}, "乙通知", known_until="2027-12-31")
    levels.carry()
    for node in (levels.region, levels.banner):
        shown = day(node, "2027-01-02")
        assert shown is not None
        assert (shown["kind"], shown["notice"]) == ("workday", "乙通知")


def test_what_travels_again_and_backwards_changes_nothing(levels: Levels) -> None:
    release(levels.region, FIRST, FIRST_NOTICE)
    release(levels.region, SECOND, SECOND_NOTICE)
    levels.carry()
    before = (version(levels.banner), releases(levels.banner))
    levels.resend()
    assert (version(levels.banner), releases(levels.banner)) == before


# --- clock rules ------------------------------------------------------------------------------------------------------


def test_the_regions_line_of_one_day_counts_for_new_clocks_below_and_running_ones_keep_theirs(levels: Levels) -> None:
    levels.until("2020-03-02 10:00")
    old = levels.receive(CITY_MATTER)
    assert levels.banner.clocks(old)["forward/1"]["limit"]["amount"] == 7
    set_rule(levels.region, "forward", 1, "2020-03-03")
    levels.carry()
    same_day = levels.receive(CITY_MATTER)
    assert levels.banner.clocks(same_day)["forward/1"]["limit"]["amount"] == 7

    levels.until("2020-03-03 10:00")
    new = levels.receive(CITY_MATTER)
    clock = levels.banner.clocks(new)["forward/1"]
    assert (clock["limit"]["amount"], clock["due_on"]) == (1, "2020-03-04")
    levels.banner.step(old, "accept")
    assert levels.banner.clocks(old)["forward/1"]["limit"]["amount"] == 7
    assert moved(levels.banner) == []

    whose = asked(levels.banner.desks["timer"], "explain", clock_id=clock["clock_id"])["limit_set"]
    assert (whose["authority"], whose["basis"], whose["own"]) == (REGION, "内政办发〔2020〕8号", False)
    old_clock = levels.banner.clocks(old)["forward/1"]["clock_id"]
    assert asked(levels.banner.desks["timer"], "explain", clock_id=old_clock)["limit_set"] is None


def test_a_rule_that_arrives_late_turns_no_running_clock_red(levels: Levels) -> None:
    levels.until("2020-03-02 10:00")
    set_rule(levels.region, "forward", 1, "2020-03-02")
    case_no = levels.receive(CITY_MATTER)
    levels.until("2020-03-06 10:00")
    levels.carry()
    levels.banner.step(case_no, "accept")  # its clocks are counted again
    levels.wait(seconds=10)
    assert "forward/1 red" not in levels.banner.lights_told()
    assert levels.banner.clocks(case_no)["forward/1"]["limit"]["amount"] == 7
    assert levels.banner.clocks(levels.receive(CITY_MATTER))["forward/1"]["limit"]["amount"] == 1


def test_an_authority_may_shorten_what_its_superior_set_and_is_told_why_it_may_not_lengthen_it(levels: Levels) -> None:
    levels.until("2020-03-02 10:00")
    set_rule(levels.region, "forward", 3, "2020-03-02")
    levels.carry()
    wrong = refused(levels.city.desks["timer"], "timer.set-rules", an_order("forward", 5, "2020-03-02"), **WHO)
    text = wrong["rules.0.limit.amount"]
    assert "内蒙古自治区" in text
    assert "内政办发〔2020〕8号" in text
    wrong = refused(levels.region.desks["timer"], "timer.set-rules", an_order("forward", 8, "2020-03-02"), **WHO)
    assert "7" in wrong["rules.0.limit.amount"]
    set_rule(levels.city, "forward", 2, "2020-03-02")
    levels.carry()
    assert levels.banner.clocks(levels.receive(CITY_MATTER))["forward/1"]["limit"]["amount"] == 2
    rules = asked(levels.banner.desks["timer"], "rules")["items"]
    forward = next(one for one in rules if one["rule"] == "forward")
    assert (forward["set"]["authority"], forward["limit"]["amount"], forward["law_limit"]["amount"]) == (CITY, 2, 7)
    assert [one["authority"] for one in forward["standing"]] == [REGION, CITY]


def test_urgent_complaints_can_be_shortened_in_their_own_unit_only(levels: Levels) -> None:
    timer = levels.city.desks["timer"]
    order = an_order("complaint_answer.urgent", 1, "2020-03-02")
    assert set(refused(timer, "timer.set-rules", order, **WHO)) == {"rules.0.limit.unit"}
    set_rule(levels.city, "complaint_answer.urgent", 12, "2020-01-10", "hours")
    urgent = next(one for one in asked(timer, "rules")["items"] if one["rule"] == "complaint_answer.urgent")
    assert urgent["limit"] == {"amount": 12, "unit": "hours"}


def test_one_answer_lists_everything_that_is_wrong_with_new_rules(levels: Levels) -> None:
    limit = {"amount": 1, "unit": "working_days"}
    asked_for = ["decision", "tea", "delivery", "delivery", "one_time_notice"]
    rules = [{"rule": rule, "limit": limit} for rule in asked_for]
    rules[-1]["limit"] = {"amount": 0, "unit": "working_days"}
    order = {"rules": rules, "in_force_from": "2019-12-31", "basis": ""}
    ruling = take(levels.city.desks["timer"], "timer.set-rules", order, role="ops")
    assert ruling.reply is not None
    assert {one["field"] for one in ruling.reply["problems"]} == {
        "basis", "actor", "in_force_from",
        "rules.0.rule", "rules.1.rule", "rules.3.rule", "rules.4.limit.amount",
    }  # fmt: skip
    assert said(levels.city.desks["timer"], "qidi.rules") == []
