"""A list goes from region to city to banner, is adopted within the rule, and each level sees who has adopted what."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_case, asked, done, everything, refused, take
from tests.unit.forwarding.levels import BANNER, CITY, REGION, Levels, Node

pytestmark = pytest.mark.lengthy

ZHOU = {"name": "周正", "department": "政务服务局"}
PUBLISH, ADOPT, CHANGE = "intake.publish-catalogue", "intake.adopt-catalogue", "intake.adopt-matter"


@pytest.fixture
def levels(tmp_path: Path) -> Levels:
    return Levels(tmp_path)


def matter(node: Node, code: str = "NM-001") -> dict[str, Any]:
    return next(one for one in asked(node.intake, "matters")["items"] if one["code"] == code)


def change(node: Node, which: str = "NM-001", **changes: Any) -> dict[str, Any]:
    """The order that changes one matter of a list; everything else stays."""
    known = dict(matter(node, which))
    return {"matter_name": known.pop("name"), "actor": ZHOU, **known, **changes}


def changed(node: Node, which: str = "NM-001", **changes: Any) -> None:
    done(node.intake, CHANGE, change(node, which, **changes))
    node.turn()


def publish(node: Node, **order: Any) -> dict[str, Any]:
    answer = done(node.intake, PUBLISH, {"actor": ZHOU, **order})
    node.turn()
    return answer


def adopt(node: Node, **order: Any) -> dict[str, Any]:
    answer = done(node.intake, ADOPT, {"actor": ZHOU, **order})
    node.turn()
    return answer


def clock(node: Node, by: str, number: int = 1) -> dict[str, Any]:
    [found] = asked(node.desks["timer"], "clocks", about=f"catalogue/{by}/{number}")["items"]
    return dict(found)


def days(amount: int) -> dict[str, Any]:
    return {"amount": amount, "unit": "working_days"}


def told(node: Node) -> dict[str, dict[str, Any]]:
    return {one["authority"]: one for one in asked(node.intake, "adoptions")["items"]}


# --- from level to level ----------------------------------------------------------------------------------------------


def test_a_list_goes_down_and_its_adoption_comes_up(levels: Levels) -> None:
    changed(levels.region, promised=days(15))
    answer = publish(levels.region)
    assert (answer["number"], answer["matters"]) == (1, 39)
    levels.wait(hours=1)
    levels.carry()
    for node in (levels.city, levels.banner):
        [waiting] = asked(node.intake, "differences")["waiting"]
        assert (waiting["by"], waiting["number"], waiting["matters"]) == (REGION, 1, 39)
        assert matter(node)["promised"] == days(20)  # nothing changes until it is adopted
    assert told(levels.region)[BANNER]["version"] is None
    assert told(levels.region)[BANNER]["arrived_at"] is not None

    levels.wait(days=2)
    assert adopt(levels.banner)["adopted"] == [{"by": REGION, "number": 1}]
    assert matter(levels.banner)["promised"] == days(15)
    assert matter(levels.banner)["department"] == "发展改革委"
    assert asked(levels.banner.intake, "differences")["waiting"] == []
    levels.carry()
    found = told(levels.region)
    assert (found[BANNER]["version"], found[BANNER]["lag_days"], found[BANNER]["person"]) == (1, 2, "周正@政务服务局")
    assert (found[BANNER]["beyond"], found[CITY]["version"]) == (0, None)


def test_the_city_publishes_shorter_limits_and_both_bind_the_banner(levels: Levels) -> None:
    changed(levels.region, promised=days(15))
    publish(levels.region)
    levels.carry()
    adopt(levels.city, matters=[{"code": "NM-001", "promised": days(10)}])
    publish(levels.city)
    levels.carry()
    waiting = asked(levels.banner.intake, "differences")["waiting"]
    assert [(one["by"], one["number"]) for one in waiting] == [(REGION, 1), (CITY, 1)]
    adopt(levels.banner, by=REGION)
    assert matter(levels.banner)["promised"] == days(15)
    adopt(levels.banner)
    assert matter(levels.banner)["promised"] == days(10)
    levels.carry()
    assert told(levels.city)[BANNER]["version"] == 1
    assert told(levels.region)[BANNER]["version"] == 1
    # A new version of the region does not undo what the city has shortened.
    changed(levels.region, "NM-002", legal_basis="条例第八条")
    publish(levels.region)
    levels.carry()
    adopt(levels.banner)
    assert (matter(levels.banner)["promised"], matter(levels.banner, "NM-002")["legal_basis"]) == (
        days(10),
        "条例第八条",
    )


def test_what_is_published_below_binds_nobody_above(levels: Levels) -> None:
    changed(levels.city, promised=days(5))
    publish(levels.city)
    levels.carry()
    assert asked(levels.region.intake, "publications")["above"] == []
    assert asked(levels.banner.intake, "publications")["above"][0]["by"] == CITY


def test_everything_sent_again_changes_nothing(levels: Levels) -> None:
    publish(levels.region)
    levels.carry()
    adopt(levels.banner)
    levels.carry()
    before = {code: everything(node.intake) for code, node in levels.nodes.items()}
    levels.resend()
    assert {code: everything(node.intake) for code, node in levels.nodes.items()} == before


# --- within the rule --------------------------------------------------------------------------------------------------


def test_an_adoption_that_goes_beyond_is_refused_once_with_everything(levels: Levels) -> None:
    changed(levels.banner, materials=[*matter(levels.banner)["materials"], "会议纪要"])
    changed(levels.banner, "NM-004", promised=days(30))
    changed(levels.banner, "NM-005", special_steps=["领导小组会议"])
    changed(levels.banner, code="local-1", matter_name="自设事项")
    publish(levels.region)
    levels.carry()
    before = everything(levels.banner.intake)
    wrong = refused(levels.banner.intake, ADOPT, {"actor": ZHOU, "matters": [{"code": "NM-006", "promised": days(99)}]})
    assert set(wrong) == {
        "matters.NM-001.materials",
        "matters.NM-004.promised",
        "matters.NM-005.special_steps",
        "matters.NM-006.promised",
        "matters.local-1.code",
    }
    assert "会议纪要" in wrong["matters.NM-001.materials"]
    assert everything(levels.banner.intake) == before
    found = asked(levels.banner.intake, "differences")
    assert (found["refused"], {one["outcome"] for one in found["items"]}) == (4, {"refused"})

    answer = adopt(levels.banner, align=True)
    assert answer["given_up"] == ["local-1"]
    assert asked(levels.banner.intake, "differences")["items"] == []


def test_shorter_promises_are_adopted_and_told(levels: Levels) -> None:
    publish(levels.region)
    levels.carry()
    answer = adopt(levels.banner, matters=[{"code": "NM-001", "promised": days(12)}])
    assert answer["shorter"] == ["NM-001"]
    [found] = asked(levels.banner.intake, "differences")["items"]
    assert (found["kind"], found["outcome"]) == ("shorter-limit", "kept")
    levels.carry()
    assert told(levels.region)[BANNER]["shorter"] == 1


def test_a_single_matter_may_not_go_beyond_the_list_above_either(levels: Levels) -> None:
    publish(levels.region)
    levels.carry()
    for node, adopted in ((levels.city, False), (levels.banner, True)):
        if adopted:
            adopt(node)
        before = everything(node.intake)
        longer = change(node, promised=days(20), statutory=days(25), materials=["会议纪要"], deciding_level="city")
        assert set(refused(node.intake, CHANGE, longer)) == {"statutory", "materials", "deciding_level"}
        assert set(refused(node.intake, CHANGE, change(node, code="local-1"))) == {"code"}
        assert everything(node.intake) == before
        changed(node, promised=days(8))
        assert matter(node)["promised"] == days(8)


def test_a_case_keeps_the_limit_of_its_receipt_when_another_list_is_adopted(levels: Levels) -> None:
    case_no = levels.receive("NM-001")
    levels.banner.step(case_no, "accept")
    changed(levels.region, promised=days(5))
    publish(levels.region)
    levels.carry()
    adopt(levels.banner)
    assert levels.banner.case(case_no)["limit"] == days(20)
    assert levels.banner.clocks(case_no)["decision/1"]["limit"] == days(20)
    later = done(levels.banner.intake, "intake.receive-case", a_case(received_at=levels.banner.clock.at.isoformat()))
    assert levels.banner.case(later["case_no"])["limit"] == days(5)


def test_a_dry_run_shows_and_changes_nothing(levels: Levels) -> None:
    levels.region.turn()
    before = everything(levels.region.intake)
    assert publish(levels.region, dry_run=True)["changes"] == []
    assert everything(levels.region.intake) == before
    publish(levels.region)
    changed(levels.region, promised=days(15))
    [one] = publish(levels.region, dry_run=True)["changes"]
    assert (one["code"], one["field"], one["before"], one["after"]) == ("NM-001", "promised", days(20), days(15))
    levels.carry()
    before = everything(levels.banner.intake)
    assert adopt(levels.banner, dry_run=True)["matters"] == 39
    assert everything(levels.banner.intake) == before


@pytest.mark.parametrize("order", [{"by": REGION, "number": 7}, {"by": CITY}])
def test_only_what_waits_can_be_adopted(levels: Levels, order: dict[str, Any]) -> None:
    assert refused(levels.banner.intake, ADOPT, {"actor": ZHOU})[""] == "No list from above waits to be adopted."
    publish(levels.region)
    levels.carry()
    assert set(refused(levels.banner.intake, ADOPT, {"actor": ZHOU, **order})) == {"number"}


def test_a_publication_needs_a_person_a_day_ahead_something_new_and_somebody_below(levels: Levels) -> None:
    assert set(refused(levels.region.intake, PUBLISH, {"adopt_by": "2026-09-16"})) == {"adopt_by", "actor"}
    publish(levels.region)
    for node in (levels.region, levels.banner):
        ruling = take(node.intake, PUBLISH, {"actor": ZHOU})
        assert ruling.reply is not None
        assert ruling.reply["status"] == 409


# --- in time ----------------------------------------------------------------------------------------------------------


def test_the_clock_runs_ten_working_days_from_the_arrival_and_stops_at_the_adoption(levels: Levels) -> None:
    publish(levels.region)
    levels.wait(days=5)  # the link was cut: that costs the authority below nothing
    levels.carry()
    found = clock(levels.banner, REGION)
    assert (found["limit"], found["light"], found["due_on"]) == (days(10), "green", "2026-10-12")
    levels.until("2026-10-09")
    levels.carry()
    assert levels.banner.lights_told() == ["150000/1/catalogue_drift/1 yellow"]
    adopt(levels.banner)
    found = clock(levels.banner, REGION)
    assert (found["light"], found["on_time"], found["outcome"]) == ("done", True, "publication-adopted")


def test_adopting_late_turns_the_light_red_once(levels: Levels) -> None:
    publish(levels.region)
    levels.carry()
    levels.until("2026-10-20")
    assert levels.banner.lights_told() == [f"150000/1/catalogue_drift/1 {light}" for light in ("yellow", "red")]
    adopt(levels.banner)
    found = clock(levels.banner, REGION)
    assert (found["on_time"], found["overdue_working_days"] > 0) == (False, True)


def test_a_day_given_by_the_publisher_counts_from_the_arrival(levels: Levels) -> None:
    publish(levels.region, adopt_by="2026-10-14")
    levels.carry()
    assert clock(levels.banner, REGION)["due_on"] == "2026-10-14"
    changed(levels.region, promised=days(15))
    publish(levels.region, adopt_by="2026-10-14")
    levels.wait(days=7)
    levels.carry()
    assert clock(levels.banner, REGION, 2)["due_on"] == "2026-10-21"


def test_a_newer_version_does_not_give_more_time_for_the_older_and_settles_it(levels: Levels) -> None:
    publish(levels.region)
    levels.carry()
    levels.wait(days=3)
    changed(levels.region, promised=days(15))
    publish(levels.region)
    levels.carry()
    assert clock(levels.banner, REGION, 1)["due_on"] < clock(levels.banner, REGION, 2)["due_on"]
    adopt(levels.banner)
    assert [clock(levels.banner, REGION, number)["light"] for number in (1, 2)] == ["done", "done"]
