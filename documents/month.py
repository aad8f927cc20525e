"""A month as an Excel workbook: a summary by department and matter, and what is overdue line by line.

Every text is written as text: a cell that begins with = + - @ is never a formula.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from documents.titles import told
from locales.texts import say
from locales.words import word

#: (msgid of the heading, name of the figure, width)
_SUMMARY: Sequence[tuple[str, str, int]] = (
    ("Approving department", "department", 18),
    ("Code of the matter", "matter_code", 16),
    ("Matter", "matter_name", 30),
    ("Received", "received", 8),
    ("Accepted", "accepted", 8),
    ("Decided", "decided", 8),
    ("On-time rate", "on_time_rate", 12),
    ("Overdue and open", "overdue_open", 10),
    ("Overdue and closed", "overdue_closed", 10),
    ("Turned red", "turned_red", 8),
    ("Struck off", "struck_off", 8),
)
_OVERDUE: Sequence[tuple[str, str, int]] = (
    ("Serial number", "number", 6),
    ("Case number", "case_no", 22),
    ("Project code", "project_code", 28),
    ("Name of the project", "project_name", 30),
    ("Matter", "matter_name", 30),
    ("Approving department", "department", 18),
    ("Responsible", "responsible", 10),
    ("Clock", "clock_kind", 14),
    ("Due on", "due_on", 12),
    ("State", "state", 10),
    ("Stopped on", "stopped_on", 12),
    ("Working days overdue", "overdue_working_days", 12),
)
_STATES = {"open": "Overdue and open", "closed": "Overdue and closed"}
_COMPLAINTS = (
    ("Complaints registered", "registered"),
    ("Without a case", "without_case"),
    ("Answered", "answered"),
    ("Closed", "closed"),
    ("Upheld", "upheld"),
    ("Overdue and open", "overdue_open"),
    ("Overdue and closed", "overdue_closed"),
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
    figures = snapshot["figures"]
    sheet, bold = book.add_worksheet(told("Summary")), book.add_format({"bold": True})
    percent = book.add_format({"num_format": "0.0%"})
    about = (
        ("Month", told("{month} (not over)", month=figures["month"]) if figures["running"] else figures["month"]),
        ("As of", figures["as_of"]),
        ("Snapshot", snapshot["snapshot_no"]),
        ("SHA-256", snapshot["digest"]),
        ("Changed since it was frozen", told("yes") if snapshot.get("changed_since") else told("no")),
    )
    for row, (name, value) in enumerate(about):
        sheet.write_string(row, 0, told(name), bold)
        sheet.write_string(row, 1, value)
    top = len(about) + 1
    _headings(sheet, top, _SUMMARY, bold)
    rows = [*figures["rows"], {"department": told("Total"), "matter_code": "", "matter_name": "", **figures["totals"]}]
    for row, counted in enumerate(rows, start=top + 1):
        for column, (_, name, _) in enumerate(_SUMMARY):
            _write(sheet, row, column, counted[name], percent if name == "on_time_rate" else None)
    for row, (title, name) in enumerate(_COMPLAINTS, start=top + len(rows) + 2):
        sheet.write_string(row, 0, told(title), bold)
        sheet.write_number(row, 1, figures["complaints"][name])


def _overdue(book: Any, lines: Sequence[Mapping[str, Any]]) -> None:
    sheet, bold = book.add_worksheet(told("Overdue")), book.add_format({"bold": True})
    _headings(sheet, 0, _OVERDUE, bold)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines, start=1):
        kind, state = say("zh", word("clock", line["clock_kind"])), told(_STATES[line["state"]])
        shown = {**line, "number": number, "state": state, "clock_kind": kind}
        for column, (_, name, _) in enumerate(_OVERDUE):
            _write(sheet, number, column, shown[name], None)


def _headings(sheet: Any, row: int, columns: Sequence[tuple[str, str, int]], bold: Any) -> None:
    for column, (heading, _, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, told(heading), bold)


def _write(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, column, value, form)
    else:
        sheet.write_string(row, column, "" if value is None else str(value), form)
