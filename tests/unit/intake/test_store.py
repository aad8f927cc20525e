"""The store: its migrations build exactly the tables that the code speaks of."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from services.intake.service import BOARD
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade, versions


def test_the_migrations_build_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/migrated.sqlite", BOARD.name)
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)  # again: nothing to do
    assert versions(BOARD, engine) == ("0006", "0006")
    with engine.connect().execution_options(reading=True) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, BOARD.metadata) == []
    declared = open_engine(f"sqlite:///{tmp_path}/declared.sqlite", BOARD.name)
    BOARD.metadata.create_all(declared)
    for table in BOARD.metadata.tables:
        for what in ("get_columns", "get_indexes", "get_pk_constraint"):
            assert repr(getattr(inspect(engine), what)(table)) == repr(getattr(inspect(declared), what)(table)), table
