"""On PostgreSQL, too, every store's migrations lead to the tables that its code uses."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from deploy.authority import BOARDS
from deploy.postgres import PrivatePostgres
from gateway.store import BOARD as GATEWAY
from services.plumbing.db import open_engine, reading
from services.plumbing.migrate import upgrade, versions
from services.plumbing.switchboard import Switchboard

STORES = (*BOARDS, GATEWAY)


@pytest.mark.parametrize("board", STORES, ids=[board.name for board in STORES])
def test_migrations_give_the_tables_of_the_code(board: Switchboard, postgres: PrivatePostgres) -> None:
    engine = open_engine(postgres.url("migrations"), board.name)
    upgrade(board, engine)
    upgrade(board, engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), board.metadata) == []
    now, newest = versions(board, engine)
    assert now == newest is not None
    engine.dispose()
