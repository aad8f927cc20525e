"""A fact that is entered late washes no light: the day of recording counts until a second person has confirmed."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.beginning import Beginning
from services.contracts.cases import (
    CaseDelivered,
    CaseFact,
    CaseNotRequired,
    CaseRefused,
    CaseWithdrawn,
    LateEntryJudged,
    ProcedureBegun,
    ProcedureEnded,
)
from services.contracts.quantities import WireLimit
from tests.builders import an_event, asked
from tests.laws import examples
from tests.unit.timer_clocks.story import CASE, WANG, Story, accepted, at, corrected, granted, noticed, received

DECISION = "decision/1"


def enter(story: Story, event: CaseFact, named: str | datetime, recorded: str | datetime) -> None:
    """It is recorded now, for a day in the past."""
    named, recorded = (at(one) if isinstance(one, str) else one for one in (named, recorded))
    story._last[event.subject] = story._last.get(event.subject, 0) + 1
    story.clock.at = recorded
    story.deliver([an_event(event, sequence=story._last[event.subject], at=named, recorded_at=recorded)])


def judged(confirmed: bool = True, entry: str = "qidi.case.granted", day: str = "10-15 17:00") -> LateEntryJudged:
    return LateEntryJudged(case_no=CASE, handler=WANG, entry=entry, entry_at=at(day), is_confirmed=confirmed)


def begun() -> ProcedureBegun:
    plan = WireLimit(amount=10)
    return ProcedureBegun(case_no=CASE, handler=WANG, ground="hearing", planned=plan, law="行政许可法45条")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Accepted on 14 September 2026: 20 working days end on 16 October."""
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    return story


def test_a_grant_that_is_dated_back_over_the_due_day_counts_on_the_day_of_recording(story: Story) -> None:
    story.sweep("11-27 00:00")
    enter(story, granted(), "10-15 17:00", "11-27 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["on_time_as_entered"]) == (False, True)
    assert (clock["stopped_at"][:10], clock["entered_at"][:10]) == ("2026-10-15", "2026-11-27")
    assert (clock["overdue_working_days"], clock["used_working_days"]) == (30, 50)
    said = story.said("clock.stopped")[-1].data
    assert (said["on_time"], said["on_time_as_entered"], said["overdue_working_days"]) == (False, True, 30)


@pytest.mark.parametrize(("named", "recorded"), [("10-16 23:59", "10-17 00:00"), ("10-16 17:00", "10-18 09:00")])
def test_no_tolerance_spares_a_verdict(story: Story, named: str, recorded: str) -> None:
    enter(story, granted(), named, recorded)
    assert story.clocks()[DECISION]["on_time"] is False


def test_what_is_recorded_before_it_was_due_counts_on_its_day(story: Story) -> None:
    enter(story, granted(), "10-12 17:00", "10-16 23:59")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["on_time_as_entered"], clock["entered_at"]) == (True, None, None)


