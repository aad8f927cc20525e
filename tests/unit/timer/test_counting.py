"""Single limits of each unit end where law and our stated choices say."""

from datetime import date, datetime

import numpy as np
import pytest

from services.timer.bulk import bulk_due
from services.timer.calendar import BeyondTheTables, DayKind, state_council
from services.timer.deadlines import (
    CalendarDays,
    HalfWorkingDays,
    Hours,
    Limit,
    Months,
    NotALimit,
    Pause,
    WorkingDays,
    backwards,
    due,
    first_day_with_at_most,
    parse_limit,
    remaining,
    unit_of,
    working_days_between,
)
from services.timer.limits import UNITS, union

CN = state_council()


def end(start: date, limit: Limit, *pauses: Pause) -> str:
    found = due(CN, start, limit, pauses)
    return str(found.day or f"{found.moment:%Y-%m-%dT%H:%M}")


@pytest.mark.parametrize(
    ("event", "end_of_half"),
    [
        ("2026-09-16T09:00", "2026-09-17T00:00"),
        ("2026-09-16T12:00", "2026-09-17T12:00"),
        ("2026-09-18T15:00", "2026-09-20T12:00"),  # Friday; Sunday is worked in exchange for National Day
        ("2026-09-19T15:00", "2026-09-20T12:00"),  # on a day off no half is lost
    ],
)
def test_half_a_working_day_ends_with_the_half_after_the_event(event: str, end_of_half: str) -> None:
    found = due(CN, datetime.fromisoformat(event), HalfWorkingDays(1))
    assert found.moment == datetime.fromisoformat(f"{end_of_half}+08:00")


def test_months_end_on_the_corresponding_day_or_the_last_of_the_month() -> None:
    assert end(date(2024, 1, 31), Months(1)) == "2024-02-29"
    assert end(date(2026, 1, 15), Months(1)) == "2026-02-24"  # 02-15 begins the Spring Festival, over on 02-23
    assert end(date(2026, 5, 31), Months(-3)) == "2026-02-28"


def test_a_limit_counted_backwards_rolls_backwards() -> None:
    assert end(date(2026, 3, 31), CalendarDays(-30)) == "2026-02-28"  # 03-01 is a Sunday, 02-28 a make-up Saturday
    assert end(date(2026, 11, 30), CalendarDays(-1)) == "2026-11-27"


def test_no_limit_at_all_ends_on_the_day_itself() -> None:
    assert end(date(2026, 9, 19), WorkingDays(0)) == "2026-09-19"
    assert end(date(2026, 9, 19), CalendarDays(0)) == "2026-09-20"
    assert end(date(2026, 9, 19), Hours(0)) == "2026-09-19T00:00"


def test_calendar_days_know_nothing_of_the_days_between_and_are_sure_if_the_last_is_known() -> None:
    assert not due(CN, date(2010, 1, 1), CalendarDays(6000)).provisional
    assert due(CN, date(2026, 12, 1), CalendarDays(31)).provisional
    assert not due(CN, date(2026, 12, 1), CalendarDays(30)).provisional


def test_a_count_is_provisional_exactly_when_it_asks_about_an_unannounced_day() -> None:
    assert not due(CN, date(2026, 12, 30), WorkingDays(1)).provisional
    assert due(CN, date(2026, 12, 31), WorkingDays(1)).provisional
    assert not due(CN, date(2015, 12, 31), WorkingDays(1)).provisional
    assert due(CN, date(2015, 12, 30), WorkingDays(1)).provisional
    assert not due(CN, date(2027, 1, 1), WorkingDays(-1)).provisional
    assert due(CN, date(2027, 1, 5), WorkingDays(-1)).provisional
    assert not due(CN, date(2026, 12, 31), Hours(72)).provisional


def test_a_pause_begun_on_the_last_day_carries_the_limit_to_its_own_end() -> None:
    last = date(2026, 9, 22)
    assert end(date(2026, 9, 16), WorkingDays(5), Pause(last, date(2026, 9, 24))) == "2026-09-24"
    assert end(date(2026, 9, 16), WorkingDays(5), Pause(date(2026, 9, 23), date(2026, 9, 28))) == "2026-09-22"


def test_a_pause_before_the_event_moves_nothing_and_one_over_it_only_with_what_follows() -> None:
    assert end(date(2026, 9, 16), WorkingDays(5), Pause(date(2026, 9, 1), date(2026, 9, 16))) == "2026-09-22"
    assert end(date(2026, 9, 16), WorkingDays(5), Pause(date(2026, 9, 1), date(2026, 9, 17))) == "2026-09-23"


