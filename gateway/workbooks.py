"""Decides what the Excel workbooks look like: the columns that offices know, and texts that are never formulas."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import xlsxwriter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from gateway.shapes import WORKBOOK
from gateway.texts import say

HEADINGS = ("序号", "项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "责任人", "收件日期", "受理日期",
            "承诺时限", "到期日", "剩余工作日", "灯", "状态", "销号日期")  # fmt: skip
_WIDTHS = (6, 26, 32, 28, 28, 22, 10, 12, 12, 14, 14, 11, 6, 14, 12)
LIGHTS = {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "grey": "灰灯", "done": "办结"}
_FILLS = {"green": "#C6E0B4", "yellow": "#FFE699", "red": "#F4B0A8", "grey": "#D9D9D9"}
UNITS = {
    "working_days": "个工作日",
    "half_working_days": "个半工作日",
    "calendar_days": "日",
    "months": "个月",
    "hours": "小时",
}


async def attachment(make: Callable[..., bytes], name: str, *facts: Any) -> Response:
    """A workbook to be saved under a name. Made in a thread, because a long list takes seconds."""
    content = await run_in_threadpool(make, *facts)
    disposition = f"attachment; filename=\"qidi.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(
        content, media_type=WORKBOOK, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


def _begin() -> tuple[io.BytesIO, Any]:
    held = io.BytesIO()
    # A text that begins with = + - @ stays a text: whoever opens the list must not run what somebody filed.
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    return held, book


def lines_workbook(rows: Sequence[Mapping[str, Any]], left: Mapping[str, int]) -> bytes:
    """The list in the export's columns. `left` is due day -> working days left, negative when it is past."""
    held, book = _begin()
    sheet = book.add_worksheet("台账")
    head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#DDEBF7", "text_wrap": True})
    fills = {light: book.add_format({"bg_color": color, "align": "center"}) for light, color in _FILLS.items()}
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 3)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(_line(row, left)):
            if isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value:
                sheet.write_string(at, column, value, fills.get(row["light"]) if HEADINGS[column] == "灯" else None)
    sheet.autofilter(0, 0, max(1, len(rows)), len(HEADINGS) - 1)
    book.close()
    return held.getvalue()


def _line(row: Mapping[str, Any], left: Mapping[str, int]) -> tuple[Any, ...]:
    limit = f"{row['limit_amount']}{UNITS.get(row['limit_unit'], '')}" if row["limit_amount"] is not None else ""
    due = row["due_on"] or ""
    remaining = left.get(due) if due and not row["closed_on"] else None
    return (
        row["seq"],
        row["project_code"],
        row["project_name"],
        row["owner_name"],
        row["matter_name"],
        row["department"],
        row["handler"],
        row["received_on"] or "",
        row["accepted_on"] or "",
        limit,
        # past the last announced year a date is provisional, and says so wherever it is shown (DOMAIN 4.6)
        f"{due}（暂定）" if due and row["provisional"] else due,
        remaining,
        LIGHTS.get(row["light"], ""),
        say("zh", row["state_name"]),
        row["struck_on"] or "",
    )


def figures_workbook(figures: Mapping[str, Any]) -> bytes:
    """The month's figures: what was counted as a whole on one sheet, each table on one of its own."""
    held, book = _begin()
    bold = book.add_format({"bold": True})
    whole = book.add_worksheet(say("zh", "Month"))
    for at, (name, value) in enumerate(_flat(figures)):
        whole.write_string(at, 0, say("zh", name), bold)
        _write(whole, at, 1, value)
    whole.set_column(0, 1, 28)
    for name, table in _tables(figures):
        sheet = book.add_worksheet(say("zh", name)[:31])
        columns = list(dict.fromkeys(column for row in table for column in row))
        sheet.set_column(0, max(0, len(columns) - 1), 22)
        for column, heading in enumerate(columns):
            sheet.write_string(0, column, say("zh", heading), bold)
        for at, row in enumerate(table, start=1):
            for column, heading in enumerate(columns):
                _write(sheet, at, column, row.get(heading))
    book.close()
    return held.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _flat(figures: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found += _flat(value)
        elif not isinstance(value, list | tuple):
            found.append((name, value))
    return found


def _tables(figures: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    found: list[tuple[str, list[Mapping[str, Any]]]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found += _tables(value)
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            found.append((name, value))
    return found
