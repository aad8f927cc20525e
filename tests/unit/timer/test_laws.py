"""Laws of counting, for all dates, limits, pauses and calendars."""

from datetime import date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ZONE
from services.timer.bulk import bulk_due
from services.timer.calendar import Calendar, DayKind, state_council
from services.timer.deadlines import (
    CalendarDays,
    HalfWorkingDays,
    Hours,
    Limit,
    Months,
    Pause,
    WorkingDays,
    due,
    parse_limit,
    remaining,
    working_days_between,
)

CN = state_council()
DAY = timedelta(days=1)
days = st.dates(date(2015, 6, 1), date(2028, 6, 1))
moments = st.datetimes(
    datetime.fromisoformat("2015-06-01"), datetime.fromisoformat("2028-06-01"), timezones=st.just(ZONE)
)
amounts = st.integers(1, 90)
seconds = st.datetimes(datetime.fromisoformat("1985-01-01"), datetime.fromisoformat("2030-01-01"))


def is_off(day: date) -> bool:
    return not CN.is_working(day)


@st.composite
def near(draw: st.DrawFn) -> tuple[date, list[Pause]]:
    """A start with pauses that may touch its limit."""
    start = draw(days)
    offsets = draw(st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 15)), max_size=4))
    return start, [Pause(start + a * DAY, start + (a + length) * DAY) for a, length in offsets]


def limits(counts: st.SearchStrategy[int]) -> st.SearchStrategy[Limit]:
    kinds = (WorkingDays, HalfWorkingDays, CalendarDays, Months, Hours)
    return st.one_of(*(st.builds(kind, counts) for kind in kinds))


def out_of_the_count(day: date, pauses: list[Pause]) -> bool:
    return any(pause.begun < day <= pause.ended for pause in pauses)


def day_by_day(calendar: Calendar, start: date, count: int) -> date:
    """The model: walk, one day after the other."""
    day, left = start, abs(count)
    while left:
        day += DAY if count > 0 else -DAY
        left -= calendar.is_working(day)
    return day


@given(days, st.integers(-90, 90))
def test_a_walk_day_by_day_arrives_on_the_same_day(start: date, count: int) -> None:
    assert due(CN, start, WorkingDays(count)).day == day_by_day(CN, start, count)


@given(near(), amounts)
def test_the_base_due_day_moves_by_the_working_days_in_the_union_of_pauses(
    case: tuple[date, list[Pause]], count: int
) -> None:
    start, pauses = case
    # The model: so long as another pause begins no later than the limit ends, its days come out of the count.
    inside: set[date] = set()
    last = day_by_day(CN, start, count)
    while True:
        reached = {pause for pause in pauses if pause.begun <= last or pause.begun in inside}
        inside = {p.begun + n * DAY for p in reached for n in range(1, (p.ended - p.begun).days + 1)}
        moved = day_by_day(CN, start, count + sum(CN.is_working(day) and day > start for day in inside))
        if moved == last and reached == {p for p in pauses if p.begun <= last or p.begun in inside}:
            break
        last = moved
    assert due(CN, start, WorkingDays(count), pauses).day == last


