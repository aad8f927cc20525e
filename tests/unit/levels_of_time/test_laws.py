"""Laws of inherited days and limits, for all releases and settings, in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.vocabulary import ZONE
from services.timer import almanac
from services.timer.calendar import state_council
from services.timer.deadlines import WorkingDays, due
from services.timer.limits import Limit
from services.timer.releases import Release, ReleaseStanding, in_force, rank, sameness, standings
from services.timer.rulebook import Setting, shortest
from tests.laws import examples

REGION, CITY, BANNER = CHAIN = ("150000", "150400", "150424")
START = date(2026, 9, 1)
DAYS = st.integers(0, 60).map(lambda ahead: START + timedelta(days=ahead))
NOW = datetime(2026, 9, 1, 9, tzinfo=ZONE)
WORDS = st.sampled_from(["甲", "乙", "国办发明电〔2026〕9号", "国办发明电[2026] 9号"])


@st.composite
def words(draw: st.DrawFn) -> list[Release]:
    """What the three levels say, each in its own order: releases, notices of the State Council, withdrawals."""
    said: list[Release] = []
    for authority in CHAIN:
        moment, given_numbers = NOW, []
        for number in range(1, draw(st.integers(0, 4)) + 1):
            moment += timedelta(minutes=draw(st.integers(0, 90)))
            days = draw(st.dictionaries(DAYS, st.sampled_from(["holiday", "workday"]), min_size=1, max_size=4))
            until = draw(st.sampled_from([None, date(2027, 12, 31)]))
            by = f"某人@{authority}"
            said.append(Release(0, authority, number, draw(WORDS), days, until, moment, by))
            given_numbers.append(number)
        for number in draw(st.sets(st.sampled_from(given_numbers), max_size=2)) if given_numbers else ():
            said.append(Release(0, authority, 0, "", {}, None, moment, "", withdraws=number))
    return said


@settings(max_examples=examples(40), deadline=None)
@given(words(), st.randoms())
def test_the_order_in_which_releases_of_several_levels_arrive_makes_no_difference(
    said: list[Release], any_order: Random
) -> None:
    shuffled = list(said)
    any_order.shuffle(shuffled)
    assert almanac.lay(said) == almanac.lay(shuffled)
    assert almanac.lay(said).version == almanac.lay(shuffled).version


@settings(max_examples=examples(40), deadline=None)
@given(words())
def test_the_lowest_own_day_is_on_top_and_keeps_who_released_it(said: list[Release]) -> None:
    laid, calendar = in_force(said), almanac.lay(said)
    for day in {day for row in laid for day in row.days}:
        own = [row for row in laid if day in row.days and not row.is_notice]
        top = own[-1] if own else [row for row in laid if day in row.days][-1]
        assert all(rank(row.authority) <= rank(top.authority) for row in own)
        found = calendar.exception(day)
        assert found is not None
        assert (found.kind, found.notice, found.release) == (top.days[day], top.notice, top.key)


@settings(max_examples=examples(40), deadline=None)
@given(words())
def test_a_notice_counts_on_one_level_only(said: list[Release]) -> None:
    whose: dict[object, set[str]] = {}
    for row in in_force(said):
        whose.setdefault(sameness(row), set()).add(row.authority)
    assert all(len(authorities) == 1 for authorities in whose.values())
    known = {(row.authority, row.release_no) for row in said if row.withdraws is None}
    assert {(row.authority, row.release_no) for row, _ in standings(said)} == known


@settings(max_examples=examples(40), deadline=None)
@given(words())
def test_what_is_withdrawn_leaves_the_calendar_as_if_it_had_never_been(said: list[Release]) -> None:
    given_up = {(row.authority, row.withdraws) for row in said if row.withdraws is not None}
    kept = [row for row in said if row.withdraws is None and (row.authority, row.release_no) not in given_up]
    assert almanac.lay(said) == almanac.lay(kept)
    assert [row for row, standing in standings(said) if standing is ReleaseStanding.WITHDRAWN] == [
        row for row, _ in standings(said) if (row.authority, row.release_no) in given_up
    ]
    withdrawn = [replace(row, release_no=0, days={}, withdraws=row.release_no) for row in kept]
    assert almanac.lay([*said, *withdrawn]) is state_council()


@settings(max_examples=examples(40), deadline=None)
@given(words(), st.sampled_from(CHAIN), DAYS, DAYS, st.integers(0, 40))
def test_an_inherited_day_off_more_never_brings_a_deadline_forward(
    said: list[Release], authority: str, off: date, start: date, limit: int
) -> None:
    more = Release(0, authority, 9, "又一通知", {off: "holiday"}, None, NOW, "")
    before = due(almanac.lay(said), start, WorkingDays(limit))
    after = due(almanac.lay([*said, more]), start, WorkingDays(limit))
    assert before.day is not None
    assert after.day is not None
    assert before.day <= after.day


# --- limits -----------------------------------------------------------------------------------------------------------

SEVEN: Limit = WorkingDays(7)


@st.composite
def settings_of(draw: st.DrawFn, authorities: Sequence[str]) -> list[Setting]:
    said: list[Setting] = []
    for authority in authorities:
        for number in range(1, draw(st.integers(0, 4)) + 1):
            since = NOW + timedelta(days=draw(st.integers(-5, 5)))
            limit = WorkingDays(draw(st.integers(1, 12)))
            said.append(Setting("forward", limit, authority, number, since.date(), since, "文件", NOW, ""))
    return said


@given(settings_of([REGION, CITY]), settings_of([BANNER, ""]), st.randoms())
def test_whoever_is_below_can_only_shorten_and_nobody_can_exceed_the_law(
    above: list[Setting], own: list[Setting], any_order: Random
) -> None:
    most, _ = shortest(SEVEN, above, "forward", NOW)
    found, whose = shortest(SEVEN, [*above, *own], "forward", NOW)
    assert found.count <= most.count <= 7
    assert (whose is None) == (found == SEVEN)
    shuffled = [*above, *own]
    any_order.shuffle(shuffled)
    assert shortest(SEVEN, shuffled, "forward", NOW)[0] == found


@given(settings_of([REGION, CITY, BANNER]))
def test_what_is_set_later_changes_nothing_for_a_clock_that_has_started(said: list[Setting]) -> None:
    known = [one for one in said if one.in_force_at <= NOW]
    assert shortest(SEVEN, said, "forward", NOW) == shortest(SEVEN, known, "forward", NOW)
