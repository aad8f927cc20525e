"""Decides how facts, clocks, fired warnings and calendar releases are kept, and answers the questions asked of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    bindparam,
    text,
)

from services.plumbing.db import plumbing_tables
from services.timer.domain import Clock, Occurrence, Rung
from services.timer.rows import clock_of, clock_row, fact_of, fact_row, moment

metadata = MetaData()
plumbing_tables(metadata)

# What happened, as far as clocks depend on it. Moments are seconds since 1970 in every table.
Table(
    "facts",
    metadata,
    Column("about", String(120), primary_key=True),
    Column("about_kind", String(16), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("what", String(60), nullable=False),
    Column("at", Float, nullable=False),
    Column("heard_at", Float, nullable=False),
    Column("person", String(60), nullable=False),
    Column("department", String(80), nullable=False),
    Column("amount", Integer),
    Column("unit", String(20)),
    Column("urgency", String(16), nullable=False),
    # On receipt: a higher authority decides it; it was forwarded from below.
    Column("decided_above", Integer, nullable=False, server_default="0"),
    Column("from_below", Integer, nullable=False, server_default="0"),
)

_open = text("stopped_at IS NULL")
_waiting = text("next_change_at IS NOT NULL")
# The clocks that follow from the facts. `next_change_at` is when the next warning may fire, NULL when none is left.
clocks = Table(
    "clocks",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("round", Integer, nullable=False),
    Column("about_kind", String(16), nullable=False),
    Column("about", String(120), nullable=False),
    Column("department", String(80), nullable=False),
    Column("responsible", String(60), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("due_on", String(10)),
    Column("due_at", Float, nullable=False),
    Column("provisional", Integer, nullable=False),
    Column("calendar", String(60), nullable=False),
    Column("yellow_at", Float, nullable=False),
    Column("deemed_at", Float),
    Column("settled_at", Float),
    Column("stopped_at", Float),
    Column("outcome", String(40), nullable=False),
    Column("used_working_days", Integer, nullable=False),
    Column("overdue_working_days", Integer, nullable=False),
    Column("next_change_at", Float),
    Index("clocks_about", "about"),
    # Only what can still change: a tick with nothing due reads one page of it, however many clocks are open.
    Index("clocks_next", "next_change_at", "clock_id", sqlite_where=_waiting, postgresql_where=_waiting),
    Index("clocks_open", "department", "yellow_at", "due_at", sqlite_where=_open, postgresql_where=_open),
)

# Warnings that were said. The key is the promise: once per clock and rung.
Table(
    "rungs",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("rung", String(8), primary_key=True),
    Column("about", String(120), nullable=False),
    Column("fires_at", Float, nullable=False),
    Column("said_at", Float, nullable=False),
    Index("rungs_about", "about"),
)

# What this authority laid over the calendar that it was shipped with, in order.
Table(
    "calendars",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(60), nullable=False),
    Column("notice", String(200), nullable=False),
    Column("days", Text, nullable=False),
    Column("known_until", String(10)),
    Column("released_at", Float, nullable=False),
    Column("released_by", String(160), nullable=False),
)

# One row: when a late entry was last heard, so that a long history is not judged before its end.
Table("late_entries", metadata, Column("id", Integer, primary_key=True), Column("heard_at", Float, nullable=False))

_CLOCK_COLUMNS: Final = tuple(column.name for column in clocks.columns)
_SAVE: Final = text(
    f"INSERT INTO clocks ({', '.join(_CLOCK_COLUMNS)}) VALUES ({', '.join(':' + name for name in _CLOCK_COLUMNS)})"  # noqa: S608  # our own column names
    " ON CONFLICT (clock_id) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in _CLOCK_COLUMNS[1:])
)
#: How many values one SELECT names.
_AT_ONCE: Final = 400


@dataclass
class File:
    """Everything about one case or complaint."""

    facts: list[Occurrence] = field(default_factory=list)
    clocks: dict[str, Clock] = field(default_factory=dict)
    fired: dict[tuple[str, Rung], datetime] = field(default_factory=dict)

    def rungs_of(self, clock_id: str) -> set[Rung]:
        return {rung for about, rung in self.fired if about == clock_id}


@dataclass(frozen=True)
class Release:
    """One calendar release of this authority."""

    number: int
    version: str
    notice: str
    days: Mapping[date, str]
    known_until: date | None


class Shelf:
    """The store of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # --- files --------------------------------------------------------------------------------------------------------

    def files(self, abouts: Iterable[str]) -> dict[str, File]:
        """The files of these subjects, each in three statements for all of them together."""
        wanted = sorted(set(abouts))
        found = {about: File() for about in wanted}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for row in self._about("SELECT * FROM facts WHERE about IN :abouts ORDER BY about, sequence", part):
                found[row["about"]].facts.append(fact_of(row))
            for row in self._about("SELECT * FROM clocks WHERE about IN :abouts", part):
                found[row["about"]].clocks[row["clock_id"]] = clock_of(row)
            for row in self._about("SELECT * FROM rungs WHERE about IN :abouts", part):
                found[row["about"]].fired[(row["clock_id"], Rung(row["rung"]))] = moment(row["fires_at"])
        return found

    def _about(self, query: str, abouts: Sequence[str]) -> Iterable[RowMapping]:
        statement = text(query).bindparams(bindparam("abouts", expanding=True))
        return self.connection.execute(statement, {"abouts": list(abouts)}).mappings()

    def abouts_with_open_clocks(self) -> list[str]:
        return list(
            self.connection.execute(
                text("SELECT DISTINCT about FROM clocks WHERE stopped_at IS NULL ORDER BY about")
            ).scalars()
        )

    def add_facts(self, facts: Iterable[Occurrence]) -> None:
        rows = [fact_row(fact) for fact in facts]
        if rows:
            names = list(rows[0])
            self.connection.execute(
                text(f"INSERT INTO facts ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})"),  # noqa: S608  # our own column names
                rows,
            )

    def save(self, rows: Iterable[tuple[Clock, datetime | None]]) -> None:
        """Write clocks, each with when it changes next."""
        values = [clock_row(clock, change) for clock, change in rows]
        if values:
            self.connection.execute(_SAVE, values)

    def claim(self, fired: Iterable[tuple[Clock, Rung]], now: datetime) -> None:
        """Note warnings as said. The table's key refuses a second one."""
        rows = [
            {"c": c.clock_id, "r": rung, "a": c.about, "f": c.fires_at(rung).timestamp(), "s": now.timestamp()}
            for c, rung in fired
        ]
        if rows:
            self.connection.execute(
                text("INSERT INTO rungs (clock_id, rung, about, fires_at, said_at) VALUES (:c, :r, :a, :f, :s)"), rows
            )

    # --- the sweep ----------------------------------------------------------------------------------------------------

    def changing(self, now: datetime, limit: int) -> list[tuple[str, str, datetime]]:
        """(clock, subject, moment) of the clocks whose next change has come, in the order of these moments."""
        rows = self.connection.execute(
            text(
                "SELECT clock_id, about, next_change_at FROM clocks WHERE next_change_at <= :now"
                " ORDER BY next_change_at, clock_id LIMIT :limit"
            ),
            {"now": now.timestamp(), "limit": limit},
        )
        return [(clock_id, about, moment(at)) for clock_id, about, at in rows]

    def late_entry_heard(self, at: datetime) -> None:
        self.connection.execute(
            text(
                "INSERT INTO late_entries (id, heard_at) VALUES (1, :t)"
                " ON CONFLICT (id) DO UPDATE SET heard_at = excluded.heard_at"
            ),
            {"t": at.timestamp()},
        )

    def last_late_entry(self) -> datetime | None:
        at = self.connection.execute(text("SELECT heard_at FROM late_entries WHERE id = 1")).scalar_one_or_none()
        return None if at is None else moment(at)

    # --- clocks and counts --------------------------------------------------------------------------------------------

    def clock(self, clock_id: str) -> Clock | None:
        row = self.connection.execute(text("SELECT * FROM clocks WHERE clock_id = :c"), {"c": clock_id}).mappings()
        found = row.one_or_none()
        return None if found is None else clock_of(found)

    def lights(self, now: datetime) -> list[tuple[str, int, int, int, datetime | None]]:
        """(department, green, yellow, red, earliest due moment) of the open clocks, from their moments."""
        rows = self.connection.execute(
            text(
                "SELECT department, SUM(CASE WHEN :now < yellow_at AND :now < due_at THEN 1 ELSE 0 END),"
                " SUM(CASE WHEN :now >= yellow_at AND :now < due_at THEN 1 ELSE 0 END),"
                " SUM(CASE WHEN :now >= due_at THEN 1 ELSE 0 END), MIN(due_at)"
                " FROM clocks WHERE stopped_at IS NULL GROUP BY department ORDER BY department"
            ),
            {"now": now.timestamp()},
        )
        return [(d, int(g), int(y), int(r), None if due is None else moment(due)) for d, g, y, r, due in rows]

    # --- calendars ----------------------------------------------------------------------------------------------------

    def current_version(self) -> str | None:
        return self.connection.execute(
            text("SELECT version FROM calendars ORDER BY number DESC LIMIT 1")
        ).scalar_one_or_none()

    def releases(self) -> list[Release]:
        rows = self.connection.execute(text("SELECT * FROM calendars ORDER BY number")).mappings()
        return [
            Release(
                row["number"],
                row["version"],
                row["notice"],
                {date.fromisoformat(day): kind for day, kind in json.loads(row["days"]).items()},
                date.fromisoformat(row["known_until"]) if row["known_until"] else None,
            )
            for row in rows
        ]

    def add_release(self, release: Release, by: str, now: datetime) -> None:
        self.connection.execute(
            text(
                "INSERT INTO calendars (number, version, notice, days, known_until, released_at, released_by)"
                " VALUES (:n, :v, :o, :d, :k, :t, :b)"
            ),
            {
                "n": release.number,
                "v": release.version,
                "o": release.notice,
                "d": json.dumps({str(day): kind for day, kind in sorted(release.days.items())}),
                "k": str(release.known_until) if release.known_until else None,
                "t": now.timestamp(),
                "b": by,
            },
        )
