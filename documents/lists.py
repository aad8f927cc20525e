"""The saved lists as one Excel workbook, a sheet each: lines in the list's columns, projects in their own."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xlsxwriter

from documents.lines import COLUMNS, OPTIONS, Column, Pen, Row, day_of
from documents.titles import OF_PROJECTS, told
from locales.texts import say
from services.contracts.lists import SavedList
from services.contracts.vocabulary import Library, Unit


@dataclass(frozen=True)
class Sheet:
    """One list: its rows, and for lines the working days left until they are due."""

    saved: SavedList
    rows: Sequence[Row]
    left: Mapping[Unit, Mapping[str, int]]


def _column(name: str, width: int, value: Any, kind: str = "text") -> Column:
    return Column(name, width, value, kind, OF_PROJECTS)


def _library(row: Row) -> str:
    code = str(row.get("library") or "")
    return say("zh", Library(code).msgid) if code in set(Library) else code


def _initiated(row: Row) -> Any:
    """The day of initiation; where nobody has named it the year of the code, which is given then."""
    year = row.get("initiated_in")
    return day_of("initiated_on")(row) or (told("{year} (by its code)", year=year) if year else told("no day yet"))


_PROJECTS: Final = (
    _column("project_code", 28, lambda row: row["project_code"]),
    _column("project_name", 40, lambda row: row["project_name"]),
    _column("owner_name", 30, lambda row: row["owner_name"]),
    _column("initiated", 18, _initiated, "day"),
    _column("started", 14, lambda row: day_of("started_on")(row) or told("not started"), "day"),
    _column("library", 12, _library),
    _column("cases", 11, lambda row: row["cases"], "number"),
    _column("open", 11, lambda row: row["open"], "number"),
)


def write(sheets: Iterable[Sheet], title: str, as_of: date) -> bytes:
    """The workbook; a list without a row keeps its sheet with the header, so that nobody looks for it."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, OPTIONS) as book:
        for one in sheets:
            name = say("zh", one.saved.msgid)
            pen = Pen(book, name, _PROJECTS if one.saved.is_of_projects else COLUMNS)
            rows = (
                {
                    **row,
                    "remaining": one.left.get(row.get("due_unit") or Unit.WORKING_DAYS, {}).get(
                        row.get("due_on") or ""
                    ),
                }
                for row in one.rows
            )
            pen.write(rows, f"{title} · {name}", as_of)
    return held.getvalue()
