"""A draft of the calendar as an Excel workbook: its days, the open clocks that it moves, and lines of those below."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import xlsxwriter

from documents.lines import OPTIONS, Column, Pen, Row
from documents.titles import OF_A_DRAFT, told
from locales.texts import say
from locales.words import word
from services.contracts.divisions import name_of
from services.contracts.drafts import DraftState


def _column(name: str, width: int, value: Any, kind: str = "text") -> Column:
    return Column(name, width, value, kind, OF_A_DRAFT)


def _day(name: str) -> Any:
    """A day, or the day and hour of a limit in hours."""

    def value(row: Row) -> Any:
        text = str(row.get(name) or "")
        return date.fromisoformat(text) if len(text) == 10 else text.replace("T", " ")[:16]

    return value


def _plain(name: str) -> Any:
    return lambda row: row.get(name) or ""


_DAYS: Final = (
    _column("day", 14, _day("day"), "day"),
    _column("kind", 16, lambda row: say("zh", word("day_kind", row["kind"]))),
    _column("festival", 20, _plain("festival")),
)
_MOVES: Final = (
    _column("about", 28, _plain("about")),
    _column("clock", 24, lambda row: say("zh", word("clock", row["clock_kind"]))),
    _column("department", 22, _plain("department")),
    _column("responsible", 14, _plain("responsible")),
    _column("from", 18, _day("from"), "day"),
    _column("to", 18, _day("to"), "day"),
    _column("light", 10, _plain("light"), "light"),
    _column("light_after", 10, _plain("light_after"), "light"),
)
_BELOW: Final = (
    _column("authority", 18, lambda row: name_of(row["authority"])),
    _column("about", 28, _plain("case_no")),
    _column("project_name", 40, _plain("project_name")),
    _column("matter", 32, _plain("matter_name")),
    _column("department", 22, _plain("department")),
    _column("from", 14, _day("from"), "day"),
    _column("to", 14, _day("to"), "day"),
)


def write(draft: Mapping[str, Any], moves: Sequence[Row], below: Sequence[Row], as_of: date) -> bytes:
    """The workbook; a sheet without a row keeps its header."""
    held = io.BytesIO()
    title = f"{draft['notice']} · {say('zh', DraftState(draft['state']).msgid)}"
    days = [
        {"day": day, "kind": kind, "festival": draft["festivals"].get(day, "")} for day, kind in draft["days"].items()
    ]
    with xlsxwriter.Workbook(held, OPTIONS) as book:
        for name, columns, rows in (
            (told("Days"), _DAYS, days),
            (told("Clocks that move"), _MOVES, moves),
            (told("Probably below"), _BELOW, below),
        ):
            Pen(book, name, columns).write(rows, title, as_of)
    return held.getvalue()
