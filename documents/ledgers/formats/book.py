"""The book that every format opens as: sheets with rows of plain cells, and what a reader has to be told of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

#: A row: its number as Excel shows it, and its cells.
Row = tuple[int, list[Any]]
#: Merged cells: first row, first column, last row, last column, all from 0.
Merged = tuple[int, int, int, int]
MOST_COLUMNS = 200
#: One more than the longest text that is accepted, so that a longer one is still seen to be too long.
LONGEST = 2_001


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book. `rows` reads it anew each time."""

    name: str
    #: Number of the last row that has something in it.
    last: int
    rows: Callable[[], Iterator[Row]]
    is_shown: bool = True
    #: Numbers of rows that Excel does not show.
    hidden_rows: Sequence[int] = ()


@dataclass(frozen=True)
class Book:
    """A file that was opened."""

    sheets: Iterable[Sheet]
    #: The year from which its day numbers count, 1900 or 1904.
    epoch: int = 1900
    #: What the user is told of the file: (message, facts).
    remarks: Sequence[tuple[str, Mapping[str, Any]]] = field(default_factory=tuple)


def plain(cell: Any) -> Any:
    """A cell as JSON: text, number, truth, `{"day": ...}`, or None when there is nothing in it."""
    if isinstance(cell, str):
        return cell[:LONGEST] if cell.strip() else None
    if isinstance(cell, datetime | date):
        return {"day": cell.isoformat()}
    if isinstance(cell, bool | int | float):
        return cell
    return None if cell is None else str(cell)


def trimmed(cells: list[Any]) -> list[Any]:
    """The cells without the empty ones behind the last full one."""
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def unmerged(rows: Iterator[Row], merged: Iterable[Merged]) -> Iterator[Row]:
    """The rows with what stands in cells that were merged downward in each of the rows that they span."""
    spans = sorted((first, column, last) for first, column, last, _ in merged if last > first and column < MOST_COLUMNS)
    waiting, at = list(spans), 0
    filling: dict[int, tuple[int, Any]] = {}
    for number, cells in rows:
        index = number - 1
        while at < len(waiting) and waiting[at][0] <= index:
            first, column, last = waiting[at]
            at += 1
            if first == index and column < len(cells) and cells[column] is not None:
                filling[column] = (last, cells[column])
        for column, (last, value) in list(filling.items()):
            if index > last:
                del filling[column]
            elif column >= len(cells) or cells[column] is None:
                cells += [None] * (column + 1 - len(cells))
                cells[column] = value
        yield number, cells
