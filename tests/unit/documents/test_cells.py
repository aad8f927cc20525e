"""Days and limits in cells: read in every way that offices write them; anything else is a problem, not a guess."""

from typing import Any

import pytest

from documents.ledgers.cells import BadCell, day, limit, text


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-16",
        "2026/9/16",
        "2026.9.16",
        "2026年9月16日",
        " 2026 年 09 月 16 日 ",
        "２０２６－０９－１６",
        "20260916",
        "2026-09-16 00:00:00",
        "46281",
        46281,
        46281.0,
        20260916,
        {"day": "2026-09-16"},
        {"day": "2026-09-16T00:00:00"},
        "2026-09-16（暂定）",
    ],
)
def test_every_way_of_writing_a_day_is_that_day(cell: Any) -> None:
    assert day(cell) == "2026-09-16"


def test_a_time_of_day_is_kept() -> None:
    assert day("2026/9/16 14:30") == "2026-09-16T14:30:00"
    assert day({"day": "2026-09-16T14:30:00"}) == "2026-09-16T14:30:00"
    assert day(46281.5) == "2026-09-16T12:00:00"


@pytest.mark.parametrize("cell", [None, "", "-", "—", "无", "/"])
def test_nothing_is_no_day(cell: Any) -> None:
    assert day(cell) is None


@pytest.mark.parametrize("cell", ["九月", "2026-13-01", "2026-02-30", "16/9/2026", 5, 3.5, True, "待定", 99999999])
def test_what_is_no_day_is_a_problem(cell: Any) -> None:
    with pytest.raises(BadCell, match="not a date"):
        day(cell)


@pytest.mark.parametrize(
    ("cell", "amount", "unit"),
    [
        (10, 10, "working_days"),
        ("10", 10, "working_days"),
        ("10工作日", 10, "working_days"),
        ("10个工作日内", 10, "working_days"),
        ("0.5个工作日", 1, "half_working_days"),
        ("30日", 30, "calendar_days"),
        ("30 天", 30, "calendar_days"),
        ("30个自然日", 30, "calendar_days"),
        ("2个月", 2, "months"),
        ("48小时", 48, "hours"),
        ("即办", 0, "working_days"),
    ],
)
def test_limits_have_units(cell: Any, amount: int, unit: str) -> None:
    assert limit(cell) == {"amount": amount, "unit": unit}


@pytest.mark.parametrize("cell", ["尽快", "10-20日", "-5", "2.5个月"])
def test_what_is_no_limit_is_a_problem(cell: Any) -> None:
    with pytest.raises(BadCell, match="not a limit"):
        limit(cell)


def test_numbers_in_text_columns_are_their_digits() -> None:
    assert text(12.0) == "12"
    assert text(" 王芳 ") == "王芳"
    with pytest.raises(BadCell):
        text("王\x01芳")
