"""A ledger's store read from outside: never written to, all of it as of one moment."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from services.ledger.audit.content import Head
from services.ledger.audit.filing import FiledRow
from services.ledger.audit.statements import Statements
from services.ledger.link import queries
from services.ledger.link.notes import BadNote, read
from services.ledger.merkle import SHA256, Frontier, TreeHash, TreeMismatch
from services.ledger.store import EVERY_ENTRY, HEAD
from services.plumbing.db import open_engine

_AT_ONCE = 1000
_SQLITE = sqlite.dialect(paramstyle="named")
_NO_END = 2**62

#: A question with named parameters -> its rows, read as they are gone through.
Query = Callable[..., Iterator[tuple[Any, ...]]]


class CannotRead(Exception):
    """The store cannot be read; `message` is a template, `facts` fill it."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


@dataclass(frozen=True)
class Stored:
    """A ledger as its store keeps it. `frontier` is what the next entry would be appended to; none: nothing follows."""

    head: Head
    frontier: bytes | None
    rows: Iterator[FiledRow]
    #: Whose ledger it is, where the store says so.
    authority: str = ""
    #: It came over the link: contents may be withheld, and rows are filed under fewer columns.
    is_origin: bool = False
    #: 0, or how many histories were given up before this one by a person's decision.
    branch: int = 0
    said: Statements = field(default_factory=Statements)
    #: Where nobody has decided yet between it and what was sent later: first index, the note held and the note sent.
    contradiction: tuple[int, str, str] | None = None
    #: Size and root under which each of `said.notes` is kept.
    filed_notes: tuple[tuple[int, bytes], ...] = ()

    @property
    def growing(self) -> Frontier | None:
        """The frontier, None where what is kept is none."""
        try:
            return None if self.frontier is None else Frontier.from_bytes(self.frontier)
        except TreeMismatch:
            return None


def hashing_of(ledger: Stored) -> TreeHash:
    """How this ledger is hashed."""
    growing = ledger.growing
    return SHA256 if growing is None else growing.hashing


def last_fork(place: str, origin: str) -> tuple[int, int] | None:
    """Of the last contradiction of another authority's ledger: the branch that was held, and the first index that was
    lost or differs; decided or not. None: there was none. Raises CannotRead."""
    with _opened(place) as query:
        return next(((branch, index) for branch, index, *_ in query(queries.FORKS, origin=origin)), None)


@contextmanager
def stored(place: str, origin: str | None = None, branch: int | None = None) -> Iterator[Stored]:
    """The own ledger at a path or SQLAlchemy URL, or that of another authority that is kept there. Raises CannotRead.

    `branch`: of an origin whose fork was accepted, the history before that (0 is the first one).
    """
    with _opened(place) as query:
        ledger = _own(query) if origin is None else _kept(query, origin, branch)
        if ledger is None:
            raise CannotRead("No ledger of {origin} is kept here.", origin=origin)
        yield ledger


def _opened(place: str) -> AbstractContextManager[Query]:
    url = place.replace("postgres://", "postgresql://", 1)
    return _on_postgresql(url) if url.startswith("postgresql") else _on_sqlite(Path(place.removeprefix("sqlite:///")))


@contextmanager
def _on_sqlite(path: Path) -> Iterator[Query]:
    if not path.is_file():
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason="no such file")
    try:
        with closing(_connect(path)) as connection:
            connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
            connection.execute("BEGIN")
            yield partial(_asked, connection)
    except sqlite3.Error as wrong:
        raise CannotRead("{place} is not the store of a ledger: {reason}", place=path, reason=wrong) from wrong


