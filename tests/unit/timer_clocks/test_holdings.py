"""Whose the days were of a month's cases, and both official times of a project (DOMAIN 3, rule 16)."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.cases import CaseDelivered, CaseRefused
from tests.builders import asked
from tests.unit.timer_clocks.story import WANG, Story, accepted, corrected, granted, noticed, received

FIRST, SECOND, THIRD = "150424-2026-000001", "150424-2026-000002", "150424-2026-000003"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Three cases: corrected, granted and delivered; refused; and one that is not over."""
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(FIRST), "09-14 10:00")
    story.tell(received(SECOND, department="住建局"), "09-14 11:00")
    story.tell(noticed(FIRST), "09-16 10:00")
    story.tell(corrected(FIRST), "09-18 10:00")
    story.tell(accepted(SECOND), "09-18 11:00")
    story.tell(accepted(FIRST), "09-21 10:00")
    story.tell(granted(FIRST), "09-23 10:00")
    story.tell(CaseRefused(case_no=SECOND, handler=WANG, remedies="行政复议"), "09-24 10:00")
    story.tell(CaseDelivered(case_no=FIRST, handler=WANG), "09-28 10:00")
    story.tell(received(THIRD), "10-08 10:00")
    return story


def month(story: Story, name: str) -> dict[str, Any]:
    return dict(asked(story.desk, "holdings", month=name))


def test_the_cases_that_ended_in_a_month_are_summed_by_department_and_holder(story: Story) -> None:
    found = month(story, "2026-09")
    rows = {one["department"]: one for one in found["items"]}
    own = rows["发展改革委"]
    # 17 and 18 September are the applicant's, eight other working days the department's
    assert (own["cases"], own["by_holder"]["applicant"], own["by_holder"]["department"]) == (1, 2, 8)
    assert (own["whole_process_working_days"], own["legal_working_days"]) == (10, 2)
    assert rows["住建局"]["by_holder"]["department"] == rows["住建局"]["whole_process_working_days"] == 9
    assert found["totals"]["cases"] == 2
    assert sum(found["totals"]["by_holder"].values()) == found["totals"]["whole_process_working_days"] == 19
    assert {one["case_no"]: one["ended_on"] for one in found["cases"]} == {FIRST: "2026-09-28", SECOND: "2026-09-24"}


def test_what_is_not_over_or_ended_in_another_month_is_in_no_sum(story: Story) -> None:
    assert month(story, "2026-10")["totals"]["cases"] == month(story, "2026-08")["totals"]["cases"] == 0


def test_what_is_no_month_is_refused(story: Story) -> None:
    assert story.desk.answer("holdings", {"month": "2026-13"})["status"] == 422


def test_a_project_counts_from_its_initiation_to_its_last_delivery_and_what_runs_side_by_side_once(
    story: Story,
) -> None:
    found = asked(story.desk, "project_days", abouts=[FIRST, SECOND], initiated_on="2026-09-10")
    assert (found["since"], found["until"]) == ("2026-09-10", "2026-09-28")
    # 11 and 14 September before the first receipt's count, then ten days
    assert found["whole_process_working_days"] == 12
    # one decision ran from the 18th to the 24th, the other one from the 21st to the 23rd
    assert found["legal_working_days"] == 5
    running = asked(story.desk, "project_days", abouts=[FIRST, THIRD])
    assert (running["since"], running["until"]) == ("2026-09-14", None)


def test_a_project_without_a_case_has_no_time(story: Story) -> None:
    found = asked(story.desk, "project_days", abouts=[])
    assert (found["since"], found["whole_process_working_days"], found["legal_working_days"]) == (None, 0, 0)
