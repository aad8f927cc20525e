"""Acceptance by law: papers about which nothing was told in time (Licensing Law 32(4))."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.contracts.clocks import ClockMoved, ClockStopped, LightChanged
from services.contracts.vocabulary import ZONE, Light, SubjectKind
from services.plumbing.desk import Desk
from tests.builders import WANG, a_step, an_event, asked, done, everything, refused, said, take, the_clock

DUE = date(2026, 9, 23)
MIDNIGHT = datetime(2026, 9, 24, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def a_week_later(desk: Desk, case_no: str) -> None:
    """Received on the 16th; five working days end on the 23rd; now it is the 24th."""
    the_clock(desk).at = datetime(2026, 9, 24, 0, 1, tzinfo=ZONE)


def hear(desk: Desk, case_no: str, *, sequence: int = 1, round: int = 1, stopped: bool = False, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "clock_id": f"{case_no}/one_time_notice/{round}",
        "clock_kind": "one_time_notice",
        "about_kind": "case",
        "about": case_no,
        "department": "发展改革委",
        "due_on": DUE,
    }
    if stopped:
        facts |= {
            "stopped_at": MIDNIGHT,
            "overdue_working_days": 1,
            "used_working_days": 6,
            "why": "told late",
            "on_time": False,
        }
        event: LightChanged | ClockStopped = ClockStopped.model_validate(facts | changes)
    else:
        event = LightChanged.model_validate(facts | {"light": Light.RED, "turned_at": MIDNIGHT} | changes)
    ruling = desk.take_events([an_event(event, sequence=sequence, service="timer", at=MIDNIGHT)])[0]
    assert ruling.verdict.value == "handled"


def test_a_red_light_on_the_one_time_notice_accepts_as_of_the_day_of_receipt(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    [fact] = said(desk, "qidi.case.deemed-accepted")
    assert fact.data["effective_on"] == "2026-09-16"
    assert fact.data["handler"] == WANG
    assert "行政许可法第三十二条第四项" in fact.data["reason"]
    assert fact.time == MIDNIGHT
    case = asked(desk, "case", case_no=case_no)
    assert (case["state"], case["blzt"], case["effective_on"]) == ("deemed-accepted", 3, "2026-09-16")
    assert case["steps"][-1]["clock_id"] == f"{case_no}/one_time_notice/1"


def test_it_happens_once_however_often_the_clock_speaks(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    before = asked(desk, "case", case_no=case_no)
    hear(desk, case_no, sequence=2)
    hear(desk, case_no, sequence=3, stopped=True)
    assert asked(desk, "case", case_no=case_no) == before
    assert len(said(desk, "qidi.case.deemed-accepted")) == 1


def test_a_case_accepted_in_the_meantime_is_left_alone(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, occurred_at="2026-09-22T00:00"))
    hear(desk, case_no)
    assert asked(desk, "case", case_no=case_no)["state"] == "accepted"
    assert said(desk, "qidi.case.deemed-accepted") == []


def test_a_notice_told_late_is_told_in_vain(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "request-correction"))
    hear(desk, case_no, stopped=True)
    case = asked(desk, "case", case_no=case_no)
    assert case["state"] == "deemed-accepted"
    assert "complete-correction" in case["allowed_steps"]


def test_a_notice_told_and_recorded_in_time_is_no_acceptance_though_the_light_is_on_its_way(
    desk: Desk, case_no: str
) -> None:
    the_clock(desk).at = datetime(2026, 9, 23, 17, 5, tzinfo=ZONE)
    done(desk, "intake.take-step", a_step(case_no, "request-correction", occurred_at="2026-09-23T17:00"))
    the_clock(desk).at = datetime(2026, 9, 24, 0, 1, tzinfo=ZONE)
    hear(desk, case_no)
    assert asked(desk, "case", case_no=case_no)["state"] == "correction-requested"


def test_a_notice_dated_in_time_but_recorded_late_undoes_nothing(desk: Desk, case_no: str) -> None:
    """DOMAIN 3, rule 12: whatever day it names, until a second person has confirmed it."""
    done(desk, "intake.take-step", a_step(case_no, "request-correction", occurred_at="2026-09-23T17:00"))
    hear(desk, case_no)
    assert asked(desk, "case", case_no=case_no)["state"] == "deemed-accepted"


def test_in_a_later_round_acceptance_is_as_of_the_completion_of_the_correction(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "request-correction", occurred_at="2026-09-16T11:00"))
    done(desk, "intake.take-step", a_step(case_no, "complete-correction", occurred_at="2026-09-18T00:00"))
    hear(desk, case_no, round=2)
    assert said(desk, "qidi.case.deemed-accepted")[0].data["effective_on"] == "2026-09-18"


@pytest.mark.parametrize(
    "changes",
    [{"light": "yellow"}, {"clock_kind": "decision"}, {"about_kind": "complaint"}, {"about": "150424-2026-999999"},
     {"stopped": True, "on_time": True}],
)  # fmt: skip
def test_other_lights_clocks_and_stops_in_time_mean_nothing_here(
    desk: Desk, case_no: str, changes: dict[str, Any]
) -> None:
    before = asked(desk, "case", case_no=case_no)
    hear(desk, case_no, **changes)
    assert asked(desk, "case", case_no=case_no) == before


def test_after_acceptance_by_law_the_late_words_are_recorded_and_the_case_goes_on(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    done(desk, "intake.take-step", a_step(case_no, "request-correction"))
    assert said(desk, "qidi.case.correction-requested")[0].data["round"] == 1
    assert asked(desk, "case", case_no=case_no)["blzt"] == 3
    assert "step" in refused(desk, "intake.take-step", a_step(case_no, "request-correction"))
    done(desk, "intake.take-step", a_step(case_no, "complete-correction"))
    assert asked(desk, "case", case_no=case_no)["state"] == "deemed-accepted"
    before = everything(desk)
    ruling = take(desk, "intake.take-step", a_step(case_no, "refuse-acceptance"))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert everything(desk) == before
    done(desk, "intake.take-step", a_step(case_no, "begin-review"))
    assert done(desk, "intake.take-step", a_step(case_no, "grant"))["state"] == "granted"


def test_an_acceptance_of_before_may_still_be_entered_after_the_laws(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    done(desk, "intake.take-step", a_step(case_no, "accept", occurred_at="2026-09-18T00:00"))
    assert asked(desk, "case", case_no=case_no)["state"] == "accepted"


def move(desk: Desk, case_no: str, due_at: datetime, sequence: int = 2) -> None:
    """A released calendar has moved the end of the notice."""
    event = ClockMoved(
        clock_id=f"{case_no}/one_time_notice/1",
        clock_kind="one_time_notice",
        about_kind=SubjectKind.CASE,
        about=case_no,
        department="发展改革委",
        due_from=DUE,
        due_on=(due_at - timedelta(days=1)).date(),
        due_at=due_at,
        calendar="cn-2026.1",
        why="延长假期的通知",
    )
    sealed = an_event(event, sequence=sequence, service="timer", at=the_clock(desk).at)
    assert desk.take_events([sealed])[0].verdict.value == "handled"


def test_a_calendar_that_moves_the_notice_past_now_undoes_the_acceptance_by_law(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    move(desk, case_no, datetime(2026, 9, 29, tzinfo=ZONE))
    case = asked(desk, "case", case_no=case_no)
    assert (case["state"], case["blzt"], case["effective_on"]) == ("received", 1, None)
    assert "accept" in case["allowed_steps"]
    [fact] = said(desk, "qidi.case.acceptance-undone")
    assert (fact.data["state"], fact.data["due_on"], fact.actor) == ("received", "2026-09-28", None)
    the_clock(desk).at = datetime(2026, 9, 29, 0, 1, tzinfo=ZONE)
    hear(desk, case_no, sequence=3, due_on=date(2026, 9, 28), turned_at=datetime(2026, 9, 29, tzinfo=ZONE))
    assert asked(desk, "case", case_no=case_no)["state"] == "deemed-accepted"


def test_a_calendar_that_moves_the_notice_to_an_end_that_has_passed_undoes_nothing(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    move(desk, case_no, MIDNIGHT)
    assert asked(desk, "case", case_no=case_no)["state"] == "deemed-accepted"


def test_what_was_done_on_the_strength_of_the_acceptance_by_law_stays(desk: Desk, case_no: str) -> None:
    hear(desk, case_no)
    done(desk, "intake.take-step", a_step(case_no, "begin-review"))
    move(desk, case_no, datetime(2026, 9, 29, tzinfo=ZONE))
    assert asked(desk, "case", case_no=case_no)["state"] == "under-review"
