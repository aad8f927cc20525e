"""Speed of deadlines, one and many, against the libraries that others would take.

The limits are those of practice (1 to 60 working days, 21 on average), starting all over 2016-2025. A figure is the
best of several rounds, references of the same run between them. What the references do not do: numpy.busday_offset has
no make-up weekends (its weekly mask cannot express them), so its dates are wrong where ours are right; ``holidays``
and ``chinesecalendar`` know no horizon, no pauses and no explanation.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from time import perf_counter
from typing import Final

import chinese_calendar
import holidays
import numpy as np

from bench import Figure
from services.timer.bulk import bulk_due, tables
from services.timer.calendar import DayKind, state_council
from services.timer.deadlines import WorkingDays, due

LIMITS: Final = (1, 5, 7, 10, 15, 20, 20, 30, 45, 60)
MANY: Final = 1_000_000
SINGLE: Final = 20_000
ROUNDS: Final = 5


def figures() -> Iterator[Figure]:
    """Dates per second, and how many times the reference's."""
    yield from _single()
    yield from _bulk()


def _single() -> Iterator[Figure]:
    calendar = state_council()
    oracle = holidays.country_holidays("CN", years=range(2015, 2027))
    questions = _questions(SINGLE)
    limits = [(start, WorkingDays(count)) for start, count in questions]
    few = questions[: SINGLE // 20]

    def ours() -> None:
        for start, limit in limits:
            due(calendar, start, limit)

    def ours_date_only() -> None:
        nth = calendar.nth_working_day
        for start, count in questions:
            nth(start, count)

    def by_holidays() -> None:
        for start, count in few:
            oracle.get_nth_working_day(start, count)

    def by_chinesecalendar() -> None:
        for start, count in few:
            _walk(start, count)

    sample = random.Random(2).sample(questions, 300)
    for start, count in sample:
        expected = calendar.nth_working_day(start, count)
        if not expected == oracle.get_nth_working_day(start, count) == _walk(start, count):
            raise RuntimeError(f"{count} working days from {start}: the references disagree with {expected}")
    best = _best(ours, ours_date_only, by_holidays, by_chinesecalendar)
    complete, date_only = SINGLE / best[0], SINGLE / best[1]
    with_holidays, with_chinesecalendar = len(few) / best[2], len(few) / best[3]
    yield Figure("deadline-single", complete, "dates/s", "holidays", complete / with_holidays)
    yield Figure("deadline-single", complete, "dates/s", "chinesecalendar", complete / with_chinesecalendar)
    yield Figure("deadline-single-date-only", date_only, "dates/s", "holidays", date_only / with_holidays)


def _bulk() -> Iterator[Figure]:
    calendar = state_council()
    numbers = np.random.default_rng(2)
    starts = np.datetime64("2016-01-01", "D") + numbers.integers(0, 3650, MANY)
    amounts = numbers.choice(np.array(LIMITS), MANY)
    days_off = np.array([day.day for day in calendar.exceptions if day.kind is DayKind.HOLIDAY], "datetime64[D]")
    business = np.busdaycalendar(holidays=days_off)
    tables(calendar)

    def ours() -> None:
        bulk_due(calendar, starts, amounts, "working_days")

    def by_numpy() -> None:
        np.busday_offset(starts, amounts, roll="backward", busdaycal=business)

    best = _best(ours, by_numpy)
    yield Figure("deadline-bulk", MANY / best[0], "dates/s", "numpy.busday_offset", best[1] / best[0])


def _questions(size: int) -> list[tuple[date, int]]:
    chosen = random.Random(1)
    return [(date(2016, 1, 1) + timedelta(days=chosen.randrange(3650)), chosen.choice(LIMITS)) for _ in range(size)]


def _walk(start: date, count: int) -> date:
    """The n-th working day as chinesecalendar offers it: asking day by day."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day


def _best(*works: Callable[[], None]) -> list[float]:
    """The shortest of several interleaved rounds for each, in seconds."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for at, work in enumerate(works):
            begun = perf_counter()
            work()
            best[at] = min(best[at], perf_counter() - begun)
    return best


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
