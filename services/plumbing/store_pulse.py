"""The pulse of a store: whether it takes a write now, and what ails it where it does not, found by writing.

A store that is full or can only be read answers every question; a look alone would call it well. So one number in it
is written and committed, every few seconds at most, and its file system is asked for room: SQLite goes on for a while
in the room that it has, and what comes next must be seen before it comes.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.contracts.ailments import Ailment
from services.plumbing.db import SHORT_PATIENCE_SECONDS, reading, transaction
from services.plumbing.errors import Unavailable
from services.plumbing.log import log

#: Seconds between two tries, however often somebody asks.
EVERY_SECONDS: Final = 5.0
#: A store is locked where this is true of it for so long; every writer holds it for a moment.
LOCKED_SECONDS: Final = 8.0
#: Bytes; with less on its file system a store is full, whatever room its own files have left.
LEAST_ROOM: Final = 2**20

#: What SQLite's codes mean here: permission; busy, locked, protocol; read-only; damaged, no database; full.
_SQLITE: Final = {
    3: Ailment.FORBIDDEN,
    5: Ailment.LOCKED,
    6: Ailment.LOCKED,
    8: Ailment.READ_ONLY,
    11: Ailment.DAMAGED,
    13: Ailment.FULL,
    15: Ailment.LOCKED,
    26: Ailment.DAMAGED,
}
#: What PostgreSQL's do, by their beginning: disk full, read-only, lock not available, cancelled, no right, no login.
_POSTGRESQL: Final = {
    "53100": Ailment.FULL,
    "25006": Ailment.READ_ONLY,
    "55P03": Ailment.LOCKED,
    "57014": Ailment.LOCKED,
    "42501": Ailment.FORBIDDEN,
    "28": Ailment.FORBIDDEN,
    "XX001": Ailment.DAMAGED,
}


class StorePulse:
    """One store's pulse as it was felt last."""

    def __init__(self, engine: Engine, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._seconds = engine, seconds
        self._felt_at: float | None = None
        self._locked_since: float | None = None
        self._ailment: Ailment | None = None
        self._told: Ailment | None = None

    def feel(self) -> Ailment | None:
        """What ails the store; None when it takes what is written. Tries again where the last try is some time ago."""
        now = self._seconds()
        if self._felt_at is None or now - self._felt_at >= EVERY_SECONDS:
            self._felt_at, self._ailment = now, beat(self._engine)
            is_locked = self._ailment is Ailment.LOCKED
            self._locked_since = (self._locked_since or now) if is_locked else None
        is_only_busy = self._locked_since is not None and now - self._locked_since < LOCKED_SECONDS
        return self._said(None if is_only_busy else self._ailment)

    def _said(self, ailment: Ailment | None) -> Ailment | None:
        """The same; the log has each change once."""
        if ailment is not self._told:
            store = str(self._engine.url.database)
            (log.error if ailment else log.warning)("store.pulse", store=store, ailment=ailment)
            self._told = ailment
        return ailment


def beat(engine: Engine) -> Ailment | None:
    """One try: something is written and committed. What is in the way, or None."""
    file = file_of(engine)
    try:
        if file is None:
            _write_postgresql(engine)
        elif not file.exists():
            return Ailment.AWAY  # opening it would make an empty one
        else:
            _write_sqlite(engine)
    except Unavailable as away:
        return _cause(away.__cause__, file)
    except (SQLAlchemyError, OSError) as failed:
        return _cause(failed, file)
    return Ailment.FULL if file is not None and room_at(file) < LEAST_ROOM else None


def file_of(engine: Engine) -> Path | None:
    """The file of a SQLite store."""
    return Path(engine.url.database or "").absolute() if engine.dialect.name == "sqlite" else None


def room_at(path: Path) -> int:
    """Bytes that are free to us on the file system of a path. Raises OSError."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def _write_sqlite(engine: Engine) -> None:
    # Whoever asks after the store does not wait as long as a writer does: it is tried again soon.
    with transaction(
        engine.execution_options(patience=SHORT_PATIENCE_SECONDS)
    ) as connection:  # a number in the file's own header, which nobody else uses
        last = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {(int(last) + 1) & 0x7FFFFFFF}")


def _write_postgresql(engine: Engine) -> None:
    with reading(engine) as connection:  # without the lock that makes writers take turns: it would be waited for
        connection.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def _cause(failed: BaseException | None, file: Path | None) -> Ailment:
    if isinstance(failed, DBAPIError) and not isinstance(failed, PoolTimeout):
        if file is not None:
            return _of_sqlite(getattr(failed.orig, "sqlite_errorcode", 0) & 0xFF, file)
        code = str(getattr(failed.orig, "pgcode", "") or "")
        return next((what for sign, what in _POSTGRESQL.items() if code.startswith(sign)), Ailment.AWAY)
    return Ailment.AWAY


def _of_sqlite(code: int, file: Path) -> Ailment:
    """SQLite calls many things an error of input and output, or says that it cannot open: the place says why."""
    try:
        place: Any = os.statvfs(file.parent)
    except OSError:
        return Ailment.AWAY
    known = _SQLITE.get(code, Ailment.AWAY)
    if known in (Ailment.LOCKED, Ailment.DAMAGED, Ailment.FULL):
        return known
    if place.f_flag & os.ST_RDONLY:
        return Ailment.READ_ONLY
    if place.f_bavail * place.f_frsize < LEAST_ROOM:
        return Ailment.FULL
    return known if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK) else Ailment.FORBIDDEN
