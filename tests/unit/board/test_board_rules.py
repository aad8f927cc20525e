"""What the board decides by itself: addresses it goes back to, filters it understands, sheets of days."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.board.access import own
from gateway.board.cases import notices, spans, weeks
from gateway.board.figures import months
from gateway.board.frame import event_types, with_query
from gateway.board.lines import chosen_in, ranked
from locales.entries import told
from locales.times import day, moment
from locales.words import LIGHTS, word
from services.contracts.vocabulary import Light


def a_step(on: date, *, counted: bool = True, why: str = "working day", **more: Any) -> dict[str, Any]:
    return {"day": on.isoformat(), "counted": counted, "why": why, "festival": None, "notice": None} | more


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.test/board/",
        "//evil.test/board/",
        "/\\evil.test",
        "/v1/lines",
        "javascript:alert(1)",
        "",
        "/boarding",
    ],
)
def test_the_language_switch_leads_to_no_other_place(back: str) -> None:
    assert own(back) == "/board"


@pytest.mark.parametrize("back", ["/board", "/board?a=1", "/board/lines?light=red&q=%E9%A3%8E", "/board/cases/1"])
def test_the_language_switch_leads_back_to_where_one_was(back: str) -> None:
    assert own(back) == back


def test_filters_that_make_no_sense_are_left_out() -> None:
    asked = {"light": "blue", "state": "x", "min_age_days": "-3", "sort": "secret", "q": "  风电 ", "other": "1"}
    assert chosen_in(asked) == {"q": "风电"}
    good = {"light": "red", "state": "all", "min_age_days": "30", "sort": "-due", "department": "水利局"}
    assert chosen_in(good) == good


def test_an_address_leaves_out_what_is_empty() -> None:
    assert with_query("/board/lines", {"light": "red", "q": ""}, cursor=None) == "/board/lines?light=red"
    assert with_query("/board/lines", {}) == "/board/lines"


def test_the_department_with_most_red_lines_stands_first() -> None:
    rows = [
        {"department": "甲", "red": 1, "yellow": 0, "open": 4},
        {"department": "乙", "red": 2, "yellow": 0, "open": 2},
        {"department": "丙", "red": 1, "yellow": 3, "open": 4},
    ]
    assert [(row["department"], row["share"]) for row in ranked(rows)] == [("乙", 1.0), ("丙", 0.25), ("甲", 0.25)]


@given(first=st.dates(date(2016, 1, 1), date(2026, 12, 31)), length=st.integers(1, 200))
def test_a_sheet_holds_every_day_once_in_weeks_from_monday(first: date, length: int) -> None:
    walk = [first + timedelta(days=number) for number in range(length)]
    sheet = weeks([a_step(on) for on in walk])
    assert all(len(row) == 7 for row in sheet)
    assert [cell["day"] for row in sheet for cell in row if cell] == [on.isoformat() for on in walk]
    for row in sheet:
        assert all(date.fromisoformat(cell["day"]).weekday() == at for at, cell in enumerate(row) if cell)


def test_two_halves_of_a_day_share_its_cell() -> None:
    on = date(2026, 11, 19)
    cells = [cell for row in weeks([a_step(on, part="morning"), a_step(on, part="afternoon")]) for cell in row if cell]
    assert [len(cell["steps"]) for cell in cells] == [2]


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), min_size=1))
def test_spans_hold_exactly_the_days(days: set[date]) -> None:
    covered = set()
    for first, last in spans(days):
        on = date.fromisoformat(first)
        while on <= date.fromisoformat(last):
            covered.add(on)
            on += timedelta(days=1)
    assert covered == days


def test_days_off_and_days_made_up_for_them_are_told_apart() -> None:
    facts: dict[str, Any] = {"festival": "国庆节", "notice": "国办发明电〔2025〕7号"}
    walk = [
        a_step(date(2026, 9, 20), why="make-up working day", **facts),
        a_step(date(2026, 10, 1), why="holiday", counted=False, **facts),
        a_step(date(2026, 10, 2), why="holiday", counted=False, **facts),
        a_step(date(2026, 10, 9)),
    ]
    assert [(one["made_up"], one["spans"]) for one in notices(walk)] == [
        (True, [("2026-09-20", "2026-09-20")]),
        (False, [("2026-10-01", "2026-10-02")]),
    ]


def test_an_entry_recorded_on_a_later_day_is_late_by_days_in_beijing() -> None:
    entry = {"index": 1, "type": "qidi.case.accepted.v1", "actor": None, "data": {"reason": "齐全", "note": None}}
    # 23:30 and 00:30 in Beijing are two days, though in UTC they are one
    late = told(entry | {"occurred_at": "2026-11-18T15:30:00+00:00", "recorded_at": "2026-11-18T16:30:00+00:00"})
    assert (late["late_days"], late["facts"], late["who"]) == (1, [("reason", "齐全")], "")


def test_times_are_shown_in_beijing() -> None:
    assert moment("2026-11-18T16:30:00+00:00") == "2026-11-19 00:30"
    assert (day("2026-11-18T16:30:00+00:00"), day("2026-11-18"), day(None)) == ("2026-11-19", "2026-11-18", "—")


def test_the_month_that_was_asked_for_is_always_offered() -> None:
    assert months("2026-01", "2026-01")[:2] == ["2026-01", "2025-12"]
    assert "2016-05" in months("2026-11", "2016-05")


def test_every_light_has_a_word_and_an_unknown_code_stands_for_itself() -> None:
    assert {light.value for light in Light} == set(LIGHTS)
    assert word("clock", "new-kind") == "new-kind"
    assert word("entry", "qidi.case.accepted.v1") == "Accepted"


def test_the_browser_listens_to_every_type_of_event() -> None:
    assert {"qidi.case.received.v1", "qidi.clock.light-changed.v1", "qidi.line.struck-off.v1"} <= set(
        event_types().split()
    )
