"""The due dates of a whole file of limits, or every row of it that cannot be counted."""

import csv
import io
from array import array
from calendar import timegm
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from services.timer.bulk import bulk_due
from services.timer.calendar import FIRST_DAY, LAST_DAY, BeyondTheTables, Calendar
from services.timer.deadlines import due
from services.timer.explanation import moment_of, parse_start
from services.timer.limits import NotALimit, parse_amount, parse_limit

UNITS: Final = ("working_days", "calendar_days", "months", "hours")
COLUMNS: Final = ("from", "amount", "unit")
ADDED: Final = ("due", "provisional")
_BAD: Final = -(1 << 62)
_DAY: Final = 86_400
Numbers = NDArray[np.int64]


class Questions(NamedTuple):
    """The rows as columns: starts in seconds of the wall clock since 1970, amounts, places in UNITS, lines."""

    starts: Numbers
    amounts: Numbers
    units: Numbers
    lines: Numbers


class BadCell(NamedTuple):
    """One cell that cannot be used: where it is, and a message with its facts."""

    line: int
    column: str
    message: str
    facts: dict[str, object]


class BadRows(ValueError):
    """The file has rows that cannot be counted; nothing was written."""

    def __init__(self, cells: list[BadCell]) -> None:
        self.cells = cells
        super().__init__(f"{len(cells)} cells cannot be used")


class _Once(dict[str, int]):
    """Reads each spelling once: files repeat their dates and amounts."""

    def __init__(self, read: Callable[[str], int]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> int:
        value = self[text] = self.read(text.strip())
        return value


class _Spelling(dict[int, str]):
    """Spells each end once."""

    def __init__(self, spell: Callable[[int], str]) -> None:
        super().__init__()
        self.spell = spell

    def __missing__(self, end: int) -> str:
        text = self[end] = self.spell(end)
        return text


def answer(text: str, calendar: Calendar, out: TextIO) -> None:
    """Write the rows of ``text`` (CSV with from, amount, unit) to ``out`` with due and provisional added.

    Blank lines are left out. Raises BadRows, before anything is written.
    """
    try:
        questions = _read(text)
    except csv.Error as error:
        raise BadRows([BadCell(1, "from", "not readable as CSV: {reason}", {"reason": error})]) from None
    ends, unsure = _count(calendar, questions)
    spelt = _spelt(ends, questions.units == UNITS.index("hours"))
    flags = ("true" if flag else "false" for flag in unsure.tolist())
    rows = _rows(text)
    written = csv.writer(out, lineterminator="\n")
    written.writerow([*next(rows), *ADDED])
    written.writerows([*row, end, flag] for row, end, flag in zip(rows, spelt, flags, strict=True))


def _rows(text: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text, newline="")) if row)


def _read(text: str) -> Questions:
    """The questions of all rows. Raises BadRows with every cell that is wrong."""
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next((row for row in rows if row), [])]
    _check_header(header)
    at_from, at_amount, at_unit = (header.index(name) for name in COLUMNS)
    start_of, amount_of, unit_of = _Once(_seconds), _Once(_amount), _Once(_unit)
    starts, amounts, units, lines = array("q"), array("q"), array("q"), array("q")
    bad: list[BadCell] = []
    width = len(header)
    for row in rows:
        if not row:
            continue
        if len(row) != width:
            facts: dict[str, object] = {"found": len(row), "wanted": width}
            bad.append(BadCell(rows.line_num, header[0], "the row has {found} cells, the first line {wanted}", facts))
            continue
        start, amount, unit = start_of[row[at_from]], amount_of[row[at_amount]], unit_of[row[at_unit]]
        if start == _BAD or amount == _BAD or unit == _BAD:
            cells = zip((row[at_from], row[at_amount], row[at_unit]), (start, amount, unit), strict=True)
            bad += _what_is_bad(rows.line_num, list(cells))
            continue
        starts.append(start)
        amounts.append(amount)
        units.append(unit)
        lines.append(rows.line_num)
    if bad:
        raise BadRows(bad)
    return Questions(*(np.array(column, np.int64) for column in (starts, amounts, units, lines)))


