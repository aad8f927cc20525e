"""Decides how a ledger's store is read from outside: never written to, all of it as of one moment."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.ledger.evidence import Head
from services.ledger.filing import COLUMNS, FiledRow
from services.ledger.merkle import SHA256, Frontier, TreeHash, TreeMismatch
from services.plumbing.db import open_engine

_HEAD = "SELECT size, root, frontier FROM head WHERE id = 1"
_ROWS = f"SELECT idx, leaf, body, {', '.join(COLUMNS)} FROM entries ORDER BY idx"  # noqa: S608  # our own names only
_AT_ONCE = 1000


class CannotRead(Exception):
    """The store cannot be read; `message` is a template, `facts` fill it."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


@dataclass(frozen=True)
class Stored:
    """A ledger as its store keeps it. `frontier` is what the next entry would be appended to."""

    head: Head
    frontier: bytes
    rows: Iterator[FiledRow]

    @property
    def growing(self) -> Frontier | None:
        """The frontier, None where what is kept is none."""
        try:
            return Frontier.from_bytes(self.frontier)
        except TreeMismatch:
            return None


def hashing_of(ledger: Stored) -> TreeHash:
    """How this ledger is hashed."""
    growing = ledger.growing
    return SHA256 if growing is None else growing.hashing


@contextmanager
def stored(place: str) -> Iterator[Stored]:
    """The ledger at a path or SQLAlchemy URL. Raises CannotRead."""
    url = place.replace("postgres://", "postgresql://", 1)
    if url.startswith("postgresql"):
        with _on_postgresql(url) as ledger:
            yield ledger
    else:
        with _on_sqlite(Path(place.removeprefix("sqlite:///"))) as ledger:
            yield ledger


@contextmanager
def _on_sqlite(path: Path) -> Iterator[Stored]:
    if not path.is_file():
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason="no such file")
    try:
        with closing(_connect(path)) as connection:
            connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
            connection.execute("BEGIN")
            yield _ledger(connection.execute(_HEAD).fetchone(), connection.execute(_ROWS))
    except sqlite3.Error as wrong:
        raise CannotRead("{place} is not the store of a ledger: {reason}", place=path, reason=wrong) from wrong


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    log = path.with_name(f"{path.name}-wal")
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # A store in WAL mode on a read-only medium; without a log beside it nothing is missing from the file itself.
        if log.exists() and log.stat().st_size:
            raise
        connection.close()
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    return connection


@contextmanager
def _on_postgresql(url: str) -> Iterator[Stored]:
    engine = open_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1), "ledger")
    options = {"reading": True, "isolation_level": "REPEATABLE READ", "stream_results": True}
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            first = connection.execute(text(_HEAD)).one_or_none()
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(text(_ROWS))
            yield _ledger(first, (tuple(row) for row in rows))
    except SQLAlchemyError as wrong:
        reason = str(wrong).splitlines()[0]
        raise CannotRead("{place} is not the store of a ledger: {reason}", place=shown, reason=reason) from wrong
    finally:
        engine.dispose()


def _ledger(first: Any, rows: Iterator[FiledRow]) -> Stored:
    if first is None:
        empty = Frontier()
        return Stored(Head(0, empty.root), empty.to_bytes(), rows)
    return Stored(Head(first[0], bytes(first[1])), bytes(first[2]), rows)


@contextmanager
def progress(title: str, total: int) -> Iterator[Any]:
    """A function that wraps what is gone through in a progress bar on standard error, where somebody sees it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=total)

        def shown(items: Iterator[Any]) -> Iterator[Any]:
            for count, item in enumerate(items, start=1):
                if not count % _AT_ONCE:
                    bar.update(task, completed=count)
                yield item

        yield shown
