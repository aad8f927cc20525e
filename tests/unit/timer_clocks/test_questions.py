"""Dates that are asked for, and bad questions, which are answered with everything that is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from qidi.commands import due as command
from services.plumbing.desk import Desk
from services.timer.service import BOARD
from tests.builders import a_desk, asked


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(BOARD, tmp_path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"from": "2026-09-16", "working_days": 5}, ["--from", "2026-09-16", "--working-days", "5"]),
        ({"from": "2026-10-01T10:00", "hours": 24}, ["--from", "2026-10-01T10:00", "--hours", "24"]),
        (
            {"from": "2026-09-16", "calendar_days": "30", "before": True},
            ["--from", "2026-09-16", "--calendar-days", "30", "--before"],
        ),
        (
            {"from": "2026-09-16", "working_days": 5, "pauses": [{"from": "2026-09-18", "to": "2026-09-20"}]},
            ["--from", "2026-09-16", "--working-days", "5", "--pause", "2026-09-18..2026-09-20"],
        ),
        ({"from": "2026-12-30", "months": 2}, ["--from", "2026-12-30", "--months", "2"]),
    ],
)
def test_a_date_asked_over_the_wire_is_the_same_as_on_the_command_line(
    desk: Desk, body: dict[str, Any], words: list[str]
) -> None:
    import typer

    app = typer.Typer()
    app.command()(command.due)
    printed = CliRunner().invoke(app, [*words, "--json"])
    assert asked(desk, "deadline", body=body) == json.loads(printed.output)
    assert asked(desk, "deadline", **body) == json.loads(printed.output)


def test_any_countrys_days_can_be_tried_over_the_wire_as_with_a_file(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    file.write_text("date,kind\n2026-09-17,holiday\n2026-09-19,workday\n")
    words = ["--from", "2026-09-16", "--working-days", "5", "--calendar", str(file), "--json"]
    app = typer.Typer()
    app.command()(command.due)
    days = [{"date": "2026-09-17", "kind": "holiday"}, {"date": "2026-09-19", "kind": "workday"}]
    found = asked(desk, "deadline", body={"from": "2026-09-16", "working_days": 5, "calendar": days})
    assert found == json.loads(CliRunner().invoke(app, words).output)
    assert (found["due"], found["provisional"]) == ("2026-09-23", False)
    assert asked(desk, "deadline", body={"from": "2026-12-21", "working_days": 20, "calendar": days})["provisional"]


def test_steps_can_be_left_out(desk: Desk) -> None:
    assert asked(desk, "deadline", body={"from": "2026-09-16", "working_days": 5, "explain": False})["steps"] == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"from", "working_days"}),
        ([], {""}),
        ({"from": "16.9.2026", "hours": "soon", "colour": 1}, {"from", "hours", "colour"}),
        ({"from": "2026-09-16", "hours": 1, "months": 1}, {"hours", "months"}),
        ({"from": "2026-09-16", "working_days": True, "before": "yes"}, {"working_days", "before"}),
        ({"from": "2026-09-16", "working_days": -5, "before": True}, {"working_days"}),
        (
            {"from": 5, "working_days": 5, "pauses": [{"from": "2026-09-20", "to": "2026-09-18"}, 7]},
            {"from", "pauses.0", "pauses.1"},
        ),
        (
            {"from": "2026-09-16", "working_days": -5, "pauses": [{"from": "2026-09-01", "to": "2026-09-02"}]},
            {"pauses"},
        ),
        ({"from": "2149-12-30", "working_days": 5}, {"from"}),
        ({"from": "2026-09-16", "working_days": 5, "calendar": "cn"}, {"calendar"}),
        (
            {
                "from": "2026-09-16",
                "working_days": 5,
                "calendar": [
                    {"date": "2026-10-01", "kind": "holiday"},
                    {"date": "2026-10-01", "kind": "workday"},
                    {"date": "1.10.2026", "kind": "holiday"},
                    {"date": "2026-10-02", "kind": ["holiday"]},
                    7,
                ],
            },
            {"calendar.1", "calendar.2", "calendar.3", "calendar.4"},
        ),
    ],
)
def test_everything_that_is_wrong_with_a_question_is_said_at_once(desk: Desk, body: Any, fields: set[str]) -> None:
    reply = desk.answer("deadline", {"body": body})
    assert reply["status"] == 422
    assert {one["field"] for one in reply["problems"]} == fields


def test_working_days_left_of_many_dates(desk: Desk) -> None:
    days = ["2026-09-16", "2026-09-22", "2026-09-14"]
    assert asked(desk, "remaining", days=days) == {"2026-09-16": 0, "2026-09-22": 5, "2026-09-14": -2}
    assert desk.answer("remaining", {"days": ["soon"]})["status"] == 422


@pytest.mark.parametrize("year", [1949, "never"])
def test_a_year_outside_the_tables_is_refused(desk: Desk, year: int | str) -> None:
    assert desk.answer("calendar", {"year": year})["status"] == 422


def test_a_clock_that_there_is_not_cannot_be_explained(desk: Desk) -> None:
    assert desk.answer("explain", {"clock_id": "x"})["status"] == 404
