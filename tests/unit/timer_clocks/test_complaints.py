"""Every step of a complaint has its clock."""

from pathlib import Path

import pytest

from services.contracts.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDispatched,
    ComplaintRevisited,
    ComplaintSigned,
)
from services.contracts.vocabulary import Urgency
from tests.unit.timer_clocks.story import COMPLAINT, LI, Story, registered


def test_each_step_starts_the_next_clock(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.tell(registered(), "09-16 10:00")
    story.tell(ComplaintDispatched(complaint_no=COMPLAINT, person=LI, department="住房城乡建设局"), "09-16 11:00")
    story.tell(ComplaintSigned(complaint_no=COMPLAINT, person=LI), "09-17 09:00")
    story.tell(ComplaintAnswered(complaint_no=COMPLAINT, person=LI, upheld=True), "09-22 09:00")
    story.tell(ComplaintRevisited(complaint_no=COMPLAINT, person=LI, satisfied=True), "09-23 09:00")
    clocks = story.clocks(COMPLAINT)
    assert clocks["complaint_dispatch/1"]["due_at"] == "2026-09-17T00:00:00+08:00"
    assert clocks["complaint_sign/1"]["due_on"] == "2026-09-17"
    assert clocks["complaint_answer/1"]["due_on"] == "2026-09-22"
    assert clocks["complaint_revisit/1"]["due_on"] == "2026-09-28"
    assert clocks["complaint_close/1"]["due_on"] == "2026-09-28"  # 25 to 27: Mid-Autumn
    assert {clock["light"] for name, clock in clocks.items() if name != "complaint_close/1"} == {"done"}
    assert clocks["complaint_sign/1"]["department"] == "住房城乡建设局"
    story.tell(ComplaintClosed(complaint_no=COMPLAINT, person=LI, upheld=True), "09-24 09:00")
    assert story.clocks(COMPLAINT)["complaint_close/1"]["on_time"]


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.GENERAL, "2026-09-23T00:00:00+08:00"),
        (Urgency.COMPLEX, "2026-10-14T00:00:00+08:00"),
        (Urgency.URGENT, "2026-09-17T10:00:00+08:00"),
    ],
)
def test_the_answer_is_due_by_urgency(tmp_path: Path, urgency: Urgency, due: str) -> None:
    story = Story(tmp_path)
    story.tell(registered(urgency), "09-16 10:00")
    assert story.clocks(COMPLAINT)["complaint_answer/1"]["due_at"] == due


def test_an_urgent_complaint_turns_yellow_four_hours_before_and_red_through_the_night(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.tell(registered(Urgency.URGENT), "09-18 22:00")
    story.sweep("09-19 17:59")
    assert "complaint_answer/1 yellow" not in story.told()
    story.sweep("09-19 18:00")
    assert "complaint_answer/1 yellow" in story.told()
    assert story.clocks(COMPLAINT)["complaint_answer/1"]["remaining"] == 4
    story.sweep("09-19 22:00")
    assert story.told()[-1] == "complaint_answer/1 red"
    assert story.said()[-1].data.get("due_on") is None


def test_dispatched_again_the_next_department_has_its_own_day_to_sign(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.tell(registered(), "09-16 10:00")
    story.tell(ComplaintDispatched(complaint_no=COMPLAINT, person=LI, department="水利局"), "09-16 11:00")
    story.tell(ComplaintDispatched(complaint_no=COMPLAINT, person=LI, department="林草局"), "09-17 11:00")
    clocks = story.clocks(COMPLAINT)
    assert clocks["complaint_sign/1"]["outcome"] == "dispatched"
    assert (clocks["complaint_sign/2"]["department"], clocks["complaint_sign/2"]["due_on"]) == ("林草局", "2026-09-18")


def test_a_complaint_closed_early_leaves_no_clock_running(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.tell(registered(), "09-16 10:00")
    story.tell(ComplaintClosed(complaint_no=COMPLAINT, person=LI, upheld=False), "09-16 12:00")
    assert all(clock["stopped_at"] for clock in story.clocks(COMPLAINT).values())
