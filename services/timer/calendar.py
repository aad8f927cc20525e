"""Working-day calendars: which day counts, by which notice, and how far that is known.

A calendar is immutable. It knows its exceptional days one by one (holidays, and weekend days worked in exchange) and
the horizon within which every one of them has been announced. Outside the horizon a day is judged by weekends, and
by the holidays that the law itself fixes to a date; whatever rests on such a day is provisional.
"""

import csv
import hashlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import accumulate, compress
from pathlib import Path
from typing import NamedTuple

# The tables cover these years. Dates beyond them are refused, never guessed.
FIRST_DAY = date(1950, 1, 1)
LAST_DAY = date(2149, 12, 31)
_ORIGIN = FIRST_DAY.toordinal()
_SPAN = LAST_DAY.toordinal() - _ORIGIN + 1


class DayKind(StrEnum):
    """What an exceptional day is."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class ExceptionalDay(NamedTuple):
    """A day that is not what its place in the week says, the festival it belongs to, and the notice that says so.

    ``release`` names the authority and its release that laid the day down; empty for what was shipped.
    """

    day: date
    kind: DayKind
    festival: str = ""
    notice: str = ""
    release: str = ""


class StatutoryDay(NamedTuple):
    """A holiday that the law fixes to one date of every year, known before any yearly notice."""

    month: int
    day: int
    festival: str


class BadLine(NamedTuple):
    """One line of a calendar file that cannot be used, its column, and why: a message (msgid) with its facts."""

    line: int
    column: str
    message: str
    facts: dict[str, object]

    @property
    def reason(self) -> str:
        """The message with its facts filled in, in English."""
        return self.message.format(**self.facts)


class UnreadableCalendar(ValueError):
    """The calendar file has lines that cannot be used."""

    def __init__(self, source: str, bad_lines: tuple[BadLine, ...]) -> None:
        self.source = source
        self.bad_lines = bad_lines
        listed = "; ".join(f"line {bad.line}, column {bad.column}: {bad.reason}" for bad in bad_lines)
        super().__init__(f"{source} is not a calendar: {listed}")


class BeyondTheTables(ValueError):
    """The count leaves the years that the calculator covers."""

    def __init__(self) -> None:
        super().__init__(f"the count leaves the years that can be calculated, {FIRST_DAY} to {LAST_DAY}")


# Order 795 of the State Council, in force since 2025-01-01, article 2. The festivals of the lunar calendar and Qingming
# are left to the notice: the law names them, but gives no date.
STATUTE = "全国年节及纪念日放假办法（国务院令第795号）第二条"
STATUTORY_DAYS_CN = (
    StatutoryDay(1, 1, "元旦"),
    StatutoryDay(5, 1, "劳动节"),
    StatutoryDay(5, 2, "劳动节"),
    StatutoryDay(10, 1, "国庆节"),
    StatutoryDay(10, 2, "国庆节"),
    StatutoryDay(10, 3, "国庆节"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Working days of one authority or country; compare by ``version``.

    ``exceptions`` are sorted by day, one for each day. ``known_from`` and ``known_until`` are both inclusive; a
    calendar that knows nothing has them the wrong way round. ``statutory`` days are holidays after ``known_until``.
    """

    name: str
    exceptions: tuple[ExceptionalDay, ...]
    known_from: date
    known_until: date
    statutory: tuple[StatutoryDay, ...] = ()
    version: str = field(init=False)
    # elapsed[i]: working days from FIRST_DAY up to and including day i. worked[k]: the k-th of them, counted from 1.
    elapsed: "array[int]" = field(init=False, repr=False)
    worked: tuple[date, ...] = field(init=False, repr=False)
    _by_day: Mapping[date, ExceptionalDay] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_day = {exception.day: exception for exception in self.exceptions}
        if len(by_day) < len(self.exceptions):
            raise ValueError("a calendar has one exception for each day")
        working = _weekdays()
        for year in range(max(self.known_until.year, FIRST_DAY.year - 1) + 1, LAST_DAY.year + 1):
            for month, day, _ in self.statutory:
                working[date(year, month, day).toordinal() - _ORIGIN] = 0
        for exception in self.exceptions:
            working[position(exception.day)] = exception.kind is DayKind.WORKDAY
        worked = compress(range(_ORIGIN, _ORIGIN + _SPAN), working)
        for name, value in (
            ("version", f"{self.name}-{self._reaches()}.{self._fingerprint()}"),
            ("elapsed", array("i", accumulate(working))),
            ("worked", (date.min, *map(date.fromordinal, worked))),
            ("_by_day", by_day),
        ):
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    @classmethod
    def from_csv(
        cls, path: str | Path, name: str | None = None, statutory: tuple[StatutoryDay, ...] = ()
    ) -> "Calendar":
        """Read a file of ``date,kind`` (and, if there, ``festival,notice``) on top of Saturday and Sunday weekends.

        Known from the start of the first year named until the end of the last; a file without days knows no year.
        Raises UnreadableCalendar with every bad line, OSError if the file cannot be opened.
        """
        path = Path(path)
        return cls.of_days(name or path.stem, _read(path), statutory)

    @classmethod
    def of_days(cls, name: str, days: Iterable[ExceptionalDay], statutory: tuple[StatutoryDay, ...] = ()) -> "Calendar":
        """These days on top of Saturday and Sunday weekends; known from the first to the last year named."""
        found = tuple(sorted(days))
        known_from, known_until = date.max, date.min
        if found:
            known_from, known_until = date(found[0].day.year, 1, 1), date(found[-1].day.year, 12, 31)
        return cls(name, found, known_from, known_until, statutory)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day, as far as is known; beyond the horizon the best guess."""
        at = position(day)
        return self.elapsed[at] > (self.elapsed[at - 1] if at else 0)

    def is_known(self, day: date) -> bool:
        """Whether the notice for this day's year has been announced."""
        return self.known_from <= day <= self.known_until

    def exception(self, day: date) -> ExceptionalDay | None:
        """The exceptional day with its festival and notice, or None if the place in the week decides."""
        found = self._by_day.get(day)
        if found is None and day > self.known_until:
            for month, number, festival in self.statutory:
                if (day.month, day.day) == (month, number):
                    return ExceptionalDay(day, DayKind.HOLIDAY, festival, STATUTE)
        return found

    def working_days_until(self, day: date) -> int:
        """How many working days lie between FIRST_DAY and this day, both included."""
        return self.elapsed[position(day)]

    def working_day(self, number: int) -> date:
        """The working day at this place in the count of ``working_days_until``. Raises BeyondTheTables."""
        if not 0 < number < len(self.worked):
            raise BeyondTheTables
        return self.worked[number]

    def nth_working_day(self, start: date, number: int) -> date:
        """The number-th working day after ``start`` (Civil Code 201: the first day is not counted), before it if
        negative, ``start`` itself if 0. Raises BeyondTheTables."""
        at = start.toordinal() - _ORIGIN
        if number > 0 and at >= 0:  # written out: nearly every due date in the system passes here
            try:
                return self.worked[self.elapsed[at] + number]
            except IndexError:
                raise BeyondTheTables from None
        position(start)
        if number == 0:
            return start
        return self.working_day((self.elapsed[at - 1] if at else 0) + 1 + number)

    def overlay(
        self, days: Mapping[date, DayKind], notice: str, name: str | None = None, festival: str = ""
    ) -> "Calendar":
        """This calendar with an authority's own days laid over it (放假办法 article 4), each carrying ``notice``.

        The horizon stays: own days beyond it are counted, but stay provisional.
        """
        own = [ExceptionalDay(day, kind, festival, notice) for day, kind in days.items()]
        return self.laid_over(own, self.known_until, name or f"{self.name}-own")

    def announce(self, days: Iterable[ExceptionalDay], known_until: date) -> "Calendar":
        """This calendar after a further notice: with its days, and known until its last day."""
        return self.laid_over(days, max(known_until, self.known_until), self.name)

    def laid_over(self, days: Iterable[ExceptionalDay], known_until: date, name: str) -> "Calendar":
        """This calendar with these days on top, the later of two for the same day; known until this day."""
        merged = {exception.day: exception for exception in (*self.exceptions, *days)}
        return Calendar(name, tuple(sorted(merged.values())), self.known_from, known_until, self.statutory)

    def _reaches(self) -> str:
        return str(self.known_until.year) if self.known_from <= self.known_until else "unknown"

    def _fingerprint(self) -> str:
        lines = [f"{self.known_from},{self.known_until}"]
        # A day's release is part of it where there is one, so that the shipped calendars keep their versions.
        lines += [
            ",".join((str(day), kind, festival, notice, *filter(None, (release,))))
            for day, kind, festival, notice, release in self.exceptions
        ]
        lines += [f"{month}-{day},{festival}" for month, day, festival in self.statutory]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def position(day: date) -> int:
    """The place of a day in the tables, from 0. Raises BeyondTheTables."""
    at = day.toordinal() - _ORIGIN
    if not 0 <= at < _SPAN:
        raise BeyondTheTables
    return at


