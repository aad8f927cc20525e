"""Clocks of a case start, stop and are deemed as the law says."""

from datetime import date
from pathlib import Path

import pytest

from services.contracts.cases import (
    CaseAcceptanceRefused,
    CaseDelivered,
    CaseExtended,
    CaseHandledJointly,
    CaseNotRequired,
    CaseRefused,
    CaseWithdrawn,
    CaseWithdrawnBeforeAcceptance,
)
from services.contracts.envelope import Event
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import Unit
from tests.builders import asked
from tests.unit.timer_clocks.story import (
    CASE,
    WANG,
    Story,
    accepted,
    at,
    corrected,
    granted,
    noticed,
    reassigned,
    received,
)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_five_working_days_for_the_notice_begin_with_receipt(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    clock = story.clocks()["one_time_notice/1"]
    assert clock["due_on"] == "2026-09-22"  # a make-up Sunday (09-20) is a working day
    assert clock["due_at"] == "2026-09-23T00:00:00+08:00"
    assert (clock["light"], clock["remaining"], clock["responsible"]) == ("green", 5, "王芳")
    started = story.said()[0]
    assert (started.stem, started.time) == ("qidi.clock.started", at("09-16 10:00"))
    assert started.data["yellow_at"] == "2026-09-21T00:00:00+08:00"


@pytest.mark.parametrize(
    "answer",
    [
        accepted(),
        noticed(),
        CaseNotRequired(case_no=CASE, handler=WANG),
        CaseAcceptanceRefused(case_no=CASE, handler=WANG),
        CaseWithdrawnBeforeAcceptance(case_no=CASE, handler=WANG),
    ],
)
def test_every_answer_of_the_acceptance_stage_stops_the_notice_clock(story: Story, answer: Event) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(answer, "09-18 09:00")
    clock = story.clocks()["one_time_notice/1"]
    assert (clock["light"], clock["used_working_days"], clock["on_time"]) == ("done", 2, True)
    assert ("decision/1" in story.clocks()) is (answer == accepted())


def test_a_completed_correction_opens_a_new_round_of_five_days(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(noticed(), "09-18 10:00")
    story.tell(corrected(), "10-09 10:00")
    clock = story.clocks()["one_time_notice/2"]
    assert clock["due_on"] == "2026-10-15"  # 10-10 is a make-up Saturday
    story.tell(accepted(), "10-12 10:00")
    assert story.clocks()["decision/2"]["started_at"] == "2026-10-12T10:00:00+08:00"


def test_the_decision_runs_by_the_limit_that_was_promised_at_receipt(story: Story) -> None:
    story.tell(received(days=30, unit=Unit.CALENDAR_DAYS), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    clock = story.clocks()["decision/1"]
    assert clock["limit"] == {"amount": 30, "unit": "calendar_days"}
    assert clock["due_on"] == "2026-10-19"  # 10-17 is a Saturday: rolls (Civil Code 203)


@pytest.mark.parametrize(
    "decision",
    [
        granted(),
        CaseRefused(case_no=CASE, handler=WANG, remedies="行政复议"),
        CaseWithdrawn(case_no=CASE, handler=WANG),
    ],
)
def test_a_decision_stops_the_decision_clock_and_only_a_grant_starts_delivery(story: Story, decision: Event) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    story.tell(decision, "09-21 10:00")
    assert story.clocks()["decision/1"]["light"] == "done"
    assert ("delivery/1" in story.clocks()) is (decision == granted())


def test_delivery_has_ten_working_days_of_its_own(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    story.tell(granted(), "09-21 10:00")
    assert story.clocks()["delivery/1"]["due_on"] == "2026-10-12"  # 10-10 is a make-up Saturday
    story.tell(CaseDelivered(case_no=CASE, handler=WANG), "10-13 10:00")
    clock = story.clocks()["delivery/1"]
    assert (clock["on_time"], clock["overdue_working_days"]) == (False, 1)


def test_nobody_answers_in_time_and_the_case_is_accepted_as_of_the_day_of_receipt(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:00")
    clock = story.clocks()["decision/1"]
    assert (clock["deemed"], clock["started_at"]) == (True, "2026-09-16T10:00:00+08:00")
    assert clock["due_on"] == "2026-10-20"
    assert story.clocks()["one_time_notice/1"]["light"] == "red"
    started = story.said()[-1]
    assert (started.stem, started.time) == ("qidi.clock.started", at("09-23 00:00"))


def test_a_later_acceptance_does_not_shift_a_deemed_one(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:01")
    story.tell(accepted(), "09-24 10:00")
    clock = story.clocks()["decision/1"]
    assert (clock["deemed"], clock["due_on"]) == (True, "2026-10-20")
    notice = story.clocks()["one_time_notice/1"]
    assert (notice["on_time"], notice["overdue_working_days"], notice["outcome"]) == (False, 2, "accepted")


def test_a_late_answer_is_deemed_acceptance_even_when_no_sweep_ran_in_between(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(accepted(), "09-24 10:00")
    assert story.clocks()["decision/1"]["deemed"]
    assert story.told() == [
        "one_time_notice/1 started",
        "one_time_notice/1 yellow",
        "one_time_notice/1 red",
        "decision/1 started",
        "one_time_notice/1 stopped",
    ]


def test_a_late_notice_does_not_stop_the_deemed_decision_and_opens_no_new_round(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(noticed(), "09-24 10:00")
    story.tell(corrected(), "09-28 10:00")
    assert set(story.clocks()) == {"one_time_notice/1", "correction/1", "decision/1"}
    assert story.clocks()["decision/1"]["stopped_at"] is None


def test_the_applicants_own_time_runs_from_the_notice_to_the_correction(story: Story) -> None:
    """30 working days where the notice names none: nothing is parked for ever (DOMAIN 3, rule 14)."""
    story.tell(received(), "09-16 10:00")
    story.tell(noticed(), "09-17 10:00")
    assert story.clocks()["correction/1"]["limit"] == {"amount": 30, "unit": "working_days"}
    story.tell(corrected(), "09-18 10:00")
    assert story.clocks()["correction/1"]["on_time"] is True
    story.tell(noticed(number=2).model_copy(update={"given": WireLimit(amount=3)}), "09-21 10:00")
    story.sweep("09-30 00:00")
    assert story.clocks()["correction/2"]["light"] == "red"
    assert "correction/2 red" in story.told()


def test_the_second_round_can_be_missed_as_well_and_counts_from_the_completed_correction(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(noticed(), "09-17 10:00")
    story.tell(corrected(), "09-18 10:00")
    story.sweep("10-01 00:00")
    clock = story.clocks()["decision/2"]
    assert (clock["deemed"], clock["started_at"][:10]) == (True, "2026-09-18")


def test_an_acceptance_entered_late_that_was_in_time_moves_the_decision_to_its_own_day(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:01")
    story.clock.at = at("09-24 10:00")
    story.tell_late((accepted(), "09-18 10:00"))
    clock = story.clocks()["decision/1"]
    assert (clock["deemed"], clock["started_at"][:10], clock["due_on"]) == (False, "2026-09-18", "2026-10-22")
    moved = next(one for one in story.said() if one.stem == "qidi.clock.moved")
    assert (moved.data["due_from"], moved.data["due_on"]) == ("2026-10-20", "2026-10-22")
    assert "in time" in moved.data["why"]
    assert story.clocks()["one_time_notice/1"]["on_time"]


def test_a_notice_entered_late_that_was_in_time_sets_the_deemed_decision_aside(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.sweep("09-23 00:00:01")
    story.clock.at = at("09-24 10:00")
    story.tell_late((noticed(), "09-18 10:00"))
    stopped = story.said()[-1]
    assert (stopped.data["clock_id"], stopped.data["why"]) == (f"{CASE}/decision/1", "set-aside")
    assert stopped.data["on_time"], "it was nobody's duty"
    story.tell(corrected(), "09-28 10:00")
    story.tell(accepted(), "09-29 10:00")
    assert story.clocks()["decision/2"]["started_at"][:10] == "2026-09-29"


def test_a_case_that_changes_hands_warns_its_new_person(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(reassigned(), "09-17 10:00")
    story.sweep("09-22 09:00")
    assert story.said()[-1].data["responsible"] == "李强"


def test_both_figures_of_a_case_are_shown(story: Story) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(accepted(), "09-18 10:00")
    story.tell(granted(), "09-24 10:00")
    story.tell(CaseDelivered(case_no=CASE, handler=WANG), "09-28 10:00")
    story.clock.at = at("10-30 10:00")
    answer = asked(story.desk, "clocks", about=CASE)
    assert (answer["whole_process_working_days"], answer["legal_working_days"]) == (8, 5)


def test_a_date_beyond_the_last_notice_is_provisional(story: Story) -> None:
    story.tell(received(days=60), "11-16 10:00")
    story.tell(accepted(), "11-17 10:00")
    clock = story.clocks()["decision/1"]
    assert clock["provisional"]
    assert date.fromisoformat(clock["due_on"]).year == 2027


def test_a_case_that_the_timer_has_not_heard_of_has_no_clocks_yet(story: Story) -> None:
    answer = asked(story.desk, "clocks", about="nothing")
    assert (answer["items"], answer["whole_process_working_days"], answer["legal_working_days"]) == ([], 0, 0)
    assert (answer["spans"], answer["whole_process_since"]) == ([], None)


def test_a_stop_that_the_record_dates_before_its_start_is_still_told_after_it(story: Story) -> None:
    story.clock.at = at("09-24 10:00")
    story.tell_late((received(), "09-16 10:00"), (accepted(), "09-18 10:00"), (granted(), "09-17 10:00"))
    assert story.told() == [
        "one_time_notice/1 started",
        "delivery/1 started",
        "one_time_notice/1 stopped",
        "decision/1 started",
        "decision/1 stopped",
    ]
    assert story.clocks()["decision/1"]["used_working_days"] == 0


def test_a_limit_of_centuries_has_no_clock_and_stops_no_other(story: Story) -> None:
    story.tell(received(days=3650, unit=Unit.MONTHS), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    story.tell(granted(), "09-18 10:00")
    assert set(story.clocks()) == {"one_time_notice/1", "delivery/1"}


def test_thirty_natural_days_are_used_and_overdue_in_natural_days(story: Story) -> None:
    story.tell(received(days=30, unit=Unit.CALENDAR_DAYS), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    story.clock.at = at("10-07 09:00")  # the holiday of eight days lies behind
    clock = story.clocks()["decision/1"]
    assert (clock["counted_in"], clock["used"], clock["remaining"], clock["overdue"]) == ("calendar_days", 20, 12, 0)
    story.sweep("10-24 00:01")
    clock = story.clocks()["decision/1"]  # due on Saturday 10-17, rolled to Monday 10-19
    assert (clock["due_on"], clock["used"], clock["overdue"]) == ("2026-10-19", 37, 5)
    story.tell(granted(), "10-25 10:00")
    stopped = story.clocks()["decision/1"]
    assert (stopped["used"], stopped["overdue"], stopped["remaining"]) == (38, 6, None)
    told = next(one for one in story.said("clock.stopped") if one.data["clock_id"] == stopped["clock_id"])
    assert (told.data["used"], told.data["overdue"]) == (38, 6)


def test_days_left_are_answered_in_working_days_or_in_days_of_the_calendar(story: Story) -> None:
    story.clock.at = at("09-16 10:00")
    days = ["2026-10-19", "2026-09-14"]
    assert asked(story.desk, "remaining", days=days, unit="calendar_days") == {"2026-10-19": 33, "2026-09-14": -2}
    assert asked(story.desk, "remaining", days=days)["2026-09-14"] == -2


def test_what_another_ledger_says_against_the_law_of_an_extension_or_of_joint_handling_moves_nothing(
    story: Story,
) -> None:
    story.tell(received(), "09-16 10:00")
    story.tell(accepted(), "09-17 10:00")
    due, against = due_days(story), {"case_no": CASE, "handler": WANG, "objection": "{law} allows less."}
    story.tell(
        CaseExtended(**against, longer_by=WireLimit(amount=500), params={"law": "行政许可法42条"}), "09-18 10:00"
    )
    jointly = CaseHandledJointly(**against, departments=("自然资源局",), limit=WireLimit(amount=45))
    story.tell(jointly, "09-21 10:00")
    assert due_days(story) == due


def due_days(story: Story) -> dict[str, str]:
    return {name: clock["due_on"] for name, clock in story.clocks().items()}
