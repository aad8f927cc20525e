"""Trigger: the time for a decision counts from the acceptance, or from the receipt where the matter says so."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ClockKind, CountedFrom, SubjectKind, Unit
from services.timer.calendar import state_council
from services.timer.deadlines import working_days_between
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence
from services.timer.limits import CalendarDays, WorkingDays
from services.timer.rules import CORRECTION_ASKED, CORRECTION_DONE
from tests.builders import asked
from tests.unit.timer_clocks.story import CASE, Story, accepted, at, corrected, granted, noticed, received
from tests.unit.timer_clocks.test_washing import enter

DECISION, SECOND = "decision/1", "decision/2"
RECEIVED_AT = "09-14 10:00"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A construction permit: seven days of the calendar from Monday 14 September 2026, the day of receipt."""
    story = Story(tmp_path, RECEIVED_AT)
    story.tell(received(days=7, unit=Unit.CALENDAR_DAYS, counted_from=CountedFrom.RECEIPT), RECEIVED_AT)
    return story


def test_from_the_receipt_the_clock_starts_with_the_acceptance_and_counts_the_days_before_it(story: Story) -> None:
    assert DECISION not in story.clocks()
    story.tell(accepted(), "09-17 11:00")
    clock = story.clocks()[DECISION]
    assert (clock["started_at"], clock["due_on"]) == ("2026-09-14T10:00:00+08:00", "2026-09-21")
    assert (clock["deemed"], clock["used"], clock["responsible"]) == (False, 3, "王芳")


def test_from_the_acceptance_it_counts_as_before(tmp_path: Path) -> None:
    story = Story(tmp_path, RECEIVED_AT)
    story.tell(received(days=7, unit=Unit.CALENDAR_DAYS), RECEIVED_AT)
    story.tell(accepted(), "09-17 11:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-09-24"


def test_the_applicants_time_for_a_correction_is_left_out_of_the_count(story: Story) -> None:
    story.tell(noticed(), "09-16 10:00")
    story.tell(corrected(), "10-12 10:00")
    story.tell(accepted(), "10-13 10:00")
    clock = story.clocks()[SECOND]
    # two days until the notice, and five from the papers on: the seventh is a Saturday, so it rolls to Monday the 19th
    assert (clock["started_at"][:10], clock["due_on"], clock["used"]) == ("2026-09-14", "2026-10-19", 3)
    assert clock["pauses"] == [{"begun": "2026-09-16", "ended": "2026-10-12"}]
    told = asked(story.desk, "clocks", about=CASE)
    assert {one["holder"] for one in told["by_holder"]} == {"department", "applicant"}


def test_a_notice_that_names_an_earlier_day_than_its_recording_gives_the_office_no_days(story: Story) -> None:
    enter(story, noticed(), "09-14 11:00", "09-18 16:00")
    story.tell(corrected(), "10-12 10:00")
    story.tell(accepted(), "10-12 11:00")
    assert story.clocks()[SECOND]["pauses"] == [{"begun": "2026-09-18", "ended": "2026-10-12"}]


def test_accepted_by_law_it_counts_from_the_receipt_and_a_notice_told_late_stops_nothing(story: Story) -> None:
    story.tell(noticed(), "09-29 10:00")
    story.tell(corrected(), "10-12 10:00")
    clock = story.clocks()[DECISION]
    assert (clock["deemed"], clock["started_at"][:10], clock["due_on"], clock["pauses"]) == (
        True, "2026-09-14", "2026-09-21", [],
    )  # fmt: skip


def test_accepted_by_law_after_a_correction_it_still_counts_from_the_receipt(story: Story) -> None:
    story.tell(noticed(), "09-16 10:00")
    story.tell(corrected(), "09-21 10:00")
    story.sweep("10-08 10:00")
    clock = story.clocks()[SECOND]
    assert (clock["deemed"], clock["started_at"][:10], clock["due_on"]) == (True, "2026-09-14", "2026-09-28")


def test_an_acceptance_put_off_wins_no_day(story: Story) -> None:
    story.tell(accepted(), "09-18 10:00")
    story.tell(granted(), "09-22 10:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["used"], clock["overdue_working_days"]) == (False, 8, 1)


def test_the_explanation_says_from_where_it_counts(story: Story) -> None:
    story.tell(accepted(), "09-17 11:00")
    why = asked(story.desk, "explain", clock_id=f"{CASE}/decision/1")
    assert (why["counted_from"], why["steps"][0]["day"], why["due"]) == ("receipt", "2026-09-14", "2026-09-21")
    assert asked(story.desk, "explain", clock_id=f"{CASE}/one_time_notice/1")["counted_from"] is None


@pytest.mark.parametrize(
    ("counted_from", "corrections", "due_on"),
    [
        ("acceptance", [], "2026-09-24"),
        ("receipt", [], "2026-09-21"),
        ("receipt", [["2026-09-15T10:00:00+08:00", "2026-09-17T10:00:00+08:00"]], "2026-09-23"),
    ],
)
def test_a_day_foreseen_is_the_one_that_will_be_counted(
    story: Story, counted_from: str, corrections: list[list[str]], due_on: str
) -> None:
    item = {"received_at": "2026-09-14T10:00:00+08:00", "accepted_at": "2026-09-17T11:00:00+08:00"}
    item |= {"amount": "7", "unit": "calendar_days", "counted_from": counted_from}
    assert asked(story.desk, "decisions_due", items=[item | {"corrections": corrections}]) == [due_on]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), max_size=3),
    st.integers(0, 4),
    st.sampled_from([WorkingDays, CalendarDays]),
    st.integers(25, 60),
)
def test_from_the_receipt_only_the_applicants_days_move_the_end(
    rounds: list[tuple[int, int]], waits: int, unit: type[WorkingDays | CalendarDays], amount: int
) -> None:
    calendar, moment = state_council(), at(RECEIVED_AT)
    told, theirs = [("case.received", moment)], 0
    for office, applicant in rounds:
        asked_at = moment + timedelta(days=office)
        moment = asked_at + timedelta(days=applicant)
        told += [(CORRECTION_ASKED, asked_at), (CORRECTION_DONE, moment)]
        theirs += working_days_between(calendar, asked_at.date(), moment.date())

    def decision(accepted_at: datetime) -> LegalClock:
        facts = [
            Occurrence(SubjectKind.CASE, "x", number, what, when, when, limit=unit(amount), from_receipt=True)
            for number, (what, when) in enumerate([*told, ("case.accepted", accepted_at)], start=1)
        ]
        return next(one for one in derive(facts, calendar, accepted_at) if one.kind is ClockKind.DECISION)

    at_once, later = decision(moment), decision(moment + timedelta(days=waits))
    assert (at_once.due_on, at_once.due_at) == (later.due_on, later.due_at)
    assert later.due_on is not None
    if unit is WorkingDays:
        assert working_days_between(calendar, at(RECEIVED_AT).date(), later.due_on) == amount + theirs
