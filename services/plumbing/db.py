"""Stores: where transactions begin and end, and the tables that every service's store has."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import (
    Connection,
    create_engine,
    event,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.plumbing import ownership
from services.plumbing.errors import Unavailable

#: How long a writer waits for its turn before the store counts as away.
PATIENCE_SECONDS = 5.0
#: Where an event loop writes by itself, nothing else runs meanwhile.
SHORT_PATIENCE_SECONDS = 0.25
#: Between two tries for the turn: soon at first, and never so seldom that a busy neighbour would always be quicker.
TURN_PAUSES = (0.001, 0.02)
#: What SQLite itself may wait, in C and with the whole process: for a neighbour who opens, closes or mends the file,
#: which takes milliseconds. Never for a turn to write, which may take as long as a neighbour's transaction.
BUSY_MILLISECONDS = 250

#: Between two glances at a store: while there is something to do, and for so long after it; and where it is quiet.
OFTEN_SECONDS, BUSY_SECONDS, SELDOM_SECONDS = 0.004, 10.0, 0.02


def open_engine(url: str, schema: str, patience: float = PATIENCE_SECONDS) -> Engine:
    """An engine on a service's store. SQLite: a file in WAL mode; PostgreSQL: the service's own schema.

    `patience`: seconds for which a writer waits for its turn; he sleeps meanwhile, so other green threads go on.
    """
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=ownership.FOLDER)
            ownership.close_file(Path(path))
        engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "isolation_level": None})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, patience))
        return engine
    engine = create_engine(url, pool_pre_ping=True, pool_timeout=5, connect_args=dict(_POSTGRES))

    def set_schema(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'SET search_path TO "{schema}"')
            cursor.execute(f"SET lock_timeout TO {max(1, round(patience * 1000))}")
        connection.commit()

    def one_writer(connection: Connection) -> None:
        # The same promise as SQLite gives: one writer per store at a time, so that sequences and indexes have no races.
        if not connection.get_execution_options().get("reading", False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({crc32(schema.encode())})")

    event.listen(engine, "connect", set_schema)
    event.listen(engine, "begin", one_writer)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection, patience: float) -> None:
    options = connection.get_execution_options()
    if options.get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    # A writer takes the lock at once, so that nobody finds out half-way that another one writes. While another process
    # has it, we sleep and try again: SQLite's own wait runs in C and would hold every green thread of the process.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        if not _took_turn(driver, time.monotonic() + options.get("patience", patience)):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try says what is wrong
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _took_turn(driver: Any, until: float) -> bool:
    pause, longest = TURN_PAUSES
    while time.monotonic() < until:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as failed:
            if failed.sqlite_errorcode & 0xFF not in _SQLITE_BUSY:
                return False
        else:
            return True
        time.sleep(pause)
        pause = min(pause * 2, longest)
    return False


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One message or batch, one transaction: commits at the end, rolls back on any error.

    Raises Unavailable when the store is away, locked or full: nobody's fault, to be waited out.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeout) as error:
        if _is_away(error):
            raise Unavailable(str(error).splitlines()[0]) from error
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent view to read from; it never waits for a writer."""
    try:
        with engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection
    except (DBAPIError, PoolTimeout) as error:
        if _is_away(error):
            raise Unavailable(str(error).splitlines()[0]) from error
        raise


def scrub(engine: Engine, table: str) -> bool:
    """Has the store's files forget what was deleted or overwritten in it (`table`: where that was, one of ours).

    SQLite: everything is written anew and the file of what was written ahead is emptied. PostgreSQL: the table's file
    is written anew; its own log forgets with time. Waits for readers, two seconds at most. Whether it could be done:
    not while others write or read for longer than that, nor on a full disk.
    """
    with closing(engine.raw_connection()) as connection:
        raw: Any = connection.driver_connection
        try:
            return _rewritten(raw) if engine.dialect.name == "sqlite" else _rewritten_table(raw, table)
        except engine.dialect.loaded_dbapi.Error:
            return False


def _rewritten(raw: Any) -> bool:
    raw.execute("VACUUM")
    for _ in range(20):
        if raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
            return True
        time.sleep(0.1)
    return False


def _rewritten_table(raw: Any, table: str) -> bool:
    raw.autocommit = True  # no transaction may be open around it
    try:
        raw.cursor().execute(f'VACUUM FULL "{table}"')
    finally:
        raw.autocommit = False
    return True


class Glance:
    """Whether others may have written to a store since the last glance, at a hundredth of the price of a look.

    SQLite counts the commits of other connections in shared memory; where that cannot be asked, it is always possible.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: Whether a glance can ever say no.
        self.is_cheap = engine.dialect.name == "sqlite"
        self._connection: Any = None
        self._seen: int | None = None
        self._busy_until = 0.0

    @property
    def pause(self) -> float:
        """Seconds until the next one: few while there is something to do, more where it is quiet, so that an office
        at night costs next to nothing. The first fact after a rest pays for it with some milliseconds."""
        return OFTEN_SECONDS if self.is_cheap and time.monotonic() < self._busy_until else SELDOM_SECONDS

    def found(self) -> None:
        """There was something to do: more may come."""
        self._busy_until = time.monotonic() + BUSY_SECONDS

    def may_have_changed(self) -> bool:
        """True at the first glance, and where nothing is known."""
        if not self.is_cheap:
            return True
        try:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except (sqlite3.Error, SQLAlchemyError):
            self.close()
            return True
        changed, self._seen = version != self._seen, version
        return changed

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._seen = None


#: SQLite's codes for: busy, locked.
_SQLITE_BUSY = frozenset({5, 6})
#: SQLite's codes for: no permission, busy, locked, out of memory, read-only, I/O error, corrupt, full, cannot open,
#: lock protocol, no database at all. All are the store's own trouble; some need a person, and no message is to blame.
_SQLITE_AWAY = _SQLITE_BUSY | {3, 7, 8, 10, 11, 13, 14, 15, 26}
#: The same in PostgreSQL's words, by the beginning of SQLSTATE: connection lost, read-only, not let in, rolled back to
#: let another one pass, no resources (memory, disk, connections), lock not available, operator's intervention, system
#: error, data or index corrupt; and a right that was taken away.
_POSTGRES_AWAY = ("08", "25006", "28", "40", "53", "55", "57", "58", "XX001", "XX002", "42501")
#: How soon a PostgreSQL that is gone without a word is noticed.
_POSTGRES = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def _is_away(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the store is in trouble, not the message: a missing column is a mistake of ours, a full disk is not."""
    if isinstance(error, PoolTimeout) or error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_AWAY
    state = getattr(error.orig, "pgcode", None)
    if state is not None:
        return str(state).startswith(_POSTGRES_AWAY)
    return isinstance(error, (OperationalError, InterfaceError))