def _check_header(header: list[str]) -> None:
    missing = "the column is missing from the first line"
    taken = "the column is there already, and would be written twice; rename it"
    cells = [BadCell(1, name, missing, {}) for name in COLUMNS if name not in header]
    if cells := cells + [BadCell(1, name, taken, {}) for name in ADDED if name in header]:
        raise BadRows(cells)


def _seconds(text: str) -> int:
    """Seconds of Shanghai's wall clock since 1970 at the moment (or the midnight of the date) written."""
    start = parse_start(text)
    if start is None:
        return _BAD
    try:
        return timegm(moment_of(start).timetuple())
    except OverflowError:
        return _BAD


def _amount(text: str) -> int:
    try:
        return parse_amount(text)
    except NotALimit:
        return _BAD


def _unit(text: str) -> int:
    return UNITS.index(text) if text in UNITS else _BAD


def _what_is_bad(line: int, cells: list[tuple[str, int]]) -> list[BadCell]:
    messages = (
        "{text!r} is not a date like 2026-09-16 or a moment like 2026-10-01T10:00",
        "{text!r} is not a whole number of at most seven digits",
        "{text!r} is not one of {units}",
    )
    return [
        BadCell(line, column, message, {"text": text, "units": ", ".join(UNITS)})
        for column, message, (text, value) in zip(COLUMNS, messages, cells, strict=True)
        if value == _BAD
    ]


def _count(calendar: Calendar, questions: Questions) -> tuple[Numbers, NDArray[np.bool_]]:
    """Ends in seconds of the wall clock, and which are provisional. Raises BadRows for those beyond the tables."""
    ends, unsure = np.zeros_like(questions.starts), np.zeros(questions.starts.shape, np.bool_)
    bad: list[BadCell] = []
    for number, unit in enumerate(UNITS):
        rows = np.flatnonzero(questions.units == number)
        starts, amounts = questions.starts[rows].view("datetime64[s]"), questions.amounts[rows]
        try:
            found, provisional = bulk_due(calendar, starts, amounts, unit)
        except BeyondTheTables:
            bad += _beyond(calendar, questions, rows, unit)
            continue
        ends[rows], unsure[rows] = found.astype("datetime64[s]").view(np.int64), provisional
    if bad:
        raise BadRows(sorted(bad, key=lambda cell: cell.line))
    return ends, unsure


def _beyond(calendar: Calendar, questions: Questions, rows: Numbers, unit: str) -> list[BadCell]:
    """Ask one by one which rows leave the tables."""
    message = "{text} leaves the years that can be calculated, {first} to {last}"
    bad: list[BadCell] = []
    for row in rows.tolist():
        start, amount = questions.starts[row].view("datetime64[s]").item(), int(questions.amounts[row])
        try:
            due(calendar, start, parse_limit(amount, unit))
        except BeyondTheTables:
            column = "amount" if FIRST_DAY <= start.date() <= LAST_DAY else "from"
            text = amount if column == "amount" else start.date()
            facts: dict[str, object] = {"text": text, "first": FIRST_DAY, "last": LAST_DAY}
            bad.append(BadCell(int(questions.lines[row]), column, message, facts))
    return bad


def _spelt(ends: Numbers, in_minutes: NDArray[np.bool_]) -> Iterator[str]:
    """Dates as 2026-09-22, moments as 2026-10-02T10:00 (with seconds where there are any)."""
    dates = _Spelling(lambda end: str(np.datetime64(end // _DAY, "D")))
    moments = _Spelling(lambda end: str(np.datetime64(end, "s")).removesuffix(":00"))
    if not in_minutes.any():
        return map(dates.__getitem__, ends.tolist())
    both = zip(ends.tolist(), in_minutes.tolist(), strict=True)
    return (moments[end] if minutes else dates[end] for end, minutes in both)
