"""Decides how a service's store comes to the newest shape: alembic, one history per service, run before it starts."""

from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
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


def run_env() -> None:
    """What every service's `migrations/env.py` calls."""
    attributes: dict[str, Any] = context.config.attributes
    engine: Engine = attributes["engine"]
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=attributes["board"].metadata)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
