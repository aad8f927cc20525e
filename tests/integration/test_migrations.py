"""On PostgreSQL, too, every store's migrations lead to the tables that its code uses."""

from base64 import b64decode
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from deploy.authority import BOARDS
from deploy.postgres import PrivatePostgres
from gateway.store import BOARD as GATEWAY
from services.complaints.referrals.confidant import FILE, open_store
from services.complaints.referrals.seal import new_key, public_text
from services.complaints.service import BOARD as COMPLAINTS
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.errors import CannotStart
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


def test_a_key_of_an_earlier_version_leaves_the_store(postgres: PrivatePostgres, tmp_path: Path) -> None:
    engine, private = open_engine(postgres.url("confidants"), COMPLAINTS.name), new_key()
    upgrade(COMPLAINTS, engine, "0003")
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO confidant VALUES (1, :k, 0)"), {"k": private})
    upgrade(COMPLAINTS, engine)
    open_store(engine, tmp_path)
    assert b64decode((tmp_path / FILE).read_text()) == private
    with reading(engine) as connection:
        kept = connection.execute(text("SELECT private_key, public_key FROM confidant")).one()
        connection.execute(text("CHECKPOINT"))
    assert (bytes(kept.private_key), kept.public_key) == (b"", public_text(private))
    tables = [file for file in (postgres.folder / "data" / "base").rglob("*") if file.is_file()]
    assert [file for file in tables if private in file.read_bytes()] == []
    (tmp_path / FILE).unlink()
    with pytest.raises(CannotStart, match="missing"):
        open_store(engine, tmp_path)
    engine.dispose()
