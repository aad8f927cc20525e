"""Each light is said once, in order, never early, and not for what late entries explain."""

from pathlib import Path

import pytest
from sqlalchemy import event as alchemy
from sqlalchemy import text

from services.contracts.vocabulary import Unit
from services.timer.calendar import state_council
from services.timer.domain import yellow_moment
from services.timer.limits import CalendarDays, HalfWorkingDays, Hours, Limit, Months, WorkingDays
from services.timer.service import BOARD
from tests.builders import asked
from tests.unit.timer_clocks.story import Story, accepted, at, granted, reassigned, received, short

pytestmark = pytest.mark.lengthy


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_yellow_and_red_are_said_once_with_the_moment_at_which_they_turned(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    for when in ("09-20 23:59:59", "09-21 00:00:01", "09-21 09:00", "09-22 23:59:59", "09-23 00:00:01", "09-25 09:00"):
        story.sweep(when)
    lights = story.said("clock.light-changed")
    assert [(one.data["light"], one.time, one.recordedtime) for one in lights] == [
        ("yellow", at("09-21 00:00"), at("09-21 00:00:01")),
        ("red", at("09-23 00:00"), at("09-23 00:00:01")),
    ]


def test_after_downtime_one_sweep_says_everything_in_order(story: Story) -> None:
    story.tell(received("a"), "09-16 10:00")
    story.tell(received("b"), "09-17 10:00")
    story.sweep("09-30 10:00")
    said = [(one.data["about"], one.data["light"]) for one in story.said("clock.light-changed")]
    assert said == [("a", "yellow"), ("b", "yellow"), ("a", "red"), ("b", "red")]
    story.sweep("09-30 10:01")
    assert len(story.said("clock.light-changed")) == 4


def test_a_decision_deemed_after_long_downtime_has_its_own_warnings_after_the_notice_was_missed(story: Story) -> None:
    story.tell(received(days=5), "09-16 10:00")
    story.sweep("10-30 10:00")
    lights = [one for one in story.said() if one.stem != "qidi.clock.rung-crossed"]
    assert [short(one) for one in lights] == [
        "one_time_notice/1 started",
        "one_time_notice/1 yellow",
        "one_time_notice/1 red",
        "decision/1 started",
        "decision/1 yellow",
        "decision/1 red",
    ]
    assert {one.time for one in lights[2:]} == {at("09-23 00:00")}, "no light before the law set the clock"


def test_nothing_unfires_and_nothing_fires_again_when_the_clock_jumps_back(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:01")
    before = story.told()
    story.sweep("09-18 10:00")
    story.tell(accepted(), "09-22 10:00")  # heard on the 22nd again, after the 23rd was seen
    assert story.told()[: len(before)] == before
    story.sweep("09-24 10:00")
    assert [word for word in story.told() if word.endswith(("yellow", "red"))] == [
        "one_time_notice/1 yellow",
        "one_time_notice/1 red",
    ]


def test_the_deemed_acceptance_stands_when_the_clock_jumps_back(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:01")
    story.clock.at = at("09-22 12:00")
    story.deliver([story.seal(reassigned(), at("09-22 12:00"))])
    clock = story.clocks()["decision/1"]
    assert (clock["deemed"], clock["stopped_at"], clock["responsible"]) == (True, None, "李强")


def test_a_history_entered_within_a_second_fires_nothing_for_what_was_in_time(story: Story) -> None:
    story.tell_late((received(), "03-02 10:00"))
    story.sweep("09-16 10:00:01")
    story.tell_late((accepted(), "03-04 10:00"))
    story.sweep("09-16 10:00:02")
    story.tell_late((granted(), "03-20 10:00"))
    story.sweep("09-16 10:00:04")
    assert story.said("clock.light-changed") == []
    stopped = {one.data["clock_kind"]: one.data["on_time"] for one in story.said("clock.stopped")}
    assert stopped == {"one_time_notice": True, "decision": True}
    assert "decision/1 moved" not in story.told()


def test_a_late_stop_entered_late_is_told_by_the_stop_and_not_by_a_warning(story: Story) -> None:
    story.tell_late((received(days=3), "03-02 10:00"), (accepted(), "03-04 10:00"), (granted(), "03-20 10:00"))
    story.sweep("09-16 11:00")
    late = next(one for one in story.said("clock.stopped") if one.data["clock_kind"] == "decision")
    assert (late.data["on_time"], late.data["overdue_working_days"]) == (False, 9)
    assert [w for w in story.told() if w.startswith("decision") and w.endswith(("yellow", "red"))] == []


def test_a_history_that_ends_in_an_open_clock_is_red_once_it_has_settled(story: Story) -> None:
    story.tell_late((received(), "03-02 10:00"), (accepted(), "03-04 10:00"))
    story.sweep("09-16 10:00:04")
    assert story.said("clock.light-changed") == []
    story.sweep("09-16 10:00:05")
    rungs = ("yellow", "red", "red+3", "red+5", "red+10")
    assert story.told()[-5:] == [f"decision/1 {rung}" for rung in rungs]


def test_while_a_long_history_keeps_coming_its_past_is_not_judged_but_live_clocks_are(story: Story) -> None:
    story.tell(received("live"), "09-16 10:00")
    story.clock.at = at("09-20 23:59:50")
    story.tell_late((received(), "03-02 10:00"))
    for second in ("09-20 23:59:54", "09-20 23:59:58", "09-21 00:00:02"):
        story.clock.at = at(second)
        story.tell_late((received(f"other {second}"), "03-03 10:00"))
        story.sweep()
    assert story.told()[-1] == "one_time_notice/1 yellow"
    assert {one.data["about"] for one in story.said("clock.light-changed")} == {"live"}
    story.sweep("09-21 00:00:07")
    assert len(story.said("clock.light-changed")) == 1 + 4 * (2 + 2)  # notices, and the deemed decisions behind them


def test_an_endless_history_holds_back_nobody_for_more_than_a_minute(story: Story) -> None:
    story.tell_late((received(), "03-02 10:00"))
    story.clock.at = at("09-16 10:01:06")
    story.tell_late((received("other"), "03-03 10:00"))
    story.sweep()
    assert {one.data["about"] for one in story.said("clock.light-changed")} == {"150424-2026-000001"}


def test_a_stop_in_the_first_second_of_red_still_tells_red(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-22 10:00")
    story.tell(accepted(), "09-23 00:00:00")
    assert "one_time_notice/1 red" in story.told()
    assert not story.clocks()["one_time_notice/1"]["on_time"]


@pytest.mark.parametrize(
    ("limit", "start", "due_at", "yellow"),
    [
        (WorkingDays(5), "09-16 10:00", "09-23 00:00", "09-21 00:00"),
        (WorkingDays(20), "09-16 10:00", "10-21 00:00", "10-14 00:00"),
        (WorkingDays(1), "09-16 10:00", "09-18 00:00", "09-16 10:00"),
        (CalendarDays(30), "09-16 10:00", "10-20 00:00", "10-13 00:00"),
        (Months(2), "09-16 10:00", "11-17 00:00", "11-04 00:00"),
        (Hours(24), "09-16 10:00", "09-17 10:00", "09-17 06:00"),
        (HalfWorkingDays(1), "09-16 10:00", "09-17 00:00", "09-16 10:00"),
        (HalfWorkingDays(10), "09-16 10:00", "09-22 12:00", "09-21 00:00"),
    ],
)
def test_yellow_begins_when_a_fifth_of_the_limit_or_one_unit_is_left(
    limit: Limit, start: str, due_at: str, yellow: str
) -> None:
    assert yellow_moment(state_council(), limit, at(start), at(due_at)) == at(yellow)


def test_a_tick_with_nothing_due_is_one_look_into_one_index(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    asked_for: list[str] = []
    listen = lambda *args: asked_for.append(args[2])  # noqa: E731  # the engine wants a callable that takes anything
    alchemy.listen(story.desk.engine, "before_cursor_execute", listen)
    story.sweep("09-16 10:05")
    alchemy.remove(story.desk.engine, "before_cursor_execute", listen)
    assert len([one for one in asked_for if one.startswith("SELECT")]) == 1
    with story.desk.engine.connect().execution_options(reading=True) as connection:
        plan = (
            connection.execute(text(f"EXPLAIN QUERY PLAN {asked_for[-1]}"), {"now": 0, "limit": 500})
            if (":now" in asked_for[-1])
            else connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked_for[-1]}", (0, 500))
        )
        assert "clocks_next" in str(plan.all())


def test_lights_are_counted_from_the_moments_at_any_time(story: Story) -> None:
    story.tell(received("a"), "09-16 10:00")
    story.tell(received("b", department="水利局"), "09-17 10:00")
    story.tell(received("c", days=2, unit=Unit.HOURS), "09-21 10:00")
    story.clock.at = at("09-23 09:00")
    answer = asked(story.desk, "lights")
    assert answer["by_light"] == {"green": 1, "yellow": 1, "red": 1, "grey": 0}
    assert answer["by_department"][0] == {"department": "发展改革委", "green": 1, "yellow": 0, "red": 1, "grey": 0}
    assert answer["oldest_overdue_working_days"] == 1
    assert (answer["known_until"], answer["calendar_days_left"]) == ("2026-12-31", 99)


def test_several_pages_of_clocks_that_turn_at_the_same_midnight_are_all_said_in_one_tick(story: Story) -> None:
    cases = [f"c{number:04d}" for number in range(600)]
    story.deliver([story.seal(received(case), at("09-16 10:00")) for case in cases])
    story.sweep("09-23 00:00:01")
    said = [(one.data["about"], one.data["light"]) for one in story.said("clock.light-changed")]
    assert said == [(case, "yellow") for case in cases] + [(case, "red") for case in cases]
    assert [tick.every_seconds for tick in BOARD.ticks if tick.every_seconds < 2] == [1.0]


def test_an_overdue_clock_climbs_the_ladder_in_order_also_after_a_weeks_downtime(story: Story) -> None:
    story.tell(received(days=5), "09-16 10:00")
    story.tell(accepted(), "09-16 11:00")  # due on 09-22 with the make-up Sunday
    story.sweep("09-28 09:00")
    assert story.told()[-3:] == ["decision/1 yellow", "decision/1 red", "decision/1 red+3"]
    story.sweep("10-20 09:00")
    story.sweep("10-20 09:01")
    climbed = story.said("clock.rung-crossed")
    assert [(one.data["rung"], one.data["overdue_working_days"], one.time) for one in climbed] == [
        ("red+3", 3, at("09-28 00:00")),
        ("red+5", 5, at("09-30 00:00")),
        ("red+10", 10, at("10-13 00:00")),
    ]
    assert {one.data["crossing"] for one in climbed} == {1}


def test_a_clock_that_is_stopped_before_a_rung_never_crosses_it(story: Story) -> None:
    story.tell(received(days=5), "09-16 10:00")
    story.tell(accepted(), "09-16 11:00")
    story.tell(granted(), "09-28 10:00")
    story.sweep("10-20 09:00")
    assert [one.data["rung"] for one in story.said("clock.rung-crossed") if "decision" in one.data["clock_id"]] == [
        "red+3"
    ]
