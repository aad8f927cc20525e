"""Worked examples of practice and law, with which the calculator agrees."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from services.timer.calendar import DayKind, state_council
from services.timer.deadlines import CalendarDays, Hours, Limit, Months, Pause, WorkingDays, due

HERE = Path(__file__).parent
CN = state_council()
UNIT_OF_LETTER: dict[str, type[CalendarDays] | type[Months] | type[Hours]] = {
    "d": CalendarDays,
    "m": Months,
    "h": Hours,
}


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "row", rows("deadline_examples.csv"), ids=lambda row: f"{row['start_date']}+{row['working_days']}"
)
def test_working_days_end_as_in_the_worked_example(row: dict[str, str]) -> None:
    found = due(CN, date.fromisoformat(row["start_date"]), WorkingDays(int(row["working_days"])))
    assert str(found.day) == row["expected_due"], row["why"]
    assert found.steps[-1].date == found.day
    assert found.provisional == (row["expected_due"] > "2026-12-31")


@pytest.mark.parametrize(
    "row", rows("deadline_examples_other.csv"), ids=lambda row: f"{row['kind']}-{row['start_date']}"
)
def test_other_limits_end_as_in_the_worked_example(row: dict[str, str]) -> None:
    amount = row["amount"]
    number = int(amount.rstrip("dmh"))
    limit: Limit = UNIT_OF_LETTER[amount[-1]](number) if amount[-1] in UNIT_OF_LETTER else WorkingDays(number)
    pauses = []
    if row["pause_from"]:
        pauses.append(Pause(date.fromisoformat(row["pause_from"]), date.fromisoformat(row["pause_to"])))
    found = due(CN, datetime.fromisoformat(row["start_date"]), limit, pauses)
    if isinstance(limit, Hours):
        assert f"{found.moment:%Y-%m-%dT%H:%M}" == row["expected_due"], row["why"]
    else:
        assert str(found.day) == row["expected_due"], row["why"]
    assert not found.provisional


def test_the_spring_festival_of_2020_was_extended_and_deadlines_moved_with_it() -> None:
    # The first notice (2019-11-21) had the holiday end on 01-30, and 02-01 worked in exchange.
    first = CN.overlay(
        {date(2020, 1, 31): DayKind.WORKDAY, date(2020, 2, 1): DayKind.WORKDAY}, notice="国办发明电〔2019〕16号"
    )
    assert due(first, date(2020, 1, 22), WorkingDays(5)).day == date(2020, 2, 4)
    assert due(CN, date(2020, 1, 22), WorkingDays(5)).day == date(2020, 2, 6)
    assert first.version != CN.version


def test_a_due_day_on_a_make_up_saturday_is_not_rolled() -> None:
    found = due(CN, date(2025, 9, 25), WorkingDays(7))
    assert found.day == date(2025, 10, 11)
    assert found.day.weekday() == 5
    assert found.steps[-1].why == "make-up working day"


def test_it_is_too_late_from_the_midnight_after_the_due_day() -> None:
    assert due(CN, date(2026, 9, 16), WorkingDays(5)).moment.isoformat() == "2026-09-23T00:00:00+08:00"


def test_an_event_abroad_falls_on_the_day_it_is_in_shanghai() -> None:
    evening_in_london = datetime.fromisoformat("2026-09-15T17:30:00+01:00")
    assert due(CN, evening_in_london, WorkingDays(5)).day == due(CN, date(2026, 9, 16), WorkingDays(5)).day
