"""The timer's store: facts, the clocks that follow from them, warnings that were said, calendars and limits set."""

from collections.abc import Iterable, Sequence
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
    TextClause,
    bindparam,
    text,
)

from services.contracts.attribution import MAY_END
from services.contracts.ladder import Rung
from services.contracts.vocabulary import ZONE, Light
from services.plumbing.tables import plumbing_tables
from services.timer.domain import LegalClock, Occurrence
from services.timer.releases import Release
from services.timer.rows import (
    clock_of,
    clock_row,
    fact_of,
    fact_row,
    moment,
    release_of,
    release_row,
    setting_of,
    setting_row,
)
from services.timer.rulebook import Setting

metadata = MetaData()
plumbing_tables(metadata)

_ended = text(f"what IN ({', '.join(repr(one) for one in sorted(MAY_END))})")
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
    Column("decided_above", Integer, nullable=False, server_default="0"),
    Column("from_below", Integer, nullable=False, server_default="0"),
    # Of a special procedure: how long at most the count stands still for it; `amount` is what is planned.
    Column("longest_amount", Integer),
    Column("longest_unit", String(20)),
    # When it was recorded; empty: as it says. And which fact a second person has confirmed with it.
    Column("recorded_at", Float),
    Column("proves", String(120), nullable=False, server_default=""),
    Column("corrects", String(120), nullable=False, server_default=""),
    Column("moved_to", Float),
    Column("item", Integer, nullable=False, server_default="0"),
    # On receipt: nobody is named for it; whose its days were below, as JSON. Of what another authority does: which one.
    Column("is_unnamed", Integer, nullable=False, server_default="0"),
    Column("from_receipt", Integer, nullable=False, server_default="0"),
    Column("before", Text, nullable=False, server_default=""),
    Column("authority", String(6), nullable=False, server_default=""),
    # Only what ends a case: the figures of a month read these.
    Index("facts_ended", "heard_at", sqlite_where=_ended, postgresql_where=_ended),
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
    Column("due_at", Float),
    Column("provisional", Integer, nullable=False),
    Column("calendar", String(60), nullable=False),
    Column("yellow_at", Float),
    Column("deemed_at", Float),
    Column("settled_at", Float),
    Column("stopped_at", Float),
    Column("outcome", String(40), nullable=False),
    Column("used_working_days", Integer, nullable=False),
    Column("overdue_working_days", Integer, nullable=False),
    Column("told", String(8)),
    Column("next_change_at", Float),
    # The pauses as `begun/ended` days; since which day it stands still, with what is left, and until when at most.
    Column("pauses", Text, nullable=False, server_default=""),
    Column("paused_on", String(10)),
    Column("budget", Integer),
    Column("resumes_at", Float),
    Column("entered_at", Float),
    Index("clocks_about", "about"),
    # Only what can still change: a tick with nothing due reads one page of it, however many clocks are open.
    Index("clocks_next", "next_change_at", "clock_id", sqlite_where=_waiting, postgresql_where=_waiting),
    Index("clocks_open", "department", "yellow_at", "due_at", "told", sqlite_where=_open, postgresql_where=_open),
)

# Rungs that were crossed and said: how often, and whether the last crossing stands. The key is the promise: once per
# clock, rung and crossing. One that was re-armed stands no more.
Table(
    "rungs",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("rung", String(8), primary_key=True),
    Column("about", String(120), nullable=False),
    Column("fires_at", Float, nullable=False),
    Column("said_at", Float, nullable=False),
    Column("crossing", Integer, nullable=False, server_default="1"),
    Column("stands", Integer, nullable=False, server_default="1"),
    Index("rungs_about", "about"),
)

# What was laid over the calendar that was shipped, by this authority and those above it, in the order of arrival.
calendars = Table(
    "calendars",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(60), nullable=False),
    Column("notice", String(200), nullable=False),
    Column("days", Text, nullable=False),
    Column("known_until", String(10)),
    Column("released_at", Float, nullable=False),
    Column("released_by", String(160), nullable=False),
    # Who released it (empty: here, before releases travelled) and the number it has there.
    Column("authority", String(6), nullable=False, server_default=""),
    Column("release_no", Integer, nullable=False, server_default="0"),
    # A row that withdraws a release names it; it has no days.
    Column("withdraws", Integer),
    Column("why", String(400), nullable=False, server_default=""),
    Column("heard_at", Float, nullable=False, server_default="0"),
    # The festivals of its days, as JSON like the days themselves, and who drafted what another person released.
    Column("festivals", Text, nullable=False, server_default=""),
    Column("drafted_by", String(200), nullable=False, server_default=""),
)

