"""Limits of single cases that change: joint handling by law, a wrong limit by the head, and never to gain time."""

from datetime import timedelta
from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import WANG, a_case, a_step, an_entry, asked, done, refused, said, the_clock

DUE = "2026-10-20"
HEAD = {"role": "head", "name": "王芳", "department": "发展改革委"}
SYSTEM = {"role": "partner", "token_id": "c1", "owner": "工程审批系统"}


@pytest.fixture
def accepted(desk: Desk, case_no: str) -> str:
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    return case_no


def wrong(desk: Desk, case_no: str, step: str, **changes: Any) -> dict[str, str]:
    return refused(desk, "intake.take-step", a_step(case_no, step, **{"due_on": DUE} | changes), **HEAD)


def test_joint_handling_takes_45_working_days_and_names_who_takes_part(desk: Desk, accepted: str) -> None:
    done(desk, "intake.take-step", a_step(accepted, "handle-jointly", due_on=DUE), **HEAD)
    [fact] = said(desk, "qidi.case.handled-jointly")
    assert (fact.data["departments"], fact.data["limit"]["amount"]) == (["自然资源局"], 45)
    case = asked(desk, "case", case_no=accepted)
    assert (case["limit"]["amount"], case["steps"][-1]["departments"]) == (45, ["自然资源局"])
    assert "jointly since" in wrong(desk, accepted, "handle-jointly")["step"]


def test_a_joint_case_is_extended_by_fifteen_working_days_at_most(desk: Desk, accepted: str) -> None:
    done(desk, "intake.take-step", a_step(accepted, "handle-jointly", due_on=DUE), **HEAD)
    assert "15 working_days" in wrong(desk, accepted, "extend", longer_by={"amount": 16})["longer_by"]
    done(desk, "intake.take-step", a_step(accepted, "extend", due_on=DUE, longer_by={"amount": 15}), **HEAD)


def test_joint_handling_is_told_with_everything_or_not_at_all(desk: Desk, accepted: str) -> None:
    nothing = dict.fromkeys(("departments", "document_no", "document_on"))
    assert set(wrong(desk, accepted, "handle-jointly", **nothing | {"departments": []})) == set(nothing)
    assert (
        "holds the case itself" in wrong(desk, accepted, "handle-jointly", departments=["发展改革委"])["departments.0"]
    )
    assert set(wrong(desk, accepted, "handle-jointly", departments=["火星局"])) == {"departments.0"}
    assert "run out" in wrong(desk, accepted, "handle-jointly", due_on="2026-09-15")["occurred_at"]


def test_a_limit_that_calendar_days_count_is_not_handled_in_working_days(desk: Desk) -> None:
    listed = next(one for one in asked(desk, "matters")["items"] if one["promised"]["unit"] == "calendar_days")
    zhou = {"name": "周婷", "department": str(listed["department"])}
    number = done(desk, "intake.receive-case", a_case(matter_code=listed["code"], handler=zhou))["case_no"]
    done(desk, "intake.take-step", a_step(number, "accept", actor=zhou), role="handler", **zhou)
    order = a_step(number, "handle-jointly", actor=zhou, due_on=DUE, departments=["财政局"])
    assert "fewer than 45" in refused(desk, "intake.take-step", order, role="head", **zhou)["step"]


def test_the_head_puts_a_limit_right_within_what_the_list_gives(desk: Desk) -> None:
    number = done(desk, "intake.receive-case", a_case(promised={"amount": 5}))["case_no"]
    assert "20 working_days" in wrong(desk, number, "change-limit", limit={"amount": 21})["limit"]
    unit = {"amount": 10, "unit": "calendar_days"}
    assert "counts this matter in" in wrong(desk, number, "change-limit", limit=unit)["limit"]
    assert "already" in wrong(desk, number, "change-limit", limit={"amount": 5})["limit"]
    assert set(wrong(desk, number, "change-limit", limit=None, reason=None)) == {"limit", "reason"}
    done(desk, "intake.take-step", a_step(number, "change-limit", limit={"amount": 20}), **HEAD)
    [fact] = said(desk, "qidi.case.limit-changed")
    assert (fact.data["previous"]["amount"], fact.data["limit"]["amount"], fact.data["is_accepted"]) == (5, 20, False)
    assert asked(desk, "case", case_no=number)["limit"]["amount"] == 20


def test_nobody_but_the_head_changes_a_limit(desk: Desk, accepted: str) -> None:
    for step in ("change-limit", "handle-jointly"):
        order = a_step(accepted, step, due_on=DUE)
        assert set(refused(desk, "intake.take-step", order, role="handler", **WANG)) == {"step"}


def test_what_another_system_says_of_a_longer_limit_is_recorded_with_the_objection_and_has_no_effect(
    desk: Desk,
) -> None:
    number = done(desk, "intake.receive-case", a_case(actor=WANG), **SYSTEM)["case_no"]
    done(desk, "intake.take-step", a_step(number, "change-limit", limit={"amount": 60}), **SYSTEM)
    [fact] = said(desk, "qidi.case.limit-changed")
    assert (fact.data["limit"]["amount"], "never more" in fact.data["objection"]) == (60, True)
    assert asked(desk, "case", case_no=number)["limit"]["amount"] == 20


def test_joint_handling_that_another_ledger_says_twice_is_recorded_and_counts_once(desk: Desk) -> None:
    told = {"departments": ["自然资源局"], "document_no": "函〔2026〕8号", "document_on": "2026-09-04"}
    days = ("2026-09-04", "2026-09-07")
    steps = [{"step": "handle-jointly", "occurred_at": day} | told for day in days]
    line = an_entry(steps=[{"step": "accept", "occurred_at": "2026-09-03"}, *steps])
    [result] = done(desk, "intake.enter-cases", {"entries": [line]}, role="ops")["results"]
    assert (result["outcome"], result["problems"]) == ("new", [])
    facts = said(desk, "qidi.case.handled-jointly")
    assert [one.data.get("objection", "").startswith("The case has been") for one in facts] == [False, True]
    assert asked(desk, "case", case_no=result["case_no"])["limit"]["amount"] == 45


def test_a_limit_that_has_run_out_is_not_changed_by_a_step_that_is_dated_back(desk: Desk, accepted: str) -> None:
    the_clock(desk).at += timedelta(days=34, hours=20)
    for step in ("handle-jointly", "extend"):
        assert "run out" in wrong(desk, accepted, step, occurred_at="2026-10-20T10:00")["occurred_at"]
