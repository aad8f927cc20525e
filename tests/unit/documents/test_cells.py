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
        "2026年9月16日（周三）",
        "2026年9月16日 星期三",
        "2026.09.16.",
        "2026、9、16",
        "2026 09 16",
        "二〇二六年九月十六日",
        "2026-09-16\u200b",
    ],
)
def test_every_way_of_writing_a_day_is_that_day(cell: Any) -> None:
    assert day(cell) == "2026-09-16"


def test_a_time_of_day_is_kept() -> None:
    assert day("2026/9/16 14:30") == "2026-09-16T14:30:00"
    assert day({"day": "2026-09-16T14:30:00"}) == "2026-09-16T14:30:00"
    assert day(46281.5) == "2026-09-16T12:00:00"
    assert day("2026/9/16 下午2:30") == "2026-09-16T14:30:00"
    assert day("2026年9月16日 14时30分") == "2026-09-16T14:30:00"


@pytest.mark.parametrize("cell", ["2026-09-16T14:30:00+08:00", "2026-09-16T06:30:00Z", "2026-09-16 06:30:00+00"])
def test_a_time_zone_is_honoured(cell: str) -> None:
    assert day(cell) == "2026-09-16T14:30:00"


def test_a_day_number_counts_from_the_epoch_of_the_workbook() -> None:
    assert day(44819, 1904) == day("44819", 1904) == "2026-09-16"


@pytest.mark.parametrize("cell", [{"error": "#N/A"}, {"formula": True}])
@pytest.mark.parametrize("reading", [day, limit, text])
def test_what_cannot_be_read_is_no_empty_cell(reading: Any, cell: Any) -> None:
    with pytest.raises(BadCell):
        reading(cell)


@pytest.mark.parametrize("cell", ["/", "／", "无", "暂无", "——", "N/A", "null", " - ", "\\"])
def test_signs_for_nothing_are_nothing_in_a_line_of_text(cell: str) -> None:
    assert text(cell) is None


@pytest.mark.parametrize("cell", [911504240000000000, 1.504241990010112e17, "9.11504E+17"])
def test_numbers_that_excel_has_eaten_are_no_text(cell: Any) -> None:
    with pytest.raises(BadCell, match="15 digits"):
        text(cell)


def test_a_line_break_in_a_name_is_no_part_of_it() -> None:
    assert text("林西县_x000D_\n供水工程") == "林西县供水工程"
    assert text("Inner\nMongolia") == "Inner Mongolia"


@pytest.mark.parametrize("cell", [None, "", "-", "—", "无", "/"])
def test_nothing_is_no_day(cell: Any) -> None:
    assert day(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["九月", "2026-13-01", "2026-02-30", "16/9/2026", "2026-09-16 周四", "26.9.16", 5, 3.5, True, "待定", 99999999],
)
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
        ("半个工作日", 1, "half_working_days"),
        ("30日", 30, "days"),
        ("30 天", 30, "days"),
        ("30个自然日", 30, "calendar_days"),
        ("10 个 工作日", 10, "working_days"),
        ("十个工作日", 10, "working_days"),
        ("二十五日", 25, "days"),
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