# Which limits the authorities of this chain have set for which clock rules: the number-th word of each.
rule_settings = Table(
    "rule_settings",
    metadata,
    Column("authority", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rule", String(60), primary_key=True),
    Column("amount", Integer, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("in_force_from", String(10), nullable=False),
    Column("in_force_at", Float, nullable=False),
    Column("basis", String(200), nullable=False),
    Column("set_at", Float, nullable=False),
    Column("set_by", String(160), nullable=False),
)

# One row: when a late entry was last heard, so that a long history is not judged before its end.
Table("late_entries", metadata, Column("id", Integer, primary_key=True), Column("heard_at", Float, nullable=False))

_CLOCK_COLUMNS: Final = tuple(column.name for column in clocks.columns)
_SAVE: Final = text(
    f"INSERT INTO clocks ({', '.join(_CLOCK_COLUMNS)}) VALUES ({', '.join(':' + name for name in _CLOCK_COLUMNS)})"  # noqa: S608  # our own column names
    " ON CONFLICT (clock_id) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in _CLOCK_COLUMNS[1:])
)


def _insert(table: Table) -> TextClause:
    names = [column.name for column in table.columns]
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})")  # noqa: S608  # our own names


_ADD_RELEASE: Final = _insert(calendars)
_ADD_SETTING: Final = _insert(rule_settings)
#: How many values one SELECT names.
_AT_ONCE: Final = 400


@dataclass(frozen=True)
class Crossed:
    """The n-th crossing of a rung, and when it may be said."""

    clock: LegalClock
    rung: Rung
    at: datetime
    crossing: int


