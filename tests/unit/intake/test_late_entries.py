"""Late entries: somebody other than who entered one confirms it with a document, or refuses it with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_step, asked, done, refused, said, the_clock

HEAD = {"role": "head", "name": "李强", "department": "发展改革委"}


@pytest.fixture
def late(desk: Desk, case_no: str) -> str:
    """Accepted today, for a day three days ago."""
    the_clock(desk).move(days=3)
    done(desk, "intake.take-step", a_step(case_no, "accept", occurred_at="2026-09-16T15:00"))
    return case_no


def word(case_no: str, **changes: Any) -> dict[str, Any]:
    confirmed = {"is_confirmed": True, "document_no": "林发改受〔2026〕8号", "document_on": "2026-09-16"}
    return {"case_no": case_no, "entry": 2} | confirmed | changes


def test_a_late_entry_stands_in_the_case_with_both_its_days(desk: Desk, late: str) -> None:
    [entry] = asked(desk, "case", case_no=late)["late_entries"]
    assert (entry["line"], entry["step"], entry["is_confirmed"]) == (2, "accept", None)
    assert (entry["occurred_at"][:10], entry["recorded_at"][:10]) == ("2026-09-16", "2026-09-19")


def test_a_second_person_confirms_it_with_a_document(desk: Desk, late: str) -> None:
    assert done(desk, "intake.judge-late-entry", word(late), **HEAD)["is_confirmed"] is True
    [fact] = said(desk, "qidi.case.late-entry-judged")
    assert (fact.data["entry"], fact.data["entry_at"][:16]) == ("qidi.case.accepted", "2026-09-16T15:00")
    assert (fact.actor, fact.data["document_on"]) == ("李强@发展改革委", "2026-09-16")
    assert asked(desk, "case", case_no=late)["late_entries"][0]["is_confirmed"] is True
    assert "was judged on" in refused(desk, "intake.judge-late-entry", word(late), **HEAD)["entry"]


def test_or_refuses_it_with_a_reason(desk: Desk, late: str) -> None:
    nothing = {"is_confirmed": False, "document_no": None, "document_on": None}
    assert set(refused(desk, "intake.judge-late-entry", word(late, **nothing), **HEAD)) == {"reason"}
    done(desk, "intake.judge-late-entry", word(late, **nothing, reason="没有当日的受理通知书"), **HEAD)
    assert asked(desk, "case", case_no=late)["late_entries"][0]["is_confirmed"] is False


def test_everything_that_is_wrong_is_told_at_once(desk: Desk, late: str) -> None:
    wrong = refused(desk, "intake.judge-late-entry", word(late, entry=1, document_no=None, document_on=None), **HEAD)
    assert set(wrong) == {"entry", "document_no", "document_on"}
    assert "recorded when it happened" in wrong["entry"]
    assert set(refused(desk, "intake.judge-late-entry", word(late, entry=9), **HEAD)) == {"entry"}
    younger = word(late, document_on="2026-09-19")
    assert set(refused(desk, "intake.judge-late-entry", younger, **HEAD)) == {"document_on"}


def test_nobody_judges_what_he_has_entered_himself(desk: Desk, case_no: str) -> None:
    the_clock(desk).move(days=3)
    done(desk, "intake.take-step", a_step(case_no, "accept", occurred_at="2026-09-16T15:00", actor=LI))
    assert "somebody else" in refused(desk, "intake.judge-late-entry", word(case_no), **HEAD)["actor"]


@pytest.mark.parametrize(
    "caller",
    [
        {"role": "handler", **WANG},
        {"role": "window", **WANG},
        {"role": "head", "name": "周婷", "department": "住建局"},
        {"role": "partner", "token_id": "c1", "owner": "工程审批系统"},
    ],
)
def test_only_the_head_or_whoever_supervises_may(desk: Desk, late: str, caller: dict[str, str]) -> None:
    assert set(refused(desk, "intake.judge-late-entry", word(late), **caller)) == {"case_no"}


def test_a_line_that_was_taken_back_is_judged_no_more(desk: Desk, late: str) -> None:
    slip = {"case_no": late, "entry": 2, "is_void": True, "reason": "误操作"}
    done(desk, "intake.correct-entry", slip, **HEAD)
    assert "was taken back on 2026-09-19" in refused(desk, "intake.judge-late-entry", word(late), **HEAD)["entry"]
    assert [one["step"] for one in asked(desk, "case", case_no=late)["late_entries"]] == ["entry-corrected"]


def test_what_happened_on_the_day_before_is_late_however_few_minutes_ago(desk: Desk, case_no: str) -> None:
    the_clock(desk).at = the_clock(desk).at.replace(hour=0, minute=10) + timedelta(days=3)
    done(desk, "intake.take-step", a_step(case_no, "accept", occurred_at="2026-09-18T23:50"))
    done(desk, "intake.judge-late-entry", word(case_no, document_on="2026-09-18"), **HEAD)
    assert asked(desk, "case", case_no=case_no)["late_entries"][0]["is_confirmed"] is True
