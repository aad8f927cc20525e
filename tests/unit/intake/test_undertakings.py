"""Undertakings: materials that may come later, and permits that are granted on a commitment and checked afterwards."""

from datetime import date, datetime
from typing import Any

import pytest

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ZONE, Light
from services.plumbing.desk import Desk
from tests.builders import (
    MORNING,
    WANG,
    a_case,
    a_step,
    an_entry,
    an_event,
    asked,
    done,
    everything,
    refused,
    said,
    the_clock,
)  # fmt: skip

PARTNER: dict[str, str] = {"role": "partner", "token_id": "c1", "owner": "工程审批系统"}
LICENCE = "营业执照"


def step(desk: Desk, case_no: str, kind: str | None, **changes: Any) -> dict[str, Any]:
    return done(desk, "intake.take-step", a_step(case_no, kind, **changes))


def wrong(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, str]:
    before = everything(desk)
    problems = refused(desk, "intake.take-step", a_step(case_no, kind, **changes))
    assert everything(desk) == before
    return problems


def case(desk: Desk, case_no: str) -> dict[str, Any]:
    found: dict[str, Any] = asked(desk, "case", case_no=case_no)
    return found


def red(desk: Desk, case_no: str, number: int = 1) -> None:
    clock = LightChanged(
        clock_id=f"{case_no}/deficiency/{number}", clock_kind="deficiency", about_kind="case", about=case_no,
        department="发展改革委", light=Light.RED, due_on=date(2026, 9, 28),
        turned_at=datetime(2026, 9, 29, tzinfo=ZONE),
    )  # fmt: skip
    desk.take_events([an_event(clock, service="timer", sequence=number)])


@pytest.fixture
def deficient(desk: Desk, case_no: str) -> str:
    step(desk, case_no, "accept-with-deficiencies")
    return case_no


@pytest.fixture
def committed(desk: Desk) -> str:
    case_no = str(done(desk, "intake.receive-case", a_case(matter_code="NM-013", handler=WATER))["case_no"])
    step(desk, case_no, "accept", actor=WATER)
    step(desk, case_no, "grant-on-commitment", actor=WATER)
    return case_no


WATER = {"name": "刘洋", "department": "生态环境分局"}


# --- materials that may come later ------------------------------------------------------------------------------------


def test_each_missing_material_has_its_day_and_what_follows_otherwise(desk: Desk, deficient: str) -> None:
    found = case(desk, deficient)
    assert (found["state"], found["blzt"]) == ("accepted-with-deficiencies", 3)
    assert found["missing"] == [
        {
            "number": 1,
            "material": LICENCE,
            "due_on": "2026-09-28",
            "consequence": "refuse",
            "supplied_at": None,
            "breached_at": None,
        }
    ]
    accepted, missing = said(desk, "qidi.case.")[-2:]
    assert (accepted.stem, missing.stem) == ("qidi.case.accepted", "qidi.case.material-missing")
    assert missing.data["due_on"] == "2026-09-28"


def test_only_what_the_matter_names_may_come_later_each_once_and_in_its_time(desk: Desk, case_no: str) -> None:
    missing = [
        {"material": "项目申请报告", "due_on": "2026-09-28"},
        {"material": LICENCE},
        {"material": LICENCE, "due_on": "2026-10-02"},
    ]
    problems = wrong(desk, case_no, "accept-with-deficiencies", missing=missing)
    assert set(problems) == {"missing.0.material", "missing.1.due_on", "missing.2.material", "missing.2.due_on"}
    assert LICENCE in problems["missing.0.material"]
    assert "2026-10-01" in problems["missing.2.due_on"]
    today = [{"material": LICENCE, "due_on": MORNING.date().isoformat()}]
    assert set(wrong(desk, case_no, "accept-with-deficiencies", missing=today)) == {"missing.0.due_on"}
    assert set(wrong(desk, case_no, "accept-with-deficiencies", missing=[])) == {"missing"}


