"""The report of bad rows: the original rows, bad cells coloured with a comment, and all problems."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from documents.ledgers.course import Bad
from documents.ledgers.formats.book import Row
from documents.ledgers.sheets import LedgerSheet
from documents.lines import FORMULA_LIKE
from documents.titles import PROBLEM, ROW, told

#: Beyond this Excel becomes slow; the column of problems says the same.
MOST_COMMENTS: Final = 20_000


def write_marked(target: Path, rows: Iterable[tuple[LedgerSheet, Row]], bad: Iterable[Bad]) -> int:
    """Write the bad rows of a ledger with what is wrong in them, a sheet for each of the file's; returns how many.

    Holds one row at a time.
    """
    with _book(target) as book:
        count = 0
        writer: _Marked | None = None
        for sheet, number, cells, one in _matched(rows, bad):
            count += 1
            if writer is None or writer.sheet is not sheet:
                if writer is not None:
                    writer.finish()
                writer = _Marked(book, sheet)
            writer.row(number, cells, one)
        if writer is None:
            book.add_worksheet(told("Rows with problems"))
        else:
            writer.finish()
        return count


class _Marked:
    """Writes the bad rows of one sheet."""

    def __init__(self, book: Any, sheet: LedgerSheet) -> None:
        self.sheet, self._count = sheet, 0
        # Excel takes no more than 31 characters; the names came from a workbook, so they are that short and differ
        name = sheet.name[:31] if sheet.prefix else told("Rows with problems")
        self._pen, self._titles = _Pen(book, book.add_worksheet(name)), sheet.header.titles
        self._pen.header([*self._titles, PROBLEM, ROW])

    def row(self, number: int, cells: Sequence[Any], bad: Bad) -> None:
        self._count += 1
        width = len(self._titles)
        reasons: dict[int, list[str]] = {}
        for column, reason in bad.wrong:
            at = self._titles.index(column) if column in self._titles else width
            reasons.setdefault(at, []).append(reason)
        for at in range(width):
            self._pen.cell(self._count, at, cells[at] if at < len(cells) else None, reasons.get(at))
        self._pen.cell(self._count, width, _together(bad), reasons.get(width))
        self._pen.cell(self._count, width + 1, number, None)

    def finish(self) -> None:
        self._pen.finish(self._count, len(self._titles) + 1)


def write_list(target: Path, titles: tuple[str, str, str], bad: Iterable[Bad]) -> int:
    """Write the bad cases of an event log, one problem a row; returns how many rows."""
    with _book(target) as book:
        pen = _Pen(book, book.add_worksheet(PROBLEM))
        pen.header(list(titles))
        count = 0
        for count, (name, column, reason) in enumerate(
            ((one.name, column, reason) for one in bad for column, reason in one.wrong), start=1
        ):
            for at, words in enumerate((name, column, reason)):
                pen.cell(count, at, words, None)
        pen.finish(count, 2)
        return count


def _book(target: Path) -> Any:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return xlsxwriter.Workbook(str(target), options)


def _matched(
    rows: Iterable[tuple[LedgerSheet, Row]], bad: Iterable[Bad]
) -> Iterator[tuple[LedgerSheet, int, list[Any], Bad]]:
    waiting = iter(bad)
    one = next(waiting, None)
    for sheet, (number, cells) in rows:
        if one is None:
            return
        if one.name == f"{sheet.prefix}{number}":
            yield sheet, number, cells, one
            one = next(waiting, None)


def _together(one: Bad) -> str:
    return "；".join(f"{column}：{reason.removesuffix('。')}" for column, reason in one.wrong)


class _Pen:
    """Writes cells of one sheet."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet, self._comments = sheet, 0
        border: dict[str, object] = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        self._head = book.add_format(border | {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF"})
        marked: dict[str, object] = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        kinds: dict[str, dict[str, object]] = {
            "day": {"num_format": "yyyy-mm-dd"},
            "text": {"num_format": "@"},
            "number": {},
            "quoted": {"num_format": "@", "quote_prefix": True},
        }
        self._formats = {
            (bad, kind): book.add_format(border | look | (marked if bad else {}))
            for bad in (False, True)
            for kind, look in kinds.items()
        }

    def header(self, titles: list[str]) -> None:
        for at, title in enumerate(titles):
            self._sheet.set_column(at, at, 60 if title == PROBLEM else 18)
        for at, title in enumerate(titles):
            self._sheet.write_string(0, at, title, self._head)
        self._sheet.freeze_panes(1, 0)

    def cell(self, row: int, at: int, value: Any, wrong: list[str] | None) -> None:
        """One cell as it was; a bad one in colour and with a comment."""
        bad = wrong is not None
        if value is None:
            self._sheet.write_blank(row, at, None, self._formats[bad, "text"])
        elif isinstance(value, dict) and "day" not in value:
            self._sheet.write_string(row, at, str(value.get("error", "")), self._formats[bad, "text"])
        elif isinstance(value, dict):
            day = datetime.fromisoformat(value["day"]) if "T" in value["day"] else date.fromisoformat(value["day"])
            self._sheet.write_datetime(row, at, day, self._formats[bad, "day"])
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, at, value, self._formats[bad, "number"])
        elif isinstance(value, int | float):
            self._sheet.write_number(row, at, value, self._formats[bad, "number"])
        else:
            words = str(value)[:32_767]
            quoted = words.startswith(FORMULA_LIKE)
            self._sheet.write_string(row, at, words, self._formats[bad, "quoted" if quoted else "text"])
        if wrong and self._comments < MOST_COMMENTS:
            self._comments += 1
            self._sheet.write_comment(row, at, "\n".join(wrong)[:2_000], {"x_scale": 2, "author": "qidi"})

    def finish(self, last: int, width: int) -> None:
        self._sheet.autofilter(0, 0, last, width)