def test_a_pause_takes_whole_days_out_of_hours_and_all_days_out_of_calendar_days() -> None:
    pause = Pause(date(2026, 10, 1), date(2026, 10, 2))
    assert end(datetime.fromisoformat("2026-10-01T10:00"), Hours(24), pause) == "2026-10-03T10:00"
    assert end(date(2026, 8, 21), CalendarDays(30), Pause(date(2026, 8, 22), date(2026, 8, 24))) == "2026-09-22"


def test_a_backward_count_cannot_be_paused_and_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot be paused"):
        due(CN, date(2026, 9, 16), WorkingDays(-5), [Pause(date(2026, 9, 1), date(2026, 9, 5))])
    with pytest.raises(ValueError, match="before it begins"):
        Pause(date(2026, 9, 5), date(2026, 9, 1))


@pytest.mark.parametrize("limit", [parse_limit(9_999_999, unit) for unit in UNITS])
def test_a_limit_beyond_the_tables_is_refused_in_both_directions(limit: Limit) -> None:
    for asked in (limit, backwards(limit)):
        with pytest.raises(BeyondTheTables):
            due(CN, date(2026, 9, 16), asked)


def test_working_days_left_are_none_on_the_due_day_and_negative_after_it() -> None:
    last = date(2026, 9, 22)
    left = [remaining(CN, date(2026, 9, day), last) for day in (16, 19, 20, 22, 23, 26)]
    assert left == [5, 3, 2, 0, -1, -2]  # 09-25 is the Mid-Autumn Festival
    assert working_days_between(CN, last, date(2026, 9, 16)) == -5


def test_the_yellow_day_is_the_first_with_so_few_working_days_left() -> None:
    last = date(2026, 9, 22)
    assert first_day_with_at_most(CN, last, 1) == date(2026, 9, 21)
    assert first_day_with_at_most(CN, last, 3) == date(2026, 9, 18)


def test_limits_are_spelt_by_amount_and_unit() -> None:
    assert [unit_of(parse_limit("-3", unit)) for unit in UNITS] == list(UNITS)
    assert parse_limit(5, "working_days") == WorkingDays(5)
    for amount, unit, column in (("5.0", "months", "amount"), ("", "hours", "amount"), ("5", "days", "unit")):
        with pytest.raises(NotALimit) as refused:
            parse_limit(amount, unit)
        assert refused.value.column == column


def test_the_explanation_says_to_which_day_a_limit_was_rolled_and_why() -> None:
    steps = due(CN, date(2026, 8, 3), CalendarDays(60)).steps
    assert [(str(step.date), step.counted, step.number, str(step.why)) for step in steps[-8:]] == [
        ("2026-10-01", True, 59, "holiday"),
        *((f"2026-10-0{day}", False, None, "holiday") for day in range(2, 8)),
        ("2026-10-08", True, 60, "rolled"),
    ]
    steps = due(CN, date(2026, 9, 16), WorkingDays(5), [Pause(date(2026, 9, 22), date(2026, 9, 24))]).steps
    assert [(str(step.date), step.counted, str(step.why)) for step in steps[-3:]] == [
        ("2026-09-22", False, "lawful pause"),
        ("2026-09-23", False, "lawful pause"),
        ("2026-09-24", True, "rolled"),
    ]


def test_a_pause_that_begins_after_the_limit_has_ended_moves_nothing_in_any_unit() -> None:
    late = Pause(date(2026, 12, 1), date(2026, 12, 5))
    for unit in UNITS:
        limit = parse_limit(1, unit)
        assert due(CN, date(2026, 9, 16), limit, [late]).moment == due(CN, date(2026, 9, 16), limit).moment


def test_a_limit_that_rolls_out_of_the_announced_years_is_provisional() -> None:
    closed = CN.overlay({date(2026, 12, 31): DayKind.HOLIDAY}, notice="own")
    found = due(closed, date(2026, 12, 1), CalendarDays(30))
    assert (found.day, found.provisional) == (date(2027, 1, 4), True)
    ends, unsure = bulk_due(closed, np.array(["2026-12-01"], "datetime64[D]"), np.array([30]), "calendar_days")
    assert (ends.tolist(), unsure.tolist()) == ([found.day], [True])


def test_a_pause_that_ends_on_the_day_it_begins_is_no_pause() -> None:
    day = date(2026, 9, 18)
    assert union((Pause(day, day),)) == ()
    assert union((Pause(day, date(2026, 9, 20)), Pause(date(2026, 9, 16), day))) == (
        Pause(date(2026, 9, 16), date(2026, 9, 20)),
    )
