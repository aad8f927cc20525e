"""Every day of a case belongs to exactly one holder, and together they are the whole-process time (DOMAIN 3.16)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.attribution import DEEMED, MOVED, UNDONE, Span, Turn, attribute
from services.contracts.cases import CaseDelivered, CaseRefused
from services.contracts.forwarding import CaseForwardAcknowledged, CaseStoodAbove
from services.contracts.vocabulary import Holder
from services.timer.calendar import state_council
from services.timer.deadlines import working_days_between
from tests.builders import asked
from tests.laws import examples
from tests.unit.timer_clocks.story import CASE, WANG, Story, accepted, at, corrected, granted, noticed, received
from tests.unit.timer_clocks.test_pauses import begun, ended
from tests.unit.timer_clocks.test_washing import enter, judged

BANNER = "150424"


def held(story: Story) -> dict[str, int]:
    """Working days by holder."""
    return {one["holder"]: one["working_days"] for one in asked(story.desk, "clocks", about=CASE)["by_holder"]}


def whole(story: Story) -> dict[str, Any]:
    return dict(asked(story.desk, "clocks", about=CASE))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(), "09-14 10:00")
    return story


# --- stories ----------------------------------------------------------------------------------------------------------


def test_the_time_of_a_correction_is_the_applicants_and_the_rest_the_departments(story: Story) -> None:
    story.tell(noticed(), "09-16 10:00")
    story.tell(corrected(), "09-23 10:00")
    story.tell(accepted(), "09-24 10:00")
    story.tell(granted(), "09-28 10:00")
    story.tell(CaseDelivered(case_no=CASE, handler=WANG), "09-30 10:00")
    story.clock.at = at("11-02 10:00")
    # 17, 18, 20 (a make-up Sunday), 21, 22 and 23 September
    assert held(story) == {"applicant": 6, "department": 6}
    assert whole(story)["whole_process_until"] == "2026-09-30"


def test_a_granted_permit_is_the_departments_until_it_is_delivered(story: Story) -> None:
    story.tell(accepted(), "09-14 11:00")
    story.tell(granted(), "09-15 10:00")
    story.clock.at = at("09-18 10:00")
    assert held(story) == {"department": 4}
    assert whole(story)["legal_working_days"] == 1
    assert whole(story)["whole_process_until"] is None


def test_a_refused_case_is_over(story: Story) -> None:
    story.tell(CaseRefused(case_no=CASE, handler=WANG, remedies="行政复议"), "09-15 10:00")
    story.clock.at = at("10-15 10:00")
    assert (held(story), whole(story)["whole_process_until"]) == ({"department": 1}, "2026-09-15")


def test_a_lawful_special_procedure_is_a_holder_of_its_own_and_an_unlawful_one_the_departments_time(
    story: Story,
) -> None:
    story.tell(accepted(), "09-14 11:00")
    story.tell(begun(), "09-16 10:00")
    story.tell(ended(), "09-18 10:00")
    story.tell(begun(law=""), "09-21 10:00")
    story.tell(ended(), "09-23 10:00")
    answer = whole(story)
    assert held(story) == {"department": 6, "procedure": 2}
    assert answer["whole_process_working_days"] - answer["legal_working_days"] == 2


def test_a_notice_that_was_told_too_late_gives_the_applicant_no_time(story: Story) -> None:
    story.sweep("09-22 00:00:01")
    story.tell(noticed(), "09-23 10:00")
    story.clock.at = at("09-30 10:00")
    assert set(held(story)) == {"department"}


def test_a_notice_that_is_dated_back_gives_the_applicant_no_time_before_it_was_recorded(story: Story) -> None:
    enter(story, noticed(), "09-15 10:00", "09-18 10:00")
    story.clock.at = at("09-21 10:00")
    assert held(story) == {"applicant": 2, "department": 4}
    enter(story, judged(entry="qidi.case.correction-requested", day="09-15 10:00"), "09-21 11:00", "09-21 11:00")
    assert held(story) == {"applicant": 5, "department": 1}


def test_a_delivery_that_is_dated_back_makes_the_whole_process_no_shorter(story: Story) -> None:
    story.tell(accepted(), "09-14 11:00")
    story.tell(granted(), "09-15 10:00")
    enter(story, CaseDelivered(case_no=CASE, handler=WANG), "09-15 11:00", "09-18 10:00")
    assert whole(story)["whole_process_working_days"] == 4


def stood(state: str) -> CaseStoodAbove:
    return CaseStoodAbove(case_no=CASE, handler=WANG, by="150400", state_above=state, department_above="水利局")


def test_a_special_procedure_above_is_neither_the_superiors_time_nor_in_the_legal_one(tmp_path: Path) -> None:
    story = Story(tmp_path, "09-14 10:00")
    story.tell(received(forward_to="150400"), "09-14 10:00")
    acknowledged = CaseForwardAcknowledged(
        case_no=CASE, handler=WANG, by="150400", round=1, superior_case_no="150400-2026-000001", person=WANG
    )
    story.tell(acknowledged, "09-15 10:00")
    story.tell(stood("accepted"), "09-16 10:00")
    story.tell(stood("in-procedure"), "09-18 10:00")
    story.tell(stood("procedure-ended"), "09-22 10:00")
    story.tell(stood("granted"), "09-24 10:00")
    assert held(story) == {"department": 1, "superior": 5, "procedure": 3}
    assert whole(story)["legal_working_days"] == 4


# --- the law ----------------------------------------------------------------------------------------------------------

_FIRST = date(2026, 9, 14)
_KINDS = (
    *("case.accepted", "case.correction-requested", "case.correction-completed", "case.granted", "case.refused"),
    *("case.delivered", "case.delivered-below", "case.withdrawn", "case.forwarded", "case.forward-acknowledged"),
    *("case.holder-changed", "case.forward-returned", "case.outcome-granted", "case.outcome-refused"),
    *(
        "case.above-correction-requested",
        "case.above-in-procedure",
        "case.above-accepted",
        "case.correction-handed-up",
        "case.handed-back",
        "case.noted",
    ),
    *(DEEMED, UNDONE, MOVED),
)
_DAYS = st.integers(-20, 60).map(lambda days: _FIRST + timedelta(days=days))
_TURNS = st.lists(
    st.builds(
        Turn,
        st.sampled_from(_KINDS),
        _DAYS,
        st.sampled_from(["发展改革委", "住建局"]),
        st.sampled_from(["150400", "150000"]),
        st.none() | _DAYS,
    ),
    max_size=10,
)
_PAUSES = st.lists(st.tuples(_DAYS, _DAYS).map(lambda pair: (min(pair), max(pair))), max_size=3)
_BELOW = st.integers(1, 30).map(
    lambda days: (Span(Holder.DEPARTMENT, _FIRST - timedelta(days=days), _FIRST, "150424", "自然资源局"),)
)


@settings(max_examples=examples(500), deadline=None)
@given(turns=_TURNS, pauses=_PAUSES, before=st.just(()) | _BELOW, today=st.integers(0, 90))
def test_every_day_has_exactly_one_holder_and_the_sum_is_the_whole_process_time(
    turns: list[Turn], pauses: list[tuple[date, date]], before: tuple[Span, ...], today: int
) -> None:
    now, calendar = _FIRST + timedelta(days=today), state_council()
    days = attribute([Turn("case.received", _FIRST, "发展改革委"), *turns], now, BANNER, before=before, pauses=pauses)
    assert days is not None
    assert days.since == (before[0].since if before else _FIRST)
    counted = [one.since + timedelta(days=number) for one in days.spans for number in range(1, one.days + 1)]
    assert len(counted) == len(set(counted)), "a day with two holders"
    last = max(counted, default=days.since)
    assert counted == [days.since + timedelta(days=number) for number in range(1, (last - days.since).days + 1)]
    if days.ended_on is not None:
        assert last == days.ended_on
    else:
        assert last >= now
    sums = sum(working_days_between(calendar, one.since, one.until) for one in days.spans)
    assert sums == working_days_between(calendar, days.since, last)


@settings(max_examples=examples(300), deadline=None)
@given(turns=_TURNS, named=_DAYS, recorded=_DAYS)
def test_no_day_before_it_was_recorded_is_the_applicants_by_a_notice_of_today(
    turns: list[Turn], named: date, recorded: date
) -> None:
    ours = [one for one in turns if one.what not in ("case.correction-requested", "case.above-correction-requested")]
    notice = Turn("case.correction-requested", named, recorded_on=recorded)
    days = attribute([Turn("case.received", _FIRST, "发展改革委"), *ours, notice], date(2026, 12, 31), BANNER)
    assert days is not None
    assert all(one.since >= recorded for one in days.spans if one.holder is Holder.APPLICANT)
