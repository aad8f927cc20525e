"""Undertakings: each missing material counts for itself, also after the grant; so does the check of a commitment."""

from datetime import date
from pathlib import Path

import pytest

from services.contracts.cases import CaseRefused, EntryCorrected
from services.contracts.envelope import Event
from services.contracts.permits import (
    CaseGrantedWithDeficiencies,
    CaseRevoked,
    CommitmentChecked,
    CommitmentGiven,
    MaterialMissing,
    MaterialSupplied,
    PermitWithdrawn,
)
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import APPLICANTS, ClockKind
from tests.unit.timer_clocks.story import CASE, WANG, Story, accepted, at, granted, received

FIRST, SECOND, CHECK, DELIVERY = "deficiency/1", "deficiency/2", "commitment_check/1", "delivery/1"


def missing(number: int, due_on: date | None) -> MaterialMissing:
    return MaterialMissing(case_no=CASE, handler=WANG, number=number, material=f"材料{number}", due_on=due_on)


def supplied(number: int) -> MaterialSupplied:
    return MaterialSupplied(case_no=CASE, handler=WANG, number=number, material=f"材料{number}")


def deficient() -> CaseGrantedWithDeficiencies:
    return CaseGrantedWithDeficiencies(case_no=CASE, handler=WANG)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Accepted on Monday 14 September 2026 with two materials missing."""
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    story.tell(missing(1, date(2026, 9, 24)), "09-14 11:00")
    story.tell(missing(2, date(2026, 10, 2)), "09-14 11:00")
    return story


def test_each_has_its_own_day_and_one_on_a_day_off_ends_with_the_next_working_day(story: Story) -> None:
    clocks = story.clocks()
    assert clocks[FIRST]["due_on"] == "2026-09-24"
    assert clocks[SECOND]["due_on"] == "2026-10-08", "the second of October is a holiday (Civil Code 203)"


def test_what_comes_in_ends_its_own_clock_and_no_other(story: Story) -> None:
    story.tell(supplied(2), "09-18 09:00")
    clocks = story.clocks()
    assert (clocks[SECOND]["stopped_at"] is None, clocks[FIRST]["stopped_at"] is None) == (False, True)
    story.tell(supplied(1), "09-25 09:00")
    assert story.clocks()[FIRST]["on_time"] is False
    story.tell(supplied(0), "09-25 09:00")


def test_a_grant_with_deficiencies_ends_the_decision_begins_the_delivery_and_leaves_them_running(story: Story) -> None:
    story.tell(deficient(), "09-21 09:00")
    clocks = story.clocks()
    assert clocks["decision/1"]["on_time"] is True
    assert clocks[DELIVERY]["due_on"] == "2026-10-12"
    assert [clocks[one]["stopped_at"] for one in (FIRST, SECOND)] == [None, None]
    story.sweep("09-25 00:00")
    assert story.clocks()[FIRST]["light"] == "red"


@pytest.mark.parametrize(
    "end",
    [
        CaseRefused(case_no=CASE, handler=WANG, reason="不符合", remedies="可申请复议"),
        CaseRevoked(case_no=CASE, handler=WANG),
        PermitWithdrawn(case_no=CASE, handler=WANG),
    ],
)
def test_where_the_permit_is_gone_nothing_is_waited_for(story: Story, end: Event) -> None:
    if not isinstance(end, CaseRefused):
        story.tell(deficient(), "09-16 09:00")
    story.tell(end, "09-18 09:00")
    assert [name for name, clock in story.clocks().items() if clock["stopped_at"] is None] == []


def test_without_a_day_it_is_the_rules_and_it_is_the_applicants_own_time(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    story.tell(missing(1, None), "09-14 11:00")
    assert story.clocks()[FIRST]["due_on"] == "2026-09-29"
    assert ClockKind.DEFICIENCY in APPLICANTS
    assert ClockKind.COMMITMENT_CHECK not in APPLICANTS


def test_the_check_of_a_commitment_has_the_matters_time_and_ends_with_the_persons_word(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    story.tell(granted(), "09-14 12:00")
    story.tell(CommitmentGiven(case_no=CASE, handler=WANG, check_within=WireLimit(amount=3)), "09-14 12:00")
    assert story.clocks()[CHECK]["due_on"] == "2026-09-17"
    story.sweep("09-18 00:00")
    assert story.clocks()[CHECK]["light"] == "red"
    story.tell(CommitmentChecked(case_no=CASE, handler=WANG, passed=True), "09-21 09:00")
    assert story.clocks()[CHECK]["on_time"] is False
    assert story.clocks()[DELIVERY]["stopped_at"] is None


def test_a_mistaken_acceptance_takes_what_was_said_with_it_along(story: Story) -> None:
    mistake = EntryCorrected(
        case_no=CASE, handler=WANG, entry="qidi.case.accepted", entry_at=at("09-14 11:00"), line=2, is_void=True,
        reason="误录",
    )  # fmt: skip
    story.tell(mistake, "09-15 09:00")
    assert [
        one for one in story.clocks() if one.startswith("deficiency") and story.clocks()[one]["stopped_at"] is None
    ] == []