def test_of_a_matter_that_allows_nothing_nothing_comes_later_until_the_list_says_so(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(matter_code="NM-010"))["case_no"]
    assert "accept-with-deficiencies" not in case(desk, case_no)["allowed_steps"]
    assert set(wrong(desk, case_no, "accept-with-deficiencies")) == {"step"}
    matter = {
        "code": "NM-010",
        "matter_name": "固定资产投资项目节能审查",
        "department": "发展改革委",
        "promised": {"amount": 20},
        "tolerance": {"materials": [LICENCE], "longest_days": 30, "consequence": "revoke", "basis": "本机关容缺清单"},
    }
    done(desk, "intake.adopt-matter", matter)
    assert set(wrong(desk, case_no, "accept-with-deficiencies")) == {"step"}, "the list of its receipt counts"
    later = done(desk, "intake.receive-case", a_case(matter_code="NM-010"))["case_no"]
    step(desk, later, "accept-with-deficiencies")
    assert case(desk, later)["missing"][0]["consequence"] == "revoke"


def test_while_something_is_missing_the_permit_is_granted_with_deficiencies_or_not_at_all(
    desk: Desk, deficient: str
) -> None:
    assert LICENCE in wrong(desk, deficient, "grant")["step"]
    assert step(desk, deficient, "grant-with-deficiencies") == {
        "case_no": deficient,
        "state": "granted-with-deficiencies",
        "blzt": 12,
    }
    assert said(desk, "qidi.case.granted")[-1].stem == "qidi.case.granted-with-deficiencies"
    step(desk, deficient, "deliver")
    assert "supply-material" in case(desk, deficient)["allowed_steps"]
    step(desk, deficient, "supply-material")
    assert case(desk, deficient)["missing"][0]["supplied_at"] == MORNING.isoformat()
    assert said(desk, "qidi.case.material-supplied")[-1].data["number"] == 1


def test_once_everything_has_come_the_permit_is_granted_like_any_other(desk: Desk, deficient: str) -> None:
    assert LICENCE in wrong(desk, deficient, "supply-material", material="别的材料")["material"]
    step(desk, deficient, "supply-material")
    assert wrong(desk, deficient, "supply-material") == {"step": "Nothing is missing in this case."}
    assert set(wrong(desk, deficient, "grant-with-deficiencies")) == {"step"}
    assert step(desk, deficient, "grant")["blzt"] == 11


def test_a_day_that_passes_without_the_material_is_a_breach_with_its_consequence_once(
    desk: Desk, deficient: str
) -> None:
    the_clock(desk).move(days=14)
    red(desk, deficient)
    red(desk, deficient)
    [breach] = said(desk, "qidi.case.deficiency-breached")
    assert (breach.data["material"], breach.data["consequence"]) == (LICENCE, "refuse")
    assert case(desk, deficient)["missing"][0]["breached_at"] is not None
    assert LICENCE in wrong(desk, deficient, "grant-with-deficiencies")["step"]
    step(desk, deficient, "supply-material")
    step(desk, deficient, "grant")
    assert case(desk, deficient)["missing"][0]["breached_at"] is not None, "what was late stays late"


def test_a_material_that_has_come_is_no_breach_whatever_the_clock_says_later(desk: Desk, deficient: str) -> None:
    step(desk, deficient, "supply-material")
    the_clock(desk).move(days=14)
    red(desk, deficient)
    assert said(desk, "qidi.case.deficiency-breached") == []


# --- commitment -------------------------------------------------------------------------------------------------------


def test_a_permit_is_granted_at_once_on_a_commitment_and_its_check_has_a_time(desk: Desk, committed: str) -> None:
    found = case(desk, committed)
    assert (found["state"], found["blzt"]) == ("granted-on-commitment", 11)
    assert found["commitment"]["check_within"] == {"amount": 20, "unit": "working_days"}
    granted, given = said(desk, "qidi.case.")[-2:]
    assert (granted.stem, given.stem) == ("qidi.case.granted", "qidi.case.commitment-given")
    assert given.data["document_no"] == "承诺书〔2026〕7号"


