"""Rows of a table while a batch is handled: read is what was written before, in the batch or in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, create_engine, select

from services.plumbing.kept_rows import KeptRows

_TABLE = Table(
    "things",
    MetaData(),
    Column("name", String(20), primary_key=True),
    Column("size", Integer),
    Column("is_new", Boolean),
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'things.sqlite'}")
    _TABLE.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(_TABLE.insert(), [{"name": "old", "size": 1, "is_new": False}])
        yield connection


def _kept(connection: Connection) -> list[tuple[str, int | None, bool | None]]:
    return [tuple(row) for row in connection.execute(select(_TABLE).order_by(_TABLE.c.name))]


def test_what_is_put_and_changed_stands_in_the_store_after_it_was_written_and_not_before(
    connection: Connection,
) -> None:
    rows = KeptRows(connection, _TABLE)
    rows.put({"name": "new", "is_new": True})
    rows.change("new", {"size": 5})
    rows.change("old", {"size": 2})
    rows.change("nobody", {"size": 3})
    before = _kept(connection)

    rows.write()

    assert before == [("old", 1, False)]
    assert _kept(connection) == [("new", 5, True), ("old", 2, False)]


def test_a_row_reads_as_the_batch_has_left_it(connection: Connection) -> None:
    rows = KeptRows(connection, _TABLE)
    rows.look_up(["old", "new"])
    rows.change("old", {"size": 7})
    rows.put({"name": "new"})

    found = [rows.get("old"), rows.get("new"), rows.get("nobody")]

    assert found == [{"name": "old", "size": 7, "is_new": False}, {"name": "new", "size": None, "is_new": None}, None]


def test_after_writing_the_store_is_asked_again(connection: Connection) -> None:
    rows = KeptRows(connection, _TABLE)
    rows.change("old", {"size": 2})
    rows.write()
    connection.execute(_TABLE.update().values(size=9))

    found = rows.get("old")

    assert found is not None
    assert found["size"] == 9


def test_a_row_that_is_there_is_not_added_a_second_time(connection: Connection) -> None:
    rows = KeptRows(connection, _TABLE)

    with pytest.raises(ValueError, match="old"):
        rows.add({"name": "old"})
