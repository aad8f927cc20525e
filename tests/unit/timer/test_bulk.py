"""Many limits at once: what cannot be calculated is refused."""

import numpy as np
import pytest

from services.timer.bulk import bulk_due
from services.timer.calendar import BeyondTheTables, state_council
from services.timer.deadlines import NotALimit

CN = state_council()


def of(day: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.array(["2026-09-16", day], "datetime64[D]"), np.array([1, count])


@pytest.mark.parametrize("unit", ["working_days", "calendar_days", "months", "hours"])
@pytest.mark.parametrize(
    ("day", "count"), [("1949-12-31", 1), ("2026-01-01", 9_999_999), ("2150-01-01", -1), ("NaT", 1)]
)
def test_one_date_beyond_the_tables_refuses_all(unit: str, day: str, count: int) -> None:
    with pytest.raises(BeyondTheTables):
        bulk_due(CN, *of(day, count), unit)


def test_units_that_are_unknown_or_need_a_moment_are_refused() -> None:
    with pytest.raises(NotALimit):
        bulk_due(CN, *of("2026-01-01", 1), "days")
    with pytest.raises(ValueError, match="one by one"):
        bulk_due(CN, *of("2026-01-01", 1), "half_working_days")
    with pytest.raises(ValueError, match="as many amounts"):
        bulk_due(CN, of("2026-01-01", 1)[0], np.array([1]), "months")


def test_more_rows_than_one_block_keep_their_order_and_nothing_is_written_to_the_input() -> None:
    starts = np.datetime64("2016-01-01", "D") + np.arange(40_000) % 3000
    before = starts.copy()
    ends, unsure = bulk_due(CN, starts, np.full(starts.shape, 5), "working_days")
    assert (starts == before).all()
    assert (ends[3000:6000] == ends[:3000]).all()
    assert not unsure.any()


def test_no_rows_are_no_dates() -> None:
    ends, unsure = bulk_due(CN, np.array([], "datetime64[D]"), np.array([], np.int64), "working_days")
    assert (ends.size, unsure.size) == (0, 0)