def test_a_matter_that_is_not_on_the_list_is_not_decided_on_a_commitment(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "accept")
    assert "grant-on-commitment" not in case(desk, case_no)["allowed_steps"]
    assert set(wrong(desk, case_no, "grant-on-commitment")) == {"step"}


def test_without_the_written_commitment_nothing_is_granted_on_it(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(matter_code="NM-013", handler=WATER))["case_no"]
    step(desk, case_no, "accept", actor=WATER)
    nothing = {"document_no": None, "document_on": None, "actor": WATER}
    assert set(wrong(desk, case_no, "grant-on-commitment", **nothing)) == {"document_no", "document_on"}


def test_the_check_is_a_named_persons_word_once_and_says_what_was_not_kept(desk: Desk, committed: str) -> None:
    broken = {"passed": False, "actor": WATER}
    assert set(wrong(desk, committed, "check-commitment", **broken)) == {"reason"}
    assert set(wrong(desk, committed, "check-commitment", passed=None, document_no=None)) == {"passed", "document_no"}
    step(desk, committed, "check-commitment", **broken, reason="未按承诺采取措施")
    [checked] = said(desk, "qidi.case.commitment-checked")
    assert checked.data["passed"] is False
    assert checked.data["consequences"] == ["revoke", "credit-note"]
    assert (checked.data["handler"]["name"], checked.data["reason"]) == ("刘洋", "未按承诺采取措施")
    assert case(desk, committed)["commitment"]["passed"] is False
    assert set(wrong(desk, committed, "check-commitment", actor=WATER)) == {"step"}
    step(desk, committed, "revoke", because="broken-undertaking", actor=WATER)
    step(desk, committed, "record-breach", actor=WATER)
    assert said(desk, "qidi.case.breach-recorded")[-1].data["document_no"] == "失信〔2026〕1号"


def test_a_commitment_that_was_kept_has_no_consequence(desk: Desk, committed: str) -> None:
    step(desk, committed, "check-commitment", actor=WATER)
    assert said(desk, "qidi.case.commitment-checked")[0].data["consequences"] == []


def test_where_nothing_was_committed_there_is_nothing_to_check(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "accept")
    step(desk, case_no, "grant")
    assert set(wrong(desk, case_no, "check-commitment")) == {"step"}


# --- from outside -----------------------------------------------------------------------------------------------------


def test_what_a_ledger_says_of_undertakings_is_recorded_as_it_says(desk: Desk) -> None:
    the_clock(desk).move(days=40)
    steps = [
        {"step": "accept-with-deficiencies", "occurred_at": "2026-09-03", "missing": [{"material": "自定材料"}]},
        {"blzt": 12, "occurred_at": "2026-09-10"},
        {"step": "supply-material", "occurred_at": "2026-09-11", "material": "自定材料"},
        {"step": "supply-material", "occurred_at": "2026-09-12", "material": "没听说过"},
        {"blzt": 14, "occurred_at": "2026-10-12", "reason": "规划调整"},
    ]
    for outcome in ("new", "same"):
        answer = done(desk, "intake.enter-cases", {"entries": [an_entry(7, steps=steps)]})
        assert [one["outcome"] for one in answer["results"]] == [outcome]
    found = case(desk, answer["results"][0]["case_no"])
    assert (found["state"], found["blzt"]) == ("permit-withdrawn", 14)
    assert [one.data["number"] for one in said(desk, "qidi.case.material-supplied")] == [1, 0]
    assert found["missing"][0]["supplied_at"].startswith("2026-09-11")


def test_a_partner_sends_12_and_15_as_numbers(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(actor=WANG), **PARTNER)["case_no"]
    for number, state in ((3, "accepted"), (12, "granted-with-deficiencies"), (15, "revoked")):
        order = a_step(case_no, None, blzt=number) | ({"reason": "骗取许可"} if number == 15 else {})
        assert done(desk, "intake.take-step", order, **PARTNER)["state"] == state
