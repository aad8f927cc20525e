"""The applicant's time for a correction: nothing is parked for ever, and nobody is closed too early (rule 14)."""

from typing import Any

import pytest

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import Light, SubjectKind
from services.plumbing.desk import Desk
from tests.builders import a_step, an_event, asked, done, refused, said, the_clock


def step(desk: Desk, case_no: str, kind: str, **changes: Any) -> dict[str, Any]:
    return done(desk, "intake.take-step", a_step(case_no, kind, **changes))


@pytest.fixture
def noticed(desk: Desk, case_no: str) -> str:
    step(desk, case_no, "request-correction", given={"amount": 10})
    return case_no


def over(desk: Desk, case_no: str, light: Light = Light.RED, times: int = 1) -> None:
    """What the timer says of the applicant's clock."""
    clock = f"{case_no}/correction/1"
    event = LightChanged(
        clock_id=clock, clock_kind="correction", about_kind=SubjectKind.CASE, about=case_no, department="发展改革委",
        light=light, turned_at=the_clock(desk).at,
    )  # fmt: skip
    desk.take_events([an_event(event, sequence=n, service="timer", at=the_clock(desk).at) for n in range(1, times + 1)])


def test_a_notice_says_how_long_the_applicant_has(desk: Desk, noticed: str) -> None:
    [fact] = said(desk, "qidi.case.correction-requested")
    assert fact.data["given"] == {"amount": 10, "unit": "working_days"}
    assert asked(desk, "case", case_no=noticed)["steps"][-1]["given"] == {"amount": 10, "unit": "working_days"}


def test_nobody_is_closed_while_he_has_time(desk: Desk, noticed: str) -> None:
    assert "still has time" in refused(desk, "intake.take-step", a_step(noticed, "give-up", reason="联系不上"))["step"]
    over(desk, noticed, Light.YELLOW)
    assert set(refused(desk, "intake.take-step", a_step(noticed, "give-up", reason="联系不上"))) == {"step"}


def test_when_it_is_over_he_is_asked_about_once_and_a_named_person_closes_the_case(desk: Desk, noticed: str) -> None:
    over(desk, noticed, times=2)
    assert len(said(desk, "qidi.case.correction-expired")) == 1
    assert set(refused(desk, "intake.take-step", a_step(noticed, "give-up", reason=None))) == {"reason"}
    answer = step(desk, noticed, "give-up", reason="逾期未补正，电话确认不再办理")
    assert answer == {"case_no": noticed, "state": "not-corrected", "blzt": 2}
    assert asked(desk, "case", case_no=noticed)["allowed_steps"] == ["note"]


def test_a_correction_that_comes_late_is_taken_all_the_same(desk: Desk, noticed: str) -> None:
    over(desk, noticed)
    assert step(desk, noticed, "complete-correction")["state"] == "correction-completed"
    step(desk, noticed, "request-correction")
    assert "still has time" in refused(desk, "intake.take-step", a_step(noticed, "give-up", reason="逾期"))["step"]
