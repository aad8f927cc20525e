"""Waivers: a case needs no approval, and says by what it is covered."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import a_case, a_project, a_step, asked, done, refused, said


def waived(case_no: str, **changes: Any) -> dict[str, Any]:
    return a_step(case_no, "not-required", reason="区域评估已覆盖", **changes)


def test_a_regional_assessment_is_named_with_number_and_day(desk: Desk, case_no: str) -> None:
    nothing = waived(case_no, waiver="regional-assessment")
    assert set(refused(desk, "intake.take-step", nothing)) == {"document_no", "document_on"}
    told = {"document_no": "内政办区评〔2025〕3号", "document_on": "2025-06-01"}
    assert done(desk, "intake.take-step", nothing | told)["state"] == "not-required"
    [fact] = said(desk, "qidi.case.not-required")
    assert (fact.data["waiver"], fact.data["blzt"], fact.data["document_on"]) == (
        "regional-assessment",
        4,
        "2025-06-01",
    )
    step = asked(desk, "case", case_no=case_no)["steps"][-1]
    assert (step["waiver"], step["document_no"]) == ("regional-assessment", "内政办区评〔2025〕3号")


def test_what_covers_a_case_is_a_granted_one_of_the_same_project(desk: Desk, case_no: str) -> None:
    covering = done(desk, "intake.receive-case", a_case())["case_no"]
    order = waived(case_no, waiver="covered-by")
    assert set(refused(desk, "intake.take-step", order)) == {"covered_by"}
    assert "received" in refused(desk, "intake.take-step", order | {"covered_by": covering})["covered_by"]
    itself = refused(desk, "intake.take-step", order | {"covered_by": case_no})
    assert "no case" in itself["covered_by"]
    done(desk, "intake.register-project", a_project(2))
    stranger = done(desk, "intake.receive-case", a_case(2))["case_no"]
    assert "another project" in refused(desk, "intake.take-step", order | {"covered_by": stranger})["covered_by"]
    for step in ("accept", "grant"):
        done(desk, "intake.take-step", a_step(covering, step))
    done(desk, "intake.take-step", order | {"covered_by": covering})
    assert said(desk, "qidi.case.not-required")[0].data["covered_by"] == covering


WATER = {"name": "刘洋", "department": "生态环境分局"}


@pytest.mark.parametrize(("state", "steps", "case"), [
    ("granted-with-deficiencies", ("accept-with-deficiencies", "grant-with-deficiencies"), {}),
    ("granted-on-commitment", ("accept", "grant-on-commitment"), {"matter_code": "NM-013", "handler": WATER}),
])  # fmt: skip
def test_what_is_granted_in_whatever_way_covers_a_case(
    desk: Desk, case_no: str, state: str, steps: tuple[str, ...], case: dict[str, Any]
) -> None:
    covering = done(desk, "intake.receive-case", a_case(**case))["case_no"]
    for step in steps:
        actor = {"actor": case["handler"]} if case else {}
        answer = done(desk, "intake.take-step", a_step(covering, step, **actor))
    assert answer["state"] == state
    done(desk, "intake.take-step", waived(case_no, waiver="covered-by", covered_by=covering))


def test_the_number_of_another_authoritys_approval_covers_as_well(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", waived(case_no, waiver="covered-by", covered_by="内发改能源字〔2025〕118号"))


@pytest.mark.parametrize("waiver", [None, "no-licence"])
def test_without_such_a_ground_the_reason_alone_will_do_and_no_reference_belongs_to_it(
    desk: Desk, case_no: str, waiver: str | None
) -> None:
    assert set(refused(desk, "intake.take-step", waived(case_no, waiver=waiver, covered_by="1号"))) == {"covered_by"}
    done(desk, "intake.take-step", waived(case_no, waiver=waiver))