def test_what_names_a_late_day_itself_is_late_until_the_day_of_recording(story: Story) -> None:
    enter(story, granted(), "10-20 17:00", "11-27 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["on_time_as_entered"], clock["overdue_working_days"]) == (False, False, 30)
    story.tell(judged(day="10-20 17:00"), "11-27 11:00")
    assert story.clocks()[DECISION]["overdue_working_days"] == 2


def test_what_is_recorded_on_its_own_day_counts_at_its_own_hour(story: Story) -> None:
    enter(story, granted(), "10-20 09:00", "10-20 17:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["entered_at"], clock["overdue_working_days"]) == (False, None, 2)


def test_a_second_person_s_word_makes_the_day_count_and_both_verdicts_stay_on_record(story: Story) -> None:
    enter(story, granted(), "10-15 17:00", "11-27 09:00")
    story.tell(judged(confirmed=False), "11-27 10:00")
    assert story.clocks()[DECISION]["on_time"] is False
    story.tell(judged(), "11-27 11:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["overdue_working_days"]) == (True, 0)
    assert [one.data["on_time"] for one in story.said("clock.stopped") if "decision" in one.subject] == [False, True]


def test_a_notice_that_is_dated_back_does_not_undo_the_acceptance_by_law(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.sweep("09-22 00:00")
    assert story.clocks()[DECISION]["deemed"] is True
    enter(story, accepted(), "09-18 10:00", "09-28 10:00")
    clocks = story.clocks()
    assert (clocks["one_time_notice/1"]["on_time"], clocks[DECISION]["started_at"][:10]) == (False, "2026-09-14")
    story.tell(judged(entry="qidi.case.accepted", day="09-18 10:00"), "09-28 11:00")
    clocks = story.clocks()
    assert (clocks["one_time_notice/1"]["on_time"], clocks[DECISION]["started_at"][:10]) == (True, "2026-09-18")


def test_a_pause_stands_still_from_its_recording_on(story: Story) -> None:
    enter(story, begun(), "09-15 09:00", "09-28 09:00")
    assert story.clocks()[DECISION]["paused_on"] == "2026-09-28"
    story.tell(judged(entry="qidi.case.procedure-begun", day="09-15 09:00"), "09-28 11:00")
    assert story.clocks()[DECISION]["paused_on"] == "2026-09-15"


KINDS: tuple[Callable[[], CaseFact], ...] = (
    accepted,
    noticed,
    corrected,
    granted,
    begun,
    lambda: ProcedureEnded(case_no=CASE, handler=WANG),
    lambda: CaseRefused(case_no=CASE, handler=WANG, remedies="行政复议"),
    lambda: CaseWithdrawn(case_no=CASE, handler=WANG),
    lambda: CaseNotRequired(case_no=CASE, handler=WANG),
    lambda: CaseDelivered(case_no=CASE, handler=WANG),
)


def played(steps: list[tuple[int, int, int]], *, dated_back: bool) -> dict[str, Any]:
    """The clocks of a case whose steps were recorded hours apart, each named so many hours earlier, or honestly."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder), "09-14 10:00")
        story.tell(received(days=5), "09-14 10:00")
        recorded = last = at("09-14 10:00")
        for kind, later, back in steps:
            recorded += timedelta(hours=later)
            # as intake has it: no step before the one before
            named = max(last, recorded - timedelta(hours=back)) if dated_back else recorded
            last = named
            enter(story, KINDS[kind](), named, recorded)
            story.sweep()
        story.sweep((recorded + timedelta(days=40)).strftime("%Y-%m-%d %H:%M"))
        return story.clocks()


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400), st.integers(0, 900)), min_size=1, max_size=5))
def test_no_dating_back_improves_a_verdict(steps: list[tuple[int, int, int]]) -> None:
    """Ten kinds of steps, just inside and outside of every limit: what is dated back is never better than the truth."""
    honest, washed = played(steps, dated_back=False), played(steps, dated_back=True)
    for name, clock in washed.items():
        truth = honest.get(name)
        if truth is None or clock["outcome"] == "set-aside" or truth["outcome"] == "set-aside":
            continue
        late = truth["on_time"] is False and truth["deemed"] == clock["deemed"]
        if late and name.startswith(("decision", "one_time_notice")):
            assert clock["on_time"] is not True, (name, truth, clock)


def test_the_whole_of_it_is_asked_for_by_who_looks_at_a_clock(story: Story) -> None:
    enter(story, granted(), "10-15 17:00", "11-27 09:00")
    told = asked(story.desk, "explain", clock_id=f"{CASE}/{DECISION}")
    assert told["clock"]["on_time_as_entered"] is True


@pytest.mark.parametrize(("recorded", "on_time"), [("09-14 15:00", True), ("11-27 09:00", False)])
def test_what_comes_with_the_receipt_from_before_the_first_day_is_history_and_what_is_dated_there_later_is_not(
    tmp_path: Path, recorded: str, on_time: bool
) -> None:
    story = Story(tmp_path, "09-14 10:00")
    story.desk.beginning = Beginning(date(2026, 9, 10))
    enter(story, received(), "08-20 10:00", "09-14 10:00")
    enter(story, accepted(), "08-21 10:00", "09-14 10:00")
    enter(story, granted(), "09-01 10:00", recorded)
    assert story.clocks()[DECISION]["on_time"] is on_time
