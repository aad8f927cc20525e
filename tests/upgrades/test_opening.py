"""What an earlier version left opens under this one: nothing is lost, and every answer is the same."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from services.contracts.vocabulary import Role
from services.plumbing import migrate
from services.plumbing.db import open_engine
from tests.stack import PROJECT
from tests.unit.subtree.seats import BANNER, Seats
from tests.upgrades.kept import STORES, Sample, every_sample, rows
from tests.upgrades.questions import ask, differences

pytestmark = pytest.mark.anyio

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version' ORDER BY name"
#: Tables that became part of another: the reasons of dead letters stand beside the letters.
RENAMED = {"dead_reasons": "dead_letters"}


def held(store: Path) -> dict[str, tuple[set[str], int]]:
    """Each table of a store with its columns and how many rows it has."""
    found = {}
    for (table,) in rows(store, TABLES):
        columns = {str(column[1]) for column in rows(store, f"PRAGMA table_info({table})")}
        found[str(table)] = (columns, int(rows(store, f"SELECT COUNT(*) FROM {table}")[0][0]))
    return found


def test_the_version_of_the_project_has_left_its_sample() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert f"v{version}" in [one.version for one in every_sample()]


# --- stores -----------------------------------------------------------------------------------------------------------


def test_every_store_comes_to_its_newest_shape_and_keeps_each_table_column_and_row(
    sample: Sample, as_left: Path, up_to_date: Path
) -> None:
    for code in sample.codes:
        for board in STORES:
            store = up_to_date / code / f"{board.name}.sqlite"
            engine = open_engine(f"sqlite:///{store}", board.name)
            now, newest = migrate.versions(board, engine)
            engine.dispose()
            assert now == newest is not None, f"{code}/{board.name}"
            if board.name not in sample.stores(code):
                continue  # this service came later
            before, after = held(as_left / code / f"{board.name}.sqlite"), held(store)
            for table, (columns, count) in before.items():
                now_columns, now_count = after[RENAMED.get(table, table)]
                assert columns <= now_columns, f"{code}/{board.name}/{table} has lost a column"
                assert count == now_count, f"{code}/{board.name}/{table} has other rows"


def test_a_start_at_the_moment_at_which_it_was_left_says_nothing_anew(seats: Seats) -> None:
    left = heads(seats)
    _start(seats)
    # but the departments of its list and open cases, which earlier versions had no register of, the rungs that the
    # ladder has beyond red with the letters that these ask for, and the list of matters with all that it says now
    for code, (size, _) in left.items():
        query = f"SELECT DISTINCT stem FROM entries WHERE idx >= {size}"  # a number of ours
        told = {stem for (stem,) in rows(seats.folder / code / "ledger.sqlite", query)}
        assert "qidi.department.opened" in told
        letters = {"qidi.draft.made", "qidi.draft.settled"}
        assert told <= {"qidi.department.opened", "qidi.clock.rung-crossed", "qidi.catalogue.adopted"} | letters
    before = heads(seats)
    _start(seats)
    assert heads(seats) == before


def heads(seats: Seats) -> dict[str, tuple[int, bytes]]:
    """Size and root of each ledger."""
    found = {code: rows(seats.folder / code / "ledger.sqlite", "SELECT size, root FROM head") for code in seats.all}
    return {code: (int(size), bytes(root)) for code, [(size, root)] in found.items()}


def _start(seats: Seats) -> None:
    for authority in seats.all.values():
        authority.services.tick()


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["intake", "timer", "ledger", "complaints", "reporting"])
async def test_every_question_has_the_answer_that_it_had(service: str, sample: Sample, seats: Seats) -> None:
    asked, wrong = 0, list[str]()
    for code in sample.codes:
        for one in sample.answers(code):
            if one.service == service:
                asked += 1
                now = await ask(seats[code].services, one)
                where = f"{code} {service} {one.question} {dict(one.params)}: "
                wrong += [where + what for what in differences(one.answer, now)]
    assert asked > 10
    assert wrong == []


async def test_the_board_shows_what_was_left_to_whoever_has_a_token_of_then(sample: Sample, seats: Seats) -> None:
    pages = {
        "": "林西县",
        f"/cases/{sample.case('red')}": "企业投资项目核准",
        "/lines": sample.case("under-review"),
        f"/complaints/{sample.story['complaints']['answered']}": "已告知办理进度",
        f"/instructions/{sample.story['instructions']['from-above']}": "150400-DB2026-000001",
        "/findings": sample.case("late-entry"),
        "/figures?month=2026-09": "2026-09",
        "/calendar?year=2026": "林政办发〔2026〕12号",
        "/links": "赤峰市",
    }
    async with seats[BANNER].client(Role.SUPERVISOR, Accept="text/html") as client:
        for path, shown in pages.items():
            answer = await client.get(f"/board{path}")
            assert answer.status_code == 200, path
            assert shown in answer.text, path


def test_a_frozen_month_is_the_same_bytes(up_to_date: Path) -> None:
    frozen = rows(up_to_date / BANNER / "reporting.sqlite", "SELECT content, digest FROM snapshots")
    assert frozen
    for content, digest in frozen:
        assert hashlib.sha256(content.encode()).hexdigest() == digest
