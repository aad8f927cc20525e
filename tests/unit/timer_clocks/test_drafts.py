"""How time counts is changed by two persons: one drafts and sees what would move, another one releases."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.vocabulary import Light
from services.timer.calendar import Calendar, state_council
from services.timer.service import BOARD
from services.timer.usual import missing
from tests.builders import DRAFTER, asked, done, everything, refused, take
from tests.unit.timer_clocks.story import CASE, Story, accepted, at, received

#: In the five working days after Wednesday 2026-09-16.
OFF = {"days": {"2026-09-21": "holiday", "2026-09-22": "holiday"}, "notice": "林政办发〔2026〕45号"}
NOTICE_OF_2027 = {"days": {"2027-01-01": "holiday"}, "notice": "国办发明电〔2026〕7号", "known_until": "2027-12-31"}
SECOND = {"role": "supervisor", "name": "李四", "department": "政务服务局"}
#: What time itself does for drafts.
WORK = BOARD.ticks[1]
CLOCK = f"{CASE}/one_time_notice/1"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    story = Story(tmp_path)
    story.tell(received(), "09-16 10:00")
    return story


def drafted(story: Story, order: dict[str, Any] = OFF, **who: Any) -> dict[str, Any]:
    return done(story.desk, "timer.draft-calendar", order, **(who or DRAFTER))


def release(story: Story, no: int = 1, **more: Any) -> dict[str, Any]:
    return done(story.desk, "timer.release-draft", {"draft_no": no} | more, **SECOND)


def not_released(story: Story, no: int = 1, who: dict[str, str] = SECOND, **more: Any) -> dict[str, str]:
    return refused(story.desk, "timer.release-draft", {"draft_no": no} | more, **who)


def test_a_draft_shows_what_would_move_and_moves_nothing(story: Story) -> None:
    clocks, said = story.clocks(), story.said("")
    draft = drafted(story)
    assert (draft["state"], draft["count"], draft["lights"], draft["missing"]) == ("counted", 1, 0, {})
    [move] = asked(story.desk, "draft_moves", draft_no=1)["items"]
    assert (move["clock_id"], move["from"], move["to"]) == (CLOCK, "2026-09-22", "2026-09-24")
    assert (story.clocks(), story.said("")) == (clocks, said)
    assert asked(story.desk, "releases")["items"] == []


def test_a_second_person_releases_it_and_both_stand_on_record(story: Story) -> None:
    drafted(story)
    answer = release(story)
    assert (answer["state"], answer["release_no"], answer["count"]) == ("released", 1, 1)
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2026-09-24"
    [item] = asked(story.desk, "releases")["items"]
    assert (item["drafted_by"], item["released_by"]) == ("吴强@政务服务局", "李四@政务服务局")
    [said] = story.said("calendar.published")
    assert (said.data["drafted_by"], said.actor) == ("吴强@政务服务局", "李四@政务服务局")
    assert "over" in not_released(story)["draft_no"]


@pytest.mark.parametrize("again", [
    DRAFTER,
    {"role": "supervisor", "name": " 吴 强", "department": "政务服务局"},
    {"role": "supervisor", "name": "吴强", "department": "审批局", "account_id": "7f"},
])  # fmt: skip
def test_who_has_drafted_it_does_not_release_it_in_whatever_post(story: Story, again: dict[str, str]) -> None:
    drafted(story, OFF, **{**DRAFTER, "account_id": "7f"})
    before = everything(story.desk)
    assert "second person" in not_released(story, who=again)["actor"]
    assert everything(story.desk) == before


def test_days_are_not_released_by_one_person_alone(story: Story) -> None:
    assert "two persons" in refused(story.desk, "timer.release-calendar", OFF, **SECOND)["dry_run"]
    drafted(story)
    release(story)
    order = {"release_no": 1, "reason": "有误"}
    assert "two persons" in refused(story.desk, "timer.withdraw-calendar", order, **SECOND)["dry_run"]


def test_a_withdrawal_is_drafted_and_released_by_two_persons_too(story: Story) -> None:
    drafted(story)
    release(story)
    order = {"release_no": 1, "reason": "有误"}
    draft = done(story.desk, "timer.draft-withdrawal", order, **DRAFTER)
    assert (draft["withdraws"], draft["count"]) == (1, 1)
    assert "second person" in not_released(story, 2, DRAFTER)["actor"]
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2026-09-24"
    release(story, 2)
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2026-09-22"
    assert asked(story.desk, "releases")["items"][0]["standing"] == "withdrawn"


def test_what_was_counted_under_another_calendar_is_counted_again_before_it_is_released(story: Story) -> None:
    drafted(story)
    drafted(story, {"days": {"2026-09-23": "holiday"}, "notice": "林政办发〔2026〕46号"})
    release(story, 2)
    assert asked(story.desk, "draft", draft_no=1)["is_stale"]
    assert take(story.desk, "timer.release-draft", {"draft_no": 1}, **SECOND).reply["status"] == 409  # type: ignore[index]
    assert "Count it again" in not_released(story)["draft_no"]
    assert done(story.desk, "timer.count-draft", {"draft_no": 1}, **DRAFTER)["count"] == 1
    assert asked(story.desk, "draft_moves", draft_no=1)["items"][0]["to"] == "2026-09-28"
    assert release(story)["state"] == "released"


def test_a_draft_that_is_given_up_stays_on_record_and_is_not_released(story: Story) -> None:
    drafted(story)
    done(story.desk, "timer.give-up-draft", {"draft_no": 1, "reason": "等待更正"}, **SECOND)
    assert "over" in not_released(story)["draft_no"]
    [item] = asked(story.desk, "drafts")["items"]
    assert (item["state"], item["ended_by"], item["reason"]) == ("given-up", "李四@政务服务局", "等待更正")


def test_a_year_with_fewer_holidays_than_the_law_gives_asks(story: Story) -> None:
    lacking = ["春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"]
    assert drafted(story, NOTICE_OF_2027)["missing"] == {"2027": lacking}
    assert "2027" in not_released(story)["confirm"]
    assert release(story, confirm=["festivals"])["state"] == "released"


def test_own_days_ask_for_no_holidays(story: Story) -> None:
    assert drafted(story, {"days": {"2027-03-01": "holiday"}, "notice": "林政办发〔2027〕1号"})["missing"] == {}


@pytest.mark.parametrize("year", range(2016, 2027))
def test_every_year_of_the_shipped_calendar_has_its_holidays_and_lacks_each_that_is_taken_out(year: int) -> None:
    whole = state_council()
    assert missing(whole, year) == ()
    for names in {one.festival for one in whole.exceptions if one.day.year == year}:
        left = [one for one in whole.exceptions if one.festival != names]
        lacking = missing(Calendar("x", tuple(left), whole.known_from, whole.known_until), year)
        assert set(lacking) == set(names.split("、"))


def test_where_a_superior_is_joined_only_own_days_are_drafted(story: Story) -> None:
    joined = NOTICE_OF_2027 | {"superior": "150400"}
    assert "赤峰市" in refused(story.desk, "timer.draft-calendar", joined, **DRAFTER)["known_until"]
    assert drafted(story, OFF | {"superior": "150400"})["state"] == "counted"
    drafted(story, NOTICE_OF_2027)  # and joined between the draft and its release
    assert "赤峰市" in not_released(story, 2, superior="150400", confirm=["festivals"])["draft_no"]


def test_lights_that_change_are_counted(story: Story) -> None:
    story.sweep("09-23 00:00:01")
    [move] = [drafted(story), asked(story.desk, "draft_moves", draft_no=1)["items"]][1][:1]
    assert (move["light"], move["light_after"]) == (Light.RED, Light.YELLOW)
    assert asked(story.desk, "draft", draft_no=1)["lights"] == 1


def test_festivals_travel_with_the_days_and_stand_in_the_year(story: Story) -> None:
    drafted(story, NOTICE_OF_2027 | {"festivals": {"2027-01-01": "元旦"}})
    release(story, confirm=["festivals"])
    assert asked(story.desk, "calendar", year=2027)["days"][0]["festival"] == "元旦"
    assert story.said("calendar.published")[0].data["festivals"] == {"2027-01-01": "元旦"}


def test_one_answer_lists_everything_that_is_wrong_with_a_draft(story: Story) -> None:
    order = {"days": {"1850-01-01": "holiday"}, "notice": "", "festivals": {"2027-01-02": "元旦"}}
    wrong = refused(story.desk, "timer.draft-calendar", order, role="ops")
    assert set(wrong) == {"days", "notice", "festivals", "actor"}
    assert story.desk.answer("draft", {"draft_no": 9})["status"] == 404


def test_many_cases_are_counted_and_released_by_time_itself(story: Story) -> None:
    many(story)
    assert drafted(story)["state"] == "counting"
    assert "in work" in not_released(story)["draft_no"]
    story.desk.tick(WORK)
    assert asked(story.desk, "draft", draft_no=1)["count"] == 2_001
    assert release(story)["state"] == "releasing"
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2026-09-22"
    story.desk.tick(WORK)
    assert (asked(story.desk, "draft", draft_no=1)["state"], story.clocks("c01999")["one_time_notice/1"]["due_on"]) == (
        *("released", "2026-09-24"),
    )
    page = asked(story.desk, "draft_moves", draft_no=1, after=1_990, limit=5)
    assert ([one["about"] for one in page["items"]][-1], page["next"]) == ("c01993", 1_995)


def many(story: Story) -> None:
    """So many open cases that drafts are counted and released by time itself."""
    cases = [f"c{number:05d}" for number in range(2_000)]
    story.deliver([story.seal(received(case), at("09-16 10:00")) for case in cases])


def test_a_queued_release_counts_only_under_the_calendar_under_which_it_was_counted(story: Story) -> None:
    drafted(story)
    drafted(story, {"days": {"2026-09-23": "holiday"}, "notice": "林政办发〔2026〕46号"})
    many(story)
    assert [release(story, number)["state"] for number in (1, 2)] == ["releasing", "releasing"]
    for _ in range(2):
        story.desk.tick(WORK)
    first, second = (asked(story.desk, "draft", draft_no=number) for number in (1, 2))
    assert (first["state"], second["state"], second["is_stale"], second["ended_by"]) == (
        *("released", "counted", True, None),
    )
    assert story.clocks()["one_time_notice/1"]["due_on"] == "2026-09-24"
    assert "Count it again" in not_released(story, 2)["draft_no"]


def test_a_second_queued_withdrawal_of_one_release_stops_nobody(story: Story) -> None:
    drafted(story)
    release(story)
    order = {"release_no": 1, "reason": "有误"}
    done(story.desk, "timer.draft-withdrawal", order, **DRAFTER)
    many(story)
    release(story, 2)
    done(story.desk, "timer.draft-withdrawal", order, **DRAFTER)  # not counted yet
    drafted(story, {"days": {"2026-09-25": "holiday"}, "notice": "林政办发〔2026〕46号"})
    for _ in range(3):
        story.desk.tick(WORK)
    states = [one["state"] for one in asked(story.desk, "drafts")["items"]]
    assert states == ["counted", "counted", "released", "released"]
    again = refused(story.desk, "timer.count-draft", {"draft_no": 3}, **DRAFTER)
    assert again == {"release_no": "Release 1 was withdrawn already."}
    line = {"received_on": "2026-09-16", "due_on": "2026-09-24", "limit_unit": "working-days"}
    assert asked(story.desk, "moves_foreseen", draft_no=3, items=[line]) == [None]
    done(story.desk, "timer.give-up-draft", {"draft_no": 3, "reason": "已撤销"}, **SECOND)


def test_what_is_accepted_meanwhile_is_counted_as_it_is_when_it_is_released(story: Story) -> None:
    drafted(story)
    story.tell(accepted(), "09-17 10:00")
    assert release(story)["count"] == 1
    assert asked(story.desk, "draft_moves", draft_no=1)["items"][0]["clock_kind"] == "decision"
