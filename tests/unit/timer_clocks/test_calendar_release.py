"""A new calendar shows first what it would move, and then moves it with the reason on record."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.cases import ProcedureBegun
from services.timer.calendar import state_council
from tests.builders import asked, everything, refused, released
from tests.unit.timer_clocks.story import CASE, WANG, Story, accepted, at, received

#: What the first notice of 2020 said of the days that the second one changed.
FIRST = {"2020-01-31": "workday", "2020-02-01": "workday"}
SECOND = {"2020-01-31": "holiday", "2020-02-01": "holiday"}
EXTENSION = "国务院办公厅关于延长2020年春节假期的通知"


def release(story: Story, days: dict[str, str], notice: str = EXTENSION, **more: Any) -> dict[str, Any]:
    order = {"days": days, "notice": notice} | more
    return released(story.desk, order, role="ops", name="周明", department="政务服务局")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """January 2020, before the Spring Festival was extended."""
    story = Story(tmp_path, "2020-01-10 10:00")
    release(story, FIRST, "国办发明电〔2019〕16号")
    story.tell(received(), "2020-01-22 10:00")
    return story


def test_a_dry_run_shows_what_would_move_and_changes_nothing(story: Story) -> None:
    before = everything(story.desk)
    answer = release(story, SECOND, dry_run=True)
    assert answer["items"] == [
        {
            "clock_id": "150424-2026-000001/one_time_notice/1",
            "about": "150424-2026-000001",
            "from": "2020-02-04",
            "to": "2020-02-06",
            "light": "green",
            "light_after": "green",
        }
    ]
    assert answer["count"] == 1
    assert everything(story.desk) == before


def test_the_release_moves_open_clocks_and_says_why(story: Story) -> None:
    answer = release(story, SECOND)
    clock = story.clocks()["one_time_notice/1"]
    assert (clock["due_on"], clock["calendar"]) == ("2020-02-06", answer["calendar"])
    moved = next(one for one in story.said() if one.stem == "qidi.clock.moved")
    assert (moved.data["due_from"], moved.data["due_on"]) == ("2020-02-04", "2020-02-06")
    assert EXTENSION in moved.data["why"]
    assert answer["calendar"] in moved.data["why"]
    said = story.said("calendar.released")[-1]
    assert (said.data["moved"], said.actor) == (1, "周明@政务服务局")


def test_the_moved_date_is_warned_about_and_the_old_one_is_not(story: Story) -> None:
    release(story, SECOND)
    story.sweep("2020-02-05 00:00")
    assert "one_time_notice/1 red" not in story.told()
    story.sweep("2020-02-07 00:00")
    assert story.said("clock.light-changed")[-1].time == at("2020-02-07 00:00")


def test_closed_clocks_stay_as_they_were_and_are_explained_by_their_own_calendar(story: Story) -> None:
    story.tell(accepted(), "2020-01-23 10:00")
    before = story.clocks()["one_time_notice/1"]
    release(story, SECOND)
    assert story.clocks()["one_time_notice/1"] == before
    shown = asked(story.desk, "explain", clock_id=before["clock_id"])
    assert (shown["due"], shown["calendar"]) == ("2020-02-04", before["calendar"])
    assert asked(story.desk, "explain", clock_id="150424-2026-000001/decision/1")["due"] == "2020-02-28"


def test_every_day_of_an_explanation_names_the_notice(story: Story) -> None:
    release(story, SECOND)
    steps = asked(story.desk, "explain", clock_id="150424-2026-000001/one_time_notice/1")["steps"]
    extended = next(step for step in steps if step["day"] == "2020-01-31")
    assert (extended["counted"], extended["notice"]) == (False, EXTENSION)
    assert [step["number"] for step in steps if step["counted"]] == [1, 2, 3, 4, 5]


def test_the_next_years_notice_makes_provisional_dates_firm(tmp_path: Path) -> None:
    story = Story(tmp_path, "12-20 10:00")
    story.tell(received(), "12-21 10:00")
    story.tell(accepted(), "12-22 10:00")
    assert story.clocks()["decision/1"]["provisional"]
    answer = release(story, {"2027-01-01": "holiday"}, "2027年通知", known_until="2027-12-31")
    assert (answer["count"], answer["confirmed"]) == (0, 1)
    assert asked(story.desk, "releases")["known_until"] == "2027-12-31"
    assert not story.clocks()["decision/1"]["provisional"]
    assert story.said("clock.moved")[-1].data.get("provisional") is False


def test_an_acceptance_deemed_under_the_old_calendar_is_taken_back_and_deemed_at_the_new_end(story: Story) -> None:
    story.sweep("2020-02-05 00:00:01")
    assert story.clocks()["decision/1"]["deemed"]
    release(story, SECOND)
    assert story.clocks()["decision/1"]["outcome"] == "set-aside"
    story.sweep("2020-02-07 00:00:01")
    assert story.clocks()["decision/1"]["stopped_at"] is None
    assert story.told()[-1] == "decision/1 started"
    # Red of the first end, green when it was moved, yellow and red of the second.
    lights = [one for one in story.said("clock.light-changed") if "one_time_notice" in one.data["clock_id"]]
    assert [(one.data["light"], one.data.get("crossing")) for one in lights] == [
        *(("yellow", 1), ("red", 1), ("yellow", None), ("red", 2)),
    ]


def test_one_answer_lists_everything_that_is_wrong_with_a_release(story: Story) -> None:
    days = {"1850-01-01": "holiday", "2020-02-01": "feast"}
    wrong = refused(story.desk, "timer.release-calendar", {"days": days, "notice": ""}, role="ops")
    assert set(wrong) >= {"notice", "actor", "days.2020-02-01"}
    wrong = refused(
        story.desk,
        "timer.release-calendar",
        {
            "days": {"1850-01-01": "holiday", "2027-02-01": "holiday"},
            "notice": "国办发明电〔2026〕7号",
            "known_until": "2027-01-01",
            "dry_run": True,
        },
        role="ops",
    )
    assert set(wrong) == {"days", "known_until", "actor"}


def test_a_year_of_the_calendar_shows_its_exceptional_days(story: Story) -> None:
    release(story, SECOND)
    year = asked(story.desk, "calendar", year=2020)
    whose = {"release": "150424/2", "authority": "150424", "released_by": "周明@政务服务局"}
    assert {"day": "2020-01-31", "kind": "holiday", "festival": None, "notice": EXTENSION} | whose in year["days"]
    assert year["known_until"] == str(state_council().known_until)


def test_a_clock_moved_into_the_future_says_its_light_and_warns_again_when_it_becomes_due(story: Story) -> None:
    story.sweep("2020-02-05 00:00:01")
    release(story, {"2020-02-03": "holiday", "2020-02-04": "holiday", "2020-02-05": "holiday"} | SECOND)
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2020-02-11"
    last = story.said("clock.light-changed")[-1]
    assert (last.data["light"], last.data.get("crossing"), last.time) == ("green", None, at("2020-02-05 00:00:01"))
    assert story.clocks()["one_time_notice/1"]["light"] == "green"
    story.sweep("2020-02-20 00:00:01")
    mine = [one for one in story.said() if "one_time_notice" in one.data["clock_id"]][-4:]
    assert [(one.data.get("light") or one.data["rung"], one.data["crossing"]) for one in mine] == [
        *(("yellow", 2), ("red", 2), ("red+3", 1), ("red+5", 1)),
    ]
    story.sweep("2020-02-20 00:00:02")
    assert [one for one in story.said() if "one_time_notice" in one.data["clock_id"]][-4:] == mine


def test_a_date_shown_before_a_release_is_explained_by_the_calendar_of_then(story: Story) -> None:
    clock_id = "150424-2026-000001/one_time_notice/1"
    story.clock.at = at("2020-01-25 10:00")
    before = asked(story.desk, "explain", clock_id=clock_id)
    story.clock.at = at("2020-01-27 10:00")
    release(story, SECOND)
    now = asked(story.desk, "explain", clock_id=clock_id)
    assert (before["due"], now["due"], now["as_of"]) == ("2020-02-04", "2020-02-06", None)
    then = asked(story.desk, "explain", clock_id=clock_id, as_of="2020-01-25T10:00")
    assert then["as_of"] == "2020-01-25T10:00:00+08:00"
    assert then | {"as_of": None} == before
    assert asked(story.desk, "explain", clock_id=clock_id, as_of="2020-01-27")["due"] == "2020-02-06"  # that day's end


def test_what_did_not_run_then_or_lies_ahead_is_not_explained(story: Story) -> None:
    clock_id = "150424-2026-000001/one_time_notice/1"
    assert story.desk.answer("explain", {"clock_id": clock_id, "as_of": "2020-01-21"})["status"] == 404
    for wrong in ("2020-01-23", "soon", "2026-W48-6"):
        assert story.desk.answer("explain", {"clock_id": clock_id, "as_of": wrong})["status"] == 422


def test_a_dry_run_says_which_lights_change(story: Story) -> None:
    story.sweep("2020-02-05 00:00:01")
    [moved] = [one for one in release(story, SECOND, dry_run=True)["items"] if "one_time_notice" in one["clock_id"]]
    assert (moved["from"], moved["to"], moved["light"], moved["light_after"]) == (
        *("2020-02-04", "2020-02-06"),
        *("red", "yellow"),
    )


@pytest.mark.parametrize(
    ("day", "due"),
    [("2020-02-12", "2020-02-11"), ("2020-02-11", "2020-02-12"), ("2020-02-10", "2020-02-12")],
    ids=["the day after it", "the day on which it is due", "the day before"],
)
def test_what_is_due_on_a_changed_day_moves_and_what_is_due_before_it_is_left_alone(
    tmp_path: Path, day: str, due: str
) -> None:
    story = Story(tmp_path, "2020-02-03 10:00")
    story.tell(received(), "2020-02-04 10:00")
    before = story.clocks()["one_time_notice/1"]
    assert before["due_on"] == "2020-02-11"
    told = release(story, {day: "holiday"}, "林政发〔2020〕1号")
    after = story.clocks()["one_time_notice/1"]
    moves = due != "2020-02-11"
    assert (told["count"], after["due_on"], after == before) == (moves, due, not moves)


def test_what_stands_still_is_counted_again_as_well(tmp_path: Path) -> None:
    story = Story(tmp_path, "2020-02-03 10:00")
    story.tell(received(), "2020-02-03 10:00")
    story.tell(accepted(), "2020-02-03 11:00")
    begun = ProcedureBegun(case_no=CASE, handler=WANG, ground="hearing", planned=None, law="行政许可法45条")
    story.tell(begun, "2020-02-05 10:00")
    before = story.clocks()["decision/1"]
    release(story, {"2020-02-07": "holiday"}, "林政发〔2020〕1号")
    after = story.clocks()["decision/1"]
    assert (before["calendar"] != after["calendar"], after["remaining"]) == (True, before["remaining"])