@cache
def state_council() -> Calendar:
    """The State Council's calendar: every exceptional day of 2016-2026 with its notice."""
    return Calendar.from_csv(Path(__file__).with_name("calendars") / "cn.csv", statutory=STATUTORY_DAYS_CN)


def _weekdays() -> bytearray:
    """One byte a day: 1 from Monday to Friday, 0 at weekends."""
    week = b"\1\1\1\1\1\0\0"
    first = FIRST_DAY.weekday()
    return bytearray((week[first:] + week * (_SPAN // 7 + 1))[:_SPAN])


def _read(path: Path) -> tuple[ExceptionalDay, ...]:
    """The days of a calendar file, sorted. Raises UnreadableCalendar with every bad line."""
    days: dict[date, ExceptionalDay] = {}
    bad: list[BadLine] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restval="", skipinitialspace=True)
            missing = [column for column in ("date", "kind") if column not in (rows.fieldnames or ())]
            if missing:
                message = "the first line must name this column: date,kind"
                raise UnreadableCalendar(path.name, tuple(BadLine(1, column, message, {}) for column in missing))
            for row in rows:
                bad += _take(row, rows.line_num, days)
    except UnicodeDecodeError:
        raise UnreadableCalendar(path.name, (BadLine(1, "date", "the file is not UTF-8 text", {}),)) from None
    except csv.Error as error:
        raise UnreadableCalendar(
            path.name, (BadLine(rows.line_num, "date", "not readable as CSV: {reason}", {"reason": error}),)
        ) from None
    if bad:
        raise UnreadableCalendar(path.name, tuple(bad))
    return tuple(sorted(days.values()))


def _take(row: Mapping[str, str], line: int, days: dict[date, ExceptionalDay]) -> list[BadLine]:
    """Add one line's day to ``days``; say what is wrong with it instead if something is."""
    bad: list[BadLine] = []
    text, word = row["date"].strip(), row["kind"].strip()
    day = parse_day(text)
    if day is None:
        bad.append(BadLine(line, "date", "{text!r} is not a date like 2026-10-01", {"text": text}))
    elif not FIRST_DAY <= day <= LAST_DAY:
        facts: dict[str, object] = {"text": text, "first": FIRST_DAY, "last": LAST_DAY}
        bad.append(BadLine(line, "date", "{text} is outside {first} to {last}", facts))
    if word not in tuple(DayKind):
        bad.append(BadLine(line, "kind", "{text!r} is neither holiday nor workday", {"text": word}))
    if bad or day is None:
        return bad
    taken = ExceptionalDay(day, DayKind(word), (row.get("festival") or "").strip(), (row.get("notice") or "").strip())
    before = days.setdefault(day, taken)
    if before.kind is not taken.kind:
        facts = {"text": text, "before": before.kind, "now": taken.kind}
        bad.append(BadLine(line, "kind", "{text} is called {before} further up and {now} here", facts))
    return bad


def parse_day(text: str) -> date | None:
    """A date written as 2026-10-01, or None: the other spellings of ISO 8601 are more often mistakes."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
