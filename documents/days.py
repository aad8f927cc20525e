"""Whose the days were of a month's cases as an Excel workbook: the sums by department, and case by case.

Every text is written as text: a cell that begins with = + - @ is never a formula.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from documents.titles import told
from locales.texts import say
from services.contracts.vocabulary import Holder

_DEPARTMENTS: Final = (("Approving department", "department", 20), ("Cases ended", "cases", 10))
_CASES: Final = (
    ("Case number", "case_no", 24),
    ("Approving department", "department", 20),
    ("Ended on", "ended_on", 12),
)
_TIMES: Final = (
    ("Whole-process working days", "whole_process_working_days", 16),
    ("Legal working days", "legal_working_days", 16),
)
_DIFFERENCE: Final = "Difference"


def workbook(found: Mapping[str, Any]) -> bytes:
    """The .xlsx of the answer `holdings` of timer."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        total = {"department": told("Total"), **found["totals"]}
        _sheet(book, told("By department"), _DEPARTMENTS, [*found["items"], total])
        _sheet(book, told("Case by case"), _CASES, found["cases"])
    return held.getvalue()


def _sheet(book: Any, name: str, columns: Sequence[tuple[str, str, int]], rows: Sequence[Mapping[str, Any]]) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
    titles = [*(told(title) for title, _, _ in (*columns, *_TIMES)), told(_DIFFERENCE), *(_name(one) for one in Holder)]
    widths = [width for _, _, width in (*columns, *_TIMES)] + [12] * (1 + len(Holder))
    for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(_cells(columns, row)):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, str(value or ""))


def _name(holder: Holder) -> str:
    return say("zh", holder.msgid)


def _cells(columns: Sequence[tuple[str, str, int]], row: Mapping[str, Any]) -> list[Any]:
    """The difference between both times stands beside them (DOMAIN 3, rule 6)."""
    difference = row["whole_process_working_days"] - row["legal_working_days"]
    plain = [row[name] for _, name, _ in (*columns, *_TIMES)]
    return [*plain, difference, *(row["by_holder"][holder.value] for holder in Holder)]
