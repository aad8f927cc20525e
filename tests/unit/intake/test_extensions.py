"""Extensions: once, by the head, as far as the matter's law goes, told to the applicant, and never too late."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import MORNING, a_case, a_step, an_entry, asked, done, refused, said

DUE = "2026-10-20"
HEAD = {"role": "head", "name": "王芳", "department": "发展改革委"}


@pytest.fixture
def accepted(desk: Desk, case_no: str) -> str:
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    return case_no


def wrong(desk: Desk, case_no: str, **changes: Any) -> dict[str, str]:
    return refused(desk, "intake.take-step", a_step(case_no, "extend", **{"due_on": DUE} | changes), **HEAD)


def test_the_head_extends_once_with_the_reason_and_the_notice(desk: Desk, accepted: str) -> None:
    done(desk, "intake.take-step", a_step(accepted, "extend", due_on=DUE), **HEAD)
    [fact] = said(desk, "qidi.case.extended")
    assert fact.data["longer_by"] == {"amount": 10, "unit": "working_days"}
    case = asked(desk, "case", case_no=accepted)
    assert (case["state"], case["steps"][-1]["longer_by"]["amount"]) == ("accepted", 10)
    assert "once only" in wrong(desk, accepted)["step"]


def test_nobody_but_the_head_may(desk: Desk, accepted: str) -> None:
    handler = {"role": "handler", "name": "王芳", "department": "发展改革委"}
    order = a_step(accepted, "extend", due_on=DUE)
    assert set(refused(desk, "intake.take-step", order, **handler)) == {"step"}


def test_everything_that_is_missing_is_asked_for_at_once(desk: Desk, accepted: str) -> None:
    nothing = dict.fromkeys(("reason", "longer_by", "document_no", "document_on"))
    assert set(wrong(desk, accepted, **nothing)) == set(nothing)


def test_it_goes_as_far_as_the_matters_law(desk: Desk, accepted: str) -> None:
    assert "40 working_days" in wrong(desk, accepted, longer_by={"amount": 41})["longer_by"]
    assert set(wrong(desk, accepted, longer_by={"amount": 10, "unit": "calendar_days"})) == {"longer_by"}


def test_what_has_run_out_or_stands_still_is_not_extended(desk: Desk, accepted: str) -> None:
    day_before = "2026-09-15"
    assert "run out" in wrong(desk, accepted, due_on=day_before)["occurred_at"]
    assert MORNING.date().isoformat() > day_before
    assert "stands still" in wrong(desk, accepted, due_on=None)["step"]


def test_an_open_case_keeps_the_word_of_the_list_at_its_receipt(desk: Desk, accepted: str) -> None:
    matter = asked(desk, "matters")["items"][0]
    order = {name: value for name, value in matter.items() if name != "name"} | {"matter_name": matter["name"]}
    shorter = {"longest": {"amount": 5}, "law": "本级承诺"}
    done(desk, "intake.adopt-matter", order | {"extension": shorter})
    done(desk, "intake.take-step", a_step(accepted, "extend", due_on=DUE), **HEAD)
    later = done(desk, "intake.receive-case", a_case(again_because="变更建设内容后重新申请"))["case_no"]
    done(desk, "intake.take-step", a_step(later, "accept"))
    assert "本级承诺" in wrong(desk, later)["longer_by"]
    numbers = [asked(desk, "case", case_no=one)["list_number"] for one in (accepted, later)]
    assert numbers == [1, 2]


def test_on_the_day_on_which_it_is_due_it_is_still_extended(desk: Desk, accepted: str) -> None:
    done(desk, "intake.take-step", a_step(accepted, "extend", due_on=MORNING.date().isoformat()), **HEAD)


def test_a_matter_whose_law_knows_no_extension_has_none(desk: Desk) -> None:
    case_no = str(done(desk, "intake.receive-case", a_case(matter_code="NM-004"))["case_no"])
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    assert "not be extended" in wrong(desk, case_no)["step"]


def entered(desk: Desk, *steps: dict[str, Any]) -> list[tuple[Any, bool]]:
    """What another ledger says after the acceptance: for each extension by how much, and whether that has an effect."""
    line = an_entry(steps=[{"step": "accept", "occurred_at": "2026-09-03"}, *steps])
    [result] = done(desk, "intake.enter-cases", {"entries": [line]}, role="ops")["results"]
    assert (result["outcome"], result["problems"]) == ("new", [])
    return [(one.data["longer_by"]["amount"], "objection" not in one.data) for one in said(desk, "qidi.case.extended")]


def extension(day: str, amount: int) -> dict[str, Any]:
    told = {"longer_by": {"amount": amount}, "reason": "论证", "document_no": "延〔2026〕1号", "document_on": day}
    return {"step": "extend", "occurred_at": day} | told


def test_what_another_ledger_says_of_a_longer_extension_is_recorded_with_the_objection(desk: Desk) -> None:
    assert entered(desk, extension("2026-09-07", 500)) == [(500, False)]
    [line] = [one for one in asked(desk, "case", case_no="150424-2026-000001")["steps"] if one["step"] == "extend"]
    assert (
        line["objection"]["template"].format(**line["objection"]["params"]).startswith("企业投资项目核准和备案管理条例")
    )


def test_of_the_extensions_of_another_ledger_the_first_lawful_one_counts(desk: Desk) -> None:
    told = (extension("2026-09-07", 500), extension("2026-09-08", 40), extension("2026-09-09", 10))
    assert entered(desk, *told) == [(500, False), (40, True), (10, False)]


def test_an_extension_of_a_jointly_handled_case_in_another_ledger_goes_as_far_as_the_law(desk: Desk) -> None:
    jointly = {"departments": ["自然资源局"], "document_no": "函〔2026〕8号", "document_on": "2026-09-04"}
    jointly |= {"step": "handle-jointly", "occurred_at": "2026-09-04"}
    told = (jointly, extension("2026-09-07", 40), extension("2026-09-08", 15))
    assert entered(desk, *told) == [(40, False), (15, True)]
