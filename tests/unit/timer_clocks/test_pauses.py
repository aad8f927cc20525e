"""Pauses: the decision's clock stands still while a lawful special procedure runs, and the plan has a clock itself."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.cases import (
    CaseExtended,
    CaseHandledJointly,
    CaseLimitChanged,
    CaseWithdrawn,
    ProcedureBegun,
    ProcedureEnded,
)
from services.contracts.quantities import WireLimit
from services.timer.calendar import state_council
from services.timer.deadlines import working_days_between
from tests.builders import asked
from tests.laws import examples
from tests.unit.timer_clocks.story import CASE, WANG, Story, accepted, at, granted, received

DECISION, PLAN = "decision/1", "special_procedure/1"


def begun(law: str = "行政许可法45条", planned: int | None = 10, longest: int | None = None) -> ProcedureBegun:
    plan = WireLimit(amount=planned) if planned is not None else None
    most = WireLimit(amount=longest) if longest is not None else None
    return ProcedureBegun(case_no=CASE, handler=WANG, ground="hearing", planned=plan, law=law, longest=most)


def ended() -> ProcedureEnded:
    return ProcedureEnded(case_no=CASE, handler=WANG)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Received on Monday 14 September 2026 and accepted the same day; 20 working days end on 16 October."""
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-16"
    return story


