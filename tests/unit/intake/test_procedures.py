"""Special procedures: the count stands still only for what the matter's law names, and for nobody's convenience."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import MORNING, WANG, a_case, a_step, an_entry, asked, done, everything, refused, said, the_clock

TODAY = MORNING.date().isoformat()
PARTNER: dict[str, str] = {"role": "partner", "token_id": "c1", "owner": "工程审批系统"}


def step(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, Any]:
    return done(desk, "intake.take-step", a_step(case_no, kind, **changes))


def wrong(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, str]:
    before = everything(desk)
    problems = refused(desk, "intake.take-step", a_step(case_no, kind, **changes))
    assert everything(desk) == before
    return problems


@pytest.fixture
def accepted(desk: Desk, case_no: str) -> str:
    step(desk, case_no, "accept")
    return case_no


def test_a_hearing_begins_and_ends_with_its_papers(desk: Desk, accepted: str) -> None:
    assert step(desk, accepted, "begin-procedure") == {"case_no": accepted, "state": "in-procedure", "blzt": 9}
    begun = asked(desk, "case", case_no=accepted)["steps"][-1]
    assert (begun["ground"], begun["planned"]) == ("hearing", {"amount": 10, "unit": "working_days"})
    assert (begun["document_on"], begun["objection"]) == (TODAY, None)
    assert begun["law"].startswith("行政许可法45条")
    assert step(desk, accepted, "end-procedure") == {"case_no": accepted, "state": "procedure-ended", "blzt": 10}
    facts = said(desk, "qidi.case.procedure")
    assert [one.stem.rpartition("-")[2] for one in facts] == ["begun", "ended"]
    assert facts[0].data["law"] == begun["law"]


def test_they_alternate_strictly(desk: Desk, accepted: str) -> None:
    assert set(wrong(desk, accepted, "end-procedure")) == {"step"}
    step(desk, accepted, "begin-procedure")
    for kind in ("begin-procedure", "grant", "refuse"):
        assert set(wrong(desk, accepted, kind)) == {"step"}
    step(desk, accepted, "end-procedure")
    step(desk, accepted, "begin-procedure")
    step(desk, accepted, "end-procedure")
    step(desk, accepted, "grant")


def test_a_case_that_is_not_accepted_stands_still_for_nothing(desk: Desk, case_no: str) -> None:
    assert set(wrong(desk, case_no, "begin-procedure")) == {"step"}


def test_everything_that_a_begin_must_say_is_asked_for_at_once(desk: Desk, accepted: str) -> None:
    said_nothing = dict.fromkeys(("ground", "planned", "document_no", "document_on"))
    problems = wrong(desk, accepted, "begin-procedure", **said_nothing)
    assert set(problems) == {"ground", "planned", "document_no", "document_on"}
    step(desk, accepted, "begin-procedure")
    assert set(wrong(desk, accepted, "end-procedure", document_no=None, document_on=None)) == {
        "document_no",
        "document_on",
    }


@pytest.mark.parametrize("ground", ["department-opinions", "expert-review", "technical-review", "tender"])
def test_a_ground_that_the_matters_law_does_not_name_is_refused_with_those_that_it_does(
    desk: Desk, accepted: str, ground: str
) -> None:
    problem = wrong(desk, accepted, "begin-procedure", ground=ground)["ground"]
    assert "hearing, commissioned-assessment" in problem


def test_a_ground_that_nobody_has_read_in_the_law_is_off_until_it_is_confirmed(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(matter_code="NM-010"))["case_no"]
    step(desk, case_no, "accept")
    order = {"ground": "commissioned-assessment"}
    assert set(wrong(desk, case_no, "begin-procedure", **order)) == {"ground"}
    matter = {
        "code": "NM-010",
        "matter_name": "固定资产投资项目节能审查",
        "department": "发展改革委",
        "promised": {"amount": 20},
        "pauses": [{"ground": "commissioned-assessment", "law": "国家节能审查办法", "longest": {"amount": 15}}],
    }
    done(desk, "intake.adopt-matter", matter)
    # what is open keeps the word of the list at its receipt
    assert set(wrong(desk, case_no, "begin-procedure", **order)) == {"ground"}
    case_no = done(desk, "intake.receive-case", a_case(matter_code="NM-010", again_because="变更建设内容后重新申请"))[
        "case_no"
    ]
    step(desk, case_no, "accept")
    problem = wrong(desk, case_no, "begin-procedure", **order, planned={"amount": 16})
    assert set(problem) == {"planned"}
    assert "15" in problem["planned"]
    step(desk, case_no, "begin-procedure", **order, planned={"amount": 15})


def test_a_document_is_not_younger_than_what_it_proves(desk: Desk, accepted: str) -> None:
    assert set(wrong(desk, accepted, "begin-procedure", document_on="2027-01-01")) == {"document_on"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ground": "department-opinions"}, "is no ground"),
        ({"ground": None}, "does not say for what"),
        ({"document_no": None}, "No written notice"),
        ({"document_on": None}, "No written notice"),
    ],
)
def test_what_another_system_says_is_recorded_with_the_objection(desk: Desk, changes: dict[str, Any], why: str) -> None:
    case_no = done(desk, "intake.receive-case", a_case(actor=WANG), **PARTNER)["case_no"]
    done(desk, "intake.take-step", a_step(case_no, "accept"), **PARTNER)
    order = a_step(case_no, "begin-procedure", step=None, blzt=9, **changes)
    assert done(desk, "intake.take-step", order, **PARTNER)["state"] == "in-procedure"
    [fact] = said(desk, "qidi.case.procedure-begun")
    assert fact.data["law"] == ""
    assert why in fact.data["objection"]
    told = asked(desk, "case", case_no=case_no)["steps"][-1]["objection"]
    assert why in told["template"]


def test_a_procedure_stands_in_a_ledger_that_is_brought_in(desk: Desk) -> None:
    the_clock(desk).move(days=40)
    steps = [
        {"step": "accept", "occurred_at": "2026-09-03"},
        {"step": "begin-procedure", "occurred_at": "2026-09-07", "ground": "hearing"},
        {"step": "end-procedure", "occurred_at": "2026-09-21"},
        {"step": "grant", "occurred_at": "2026-10-12"},
    ]
    answer = done(desk, "intake.enter-cases", {"entries": [an_entry(7, steps=steps)]})
    assert [one["outcome"] for one in answer["results"]] == ["new"]
    [fact] = said(desk, "qidi.case.procedure-begun")
    assert fact.data["law"] == ""
    assert "written notice" in fact.data["objection"]
    again = done(desk, "intake.enter-cases", {"entries": [an_entry(7, steps=steps)]})
    assert [one["outcome"] for one in again["results"]] == ["same"]
