"""Corrections of mistakes: clocks are counted again, what was shown stays, no light is washed by a word alone."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.cases import EntryCorrected, LateEntryJudged
from services.contracts.vocabulary import APPLICANTS, SubjectKind
from services.timer.calendar import state_council
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence, mark_of
from services.timer.limits import WorkingDays
from services.timer.rules import CORRECTED
from tests.laws import examples
from tests.unit.timer_clocks.story import CASE, LI, WANG, Story, accepted, at, granted, noticed, received
from tests.unit.timer_clocks.story import corrected as completed

NOTICE, DECISION, DELIVERY = "one_time_notice/1", "decision/1", "delivery/1"


def mistake(entry: str, day: str, **changes: Any) -> EntryCorrected:
    facts: dict[str, Any] = {"case_no": CASE, "handler": WANG, "reason": "误操作", "line": 3, "state": "accepted"}
    return EntryCorrected(entry=f"qidi.case.{entry}", entry_at=at(day), **(facts | {"is_void": not changes} | changes))


def confirmed(day: str) -> LateEntryJudged:
    facts: dict[str, Any] = {"case_no": CASE, "handler": LI, "is_confirmed": True}
    return LateEntryJudged(entry="qidi.case.entry-corrected", entry_at=at(day), **facts)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Accepted on 14 September 2026: 20 working days end on 16 October."""
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    story.tell(accepted(), "09-14 11:00")
    return story


def test_the_clock_that_a_slip_had_stopped_runs_on_and_warns_as_if_it_had_never_stopped(story: Story) -> None:
    story.tell(granted(), "09-21 10:00")
    story.tell(mistake("granted", "09-21 10:00"), "09-23 10:00")
    clocks = story.clocks()
    assert (clocks[DECISION]["light"], clocks[DECISION]["due_on"]) == ("green", "2026-10-16")
    assert clocks[DELIVERY]["light"] == "green", "nothing alone takes a duty away"
    story.tell(confirmed("09-23 10:00"), "09-24 10:00")
    assert story.clocks()[DELIVERY]["outcome"] == "set-aside"
    assert story.told()[-2:] == ["decision/1 started", "delivery/1 stopped"]
    story.sweep("10-17 00:00")
    assert story.told()[-2:] == ["decision/1 yellow", "decision/1 red"]
    story.tell(granted(), "10-19 10:00")
    assert story.clocks()[DECISION]["on_time"] is False
    assert story.clocks()[DELIVERY]["started_at"][:10] == "2026-10-19"


def test_a_red_light_outlives_the_taking_back_of_what_it_counted_from_until_a_second_person_confirms(
    story: Story,
) -> None:
    story.sweep("10-20 00:00")
    story.tell(mistake("accepted", "09-14 11:00", state="received"), "10-20 10:00")
    assert story.clocks()[DECISION]["light"] == "red"
    story.tell(confirmed("10-20 10:00"), "10-21 10:00")
    clocks = story.clocks()
    # without the acceptance nothing was told in time: accepted by law as of the receipt
    assert (clocks[NOTICE]["light"], clocks[DECISION]["deemed"]) == ("red", True)


@pytest.mark.parametrize("when", ["09-22 10:00", "10-20 10:00"])
def test_a_later_start_gives_no_time_until_a_second_person_confirms(story: Story, when: str) -> None:
    story.sweep(when)
    story.tell(mistake("accepted", "09-14 11:00", corrected_at=at("09-18 11:00")), when)
    assert story.clocks()[DECISION]["due_on"] == "2026-10-16"
    story.tell(confirmed(when), when.replace("10:00", "11:00"))
    assert story.clocks()[DECISION]["due_on"] == "2026-10-22"
    moved = story.said("clock.moved")[-1].data
    assert moved["due_from"] == "2026-10-16"