def test_while_it_runs_no_day_is_due_and_only_the_budget_is_left(story: Story) -> None:
    story.tell(begun(), "09-18 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["light"], clock["due_on"], clock["due_at"]) == ("grey", None, None)
    assert (clock["remaining"], clock["paused_on"], clock["used_working_days"]) == (16, "2026-09-18", 4)
    plan = story.clocks()[PLAN]
    assert (plan["light"], plan["due_on"]) == ("green", "2026-10-09")
    lights = asked(story.desk, "lights")["by_light"]
    assert (lights["grey"], lights["green"]) == (1, 1)
    moved = story.said("clock.moved")[-1].data
    assert (moved["due_from"], moved.get("due_on"), moved.get("due_at")) == ("2026-10-16", None, None)
    assert moved["params"] == {"left": "16", "unit": "working_days"}


def test_after_it_the_count_goes_on_where_it_stood(story: Story) -> None:
    story.tell(begun(), "09-18 09:00")
    story.tell(ended(), "09-28 15:00")
    clock = story.clocks()[DECISION]
    # 21, 22, 23, 24 and 28 September and the make-up Sunday of the 20th stay out: six working days
    assert working_days_between(state_council(), at("09-18 00:00").date(), at("09-28 00:00").date()) == 6
    assert (clock["due_on"], clock["light"], clock["remaining"]) == ("2026-10-26", "green", 16)
    assert clock["pauses"] == [{"begun": "2026-09-18", "ended": "2026-09-28"}]
    assert story.clocks()[PLAN]["stopped_at"] is not None
    story.tell(granted(), "10-26 17:00")
    stopped = story.clocks()[DECISION]
    assert (stopped["on_time"], stopped["used_working_days"], stopped["overdue_working_days"]) == (True, 20, 0)
    assert asked(story.desk, "clocks", about=CASE)["legal_working_days"] == 20
    assert asked(story.desk, "clocks", about=CASE)["whole_process_working_days"] == 26


def test_what_no_law_lets_stand_still_runs_on(story: Story) -> None:
    story.tell(begun(law=""), "09-18 09:00")
    clocks = story.clocks()
    assert clocks[DECISION]["due_on"] == "2026-10-16"
    assert PLAN not in clocks


def test_after_the_laws_longest_time_the_count_goes_on_by_itself(story: Story) -> None:
    story.tell(begun(planned=3, longest=3), "09-18 09:00")
    story.sweep("09-22 23:59")
    assert story.clocks()[DECISION]["light"] == "grey"
    story.sweep("09-23 00:00")
    clock = story.clocks()[DECISION]
    assert (clock["due_on"], clock["light"]) == ("2026-10-21", "green")
    assert story.clocks()[PLAN]["light"] == "red"
    story.tell(ended(), "10-10 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-21"
    story.sweep("10-22 00:00")
    assert story.told()[-1] == "decision/1 red"


def test_an_overdue_clock_does_not_stand_still(story: Story) -> None:
    story.sweep("10-17 00:00")
    story.tell(begun(), "10-20 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["light"], clock["due_on"], clock["overdue_working_days"]) == ("red", "2026-10-16", 2)


def test_a_withdrawal_ends_the_procedure_as_well(story: Story) -> None:
    story.tell(begun(), "09-18 09:00")
    story.tell(CaseWithdrawn(case_no=CASE, handler=WANG), "09-28 15:00")
    clocks = story.clocks()
    assert (clocks[DECISION]["outcome"], clocks[DECISION]["on_time"]) == ("withdrawn", True)
    assert clocks[DECISION]["used_working_days"] == 4
    assert clocks[PLAN]["stopped_at"] is not None


def test_the_explanation_shows_the_pause_day_by_day(story: Story) -> None:
    story.tell(begun(), "09-18 09:00")
    story.clock.at = at("09-22 12:00")
    told = asked(story.desk, "explain", clock_id=f"{CASE}/{DECISION}")
    assert told["due"] is None
    days = {one["day"]: (one["counted"], one["why"]) for one in told["steps"]}
    assert days["2026-09-18"] == (True, "working day")
    assert days["2026-09-21"] == days["2026-09-22"] == (False, "lawful pause")
    assert max(days) == "2026-09-22"
    story.tell(ended(), "09-28 15:00")
    told = asked(story.desk, "explain", clock_id=f"{CASE}/{DECISION}")
    assert told["due"] == "2026-10-26"
    assert sum(one["counted"] for one in told["steps"]) == 20


def test_a_pause_without_working_time_moves_nothing(story: Story) -> None:
    story.tell(begun(), "09-25 09:00")
    story.tell(ended(), "09-27 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-16"


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.tuples(st.integers(1, 200), st.integers(0, 400)), max_size=4), st.booleans())
def test_used_and_left_are_the_limit_whatever_stood_still(spans: list[tuple[int, int]], open_at_end: bool) -> None:
    """The budget of a paused clock, and what is left of a running one, is the limit less what was used."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder), "09-14 10:00")
        story.tell(received(days=60), "09-14 10:00")
        story.tell(accepted(), "09-14 11:00")
        moment = at("09-14 12:00")
        for number, (before, length) in enumerate(spans):
            moment += timedelta(hours=before)
            story.tell(begun(), moment.strftime("%Y-%m-%d %H:%M"))
            if number == len(spans) - 1 and open_at_end:
                break
            moment += timedelta(hours=length)
            story.tell(ended(), moment.strftime("%Y-%m-%d %H:%M"))
        clock: dict[str, Any] = story.clocks()[DECISION]
        if clock["overdue_working_days"] == 0:
            assert clock["used_working_days"] + clock["remaining"] == 60


def longer(amount: int = 10) -> CaseExtended:
    return CaseExtended(case_no=CASE, handler=WANG, longer_by=WireLimit(amount=amount))


def test_an_extension_moves_the_end_by_so_many_working_days(story: Story) -> None:
    story.tell(longer(), "10-12 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["limit"]["amount"], clock["due_on"]) == (30, "2026-10-30")
    assert story.said("clock.moved")[-1].data["params"] == {"more": "10", "unit": "working_days"}
    story.tell(granted(), "10-30 17:00")
    assert story.clocks()[DECISION]["on_time"] is True


def test_an_extension_and_a_pause_go_together(story: Story) -> None:
    story.tell(longer(), "09-15 09:00")
    story.tell(begun(), "09-18 09:00")
    assert story.clocks()[DECISION]["remaining"] == 26
    story.tell(ended(), "09-28 15:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-11-09"


def test_what_has_run_out_is_not_extended_any_more(story: Story) -> None:
    story.sweep("10-17 00:00")
    story.tell(longer(), "10-19 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["limit"]["amount"], clock["due_on"], clock["light"]) == (20, "2026-10-16", "red")


def limit_changed(amount: int) -> CaseLimitChanged:
    limits = {"limit": WireLimit(amount=amount), "previous": WireLimit(amount=20)}
    return CaseLimitChanged(case_no=CASE, handler=WANG, is_accepted=True, **limits)


def jointly() -> CaseHandledJointly:
    return CaseHandledJointly(case_no=CASE, handler=WANG, departments=("林草局",), limit=WireLimit(amount=45))


def test_a_case_that_is_handled_jointly_has_45_working_days_from_its_acceptance(story: Story) -> None:
    story.tell(jointly(), "09-21 09:00")
    clock = story.clocks()[DECISION]
    assert (clock["limit"]["amount"], clock["due_on"]) == (45, "2026-11-20")
    moved = story.said("clock.moved")[-1].data
    assert (moved["template"], moved["params"]["now"]) == ("the limit of the case is {now} {unit} now", "45")
    story.tell(longer(15), "11-18 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-12-11"


def test_a_limit_that_is_put_right_counts_from_the_same_day_and_never_after_it_has_run_out(story: Story) -> None:
    story.tell(limit_changed(10), "09-15 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-09-28"
    story.tell(limit_changed(20), "10-09 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-09-28"


def test_what_another_system_says_against_the_list_moves_nothing(story: Story) -> None:
    story.tell(limit_changed(60).model_copy(update={"objection": "清单规定20个工作日"}), "09-15 09:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-16"
