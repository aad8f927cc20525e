"""The record of who came in and what was shown to whom, as a table: a workbook, or comma-separated."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

import xlsxwriter

from documents.lines import FORMULA_LIKE
from documents.titles import told
from locales.words import CAUSES, OCCASIONS

#: Name of a field in the answers of the API -> its title.
_TITLES: Final[Mapping[str, str]] = {
    "at": "Time",
    "occasion": "Occasion",
    "who": "Who",
    "cause": "How or why",
    "about": "About",
    "purpose": "Purpose",
    "address": "Address",
    "agent": "Browser",
    "account": "Account number",
    "token": "Token number",
    "session": "Session number",
    "id": "Entry",
}
_WIDTHS: Final = (22, 14, 26, 16, 34, 30, 18, 40, 15, 13, 15, 9)


def _cells(entry: Mapping[str, Any]) -> list[str]:
    words = {"occasion": OCCASIONS.get(entry["occasion"]), "cause": CAUSES.get(entry["cause"])}
    return [told(words[name] or "") if words.get(name) else str(entry[name]) for name in _TITLES]


def comma_separated(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 with the mark by which office programs know it; no cell can be taken for a formula."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(map(told, _TITLES.values()))
    writer.writerows([_harmless(cell) for cell in _cells(entry)] for entry in entries)
    return held.getvalue().encode("utf-8-sig")


def workbook(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """The same as an Excel workbook."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        sheet, bold = book.add_worksheet(told("Record of sign-ins")), book.add_format({"bold": True})
        for number, (title, width) in enumerate(zip(_TITLES.values(), _WIDTHS, strict=True)):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, told(title), bold)
        for row, entry in enumerate(entries, 1):
            for number, cell in enumerate(_cells(entry)):
                sheet.write_string(row, number, cell)
        sheet.freeze_panes(1, 0)
    return held.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_LIKE) else cell