def _asked(connection: sqlite3.Connection, question: Select[Any], **values: Any) -> Iterator[tuple[Any, ...]]:
    # without SQLAlchemy's driver: whatever somebody has put into the file comes out as it lies there
    compiled = question.compile(dialect=_SQLITE)
    return connection.execute(str(compiled), compiled.construct_params(values))


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
def _on_postgresql(url: str) -> Iterator[Query]:
    engine = open_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1), "ledger")
    options = {"reading": True, "isolation_level": "REPEATABLE READ", "stream_results": True}
    shown = engine.url.render_as_string(hide_password=True)

    def query(question: Select[Any], **values: Any) -> Iterator[tuple[Any, ...]]:
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(question, values)
        return (tuple(row) for row in rows)

    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield query
    except SQLAlchemyError as wrong:
        reason = str(wrong).splitlines()[0]
        raise CannotRead("{place} is not the store of a ledger: {reason}", place=shown, reason=reason) from wrong
    finally:
        engine.dispose()


def _own(query: Query) -> Stored:
    empty = Frontier()
    size, root, frontier = next(query(HEAD), (0, empty.root, empty.to_bytes()))
    authority = next((code for (code,) in query(queries.OWN_CODE)), "")
    said, filed_notes = _said(query, authority, [(0, 0, _NO_END)])
    head = Head(size, bytes(root))
    return Stored(head, bytes(frontier), query(EVERY_ENTRY), authority, said=said, filed_notes=filed_notes)


def _kept(query: Query, origin: str, branch: int | None) -> Stored | None:
    found = next(query(queries.LEDGER, origin=origin), None)
    if found is None:
        return None
    size, root, frontier, newest = found
    head = Head(size, bytes(root))
    growing: bytes | None = bytes(frontier)
    if branch is not None and branch != newest:
        known = next(
            ((size, note) for _, _, size, note, _ in query(queries.FORKS_OF_BRANCH, origin=origin, branch=branch)),
            (0, ""),
        )
        head, growing = _given_up(*known), None
    newest = newest if branch is None else branch
    parts = _parts([row for row in query(queries.BRANCHES, origin=origin) if row[0] <= newest], newest, head.size)
    said, filed_notes = _said(query, origin, parts)
    rows = chain.from_iterable(
        query(queries.ENTRIES, origin=origin, branch=part, start=start, stop=stop) for part, start, stop in parts
    )
    is_open = next(
        ((index, known, told) for _, index, _, known, told in query(queries.UNDECIDED_FORKS, origin=origin)), None
    )
    return Stored(head, growing, rows, origin, True, newest, said, is_open, filed_notes)


def _given_up(size: int, note: str) -> Head:
    # A history that a person gave up ends where it was contradicted; what was signed then says its root.
    try:
        told = read(note)
    except BadNote:
        return Head(0, Frontier().root)
    return Head(told.size, told.root) if told.size == size else Head(size, b"")


def _parts(branches: Iterable[tuple[Any, ...]], newest: int, size: int) -> list[tuple[int, int, int]]:
    """Which branch holds which indexes: branch, first, after the last. `branches` are the newest first.

    The last part is open at its end, so that what stands there beyond the ledger's size is seen.
    """
    found, end = list[tuple[int, int, int]](), size
    for branch, start in [*branches, (0, 0)]:
        if branch == newest:
            found.append((branch, start, _NO_END))
        elif start < end:
            found.append((branch, start, end))
        end = min(end, start)
    return found[::-1]


def _said(
    query: Query, origin: str, parts: list[tuple[int, int, int]]
) -> tuple[Statements, tuple[tuple[int, bytes], ...]]:
    """What was signed about this history."""
    within = {part: range(start + 1, stop + 1) for part, start, stop in parts}
    kinds, filed_notes = list[tuple[str, ...]](), list[tuple[int, bytes]]()
    for kind in queries.NOTES:
        rows = [
            (size, bytes(root), note)
            for branch, size, root, note in query(queries.NOTES[kind], origin=origin)
            if size in within.get(branch, ())
        ]
        kinds.append(tuple(note for _, _, note in rows))
        filed_notes += [(size, root) for size, root, _ in rows]
    keys = [key for (key,) in query(queries.KEYS, origin=origin)]
    if kinds[1]:
        keys += [key for (key,) in query(queries.OTHER_KEYS, origin=origin)]
    return Statements(tuple(keys) if any(kinds) else (), *kinds), tuple(filed_notes)
