"""Entries: every fact is recorded once, in order, without gaps, and nobody can change it afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7

from services.contracts import cases
from services.contracts.findings import FindingRaised
from services.ledger.canonical import canonical_bytes
from services.ledger.merkle import SHA256, root_of
from services.ledger.service import BOARD
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk, Verdict
from services.plumbing.migrate import upgrade
from tests.builders import AUTHORITY, MORNING, a_desk, asked, said
from tests.unit.ledger_service.facts import Said, a_finished_case, a_step, number, received, started, tell


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = a_desk(BOARD, tmp_path)
    yield desk
    desk.engine.dispose()


def rows(desk: Desk, question: str) -> list[tuple[object, ...]]:
    with desk.engine.connect().execution_options(reading=True) as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_entries_are_numbered_from_zero_without_gaps_over_several_batches(desk: Desk) -> None:
    say = Said()
    for n in range(1, 6):
        tell(desk, *a_finished_case(say, n))
    assert [row[0] for row in rows(desk, "SELECT idx FROM entries ORDER BY idx")] == list(range(25))


def test_an_entry_is_the_canonical_form_of_what_was_said(desk: Desk) -> None:
    body = Said()(received())
    tell(desk, body)
    ((kept, leaf),) = rows(desk, "SELECT body, leaf FROM entries")
    assert kept == canonical_bytes(json.loads(body))
    assert leaf == SHA256.leaf(canonical_bytes(json.loads(body)))


def test_the_head_is_the_root_over_all_leaves(desk: Desk) -> None:
    say = Said()
    tell(desk, *a_finished_case(say, 1))
    tell(desk, *a_finished_case(say, 2))
    leaves = [bytes.fromhex(item["leaf"]) for item in asked(desk, "entries")["items"]]
    assert asked(desk, "head") == {"size": 10, "root": root_of(leaves).hex(), "hash": "sha256"}


def test_an_empty_ledger_has_a_head_as_well(desk: Desk) -> None:
    assert asked(desk, "head") == {"size": 0, "root": SHA256.empty.hex(), "hash": "sha256"}


def test_the_same_event_twice_is_one_entry(desk: Desk) -> None:
    body = Said()(received())
    tell(desk, body)
    assert desk.take_events([body])[0].verdict is Verdict.REPEATED
    assert asked(desk, "head")["size"] == 1
    assert len(said(desk, "qidi.ledger.extended")) == 1


def test_the_same_event_twice_in_one_batch_is_one_entry(desk: Desk) -> None:
    body = Said()(received())
    assert [ruling.verdict for ruling in desk.take_events([body, body])] == [Verdict.HANDLED, Verdict.REPEATED]
    assert asked(desk, "head")["size"] == 1


def test_after_each_batch_it_says_how_long_the_ledger_is_and_that_is_no_entry(desk: Desk) -> None:
    say = Said()
    tell(desk, *a_finished_case(say, 1))
    tell(desk, *a_finished_case(say, 2))
    told = said(desk, "qidi.ledger.extended")
    assert [one.data["size"] for one in told] == [5, 10]
    assert told[-1].data["root"] == asked(desk, "head")["root"]


def test_a_batch_that_cannot_be_written_leaves_everything_as_it_was(desk: Desk) -> None:
    say, id = Said(), str(uuid7())
    tell(desk, say(received(1), id=id))
    before = asked(desk, "head")
    with desk.engine.begin() as connection:  # as after the loss of the inbox: only the table itself can still tell
        connection.execute(text("DELETE FROM inbox"))
        connection.execute(text("DELETE FROM sequences"))
    ruling = desk.take_events([Said()(received(1), id=id)])[0]
    assert ruling.verdict is Verdict.DEAD
    assert "recorded once" in ruling.reason
    assert asked(desk, "head") == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET subject = 'x' WHERE idx = 1",
        "UPDATE entries SET idx = 9 WHERE idx = 1",
        "DELETE FROM entries WHERE idx = 4",
        "DELETE FROM entries",
        "REPLACE INTO entries SELECT idx, leaf, body, event_id, source, 'x', about, stem, time, recorded FROM entries",
        "REPLACE INTO entries SELECT 5, leaf, body, event_id, source, 'x', about, stem, time, recorded"
        " FROM entries WHERE idx = 1",
        "INSERT INTO entries SELECT 7, leaf, body, 'new', source, subject, about, stem, time, recorded"
        " FROM entries WHERE idx = 1",
    ],
)
def test_an_entry_can_be_neither_changed_nor_removed_nor_put_elsewhere(desk: Desk, statement: str) -> None:
    tell(desk, *a_finished_case(Said()))
    before = rows(desk, "SELECT * FROM entries ORDER BY idx")
    with (
        pytest.raises(IntegrityError, match=r"never changed or removed|takes the next index"),
        desk.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert rows(desk, "SELECT * FROM entries ORDER BY idx") == before


def shape(engine: Engine) -> dict[str, object]:
    """Tables with columns, keys and indexes, and the triggers word by word."""
    seen = inspect(engine)
    found: dict[str, object] = {}
    for name in seen.get_table_names():
        if name != "alembic_version":
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)]
            key = seen.get_pk_constraint(name)["constrained_columns"]
            indexes = sorted((i["name"] or "", tuple(i["column_names"]), i["unique"]) for i in seen.get_indexes(name))
            unique = sorted(tuple(u["column_names"]) for u in seen.get_unique_constraints(name))
            found[name] = (columns, key, indexes, unique)
    with engine.connect().execution_options(reading=True) as connection:
        found["triggers"] = sorted(
            tuple(row) for row in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        )
    return found


def test_the_migrations_lead_to_the_tables_and_triggers_that_the_code_expects(tmp_path: Path, desk: Desk) -> None:
    migrated = open_engine(f"sqlite:///{tmp_path}/migrated.sqlite", "ledger")
    upgrade(BOARD, migrated)
    upgrade(BOARD, migrated)
    assert shape(migrated) == shape(desk.engine)
    assert len(shape(migrated)["triggers"]) == 9  # type: ignore[arg-type]  # a list, as built above
    other = Desk(BOARD, migrated, HandClock(MORNING), AUTHORITY)
    tell(other, *a_finished_case(Said()))
    migrated.dispose()


def test_entries_are_handed_out_in_order_and_page_by_page(desk: Desk) -> None:
    tell(desk, *a_finished_case(Said()))
    first = asked(desk, "entries", limit=3)
    assert [item["index"] for item in first["items"]] == [0, 1, 2]
    assert first["size"] == 5
    rest = asked(desk, "entries", after=2, limit=3)
    assert [item["index"] for item in rest["items"]] == [3, 4]
    assert canonical_bytes(rest["items"][0]["entry"])
    assert SHA256.leaf(canonical_bytes(rest["items"][0]["entry"])).hex() == rest["items"][0]["leaf"]


def test_the_time_line_of_a_case_has_its_clocks_and_findings_and_nothing_else(desk: Desk) -> None:
    say = Said()
    finding = FindingRaised(
        finding_no="F-1", rule="second-notice", about=number(1), department="发展改革委", evidence={"rounds": 2}
    )
    tell(desk, say(received(1), actor="王芳@发展改革委"), say(received(2)), say(started(1)), say(finding))
    items = asked(desk, "timeline", case_no=number(1))["items"]
    assert [(item["index"], item["type"]) for item in items] == [
        (0, "qidi.case.received.v1"),
        (2, "qidi.clock.started.v1"),
        (3, "qidi.finding.raised.v1"),
    ]
    assert items[0]["occurred_at"] == MORNING.isoformat()
    assert items[0]["actor"] == "王芳@发展改革委"
    assert items[0]["data"]["project_name"] == "风电项目1期"


def test_there_is_no_time_line_of_a_case_that_is_not_there(desk: Desk) -> None:
    assert desk.answer("timeline", {"case_no": number(7)})["status"] == 404


def test_what_has_no_canonical_form_goes_to_the_dead_letters_and_the_rest_is_recorded(desk: Desk) -> None:
    say = Said()
    bad = say(a_step(cases.CaseNoted, 2, note="x")).replace(b'"x"', b'"x","extra":12345678901234567890')
    verdicts = [ruling.verdict for ruling in desk.take_events([say(received(1)), bad, say(received(3))])]
    assert verdicts == [Verdict.HANDLED, Verdict.DEAD, Verdict.HANDLED]
    assert asked(desk, "head")["size"] == 2