@given(near(), amounts)
def test_pauses_count_as_their_union_in_any_order_and_however_cut(case: tuple[date, list[Pause]], count: int) -> None:
    start, pauses = case
    middles = [pause.begun + (pause.ended - pause.begun) // 2 for pause in pauses]
    cut = [Pause(pause.begun, middle) for pause, middle in zip(pauses, middles, strict=True)]
    cut += [Pause(middle, pause.ended) for pause, middle in zip(pauses, middles, strict=True)]
    for limit in (WorkingDays(count), CalendarDays(count), HalfWorkingDays(count), Hours(count)):
        expected = due(CN, start, limit, pauses)
        assert due(CN, start, limit, reversed(cut)).moment == expected.moment


@given(moments, amounts, days.map(lambda day: next(one for one in (day + n * DAY for n in range(9)) if is_off(one))))
def test_a_pause_without_working_time_moves_no_limit_in_working_days(start: datetime, count: int, off: date) -> None:
    pause = Pause(off - DAY, off)
    for limit in (WorkingDays(count), HalfWorkingDays(count)):
        assert due(CN, start, limit, [pause]).moment == due(CN, start, limit).moment


@given(near(), limits(amounts))
def test_a_pause_never_brings_a_deadline_forward(case: tuple[date, list[Pause]], limit: Limit) -> None:
    start, pauses = case
    all_of_them, all_but_one, none = (due(CN, start, limit, some).moment for some in (pauses, pauses[1:], ()))
    assert all_of_them >= all_but_one >= none


@given(days, limits(amounts), days)
def test_one_more_holiday_never_brings_a_deadline_forward(start: date, limit: Limit, holiday: date) -> None:
    more = CN.overlay({holiday: DayKind.HOLIDAY}, notice="one more")
    assert due(more, start, limit).moment >= due(CN, start, limit).moment


@given(days, amounts)
def test_counting_back_from_a_due_day_gives_the_limit_back(start: date, count: int) -> None:
    last = due(CN, start, WorkingDays(count)).day
    assert last is not None
    assert working_days_between(CN, start, last) == count
    assert remaining(CN, start, last) == count
    back = due(CN, last, WorkingDays(-count)).day
    assert back is not None
    assert working_days_between(CN, back, last) == count
    if CN.is_working(start):
        assert back == start


@given(moments, limits(st.integers(-90, 90)), near())
def test_the_explanation_ends_on_the_due_day_and_counts_the_whole_amount(
    start: datetime, limit: Limit, case: tuple[date, list[Pause]]
) -> None:
    shift = start.date() - case[0]
    pauses = [Pause(p.begun + shift, p.ended + shift) for p in case[1]] if limit.count > 0 else []
    found = due(CN, start, limit, pauses)
    counted = [step for step in found.steps if step.counted]
    dates = [step.date for step in found.steps]
    assert dates == sorted(dates, reverse=limit.count < 0)
    if limit.count == 0:
        return
    assert counted[-1] == found.steps[-1]
    if found.day is not None:
        assert counted[-1].date == found.day
    if isinstance(limit, Months):
        assert [step.number for step in counted] == list(range(1, len(counted) + 1))
    else:
        assert counted[-1].number == abs(limit.count)
    if isinstance(limit, WorkingDays | HalfWorkingDays | CalendarDays):
        assert [step.number for step in counted] == list(range(1, abs(limit.count) + 1))
    if not isinstance(limit, HalfWorkingDays | Hours) and not pauses:
        asked = found.steps[1:] if isinstance(limit, WorkingDays) else found.steps[-1:]
        assert any(step.provisional for step in asked) <= found.provisional


@given(
    st.lists(st.tuples(st.dates(date(1950, 6, 1), date(2100, 1, 1)), st.integers(-300, 300)), min_size=1, max_size=30),
    st.sampled_from(["working_days", "calendar_days", "months"]),
)
def test_many_at_once_are_the_same_as_one_by_one(questions: list[tuple[date, int]], unit: str) -> None:
    questions = [(start, count) for start, count in questions if unit != "months" or start.year > 1980]
    starts = np.array([start for start, _ in questions], "datetime64[D]")
    counts = np.array([count for _, count in questions], np.int64)
    inside = starts > np.datetime64("1980-01-01")
    ends, unsure = bulk_due(CN, starts[inside], counts[inside], unit)
    found = [due(CN, start, parse_limit(count, unit)) for start, count in questions if start > date(1980, 1, 1)]
    assert [(one.day, one.provisional) for one in found] == list(zip(ends.tolist(), unsure.tolist(), strict=True))


@given(
    st.lists(
        st.tuples(seconds, st.integers(-9000, 9000)),
        max_size=20,
    )
)
def test_many_hours_at_once_are_the_same_as_one_by_one(questions: list[tuple[datetime, int]]) -> None:
    whole = [(start.replace(microsecond=0, tzinfo=ZONE), count) for start, count in questions]
    starts = np.array([start.replace(tzinfo=None) for start, _ in whole], "datetime64[s]")
    ends, unsure = bulk_due(CN, starts, np.array([count for _, count in whole], np.int64), "hours")
    assert not unsure.any()
    assert ends.tolist() == [due(CN, start, Hours(count)).moment.replace(tzinfo=None) for start, count in whole]
