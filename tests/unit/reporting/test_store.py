"""The store that the migrations make is the store that the code expects."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade, versions
from services.reporting.service import BOARD


def test_the_migrations_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/reporting.sqlite", "reporting")
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)
    assert versions(BOARD, engine) == ("0004", "0004")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), BOARD.metadata) == []
