"""The tables of entries, head and list: entries can be added, never changed or removed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    event,
    false,
    select,
    text,
)

from services.ledger.domain import Line, LineStanding, OpenClock
from services.ledger.labels import COLUMNS
from services.ledger.merkle import Frontier
from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)

# What was recorded. Everything beside idx, leaf and body is copied out of the body so that it can be found.
entries = Table(
    "entries",
    metadata,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("source", String(120), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("about", String(120), nullable=False),
    Column("stem", String(120), nullable=False),
    Column("time", Float, nullable=False),
    Column("recorded", Float, nullable=False),
    Index("entries_about", "about", "idx"),
)

# How many entries there are, their root, and what is needed to append: one row, number 1.
head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

# The list that people read, one row per case; `clocks` is JSON of the clocks that run, `severity` the light's rank.
lines = Table(
    "lines",
    metadata,
    Column("case_no", String(120), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("project_code", String(200), nullable=False),
    Column("project_name", String(200), nullable=False),
    Column("owner_name", String(200), nullable=False),
    Column("matter_code", String(200), nullable=False),
    Column("matter_name", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("handler", String(200), nullable=False),
    Column("received_on", String(10), nullable=False),
    Column("accepted_on", String(10)),
    Column("limit_amount", Integer),
    Column("limit_unit", String(20)),
    Column("due_on", String(10), nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("light", String(10), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("turns_at", Float),
    Column("state", String(40), nullable=False),
    Column("standing", String(10), nullable=False),
    Column("closed_on", String(10)),
    Column("struck_on", String(10)),
    Column("clocks", Text, nullable=False),
    # Whose case it is: a lower authority's code, empty for our own.
    Column("authority", String(6), nullable=False),
    # The light by what was told alone, without the passing of time: the same at every level that has the same entries.
    Column("told_light", String(10), nullable=False),
    # Who has the case in hand, and since when: with forwarded cases somebody else than whose line it is.
    Column("held_by", String(6), nullable=False),
    Column("held_since", Float),
    # Whether it counts, and what that follows from: the first day, the signature, the day of the decision.
    Column("first_day", String(10), nullable=False, server_default=""),
    Column("unconfirmed", Boolean, nullable=False, server_default=false()),
    Column("ended_on", String(10), nullable=False, server_default=""),
    Column("counting", String(20), nullable=False, server_default="counted"),
    # The day of completion that its department has named, and the last day on which its decision was due.
    Column("named_by", String(10)),
    Column("decision_due", String(10)),
    # Numbers and names as they are compared (`folded`), one a line, the handler's at the end: what a search reads.
    Column("found_by", Text, nullable=False, server_default=""),
    Index("lines_received", "authority", "standing", "received_on"),
    Index("lines_told", "authority", "standing", "told_light"),
    Index("lines_seq", "seq", unique=True),
    Index("lines_due", "standing", "due_on", "seq"),
    Index("lines_department", "department", "standing", "due_on", "seq"),
    Index("lines_counts", "standing", "department", "light"),
    Index("lines_project", "project_code"),
    Index("lines_turns", "turns_at"),
)

#: SQLite's REPLACE removes rows without asking the delete trigger; the insert trigger leaves it nothing to replace.
SQLITE_TRIGGERS = (
    "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN"
    " SELECT RAISE(ABORT, 'entries of the ledger are never changed or removed'); END",
    "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN"
    " SELECT RAISE(ABORT, 'entries of the ledger are never changed or removed'); END",
    "CREATE TRIGGER entries_next BEFORE INSERT ON entries"
    " WHEN NEW.idx <> (SELECT COALESCE(MAX(idx), -1) + 1 FROM entries)"
    " OR EXISTS (SELECT 1 FROM entries WHERE event_id = NEW.event_id) BEGIN"
    " SELECT RAISE(ABORT, 'an entry takes the next index, and an event is recorded once'); END",
)

POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'entries of the ledger are never changed or removed'; END $$",
    "CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries"
    " FOR EACH STATEMENT EXECUTE FUNCTION entries_are_final()",
    "CREATE FUNCTION entries_take_the_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.idx <> (SELECT COALESCE(MAX(idx), -1) + 1 FROM entries) THEN"
    " RAISE EXCEPTION 'an entry takes the next index, and an event is recorded once'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER entries_next BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION entries_take_the_next()",
)


def _with_the_table(dialect: str, statements: Iterable[str]) -> None:
    for statement in statements:
        trigger = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy gives its constructor no types
        event.listen(entries, "after_create", trigger.execute_if(dialect=dialect))


_with_the_table("sqlite", SQLITE_TRIGGERS)
_with_the_table("postgresql", POSTGRESQL_TRIGGERS)


@dataclass(frozen=True)
class Entry:
    """What is appended: the canonical bytes of an event, and what it is found by."""

    body: bytes
    event_id: str
    source: str
    subject: str
    #: The case, project or complaint that it is about; a clock's entries are about its case.
    about: str
    stem: str
    #: When it happened and when it was recorded, in seconds since 1970-01-01 UTC.
    time: float
    recorded: float


def _insert(table: str, names: Sequence[str]) -> str:
    columns, values = ", ".join(names), ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608  # our own names only


_APPEND = text(_insert("entries", [column.name for column in entries.columns]))
_HEAD = text(
    _insert("head", ["id", "size", "root", "frontier"])
    + " ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root, frontier = excluded.frontier"
)
_LINE_COLUMNS = [column.name for column in lines.columns]
_UPSERT = text(
    _insert("lines", _LINE_COLUMNS)
    + " ON CONFLICT (case_no) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _LINE_COLUMNS if name not in ("case_no", "seq"))
)
_LINES_OF = text(f"SELECT {', '.join(_LINE_COLUMNS)} FROM lines WHERE case_no IN :numbers").bindparams(  # noqa: S608  # our own names only
    bindparam("numbers", expanding=True)
)
#: For whoever checks the ledger from outside: all that is kept, as it stands.
HEAD = select(head.c.size, head.c.root, head.c.frontier).where(head.c.id == 1)
EVERY_ENTRY = select(entries.c.idx, entries.c.leaf, entries.c.body, *(entries.c[name] for name in COLUMNS)).order_by(
    entries.c.idx
)
_AT_ONCE = 500
_TURNS_AT_ONCE = 2000


class Book:
    """The ledger and its list in one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def frontier(self) -> Frontier:
        """Where the tree stands."""
        kept = self.connection.execute(select(head.c.frontier).where(head.c.id == 1)).scalar_one_or_none()
        return Frontier() if kept is None else Frontier.from_bytes(bytes(kept))

    def append(self, new: Sequence[Entry]) -> Frontier:
        """Record entries in this order, each with the next index. Returns where the tree stands then."""
        before = self.frontier()
        leaves = [before.hashing.leaf(one.body) for one in new]
        rows = [
            {"idx": idx, "leaf": leaf, **vars(one)}
            for idx, (one, leaf) in enumerate(zip(new, leaves, strict=True), start=before.size)
        ]
        self.connection.execute(_APPEND, rows)
        after = before.extend(leaves)
        self.connection.execute(_HEAD, {"id": 1, "size": after.size, "root": after.root, "frontier": after.to_bytes()})
        return after

    def lines_of(self, numbers: Iterable[str]) -> dict[str, Line]:
        """The lines of these cases, for those that have one."""
        wanted, found = sorted(numbers), dict[str, Line]()
        for start in range(0, len(wanted), _AT_ONCE):
            rows = self.connection.execute(_LINES_OF, {"numbers": wanted[start : start + _AT_ONCE]})
            for row in rows.mappings():
                found[row["case_no"]] = line_of(row)
        return found

    def lines_turning(self, now: float) -> list[Line]:
        """Lines whose light changes by itself up to now; a bounded number, so that nobody waits long for the store."""
        rows = self.connection.execute(select(lines).where(lines.c.turns_at <= now).limit(_TURNS_AT_ONCE))
        return [line_of(row) for row in rows.mappings()]

    def write_lines(self, changed: Iterable[Line]) -> None:
        """Keep these lines; a new one gets the next number of the list."""
        changed = list(changed)
        if not changed:
            return
        if any(not line.seq for line in changed):
            last = self.connection.execute(text("SELECT COALESCE(MAX(seq), 0) FROM lines")).scalar_one()
            for line in changed:
                if not line.seq:
                    last += 1
                    line.seq = last
        self.connection.execute(_UPSERT, [_row_of(line) for line in changed])

    def forget_line(self, case_no: str, authority: str) -> None:
        """Take a line off the list that is told anew from the entries that count."""
        self.connection.execute(delete(lines).where(lines.c.case_no == case_no, lines.c.authority == authority))

    def rename_projects(self, names: Mapping[str, tuple[str, str]], authority: str = "") -> None:
        """Project code -> name and owner, as they are from now on, in all lines of these projects."""
        found = select(lines).where(lines.c.project_code == bindparam("code"), lines.c.authority == authority)
        for code, (name, owner) in names.items():
            named = [line_of(row) for row in self.connection.execute(found, {"code": code}).mappings()]
            self.write_lines([replace(one, project_name=name, owner_name=owner) for one in named])

    def succeed(self, department: str, successor: str, authority: str = "") -> None:
        """The lines of a department that has ended are its successor's; what is struck off stays as it was."""
        self.connection.execute(
            text("UPDATE lines SET department = :s WHERE department = :d AND authority = :a AND standing <> :struck"),
            {"s": successor, "d": department, "a": authority, "struck": LineStanding.STRUCK.value},
        )


_PLAIN = [field.name for field in fields(Line) if field.name != "clocks"]
_NO_CLOCKS = "{}"


def line_of(row: Mapping[Any, Any]) -> Line:
    """The line that a row of the table says."""
    kept = row["clocks"]
    clocks = {} if kept == _NO_CLOCKS else {name: OpenClock(**one) for name, one in json.loads(kept).items()}
    line = Line(**{name: row[name] for name in _PLAIN}, clocks=clocks)
    line.provisional = bool(line.provisional)
    return line


def _row_of(line: Line) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in _PLAIN}
    row["found_by"] = line.found_by
    row["clocks"] = json.dumps({name: vars(one) for name, one in line.clocks.items()}) if line.clocks else _NO_CLOCKS
    return row