@dataclass
class File:
    """Everything about one case or complaint."""

    facts: list[Occurrence] = field(default_factory=list)
    clocks: dict[str, LegalClock] = field(default_factory=dict)
    #: The crossings that stand, and how often each rung was crossed so far.
    fired: dict[tuple[str, Rung], datetime] = field(default_factory=dict)
    crossings: dict[tuple[str, Rung], int] = field(default_factory=dict)

    def rungs_of(self, clock_id: str) -> set[Rung]:
        return {rung for about, rung in self.fired if about == clock_id}


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
                file, key = found[row["about"]], (row["clock_id"], Rung(row["rung"]))
                file.crossings[key] = row["crossing"]
                if row["stands"]:
                    file.fired[key] = moment(row["fires_at"])
        return found

    def _about(self, query: str, abouts: Sequence[str]) -> Iterable[RowMapping]:
        statement = text(query).bindparams(bindparam("abouts", expanding=True))
        return self.connection.execute(statement, {"abouts": list(abouts)}).mappings()

    def abouts_due_from(self, day: date) -> list[str]:
        """The subjects of the open clocks that are due on this day or later, or stand still."""
        due = "stopped_at IS NULL AND (due_at IS NULL OR due_at > :first)"
        query = text(f"SELECT DISTINCT about FROM clocks WHERE {due} ORDER BY about")  # noqa: S608  # our own words
        first = datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()
        return list(self.connection.execute(query, {"first": first}).scalars())

    def abouts_with_open_clocks(self) -> list[str]:
        query = text("SELECT DISTINCT about FROM clocks WHERE stopped_at IS NULL ORDER BY about")
        return list(self.connection.execute(query).scalars())

    def add_facts(self, facts: Iterable[Occurrence]) -> None:
        rows = [fact_row(fact) for fact in facts]
        if rows:
            names = list(rows[0])
            self.connection.execute(
                text(f"INSERT INTO facts ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})"),  # noqa: S608  # our own column names
                rows,
            )

    def receipt_recorded_at(self, about: str) -> datetime | None:
        """When the first fact about a subject was recorded; None where there is none."""
        query = text("SELECT COALESCE(recorded_at, heard_at) FROM facts WHERE about = :about ORDER BY sequence LIMIT 1")
        at = self.connection.execute(query, {"about": about}).scalar()
        return None if at is None else moment(at)

    def save(self, rows: Iterable[tuple[LegalClock, datetime | None]]) -> None:
        """Write clocks, each with when it changes next."""
        values = [clock_row(clock, change) for clock, change in rows]
        if values:
            self.connection.execute(_SAVE, values)

    def claim(self, crossed: Iterable[Crossed], now: datetime) -> None:
        """Note crossings as said. The table's key refuses a second first one; a later one needs a rung set free."""
        rows = [
            {"c": one.clock.clock_id, "r": one.rung, "a": one.clock.about, "f": one.at.timestamp(), "n": one.crossing}
            | {"s": now.timestamp()}
            for one in crossed
        ]
        if first := [row for row in rows if row["n"] == 1]:
            self.connection.execute(
                text(
                    "INSERT INTO rungs (clock_id, rung, about, fires_at, said_at, crossing, stands)"
                    " VALUES (:c, :r, :a, :f, :s, :n, 1)"
                ),
                first,
            )
        if again := [row for row in rows if row["n"] != 1]:
            self.connection.execute(
                text(
                    "UPDATE rungs SET fires_at = :f, said_at = :s, crossing = :n, stands = 1"
                    " WHERE clock_id = :c AND rung = :r AND stands = 0"
                ),
                again,
            )

    def set_free(self, rungs: Iterable[tuple[str, Rung]]) -> None:
        """Rungs that may be crossed again, because their clock was moved into the future."""
        if rows := [{"c": clock_id, "r": rung} for clock_id, rung in rungs]:
            self.connection.execute(text("UPDATE rungs SET stands = 0 WHERE clock_id = :c AND rung = :r"), rows)

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

    def abouts_ended(self, begins: datetime, ends: datetime) -> list[str]:
        """The cases that something may have ended between these moments: it happened before, and was heard since."""
        statement = text(f"SELECT DISTINCT about FROM facts WHERE {_ended.text} AND heard_at >= :begins AND at < :ends")  # noqa: S608  # our own words
        moments = {"begins": begins.timestamp(), "ends": ends.timestamp()}
        return sorted(self.connection.execute(statement, moments).scalars())

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

    def clock(self, clock_id: str) -> LegalClock | None:
        row = self.connection.execute(text("SELECT * FROM clocks WHERE clock_id = :c"), {"c": clock_id}).mappings()
        found = row.one_or_none()
        return None if found is None else clock_of(found)

    def lights(self, now: datetime) -> list[tuple[str, int, int, int, int, datetime | None]]:
        """(department, green, yellow, red, grey, earliest due moment) of the open clocks: `Moments.light` in SQL."""
        grey = "due_at IS NULL"
        red = f"(:now >= due_at OR told = '{Light.RED}')"
        yellow = f"(:now >= yellow_at OR told = '{Light.YELLOW}')"
        rows = self.connection.execute(
            text(
                f"SELECT department, SUM(CASE WHEN {grey} OR {red} OR {yellow} THEN 0 ELSE 1 END),"  # noqa: S608  # our own words
                f" SUM(CASE WHEN {grey} OR {red} THEN 0 WHEN {yellow} THEN 1 ELSE 0 END),"
                f" SUM(CASE WHEN {grey} THEN 0 WHEN {red} THEN 1 ELSE 0 END),"
                f" SUM(CASE WHEN {grey} THEN 1 ELSE 0 END), MIN(due_at)"
                " FROM clocks WHERE stopped_at IS NULL GROUP BY department ORDER BY department"
            ),
            {"now": now.timestamp()},
        )
        return [(d, *map(int, counts), None if due is None else moment(due)) for d, *counts, due in rows]

    # --- calendars ----------------------------------------------------------------------------------------------------

    def current_version(self) -> str | None:
        return self.connection.execute(
            text("SELECT version FROM calendars ORDER BY number DESC LIMIT 1")
        ).scalar_one_or_none()

    def releases(self, heard_by: datetime | None = None) -> list[Release]:
        """Every word about released days, in the order of arrival; those that had arrived by then."""
        rows = self.connection.execute(text("SELECT * FROM calendars ORDER BY number")).mappings()
        return [release_of(row) for row in rows if heard_by is None or row["heard_at"] <= heard_by.timestamp()]

    def add_release(self, release: Release, heard_at: datetime) -> None:
        self.connection.execute(_ADD_RELEASE, release_row(release) | {"heard_at": heard_at.timestamp()})

    # --- clock rules --------------------------------------------------------------------------------------------------

    def settings(self) -> list[Setting]:
        """Every limit that was set, by authority and in the order of its words."""
        rows = self.connection.execute(text("SELECT * FROM rule_settings ORDER BY authority, number, rule")).mappings()
        return [setting_of(row) for row in rows]

    def add_settings(self, settings: Iterable[Setting]) -> None:
        self.connection.execute(_ADD_SETTING, [setting_row(one) for one in settings])

    def is_empty(self) -> bool:
        """Whether nothing was heard here yet."""
        return self.connection.execute(text("SELECT 1 FROM facts LIMIT 1")).scalar() is None
