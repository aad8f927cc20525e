"""Decides how the list looks as an Excel workbook: the columns that offices know, readable without us, safe to open.

The header is the first row, so that the file can be taken in again as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

#: A cell that begins with one of these could be taken for a formula, here or after a detour through CSV.
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")

#: What is written after a due day beyond the last announced calendar (DOMAIN 4.6).
PROVISIONAL = "（暂定）"

LIGHTS: Mapping[str, str] = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "grey": "灰灯", "done": "已办结"}
_COLOURS: Mapping[str, tuple[str, str]] = {
    "green": ("#C6EFCE", "#005000"),
    "yellow": ("#FFEB9C", "#5C4300"),
    "red": ("#FFC7CE", "#9C0006"),
    "grey": ("#D9D9D9", "#333333"),
    "done": ("#FFFFFF", "#333333"),
}

#: As the national exchange standard calls them, like everywhere else; those that it does not have are ours.
STATES: Mapping[str, str] = {
    "received": "已接件",
    "withdrawn-before-acceptance": "已撤件",
    "accepted": "已受理",
    "deemed-accepted": "视为受理",
    "not-required": "不受理",
    "acceptance-refused": "不予受理",
    "correction-requested": "补正（开始）",
    "correction-completed": "补正（结束）",
    "under-review": "部门开始办理",
    "granted": "办结（通过）",
    "refused": "办结（不通过）",
    "withdrawn": "撤回",
    "delivered": "已送达",
    "forwarded": "已转报，待上级签收",
    "held-above": "上级办理中",
    "returned": "上级退回",
    "handed-back": "已退回下级",
}

_UNITS: Mapping[str, str] = {
    "working_days": "个工作日",
    "calendar_days": "个自然日",
    "months": "个月",
    "hours": "小时",
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Column:
    title: str
    width: int
    value: Callable[[Row], Any]
    kind: str = "text"


def limit_text(amount: int | None, unit: str | None) -> str:
    """A limit as offices write it, such as `20个工作日`; empty when there is none."""
    if amount is None or not unit:
        return ""
    if unit == "half_working_days":
        return f"{amount / 2:g}个工作日"
    return f"{amount}{_UNITS.get(unit, unit)}"


def _field(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


def _day(name: str) -> Callable[[Row], Any]:
    def value(row: Row) -> date | None:
        day = row.get(name)
        if isinstance(day, date):
            return day
        return date.fromisoformat(day) if day else None

    return value


def _due(row: Row) -> Any:
    day = _day("due_on")(row)
    return f"{day.isoformat()}{PROVISIONAL}" if day is not None and row.get("provisional") else day


COLUMNS: tuple[_Column, ...] = (
    _Column("序号", 7, _field("seq"), "number"),
    _Column("项目代码", 28, _field("project_code")),
    _Column("项目名称", 40, _field("project_name")),
    _Column("建设单位", 30, _field("owner_name")),
    _Column("审批事项", 36, _field("matter_name")),
    _Column("审批部门", 20, _field("department")),
    _Column("责任人", 12, _field("handler")),
    _Column("收件日期", 12, _day("received_on"), "day"),
    _Column("受理日期", 12, _day("accepted_on"), "day"),
    _Column("承诺时限", 13, lambda row: limit_text(row.get("limit_amount"), row.get("limit_unit"))),
    _Column("到期日", 19, _due, "day"),
    _Column("剩余工作日", 12, _field("remaining"), "number"),
    _Column("灯", 9, _field("light"), "light"),
    _Column("状态", 13, lambda row: STATES.get(str(row.get("state") or ""), row.get("state_name") or "")),
    _Column("销号日期", 12, _day("struck_on"), "day"),
)

TITLES: tuple[str, ...] = tuple(column.title for column in COLUMNS)


def write(rows: Iterable[Row], target: str | Path | BinaryIO, *, title: str = "", as_of: date | None = None) -> int:
    """Write `rows` (items of the `lines` answer) as a workbook; returns how many there were.

    A row may carry `remaining`: working days left until the due day, negative when past; the caller has asked timer.
    `title` and `as_of` stand above every printed page. Holds one row at a time.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        sheet = book.add_worksheet("审批台账")
        pen = _Pen(book, sheet)
        pen.header(title, as_of)
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, column in enumerate(COLUMNS):
                pen.cell(last, number, column.kind, column.value(row))
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        return last


class _Pen:
    """Writes cells of one sheet in their formats."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet = sheet
        border = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        self._head = book.add_format(
            border
            | {"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF", "align": "center", "text_wrap": True}
        )
        self._text = book.add_format(border | {"num_format": "@"})
        # Shows the text as it is and keeps it text when somebody edits the cell.
        self._quoted = book.add_format(border | {"num_format": "@", "quote_prefix": True})
        self._number = book.add_format(border | {"align": "center"})
        self._day = book.add_format(border | {"num_format": "yyyy-mm-dd", "align": "center"})
        self._lights = {
            light: book.add_format(border | {"bg_color": back, "font_color": ink, "bold": True, "align": "center"})
            for light, (back, ink) in _COLOURS.items()
        }

    def header(self, title: str, as_of: date | None) -> None:
        """The first row, and how the sheet is read and printed."""
        for number, column in enumerate(COLUMNS):
            self._sheet.set_column(number, number, column.width)
        self._sheet.set_row(0, 24)
        for number, column in enumerate(COLUMNS):
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
        self._sheet.set_footer("&C第 &P 页，共 &N 页")

    def cell(self, row: int, number: int, kind: str, value: Any) -> None:
        """One cell; what is not known stays empty."""
        if value is None or value == "":
            self._sheet.write_blank(row, number, None, self._text)
        elif kind == "light":
            self._sheet.write_string(row, number, LIGHTS.get(value, str(value)), self._lights.get(value, self._text))
        elif kind == "number" and isinstance(value, int):
            self._sheet.write_number(row, number, value, self._number)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, number, value, self._day)
        else:
            self._write_text(row, number, str(value))

    def _write_text(self, row: int, number: int, value: str) -> None:
        quoted = value.startswith(FORMULA_LIKE)
        # Excel keeps at most 32,767 characters in a cell and would call the file damaged.
        self._sheet.write_string(row, number, value[:32767], self._quoted if quoted else self._text)
