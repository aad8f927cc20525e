"""Migrations of a service's store to its newest shape: alembic, one history per service, run before it starts."""

from pathlib import Path
from typing import Any

from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, String, Text, text
from sqlalchemy.engine import Engine

from services.plumbing.switchboard import Switchboard


def _config(board: Switchboard, engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(board.migrations)))
    config.attributes["engine"] = engine
    config.attributes["board"] = board
    return config


def upgrade(board: Switchboard, engine: Engine, to: str = "head") -> None:
    """Bring a store to the newest migration, or to this one; creates the schema on PostgreSQL. Safe to run again."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{board.name}"'))
    command.upgrade(_config(board, engine), to)


def versions(board: Switchboard, engine: Engine) -> tuple[str | None, str | None]:
    """The store's migration and the newest one."""
    newest = ScriptDirectory.from_config(_config(board)).get_current_head()
    from alembic.runtime.migration import MigrationContext

    with engine.connect().execution_options(reading=True) as connection:
        return MigrationContext.configure(connection).get_current_revision(), newest


def first_tables() -> None:
    """The tables that messages need, as a service's first migration makes them since 0.2.0; later shapes are steps."""
    op.create_table(
        "inbox",
        Column("id", String(64), primary_key=True),
        Column("body_hash", String(64), nullable=False),
        Column("answer", Text),
        Column("at", Float, nullable=False),
    )
    op.create_table(
        "outbox",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("event_id", String(64), nullable=False),
        Column("routing_key", String(120), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
    )
    op.create_table(
        "sequences",
        Column("source", String(120), primary_key=True),
        Column("subject", String(120), primary_key=True),
        Column("last", Integer, nullable=False),
    )
    op.create_table(
        "parked",
        Column("id", String(64), primary_key=True),
        Column("source", String(120), nullable=False),
        Column("subject", String(120), nullable=False),
        Column("sequence", Integer, nullable=False),
        Column("reason", String(200), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", Float, nullable=False),
    )
    op.create_index("parked_subject", "parked", ["source", "subject", "sequence"])
    op.create_table(
        "dead_reasons",
        Column("digest", String(64), primary_key=True),
        Column("reason", String(200), nullable=False),
        Column("at", Float, nullable=False),
    )


def dead_letters() -> None:
    """Letters themselves are kept, not only why they died; sequences as high as 2^63 - 1 have room on PostgreSQL."""
    op.create_table(
        "dead_letters",
        Column("queue", String(120), primary_key=True),
        Column("digest", String(64), primary_key=True),
        Column("state", String(12), nullable=False),
        Column("reason", String(200), nullable=False),
        Column("deaths", Integer, nullable=False),
        Column("first_at", Float, nullable=False),
        Column("at", Float, nullable=False),
        Column("body", LargeBinary),
    )
    op.create_index("dead_letters_state", "dead_letters", ["state", "queue"])
    op.create_table(
        "dead_letter_acts",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("queue", String(120), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("state", String(12), nullable=False),
        Column("person", String(160), nullable=False),
        Column("why", Text, nullable=False),
        Column("at", Float, nullable=False),
    )
    op.create_index("dead_letter_acts_letter", "dead_letter_acts", ["queue", "digest"])
    # Their letters still lie with the broker: the service takes them in when it starts, and finds the reason here.
    op.execute(
        "INSERT INTO dead_letters (queue, digest, state, reason, deaths, first_at, at)"
        " SELECT '', digest, 'waiting', reason, 1, at, at FROM dead_reasons"
    )
    op.drop_table("dead_reasons")
    if op.get_context().dialect.name == "postgresql":
        for table, column in (("sequences", "last"), ("parked", "sequence")):
            op.alter_column(table, column, type_=BigInteger(), existing_nullable=False)


def run_env() -> None:
    """What every service's `migrations/env.py` calls."""
    attributes: dict[str, Any] = context.config.attributes
    engine: Engine = attributes["engine"]
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=attributes["board"].metadata)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
