"""The day of completion that a department names, and the days of a project's course: what is taken and what is not."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from services.timer.service import BOARD as TIMER
from tests.builders import (
    LI,
    a_case,
    a_desk,
    a_project,
    a_project_code,
    a_step,
    an_entry,
    asked,
    done,
    refused,
    said,
)

DUE: dict[str, Any] = {"due_on": "2026-10-20"}
LATE = "{day} is after {due}, on which the case is due: name that day or an earlier one, or leave it out."


def _case(desk: Desk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = asked(desk, "case", case_no=number)
    return found


def test_a_receipt_may_name_a_day_up_to_the_due_one(desk: Desk) -> None:
    number = done(desk, "intake.receive-case", a_case(complete_by="2026-10-20", **DUE))["case_no"]
    assert _case(desk, number)["complete_by"] == "2026-10-20"
    assert _case(desk, number)["steps"][0]["complete_by"] == "2026-10-20"
    assert said(desk, "qidi.case.received")[-1].data["complete_by"] == "2026-10-20"


@pytest.mark.parametrize(
    ("day", "due", "why"),
    [
        ("2026-10-21", "2026-10-20", "is after 2026-10-20"),
        ("2026-09-15", "2026-10-20", "before the receipt"),
        ("2026-10-01", None, "cannot be counted now"),
    ],
)
def test_a_receipt_refuses_a_day_of_completion_with_the_remedy(desk: Desk, day: str, due: str | None, why: str) -> None:
    wrong = refused(desk, "intake.receive-case", a_case(complete_by=day, due_on=due))
    assert set(wrong) == {"complete_by"}
    assert why in wrong["complete_by"]


def test_an_overdue_case_says_that_no_later_day_can_be_named(desk: Desk) -> None:
    wrong = refused(
        desk, "intake.receive-case", a_case(received_at="2026-08-01", complete_by="2026-10-01", due_on="2026-08-28")
    )
    assert "it is overdue" in wrong["complete_by"]


def test_the_department_names_the_day_later_and_again(desk: Desk, case_no: str) -> None:
    for day in ("2026-10-15", "2026-10-19"):
        order = a_step(case_no, "name-completion", complete_by=day, reason="专家意见已到", **DUE)
        assert done(desk, "intake.take-step", order)["state"] == "received"
    assert _case(desk, case_no)["complete_by"] == "2026-10-19"
    assert [one["complete_by"] for one in _case(desk, case_no)["steps"]] == [None, "2026-10-15", "2026-10-19"]
    told = said(desk, "qidi.case.completion-named")
    assert [one.data["complete_by"] for one in told] == ["2026-10-15", "2026-10-19"]
    late = refused(desk, "intake.take-step", a_step(case_no, "name-completion", complete_by="2026-10-21", **DUE))
    assert "is after 2026-10-20" in late["complete_by"]
    assert set(refused(desk, "intake.take-step", a_step(case_no, "name-completion"))) == {"complete_by"}
    assert set(refused(desk, "intake.take-step", a_step(case_no, "accept", complete_by="2026-10-15", **DUE))) == {
        "complete_by"
    }


def test_a_line_of_a_ledger_brings_its_day_and_a_later_line_another(desk: Desk) -> None:
    def enter(**changes: Any) -> dict[str, Any]:
        answer = done(desk, "intake.enter-cases", {"entries": [an_entry(**changes)], "actor": LI})
        (one,) = answer["results"]
        return dict(one)

    wrong = enter(complete_by="2026-12-31", **DUE)
    assert (wrong["outcome"], [one["field"] for one in wrong["problems"]]) == ("refused", ["complete_by"])
    assert wrong["problems"][0]["template"] == LATE
    number = enter(complete_by="2026-10-19", **DUE)["case_no"]
    assert enter(complete_by="2026-10-19", **DUE)["outcome"] == "same"
    assert enter(complete_by="2026-10-16", **DUE)["outcome"] == "changed"
    assert _case(desk, number)["complete_by"] == "2026-10-16"


# --- projects ---------------------------------------------------------------------------------------------------------


def test_a_project_gets_the_days_of_its_initiation_and_of_its_start(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project(2, initiated_on="2026-01-05"))
    done(desk, "intake.register-project", a_project(2, initiated_on="2026-01-05", started_on="2026-05-04"))
    found = asked(desk, "project", project_code=a_project_code(2))
    assert (found["initiated_on"], found["started_on"]) == ("2026-01-05", "2026-05-04")
    assert said(desk, "qidi.project.changed")[-1].data["started_on"] == "2026-05-04"


def test_days_of_a_projects_course_lie_in_the_past_and_in_order(desk: Desk) -> None:
    wrong = refused(desk, "intake.register-project", a_project(2, initiated_on="2026-05-04", started_on="2026-01-05"))
    assert set(wrong) == {"started_on"}
    wrong = refused(desk, "intake.register-project", a_project(2, initiated_on="2027-01-05", started_on="2027-02-01"))
    assert set(wrong) == {"initiated_on", "started_on"}


def test_a_ledger_fills_in_the_days_of_a_project_and_contradicts_none_unasked(desk: Desk) -> None:
    def enter(day: str) -> dict[str, Any]:
        entry = an_entry(started_on=day)
        (one,) = done(desk, "intake.enter-cases", {"entries": [entry], "actor": LI})["results"]
        return dict(one)

    assert enter("2026-05-04")["remarks"] == []
    assert asked(desk, "project", project_code=a_project_code(1))["started_on"] == "2026-05-04"
    assert [one["field"] for one in enter("2026-06-01")["remarks"]] == ["started_on"]
    assert asked(desk, "project", project_code=a_project_code(1))["started_on"] == "2026-05-04"


# --- what the timer says ----------------------------------------------------------------------------------------------


def test_the_timer_says_when_a_decision_will_be_due(tmp_path: Any) -> None:
    timer = a_desk(TIMER, tmp_path)
    limit = {"amount": 5, "unit": "working_days"}
    items = [
        {"received_at": "2026-09-16", **limit},
        {"received_at": "2026-09-16T10:00:00+08:00", "accepted_at": "2026-09-18", **limit},
        {"received_at": "2026-09-16", "amount": "x", "unit": "working_days"},
        {"received_at": "no day", **limit},
    ]
    assert asked(timer, "decisions_due", items=items) == ["2026-09-22", "2026-09-24", None, None]
    timer.engine.dispose()
