"""Decides how a frozen month looks as an Excel workbook: 汇总 by department and matter, 逾期清单 line by line.

Every text is written as text: a cell that begins with = + - @ is never a formula.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

#: (heading, name of the figure, width)
_SUMMARY: Sequence[tuple[str, str, int]] = (
    ("审批部门", "department", 18),
    ("事项编码", "matter_code", 16),
    ("审批事项", "matter_name", 30),
    ("收件", "received", 8),
    ("受理", "accepted", 8),
    ("办结", "decided", 8),
    ("按时办结率", "on_time_rate", 12),
    ("逾期未结", "overdue_open", 10),
    ("逾期已结", "overdue_closed", 10),
    ("亮红灯", "turned_red", 8),
    ("销号", "struck_off", 8),
)
_OVERDUE: Sequence[tuple[str, str, int]] = (
    ("序号", "number", 6),
    ("办件编号", "case_no", 22),
    ("项目代码", "project_code", 28),
    ("项目名称", "project_name", 30),
    ("审批事项", "matter_name", 30),
    ("审批部门", "department", 18),
    ("责任人", "responsible", 10),
    ("计时", "clock_kind", 14),
    ("到期日", "due_on", 12),
    ("状态", "state", 10),
    ("办结日期", "stopped_on", 12),
    ("逾期工作日", "overdue_working_days", 12),
)
_STATES = {"open": "逾期未结", "closed": "逾期已结"}
_CLOCKS = {"one_time_notice": "一次性告知", "decision": "审批决定", "delivery": "送达"}
_COMPLAINTS = (
    ("投诉登记", "registered"),
    ("查无办件", "without_case"),
    ("已答复", "answered"),
    ("已办结", "closed"),
    ("属实", "upheld"),
    ("逾期未结", "overdue_open"),
    ("逾期已结", "overdue_closed"),
)


def workbook(snapshot: Mapping[str, Any]) -> bytes:
    """The .xlsx of a snapshot as the question `snapshot` answers it; the same snapshot gives the same cells.

    `overdue_working_days` of lines that run on are empty unless whoever asks has filled them in from timer's word.
    """
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        # The moment of freezing, so that the same snapshot makes the same file.
        frozen_at = datetime.fromisoformat(snapshot["frozen_at"]).replace(tzinfo=None)
        book.set_properties({"title": snapshot["snapshot_no"], "created": frozen_at})
        _summary(book, snapshot)
        _overdue(book, snapshot["figures"]["overdue"])
    return held.getvalue()


def _summary(book: Any, snapshot: Mapping[str, Any]) -> None:
    told = snapshot["figures"]
    sheet, bold = book.add_worksheet("汇总"), book.add_format({"bold": True})
    percent = book.add_format({"num_format": "0.0%"})
    about = (
        ("月份", told["month"] + ("（未满月）" if told["running"] else "")),
        ("截至", told["as_of"]),
        ("快照编号", snapshot["snapshot_no"]),
        ("SHA-256", snapshot["digest"]),
        ("冻结后数据有变化", "是" if snapshot.get("changed_since") else "否"),
    )
    for row, (name, value) in enumerate(about):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value)
    top = len(about) + 1
    _headings(sheet, top, _SUMMARY, bold)
    rows = [*told["rows"], {"department": "合计", "matter_code": "", "matter_name": "", **told["totals"]}]
    for row, figures in enumerate(rows, start=top + 1):
        for column, (_, name, _) in enumerate(_SUMMARY):
            _write(sheet, row, column, figures[name], percent if name == "on_time_rate" else None)
    for row, (title, name) in enumerate(_COMPLAINTS, start=top + len(rows) + 2):
        sheet.write_string(row, 0, title, bold)
        sheet.write_number(row, 1, told["complaints"][name])


def _overdue(book: Any, lines: Sequence[Mapping[str, Any]]) -> None:
    sheet, bold = book.add_worksheet("逾期清单"), book.add_format({"bold": True})
    _headings(sheet, 0, _OVERDUE, bold)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines, start=1):
        kind = line["clock_kind"]
        shown = {**line, "number": number, "state": _STATES[line["state"]], "clock_kind": _CLOCKS.get(kind, kind)}
        for column, (_, name, _) in enumerate(_OVERDUE):
            _write(sheet, number, column, shown[name], None)


def _headings(sheet: Any, row: int, columns: Sequence[tuple[str, str, int]], bold: Any) -> None:
    for column, (heading, _, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, heading, bold)


def _write(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, "" if value is None else str(value), form)
