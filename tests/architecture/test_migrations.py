"""Every store's migrations lead to the tables that its code uses, and that running them again is safe."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from deploy.authority import BOARDS
from gateway.store import BOARD as GATEWAY
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.migrate import upgrade, versions
from services.plumbing.switchboard import Switchboard

STORES = (*BOARDS, GATEWAY)


@pytest.mark.parametrize("board", STORES, ids=[board.name for board in STORES])
def test_migrations_give_the_tables_of_the_code(board: Switchboard, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/{board.name}.sqlite", board.name)
    upgrade(board, engine)
    upgrade(board, engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), board.metadata) == []
    now, newest = versions(board, engine)
    assert now == newest is not None
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE planted (id INTEGER)"))
    with reading(engine) as connection:  # and a difference would be seen
        assert len(compare_metadata(MigrationContext.configure(connection), board.metadata)) == 1
    engine.dispose()


@pytest.mark.parametrize("board", STORES, ids=[board.name for board in STORES])
def test_migrations_give_partial_indexes_over_the_rows_that_the_code_means(board: Switchboard, tmp_path: Path) -> None:
    migrated, created = (open_engine(f"sqlite:///{tmp_path}/{name}.sqlite", board.name) for name in ("old", "new"))
    upgrade(board, migrated)
    board.metadata.create_all(created)
    assert _predicates(migrated) == _predicates(created)
    migrated.dispose()
    created.dispose()


def _predicates(engine: Engine) -> dict[str, str]:
    """By partial index, over which rows it is: what the comparison of tables does not look at."""
    look = inspect(engine)
    return {
        str(index["name"]): str(index["dialect_options"]["sqlite_where"])
        for table in look.get_table_names()
        for index in look.get_indexes(table)
        if "sqlite_where" in index.get("dialect_options", {})
    }
