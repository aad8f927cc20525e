"""The month's workbook: what it calls the clocks that are overdue."""

import io
from typing import Any

import openpyxl
import pytest

from documents.month import workbook
from locales.texts import say
from services.contracts.vocabulary import ClockKind

COUNTED = (
    *("received", "accepted", "decided", "on_time_rate", "overdue_open", "overdue_closed", "turned_red", "struck_off"),
    *("registered", "without_case", "answered", "closed", "upheld"),
)


def a_month(**overdue: str) -> dict[str, Any]:
    """A frozen month in which one clock is overdue."""
    line = {
        **dict.fromkeys(("case_no", "project_code", "project_name", "matter_name", "department"), ""),
        "responsible": "王芳",
        "due_on": "2026-09-20",
        "stopped_on": "",
        "overdue_working_days": 3,
        "clock_kind": "decision",
        "state": "open",
        **overdue,
    }
    totals = dict.fromkeys(COUNTED, 0)
    figures = {"month": "2026-09", "running": False, "as_of": "2026-09-30", "rows": [], "totals": totals}
    return {
        "snapshot_no": "150424-2026-09-1",
        "digest": "",
        "frozen_at": "2026-10-01T09:00:00+08:00",
        "figures": {**figures, "complaints": totals, "overdue": [line]},
    }


def the_line(**overdue: str) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(workbook(a_month(**overdue))))
    return [cell.value for cell in book["逾期清单"][2]]


@pytest.mark.parametrize("kind", ClockKind)
def test_an_overdue_clock_of_every_kind_is_named_in_chinese(kind: ClockKind) -> None:
    assert the_line(clock_kind=kind)[7] == say("zh", kind.msgid) != kind.value


def test_a_clock_of_a_newer_version_is_shown_as_it_calls_itself() -> None:
    assert the_line(clock_kind="moon")[7] == "moon"


def test_an_overdue_line_is_open_or_closed_in_words() -> None:
    assert [the_line(state=state)[9] for state in ("open", "closed")] == ["逾期未结", "逾期已结"]


def test_every_heading_is_in_chinese() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(a_month())))
    summary = list(book["汇总"].iter_rows(values_only=True))
    headings = [*(row[0] for row in summary), *summary[6], *next(book["逾期清单"].iter_rows(values_only=True))]
    assert [one for one in headings if one and one != "SHA-256" and str(one).isascii()] == []
