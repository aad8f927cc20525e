"""PostgreSQL in trouble: whatever it says of itself is waited out, and a mistake of ours is not."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from deploy.postgres import PrivatePostgres
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.errors import Unavailable


@pytest.fixture(scope="module")
def url(postgres: PrivatePostgres) -> str:
    return postgres.url("away")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A store with one table, whose writers are not patient."""
    engine = open_engine(url, "public", patience=0.2)
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS heaps (heap TEXT, number INTEGER CHECK (number <> 13))"))
    yield engine
    engine.dispose()


def write(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO heaps VALUES ('h', 1)"))


def order(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.mark.parametrize(
    "code", ["53100", "53200", "53300", "57P01", "57P03", "58030", "40P01", "40001", "25006", "55P03", "XX001", "08006"]
)
def test_a_server_that_names_its_own_trouble_is_away(engine: Engine, code: str) -> None:
    trouble = f"DO $$ BEGIN RAISE EXCEPTION 'as the server says it' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(Unavailable), transaction(engine) as connection:
        connection.execute(text(trouble))
    write(engine)


@pytest.mark.parametrize(
    "mistake", ["SELECT nothing FROM heaps", "INSERT INTO heaps VALUES ('h', 13)", "SELECT 1 / 0", "NO SQL"]
)
def test_a_mistake_of_ours_is_not_taken_for_a_server_that_is_away(engine: Engine, mistake: str) -> None:
    with pytest.raises(DBAPIError), transaction(engine) as connection:
        connection.execute(text(mistake))


def test_a_server_that_is_read_only_is_away_and_comes_back(engine: Engine, url: str) -> None:
    order(url, "ALTER DATABASE away SET default_transaction_read_only = on")
    engine.dispose()
    with pytest.raises(Unavailable, match="read-only"):
        write(engine)
    off = "default_transaction_read_only = off"
    order(url, f"SET {off}", f"ALTER DATABASE away SET {off}")
    engine.dispose()
    write(engine)


def test_a_right_that_was_taken_away_is_no_message_s_fault(engine: Engine, url: str) -> None:
    def as_a_visitor() -> None:
        with transaction(engine) as connection:
            connection.execute(text("CREATE ROLE visitor"))
            connection.execute(text("SET ROLE visitor"))
            connection.execute(text("INSERT INTO heaps VALUES ('h', 1)"))

    with pytest.raises(Unavailable):
        as_a_visitor()
    write(engine)


def test_a_session_that_the_server_ends_in_the_middle_is_away(engine: Engine, url: str) -> None:
    def ended() -> None:
        with transaction(engine) as connection:
            order(url, f"SELECT pg_terminate_backend({connection.execute(text('SELECT pg_backend_pid()')).scalar()})")
            connection.execute(text("INSERT INTO heaps VALUES ('h', 1)"))

    with pytest.raises(Unavailable):
        ended()
    write(engine)


def test_a_store_that_another_one_writes_for_too_long_is_away(engine: Engine, url: str) -> None:
    other = open_engine(url, "public")
    with transaction(other), pytest.raises(Unavailable):
        write(engine)
    other.dispose()
    write(engine)


def test_a_server_that_is_stopped_is_away_for_writers_and_readers_and_comes_back(
    engine: Engine, postgres: PrivatePostgres
) -> None:
    write(engine)
    postgres.stop()
    try:
        with pytest.raises(Unavailable):
            write(engine)
        with pytest.raises(Unavailable), reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    finally:
        postgres.start()
    write(engine)