def test_an_earlier_start_takes_time_at_once_and_the_reason_is_told(story: Story) -> None:
    story.tell(mistake("accepted", "09-14 11:00", corrected_at=at("09-14 10:00")), "09-22 10:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-16"
    story.tell(mistake("received", "09-14 10:00", corrected_at=at("09-11 10:00")), "09-22 11:00")
    story.tell(mistake("accepted", "09-14 10:00", corrected_at=at("09-11 11:00")), "09-22 12:00")
    assert story.clocks()[DECISION]["due_on"] == "2026-10-15"
    assert story.said("clock.moved")[-1].data["why"] == "the head has corrected a mistake on record"


def test_a_grant_that_was_late_is_not_in_time_because_another_day_is_named(story: Story) -> None:
    story.sweep("10-17 00:00")
    story.tell(granted(), "10-20 10:00")
    story.tell(mistake("granted", "10-20 10:00", corrected_at=at("10-15 10:00")), "10-21 10:00")
    clock = story.clocks()[DECISION]
    assert (clock["on_time"], clock["on_time_as_entered"]) == (False, True)


def test_a_grant_that_was_in_time_stays_so_and_a_later_day_counts_at_once(story: Story) -> None:
    story.tell(granted(), "10-15 10:00")
    story.tell(mistake("granted", "10-15 10:00", corrected_at=at("10-14 10:00")), "10-20 10:00")
    assert story.clocks()[DECISION]["on_time"] is True
    story.tell(mistake("granted", "10-14 10:00", corrected_at=at("10-19 10:00")), "10-21 10:00")
    assert story.clocks()[DECISION]["on_time"] is False


def test_a_notice_that_is_owed_is_owed_until_a_second_person_confirms_that_nothing_came_in(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-04 10:00")
    story.tell(received(), "09-04 10:00")
    story.tell(noticed(), "09-04 11:00")
    story.tell(completed(), "09-07 10:00")
    assert story.clocks()["one_time_notice/2"]["due_on"] == "2026-09-14"
    story.tell(mistake("correction-completed", "09-07 10:00", state="correction-requested"), "09-14 10:00")
    assert story.clocks()["one_time_notice/2"]["due_on"] == "2026-09-14"
    story.sweep("09-15 00:00")
    story.tell(completed(), "09-28 10:00")
    assert story.clocks()["one_time_notice/2"]["light"] == "red"
    story.tell(confirmed("09-14 10:00"), "09-29 10:00")
    assert story.clocks()["one_time_notice/2"]["due_on"] == "2026-10-10"


def test_a_correction_that_waits_for_a_second_person_is_no_cover_for_the_next(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-04 10:00")
    story.tell(received(), "09-04 10:00")
    story.tell(noticed(), "09-04 11:00")
    story.tell(mistake("correction-requested", "09-04 11:00", person=LI), "09-04 12:00")
    story.tell(completed(), "09-07 10:00")
    story.sweep("09-15 00:00")
    story.tell(mistake("correction-completed", "09-07 10:00", state="correction-requested"), "09-15 10:00")
    assert story.clocks()["one_time_notice/2"]["light"] == "red"


def test_a_wrong_person_answers_no_more(story: Story) -> None:
    story.tell(mistake("accepted", "09-14 11:00", person=LI), "09-15 10:00")
    assert story.clocks()[DECISION]["responsible"] == "李强"


# --- the law ----------------------------------------------------------------------------------------------------------

_KINDS = ("accepted", "correction-requested", "correction-completed", "extended", "granted", "refused", "delivered")
_BEGIN = at("09-14 10:00")


def fact(number: int, what: str, when: datetime, **more: Any) -> Occurrence:
    limit = WorkingDays(10 if what.endswith(("received", "extended")) else 3)
    facts: dict[str, Any] = {"recorded_at": when, "person": "王芳", "limit": limit} | more
    return Occurrence(SubjectKind.CASE, CASE, number, what, when, when, **facts)


def is_red(clock: LegalClock, when: datetime) -> bool:
    return clock.due_at is not None and clock.due_at <= when and (clock.open or not clock.on_time)


def is_owed(clock: LegalClock, when: datetime) -> bool:
    """Whether the office owed something by then."""
    was_open = clock.started_at <= when and (clock.stopped_at is None or clock.stopped_at > when)
    return clock.kind not in APPLICANTS and was_open


@settings(max_examples=examples(400), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_KINDS), st.integers(1, 300)), max_size=6),
    st.integers(0, 6),
    st.one_of(st.none(), st.integers(-400, 400)),
    st.integers(0, 900),
)
def test_no_correction_alone_takes_a_red_light_away_or_gives_time(
    steps: list[tuple[str, int]], which: int, hours: int | None, later: int
) -> None:
    facts, when = [fact(1, "case.received", _BEGIN)], _BEGIN
    for number, (kind, after) in enumerate(steps, start=2):
        when += timedelta(hours=after)
        facts.append(fact(number, f"case.{kind}", when))
    wrong = facts[min(which, len(facts) - 1)]
    said = when + timedelta(hours=later)
    moved_to = None if hours is None else min(said, wrong.at + timedelta(hours=hours))
    more: dict[str, Any] = {
        "corrects": mark_of(wrong.what, wrong.at),
        "moved_to": moved_to,
        "person": "",
        "limit": None,
    }
    word = fact(len(facts) + 1, CORRECTED, said, **more)
    calendar, as_of = state_council(), said + timedelta(days=90)
    before = derive(facts, calendar, as_of)
    after_it = {clock.clock_id: clock for clock in derive([*facts, word], calendar, as_of)}
    for clock in before:
        there = after_it.get(clock.clock_id)
        if is_red(clock, said) or is_owed(clock, said):
            assert there is not None
        if is_red(clock, said):
            assert there is not None
            assert is_red(there, said)
        if there is not None and clock.due_at is not None:
            assert there.due_at is not None
            assert there.due_at <= clock.due_at
