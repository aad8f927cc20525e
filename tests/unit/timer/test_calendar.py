"""The calendar: every day that the notices name, how far it reaches, and what it refuses."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from services.timer.calendar import (
    FIRST_DAY,
    LAST_DAY,
    BeyondTheTables,
    Calendar,
    DayKind,
    ExceptionalDay,
    UnreadableCalendar,
    state_council,
)
from services.timer.deadlines import WorkingDays, due

CN = state_council()
EVERY_DAY = [date(2016, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2016, 1, 1)).days + 1)]


def a_file(folder: Path, text: str) -> Path:
    path = folder / "land.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_day_of_2016_to_2026_agrees_with_chinesecalendar() -> None:
    assert [day for day in EVERY_DAY if CN.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_every_day_of_2016_to_2026_agrees_with_holidays() -> None:
    oracle = holidays.country_holidays("CN", years=range(2016, 2027))
    assert [day for day in EVERY_DAY if CN.is_working(day) != oracle.is_working_day(day)] == []


def test_every_exceptional_day_carries_its_festival_and_notice() -> None:
    assert len(CN.exceptions) == 373
    assert all(day.festival and "gov.cn" in day.notice for day in CN.exceptions)


def test_the_horizon_is_the_years_of_the_notices() -> None:
    assert (CN.known_from, CN.known_until) == (date(2016, 1, 1), date(2026, 12, 31))
    assert CN.version.startswith("cn-2026.")


def test_beyond_the_horizon_only_weekends_and_the_dates_fixed_by_law_are_off() -> None:
    assert not CN.is_working(date(2027, 1, 1))
    assert CN.is_working(date(2027, 1, 4))
    assert not CN.is_working(date(2027, 1, 2))
    new_year = CN.exception(date(2027, 1, 1))
    assert new_year is not None
    assert (new_year.festival, new_year.kind) == ("元旦", DayKind.HOLIDAY)
    assert "795" in new_year.notice
    assert CN.is_working(date(2015, 12, 31))


def test_the_same_days_have_the_same_version_and_other_days_another() -> None:
    again = Calendar(CN.name, CN.exceptions, CN.known_from, CN.known_until, CN.statutory)
    assert again == CN
    assert hash(again) == hash(CN)
    assert CN.overlay({date(2026, 8, 3): DayKind.HOLIDAY}, "x").version != CN.version
    assert CN.overlay({date(2026, 8, 3): DayKind.HOLIDAY}, "x") != CN.overlay({date(2026, 8, 3): DayKind.HOLIDAY}, "y")


def test_an_authority_lays_its_own_days_over_without_moving_the_horizon() -> None:
    nadam = CN.overlay({date(2026, 8, 3): DayKind.HOLIDAY}, notice="内政办发〔2026〕1号", festival="那达慕")
    assert not nadam.is_working(date(2026, 8, 3))
    found = nadam.exception(date(2026, 8, 3))
    assert found is not None
    assert (found.festival, found.notice) == ("那达慕", "内政办发〔2026〕1号")
    assert CN.is_working(date(2026, 8, 3))
    assert nadam.known_until == CN.known_until


def test_a_new_notice_moves_the_horizon_and_settles_what_was_provisional() -> None:
    question = (date(2026, 12, 21), WorkingDays(10))
    assert due(CN, *question).provisional
    later = CN.announce(
        [
            ExceptionalDay(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", "n"),
            ExceptionalDay(date(2027, 1, 3), DayKind.WORKDAY),
        ],
        known_until=date(2027, 12, 31),
    )
    assert due(later, *question).day == date(2027, 1, 4)
    assert not due(later, *question).provisional
    # The law's fixed days are the notice's business from now on.
    assert later.is_working(date(2027, 10, 1))


def test_a_file_is_known_for_the_years_that_it_names(tmp_path: Path) -> None:
    land = Calendar.from_csv(a_file(tmp_path, "date,kind\n2024-12-25,holiday\n2022-05-01,workday\n"))
    assert (land.known_from, land.known_until) == (date(2022, 1, 1), date(2024, 12, 31))
    assert land.is_working(date(2022, 5, 1))
    assert not land.is_working(date(2024, 12, 25))
    assert land.is_working(date(2027, 1, 1))  # China's law is not this land's
    assert land.version.startswith("land-2024.")


def test_a_file_without_days_knows_no_year(tmp_path: Path) -> None:
    land = Calendar.from_csv(a_file(tmp_path, "\ufeffdate,kind\n"))
    assert not land.is_known(date(2024, 1, 1))
    found = due(land, date(2024, 1, 5), WorkingDays(1))
    assert (found.day, found.provisional) == (date(2024, 1, 8), True)


def test_every_bad_line_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    text = (
        "date,kind\n2024-02-30,holiday\n20240101,off\n2024-01-01,holiday\n2024-01-01,workday\n1816-01-01,holiday\n,\n"
    )
    with pytest.raises(UnreadableCalendar) as refused:
        Calendar.from_csv(a_file(tmp_path, text))
    named = [(bad.line, bad.column) for bad in refused.value.bad_lines]
    assert named == [(2, "date"), (3, "date"), (3, "kind"), (5, "kind"), (6, "date"), (7, "date"), (7, "kind")]
    assert "line 2, column date: '2024-02-30' is not a date like 2026-10-01" in str(refused.value)


@pytest.mark.parametrize("text", ["", "day,what\n2024-01-01,holiday\n"])
def test_a_file_without_the_two_columns_says_which_are_missing(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableCalendar, match="column date: the first line must name"):
        Calendar.from_csv(a_file(tmp_path, text))


def test_a_file_in_another_encoding_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("date,kind,festival\n2024-01-01,holiday,元旦\n".encode("gbk"))
    with pytest.raises(UnreadableCalendar, match="not UTF-8"):
        Calendar.from_csv(path)


def test_dates_outside_the_tables_are_refused_and_never_guessed() -> None:
    for outside in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(BeyondTheTables):
            CN.is_working(outside)
        for amount in (1, 0, -1):
            with pytest.raises(BeyondTheTables):
                CN.nth_working_day(outside, amount)
    with pytest.raises(BeyondTheTables):
        CN.nth_working_day(LAST_DAY, 1)
    with pytest.raises(BeyondTheTables):
        CN.nth_working_day(FIRST_DAY, -1)


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CN.known_until = date(2030, 1, 1)  # type: ignore[misc]  # the point of the test
