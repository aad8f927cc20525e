"""Removed projects: no new case, and a named person ends the open ones."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import WANG, a_case, a_project_code, a_step, an_entry, asked, done, refused, said

SUPERVISOR = {"role": "supervisor", "name": "李四", "department": "政务服务局"}


@pytest.fixture
def removed(desk: Desk, case_no: str) -> str:
    """Its project is removed while the case is open."""
    move(desk, "removed", look_back_on="2027-03-01")
    return case_no


def move(desk: Desk, library: str, **changes: Any) -> None:
    order = {"project_code": a_project_code(1), "library": library, "reason": "不符合产业政策"} | changes
    done(desk, "intake.move-project", order, **SUPERVISOR)


def test_a_removed_project_takes_no_new_case_until_it_is_moved_back(desk: Desk, removed: str) -> None:
    assert "takes no new case" in refused(desk, "intake.receive-case", a_case())["project_code"]
    move(desk, "active")
    done(desk, "intake.receive-case", a_case())


def test_a_ledger_opens_no_case_of_it_either_but_keeps_what_has_ended(desk: Desk, removed: str) -> None:
    importer = {"role": "admin", "name": "吴强", "department": "政务服务局"}
    ended = an_entry(1, received_at="2026-08-01", steps=[{"step": "refuse-acceptance", "reason": "不属本机关",
                                                           "occurred_at": "2026-08-03"}])  # fmt: skip
    report = done(desk, "intake.enter-cases", {"entries": [an_entry(1), ended]}, **importer)
    assert [one["outcome"] for one in report["results"]] == ["refused", "new"]
    assert "takes no new case" in report["results"][0]["problems"][0]["template"]


def test_a_named_person_ends_its_open_cases_with_the_reason(desk: Desk, removed: str) -> None:
    assert "end-with-project" in asked(desk, "case", case_no=removed)["allowed_steps"]
    assert set(refused(desk, "intake.take-step", a_step(removed, "end-with-project", reason=None))) == {"reason"}
    assert done(desk, "intake.take-step", a_step(removed, "end-with-project"))["state"] == "ended-with-project"
    [fact] = said(desk, "qidi.case.ended-with-project")
    assert (fact.data["blzt"], fact.data["handler"]) == (14, WANG)


def test_no_case_of_a_project_that_stays_ends_so(desk: Desk, case_no: str) -> None:
    assert "end-with-project" not in asked(desk, "case", case_no=case_no)["allowed_steps"]
    assert "has not been removed" in refused(desk, "intake.take-step", a_step(case_no, "end-with-project"))["step"]
