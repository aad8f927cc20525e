"""Corrections of mistakes: by the head, with the reason; nothing is taken off, and the case stands where it would."""

from typing import Any

import pytest

from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_step, asked, done, refused, said, the_clock

HEAD = {"role": "head", "name": "王芳", "department": "发展改革委"}
OTHER_HEAD = {"role": "head", "name": "李强", "department": "发展改革委"}


@pytest.fixture
def granted(desk: Desk, case_no: str) -> str:
    """Accepted (line 2), under review (3), and granted by slip (4)."""
    for step in ("accept", "begin-review", "grant"):
        the_clock(desk).move(days=1)
        done(desk, "intake.take-step", a_step(case_no, step, occurred_at=the_clock(desk).at.isoformat()))
    the_clock(desk).move(hours=1)
    return case_no


def mistake(case_no: str, entry: int = 4, **changes: Any) -> dict[str, Any]:
    return {"case_no": case_no, "entry": entry, "is_void": True, "reason": "误点准予许可"} | changes


def wrong(desk: Desk, order: dict[str, Any]) -> dict[str, str]:
    return refused(desk, "intake.correct-entry", order, **HEAD)


def test_what_was_granted_by_slip_is_under_review_again_and_the_slip_stays_on_record(desk: Desk, granted: str) -> None:
    answer = done(desk, "intake.correct-entry", mistake(granted), **HEAD)
    assert answer["state"] == "under-review"
    [fact] = said(desk, "qidi.case.entry-corrected")
    assert (fact.data["entry"], fact.data["line"], fact.data["state"]) == ("qidi.case.granted", 4, "under-review")
    case = asked(desk, "case", case_no=granted)
    assert (case["state"], case["blzt"]) == ("under-review", 8)
    assert [one["step"] for one in case["steps"]] == ["receive", "accept", "begin-review", "grant", "entry-corrected"]
    [told] = case["corrections"]
    assert (told["step"], told["is_void"], told["by"]["name"]) == ("grant", True, "王芳")
    assert "grant" in case["allowed_steps"]


def test_the_head_alone_corrects(desk: Desk, granted: str) -> None:
    for caller in ({"role": "handler", **WANG}, {"role": "window", **WANG}, {"role": "supervisor", **WANG}):
        assert set(refused(desk, "intake.correct-entry", mistake(granted), **caller)) == {"case_no"}
    other = {"role": "head", "name": "周婷", "department": "住建局"}
    assert set(refused(desk, "intake.correct-entry", mistake(granted), **other)) == {"case_no"}


def test_what_later_steps_rest_on_is_corrected_after_them(desk: Desk, granted: str) -> None:
    assert "Line 4 was entered after it" in wrong(desk, mistake(granted, 3))["entry"]
    done(desk, "intake.correct-entry", mistake(granted), **HEAD)
    done(desk, "intake.correct-entry", mistake(granted, 3), **HEAD)
    done(desk, "intake.correct-entry", mistake(granted, 2), **HEAD)
    assert asked(desk, "case", case_no=granted)["state"] == "received"
    assert "taken back on 2026-09-19" in wrong(desk, mistake(granted))["entry"]


def test_a_wrong_day_is_put_right_between_the_steps_around_it(desk: Desk, granted: str) -> None:
    day = mistake(granted, 3, is_void=False, occurred_at="2026-09-18T17:00")
    assert done(desk, "intake.correct-entry", day, **HEAD)["state"] == "granted"
    assert said(desk, "qidi.case.entry-corrected")[0].data["corrected_at"][:16] == "2026-09-18T17:00"
    assert asked(desk, "case", case_no=granted)["steps"][2]["occurred_at"][:16] == "2026-09-18T10:00"
    assert set(wrong(desk, day | {"occurred_at": "2026-09-16T18:00"})) == {"occurred_at"}
    assert set(wrong(desk, day | {"occurred_at": "2026-09-19T23:00"})) == {"occurred_at"}


def test_a_wrong_person_is_put_right(desk: Desk, granted: str) -> None:
    done(desk, "intake.correct-entry", mistake(granted, is_void=False, person=LI), **HEAD)
    assert asked(desk, "case", case_no=granted)["corrections"][0]["person"] == LI
    stranger = {"name": "周婷", "department": "住建局"}
    assert set(wrong(desk, mistake(granted, is_void=False, person=stranger))) == {"person.department"}


def test_everything_that_is_wrong_with_a_correction_is_told_at_once(desk: Desk, granted: str) -> None:
    assert set(wrong(desk, mistake(granted, 1, is_void=False, reason=None))) == {"entry", "is_void", "reason"}
    assert set(wrong(desk, mistake(granted, occurred_at="2026-09-18T17:00", person=LI))) == {"occurred_at", "person"}
    assert set(wrong(desk, mistake(granted, 9))) == {"entry"}


def test_a_second_person_confirms_a_correction(desk: Desk, granted: str) -> None:
    done(desk, "intake.correct-entry", mistake(granted), **HEAD)
    [entry] = asked(desk, "case", case_no=granted)["late_entries"]
    assert (entry["line"], entry["step"], entry["is_confirmed"]) == (5, "entry-corrected", None)
    word = {"case_no": granted, "entry": 5, "is_confirmed": True, "document_no": "林发改更〔2026〕1号"}
    word["document_on"] = "2026-09-19"
    assert "somebody else" in refused(desk, "intake.judge-late-entry", word, **HEAD)["actor"]
    done(desk, "intake.judge-late-entry", word, **OTHER_HEAD)
    assert said(desk, "qidi.case.late-entry-judged")[0].data["entry"] == "qidi.case.entry-corrected"


def test_an_extension_that_was_a_slip_does_not_use_up_the_only_one(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    done(desk, "intake.take-step", a_step(case_no, "extend", due_on="2026-10-20"), **HEAD)
    done(desk, "intake.correct-entry", mistake(case_no, 3), **HEAD)
    done(desk, "intake.take-step", a_step(case_no, "extend", due_on="2026-10-20"), **HEAD)


def test_papers_that_were_handed_over_by_slip_are_on_their_way_to_nobody(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "hand-over", actor=None), role="handler", **WANG)
    assert asked(desk, "case", case_no=case_no)["handed_to"] == LI
    done(desk, "intake.correct-entry", mistake(case_no, 2), **HEAD)
    assert asked(desk, "case", case_no=case_no)["handed_to"] is None
    done(desk, "intake.take-step", a_step(case_no, "hand-over", actor=None), role="handler", **WANG)
    done(desk, "intake.take-step", a_step(case_no, "take-over", actor=None), role="handler", **LI)
    done(desk, "intake.correct-entry", mistake(case_no, 5), **HEAD)
    case = asked(desk, "case", case_no=case_no)
    assert (case["handler"], case["handed_to"]) == (LI, LI)
