"""Usual holidays of a year: those that the law gives (放假办法 article 2), and which of them a calendar does not have.

A notice that leaves out a festival was cut off when it was copied, or is not the notice of that year. Nobody but a
person can tell, so the release asks.
"""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from services.timer.calendar import Calendar, DayKind


class _Usual(NamedTuple):
    """A festival, between which days of the year it lies (the lunar ones wander), and its days by law until 2024 and
    since 2025, when Order 795 added one day each to Spring Festival and Labour Day."""

    festival: str
    first: tuple[int, int]
    last: tuple[int, int]
    days_before: int
    days_since: int
    #: In a holiday of so many days together with National Day it may lie instead; 0: nowhere else.
    together: int


_SINCE: Final = 2025
_AUTUMN: Final = (9, 28), (10, 10)


@cache
def _usual() -> tuple[_Usual, ...]:
    """The table beside the calendar, `calendars/usual.csv`."""
    with Path(__file__).with_name("calendars").joinpath("usual.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            _Usual(
                row["festival"],
                _of_year(row["first"]),
                _of_year(row["last"]),
                *(int(row[name]) for name in ("days_before", "days_since", "together")),
            )
            for row in csv.DictReader(file)
        )


def _of_year(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def missing(calendar: Calendar, year: int) -> tuple[str, ...]:
    """The festivals of which this calendar gives fewer days off in this year than the law."""
    off = [one.day for one in calendar.exceptions if one.kind is DayKind.HOLIDAY and one.day.year == year]
    return tuple(usual.festival for usual in _usual() if not _has(usual, off, year))


def _has(usual: _Usual, off: list[date], year: int) -> bool:
    needed = usual.days_since if year >= _SINCE else usual.days_before
    if _count(off, usual.first, usual.last) >= needed:
        return True
    return bool(usual.together) and _count(off, *_AUTUMN) >= usual.together


def _count(off: list[date], first: tuple[int, int], last: tuple[int, int]) -> int:
    return sum(first <= (day.month, day.day) <= last for day in off)


def missing_of(calendar: Calendar, years: range) -> Mapping[str, list[str]]:
    """The same of several years, each that lacks something."""
    found = {str(year): list(missing(calendar, year)) for year in years}
    return {year: festivals for year, festivals in found.items() if festivals}
