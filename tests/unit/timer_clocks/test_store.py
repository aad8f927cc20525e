"""The store that the migrations make is the store that the code expects."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade, versions
from services.timer.service import BOARD


def test_the_migrations_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/timer.sqlite", "timer")
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)
    now, newest = versions(BOARD, engine)
    assert now == newest is not None
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), BOARD.metadata) == []


def test_the_sweep_has_its_index_over_what_can_still_change_only(tmp_path: Path) -> None:
    migrated = open_engine(f"sqlite:///{tmp_path}/migrated.sqlite", "timer")
    upgrade(BOARD, migrated)
    created = open_engine(f"sqlite:///{tmp_path}/created.sqlite", "timer")
    BOARD.metadata.create_all(created)
    for engine in (migrated, created):
        indexes = {one["name"]: one for one in inspect(engine).get_indexes("clocks")}
        assert indexes["clocks_next"]["column_names"] == ["next_change_at", "clock_id"]
        assert "next_change_at IS NOT NULL" in str(indexes["clocks_next"]["dialect_options"]["sqlite_where"])
