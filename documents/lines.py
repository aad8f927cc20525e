"""The list as an Excel workbook: the columns that offices know, readable without us, safe to open.

The header is the first row, so that the file can be taken in again as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from documents.titles import OF_THE_LIST, told
from locales.amounts import limit_said
from locales.texts import say
from services.contracts.beginning import Counting
from services.contracts.vocabulary import Light, Unit, case_state, light_of

#: A cell that begins with one of these could be taken for a formula, here or after a detour through CSV.
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")

#: Ground and ink of a light.
_COLOURS: Mapping[Light, tuple[str, str]] = {
    Light.GREEN: ("#C6EFCE", "#005000"),
    Light.YELLOW: ("#FFEB9C", "#5C4300"),
    Light.RED: ("#FFC7CE", "#9C0006"),
    Light.GREY: ("#D9D9D9", "#333333"),
    Light.DONE: ("#FFFFFF", "#333333"),
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a list: what we call it, how wide it is, and what stands in it."""

    name: str
    width: int
    value: Callable[[Row], Any]
    kind: str = "text"
    titles: Mapping[str, str] = field(default_factory=lambda: OF_THE_LIST, repr=False)

    @property
    def title(self) -> str:
        return self.titles[self.name]


def _field(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


def day_of(name: str) -> Callable[[Row], Any]:
    def value(row: Row) -> date | None:
        day = row.get(name)
        if isinstance(day, date):
            return day
        return date.fromisoformat(day) if day else None

    return value


def _due(row: Row) -> Any:
    day = day_of("due_on")(row)
    # beyond the last announced calendar (DOMAIN 4.6)
    return told("{day} (provisional)", day=day.isoformat()) if day is not None and row.get("provisional") else day


def _left(row: Row) -> Any:
    """Days left with the unit in which the limit counts them; a case may be overdue before a working day is."""
    return None if row.get("remaining") is None else (row["remaining"], row.get("due_unit"), row.get("due_on"))


def _completion(row: Row) -> Any:
    """The day of completion; an open line without one says so, for every line has to have one (plan, P0-02)."""
    day = day_of("complete_by")(row)
    return told("no day yet") if day is None and not row.get("closed_on") and not row.get("struck_on") else day


def _handler(row: Row) -> Any:
    return row.get("handler") or told("to be named")


def _state(row: Row) -> str:
    """The state as the national exchange standard calls it; one of a newer version by the name that came with it."""
    state = case_state(str(row.get("state") or ""))
    return say("zh", state.msgid) if state is not None else row.get("state_name") or ""


def _counting(row: Row) -> str:
    """Empty for a line that counts, as most do."""
    counting = row.get("counting") or Counting.COUNTED
    return "" if counting == Counting.COUNTED else say("zh", Counting(counting).msgid)


COLUMNS: tuple[Column, ...] = (
    Column("seq", 7, _field("seq"), "number"),
    Column("project_code", 28, _field("project_code")),
    Column("project_name", 40, _field("project_name")),
    Column("owner_name", 30, _field("owner_name")),
    Column("matter", 36, _field("matter_name")),
    Column("department", 20, _field("department")),
    Column("handler", 12, _handler),
    Column("received", 12, day_of("received_on"), "day"),
    Column("accepted", 12, day_of("accepted_on"), "day"),
    Column("limit", 13, lambda row: limit_said("zh", row.get("limit_amount"), row.get("limit_unit"))),
    Column("due", 19, _due, "day"),
    Column("complete_by", 15, _completion, "day"),
    Column("remaining", 14, _left, "left"),
    Column("light", 9, _field("light"), "light"),
    Column("state", 13, _state),
    Column("struck", 12, day_of("struck_on"), "day"),
    Column("counting", 10, _counting),
)

TITLES: tuple[str, ...] = tuple(column.title for column in COLUMNS)


def write(rows: Iterable[Row], target: str | Path | BinaryIO, *, title: str = "", as_of: date | None = None) -> int:
    """Write `rows` (items of the `lines` answer) as a workbook; returns how many there were.

    A row may carry `remaining`: days left until the due day in the row's `due_unit`, negative when past; the caller has
    asked timer.
    `title` and `as_of` stand above every printed page. Holds one row at a time.
    """
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, OPTIONS) as book:
        return Pen(book, told("List of cases"), COLUMNS).write(rows, title, as_of)


