"""Saved lists and lists by year: what stands on them, also projects without a case, and what a search finds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, inspect, select
from sqlalchemy import table as table_of
from sqlalchemy.engine import Engine

from services.contracts import cases
from services.contracts.cases import ProjectChanged, ProjectMoved, ProjectRegistered
from services.contracts.quantities import Person, RecordedPerson
from services.contracts.vocabulary import Library
from services.ledger.library import year_of
from services.ledger.service import BOARD
from services.plumbing import migrate
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from tests.builders import MORNING, a_desk, a_project_code, asked
from tests.unit.ledger_service.facts import Said, a_step, moved, number, received, started, tell, turned


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = a_desk(BOARD, tmp_path)
    yield desk
    desk.engine.dispose()


@pytest.fixture
def say() -> Said:
    return Said()


def registered(n: int = 1, **changes: Any) -> ProjectRegistered:
    facts: dict[str, Any] = {"project_name": f"风电项目{n}期", "owner_name": "赤峰新能源有限公司"}
    return ProjectRegistered(**{"project_code": a_project_code(n)} | facts | changes)


def on(desk: Desk, saved: str, **params: Any) -> list[str]:
    """The codes of the projects on a list."""
    return [one["project_code"] for one in asked(desk, "projects", saved=saved, **params)["items"]]


def counts(desk: Desk, **params: Any) -> dict[str, int]:
    return {one["list"]: one["count"] for one in asked(desk, "lists", **params)["items"]}


# --- projects ---------------------------------------------------------------------------------------------------------


def test_a_project_without_a_case_is_listed_as_initiated_with_nothing_applied_for(desk: Desk, say: Said) -> None:
    tell(desk, say(registered(1)), say(registered(2)), say(received(2)))
    assert on(desk, "nothing-applied") == [a_project_code(1)]
    assert on(desk, "not-started") == [a_project_code(2), a_project_code(1)]
    assert asked(desk, "projects", saved="not-started")["items"][0] == {
        "authority": "150424",
        "project_code": a_project_code(2),
        "project_name": "风电项目2期",
        "owner_name": "赤峰新能源有限公司",
        "library": "active",
        "initiated_on": None,
        "initiated_in": 2025,
        "started_on": None,
        "registered_on": "2026-09-16",
        "cases": 1,
        "open": 1,
    }


def test_a_project_whose_works_have_begun_is_listed_as_started_also_without_a_case(desk: Desk, say: Said) -> None:
    tell(desk, say(registered(1)))
    facts = {"project_name": "风电项目1期", "owner_name": "赤峰新能源有限公司"}
    tell(desk, say(ProjectChanged(project_code=a_project_code(1), started_on=date(2026, 5, 4), **facts)))
    # what says nothing of the day takes it from nobody
    tell(desk, say(ProjectChanged(project_code=a_project_code(1), **facts)))
    assert on(desk, "started") == [a_project_code(1)]
    assert on(desk, "not-started") == []
    assert on(desk, "nothing-applied") == [a_project_code(1)]


def test_what_is_only_planned_or_was_removed_is_no_initiated_project(desk: Desk, say: Said) -> None:
    tell(desk, say(registered(1, library=Library.RESERVE)), say(registered(2)))
    person = RecordedPerson(name="王芳", department="发展改革委")
    gone = ProjectMoved(
        project_code=a_project_code(2), came_from=Library.ACTIVE, library=Library.REMOVED, reason="不符", person=person
    )
    tell(desk, say(gone))
    assert on(desk, "not-started") == on(desk, "nothing-applied") == []
    tell(desk, say(registered(3, library=Library.RESERVE, initiated_on=date(2026, 1, 5))))
    assert on(desk, "not-started") == [a_project_code(3)]


@pytest.mark.parametrize(
    ("code", "day", "year"),
    [
        ("2509-150424-89-01-000001", None, 2025),
        ("2018-150424-44-03-000001", None, 2018),
        ("2009-150424-44-03-000001", None, 2009),
        ("2018-150424-44-03-000001", "2019-02-01", 2019),
        ("林发改-1", None, 0),
    ],
)
def test_the_year_of_initiation_is_that_of_the_day_else_of_the_code(code: str, day: str | None, year: int) -> None:
    assert year_of(code, day) == year


def test_lists_begin_with_2016_unless_another_year_is_asked_for(desk: Desk, say: Said) -> None:
    old, no_year = "2014-150424-44-03-000001", "林发改-1"
    tell(desk, say(registered(1)), say(registered(2, project_code=old)), say(registered(3, project_code=no_year)))
    assert on(desk, "not-started") == [a_project_code(1), no_year]
    assert on(desk, "not-started", since=2000) == [a_project_code(1), old, no_year]
    assert on(desk, "not-started", since=2000, initiated_in=2014) == [old]
    assert (counts(desk)["not-started"], counts(desk, since=2000)["not-started"]) == (2, 3)


def test_a_list_of_projects_is_read_page_by_page(desk: Desk, say: Said) -> None:
    tell(desk, *(say(registered(n)) for n in range(1, 6)))
    first = asked(desk, "projects", saved="not-started", limit=3)
    second = asked(desk, "projects", saved="not-started", limit=3, cursor=first["next"])
    codes = [one["project_code"] for one in (*first["items"], *second["items"])]
    assert codes == [a_project_code(n) for n in (5, 4, 3, 2, 1)]
    assert second["next"] is None


# --- lines ------------------------------------------------------------------------------------------------------------


def test_pending_is_accepted_and_undecided_and_overdue_is_red(desk: Desk, say: Said) -> None:
    tell(desk, *(say(received(n)) for n in (1, 2, 3)))
    tell(desk, say(a_step(cases.CaseAccepted, 1)), say(a_step(cases.CaseAccepted, 2)))
    tell(desk, say(a_step(cases.CaseGranted, 2)), say(started(3)), say(turned("red", 3)))
    pending = [one["case_no"] for one in asked(desk, "lines", saved="pending")["items"]]
    overdue = [one["case_no"] for one in asked(desk, "lines", saved="overdue")["items"]]
    assert (pending, overdue) == ([number(1)], [number(3)])
    assert {name: counts(desk)[name] for name in ("pending", "overdue")} == {"pending": 1, "overdue": 1}
    assert asked(desk, "lines", saved="pending", since=2027)["items"] == []


def test_lines_are_found_by_the_year_of_receipt_and_of_initiation(desk: Desk, say: Said) -> None:
    older = MORNING.replace(year=2024)
    tell(desk, say(registered(1)), say(registered(2, initiated_on=date(2023, 3, 1))))
    tell(desk, say(received(1), at=older), say(received(2)))

    def found(**params: Any) -> list[str]:
        return [one["case_no"] for one in asked(desk, "lines", **params)["items"]]

    assert found(received_in=2024) == [number(1)]
    assert found(received_in=2026) == found(since=2025) == [number(2)]
    assert found(initiated_in=2023) == [number(2)]
    assert found(initiated_in=2025) == [number(1)]
    assert found(initiated_in=2016) == []


def test_names_are_found_however_their_blanks_dots_and_widths_are_written(desk: Desk, say: Said) -> None:
    person = Person(name="阿拉坦·巴特尔", department="发展改革委")
    tell(desk, say(received(1, handler=person, project_name="供水管网（二期）")), say(received(2)))
    for words in ("阿拉坦•巴特尔", "阿拉坦・巴特尔", "供水管网(二期)", "供水 管网"):
        assert [one["case_no"] for one in asked(desk, "lines", q=words)["items"]] == [number(1)], words
    assert [one["case_no"] for one in asked(desk, "lines", handler="阿拉坦‧巴特尔")["items"]] == [number(1)]
    assert [one["case_no"] for one in asked(desk, "lines", handler="王　芳")["items"]] == [number(2)]
    assert asked(desk, "lines", handler="芳")["items"] == []


# --- the day of completion --------------------------------------------------------------------------------------------


def test_the_day_of_completion_is_the_due_day_unless_an_earlier_one_was_named(desk: Desk, say: Said) -> None:
    def told() -> tuple[str | None, bool]:
        (line,) = asked(desk, "lines")["items"]
        return line["complete_by"], line["completion_named"]

    tell(desk, say(received()))
    assert told() == (None, False)
    tell(desk, say(started()))
    assert told() == ("2026-10-20", False)
    tell(desk, say(a_step(cases.CaseCompletionNamed, complete_by=date(2026, 10, 15))))
    assert told() == ("2026-10-15", True)
    # the calendar has moved the end before it
    tell(desk, say(moved(due_on=date(2026, 10, 13))))
    assert told() == ("2026-10-13", True)


# --- what earlier versions left ---------------------------------------------------------------------------------------


def test_a_ledger_of_an_earlier_version_knows_its_projects_after_the_upgrade(tmp_path: Path, say: Said) -> None:
    desk = a_desk(BOARD, tmp_path)
    tell(desk, say(registered(1, owner_name="赤峰（新）能源")), say(registered(2)), say(received(2)), say(started(2)))
    before = _shown(desk), asked(desk, "entries")["items"]
    older = open_engine(f"sqlite:///{tmp_path}/older.sqlite", BOARD.name)
    migrate.upgrade(BOARD, older, "0004")
    _copy(desk.engine, older)
    migrate.upgrade(BOARD, older)
    after = Desk(BOARD, older, desk.clock, desk.authority)
    assert (_shown(after), asked(after, "entries")["items"]) == before
    desk.engine.dispose()
    older.dispose()


def _shown(desk: Desk) -> list[Any]:
    return [asked(desk, "lists"), asked(desk, "projects"), asked(desk, "lines", q="风电项目2期")]


def _copy(newer: Engine, older: Engine) -> None:
    """What the newer store holds, as far as the older one has a place for it."""
    for table in ("entries", "head", "lines"):
        names = [one["name"] for one in inspect(older).get_columns(table)]
        with newer.connect().execution_options(reading=True) as connection:
            rows = connection.execute(select(*map(column, names)).select_from(table_of(table))).mappings().all()
        with older.begin() as connection:
            connection.execute(table_of(table, *map(column, names)).insert(), [dict(row) for row in rows])
