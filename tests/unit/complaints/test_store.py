"""The store of complaints: the migrations make what the code expects, and what was heard before still counts."""

from datetime import timedelta
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from services.complaints.check import moments
from services.complaints.service import BOARD
from services.complaints.store import Record
from services.contracts.vocabulary import Light
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.migrate import upgrade, versions
from tests.builders import MORNING


def test_the_migrations_lead_to_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/complaints.sqlite", "complaints")
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)
    assert versions(BOARD, engine) == ("0004", "0004")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), BOARD.metadata) == []


def test_clocks_that_were_heard_of_before_keep_what_was_told_of_them(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/complaints.sqlite", "complaints")
    upgrade(BOARD, engine, "0002")
    due = (MORNING + timedelta(days=1)).timestamp()
    with transaction(engine) as connection:
        for told in ("green", "yellow", "grey"):
            connection.execute(
                text(
                    "INSERT INTO clocks (clock_id, clock_kind, about, department, started_at, due_at, provisional,"
                    " told) VALUES (:t, 'decision', 'C', '发展改革委', 0, :due, FALSE, :t)"
                ),
                {"t": told, "due": due},
            )
    upgrade(BOARD, engine)
    with reading(engine) as connection:
        known = {row["clock_id"]: moments(row) for row in Record(connection).clocks_about(["C"])}
    assert {name: one.light(MORNING.timestamp()) for name, one in known.items()} == {
        "green": Light.GREEN,
        "yellow": Light.YELLOW,
        "grey": Light.GREY,
    }
    assert known["green"].told is None
    assert known["green"].light(due) is Light.RED