#: One row is held at a time, and no text becomes a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Pen:
    """Writes one sheet: its header, and its cells in their formats."""

    def __init__(self, book: Any, name: str, columns: Sequence[Column]) -> None:
        self._sheet, self._columns = book.add_worksheet(name), columns
        #: The day as of which it is written; empty where nobody said.
        self._today = ""
        border = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        self._head = book.add_format(
            border
            | {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF", "align": "center", "text_wrap": True}
        )
        self._text = book.add_format(border | {"num_format": "@"})
        # Shows the text as it is and keeps it text when somebody edits the cell.
        self._quoted = book.add_format(border | {"num_format": "@", "quote_prefix": True})
        self._number = book.add_format(border | {"align": "center"})
        natural = told("calendar days")
        self._natural = book.add_format(border | {"align": "center", "num_format": f'0"{natural}";-0"{natural}"'})
        self._day = book.add_format(border | {"num_format": "yyyy-mm-dd", "align": "center"})
        self._lights = {
            light: book.add_format(border | {"bg_color": back, "font_color": ink, "bold": True, "align": "center"})
            for light, (back, ink) in _COLOURS.items()
        }

    def write(self, rows: Iterable[Row], title: str, as_of: date | None) -> int:
        """The whole sheet; returns how many rows there were."""
        self.header(title, as_of)
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, column in enumerate(self._columns):
                self.cell(last, number, column.kind, column.value(row))
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        return last

    def header(self, title: str, as_of: date | None) -> None:
        """The first row, and how the sheet is read and printed."""
        self._today = as_of.isoformat() if as_of else ""
        for number, column in enumerate(self._columns):
            self._sheet.set_column(number, number, column.width)
        self._sheet.set_row(0, 24)
        for number, column in enumerate(self._columns):
            self._sheet.write_string(0, number, column.title, self._head)
        self._sheet.freeze_panes(1, 3)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        if title or as_of:
            day = as_of.isoformat() if as_of else ""
            # & begins a code in a page header; && is the sign itself. Excel takes at most 255 characters.
            self._sheet.set_header(f"&C{title.replace('&', '&&')[:200]}&R{day}")
        self._sheet.set_footer(told("&CPage &P of &N"))

    def cell(self, row: int, number: int, kind: str, value: Any) -> None:
        """One cell; what is not known stays empty."""
        if value is None or value == "":
            self._sheet.write_blank(row, number, None, self._text)
        elif kind == "light":
            light = light_of(value)
            self._sheet.write_string(row, number, say("zh", light.msgid), self._lights[light])
        elif kind == "left":
            self._write_left(row, number, *value)
        elif kind == "number" and isinstance(value, int):
            self._sheet.write_number(row, number, value, self._number)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, number, value, self._day)
        else:
            self._write_text(row, number, str(value))

    def _write_left(self, row: int, number: int, days: int, unit: str | None, due_on: str | None) -> None:
        """Working days as a bare number under their title, natural days with their name; none past the due day."""
        if days == 0 and due_on and self._today > str(due_on):
            self._sheet.write_string(row, number, told("overdue"), self._number)
        else:
            self._sheet.write_number(row, number, days, self._natural if unit == Unit.CALENDAR_DAYS else self._number)

    def _write_text(self, row: int, number: int, value: str) -> None:
        quoted = value.startswith(FORMULA_LIKE)
        # Excel keeps at most 32,767 characters in a cell and would call the file damaged.
        self._sheet.write_string(row, number, value[:32767], self._quoted if quoted else self._text)
