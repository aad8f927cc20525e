"""Tables of reporting: every fact with its moment, findings, and frozen figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
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
    UniqueConstraint,
    false,
    func,
    select,
    text,
)

from services.plumbing.departments import keep_departments
from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)

# --- facts with their moments -----------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("case_no", String(120), primary_key=True),
    Column("project_code", String(200), nullable=False),
    Column("project_name", String(200), nullable=False),
    Column("matter_code", String(200), nullable=False),
    Column("matter_name", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("channel", String(200), nullable=False),
    # From which moment on it counts: 0 for always, empty while its department has not signed for it.
    Column("counts_since", Float, server_default="0"),
    # When its department signed for it: what was on record by then counts as it says.
    Column("signed_at", Float, nullable=False, server_default="0"),
    # When its receipt was recorded; empty: not told.
    Column("recorded_at", Float),
    # It is decided at once: its promised limit is 0.
    Column("at_once", Boolean, nullable=False, server_default=false()),
)

# `number` is the sequence of the fact in its source: two facts of one kind never share it.
case_steps = Table(
    "case_steps",
    metadata,
    Column("case_no", String(120), primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("occurred_at", Float, nullable=False),
    Column("responsible", String(60)),
    # When it was recorded (empty: not told), and whether the day that it names counts all the same.
    Column("recorded_at", Float),
    Column("proven", Boolean, nullable=False, server_default=text("FALSE")),
    # Who entered it, where that was an officer of the authority.
    Column("person", String(200)),
    Index("case_steps_person", "recorded_at", "person"),
    Index("case_steps_kind", "kind", "case_no", "occurred_at"),
)

clocks = Table(
    "clocks",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("clock_kind", String(60), nullable=False),
    Column("about_kind", String(20), nullable=False),
    Column("about", String(120), nullable=False),
    Column("department", String(200), nullable=False),
    Column("responsible", String(60), nullable=False),
    # The last stop; empty while it runs. Only to leave out what a month cannot need.
    Column("stopped_at", Float, index=True),
    # It should never have run (a late entry took its reason away): it counts nowhere.
    Column("set_aside", Boolean, nullable=False, default=False),
)

clock_facts = Table(
    "clock_facts",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("what", String(20), nullable=False),
    Column("occurred_at", Float, nullable=False),
    Column("due_on", String(10)),
    Column("due_at", Float),
    Column("overdue_working_days", Integer),
    Column("on_time", Boolean),
    # Of a stop that was entered late: the day that it names, while `occurred_at` is its recording.
    Column("named_at", Float),
    Column("left_working_days", Integer),
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    Column("complaint_no", String(120), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("occurred_at", Float, nullable=False, index=True),
    Column("without_case", Boolean, nullable=False, default=False),
    Column("upheld", Boolean),
)

keep_departments(metadata)

# --- what reporting itself finds --------------------------------------------------------------------------------------

findings = Table(
    "findings",
    metadata,
    Column("finding_no", String(40), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("rule", String(60), nullable=False),
    Column("about", String(120), nullable=False),
    Column("round", Integer, nullable=False),
    Column("department", String(200), nullable=False),
    Column("state", String(20), nullable=False, default="open"),
    # JSON: what is filled into the rule's sentence, and what it rests on.
    Column("params", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("raised_at", Float, nullable=False),
    Column("settled_at", Float),
    Column("settled_by", String(200)),
    Column("reason", Text),
    # From when on it counts in scores; empty: never.
    Column("counts_from", Float),
    # The word of the department concerned, and of the body that looked into it once more.
    Column("statement", Text),
    Column("stated_at", Float),
    Column("stated_by", String(200)),
    Column("review", Text),
    Column("reviewed_at", Float),
    Column("reviewed_by", String(200)),
    UniqueConstraint("rule", "about", "round", name="findings_once"),
    Index("findings_number", "year", "serial"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("snapshot_no", String(40), primary_key=True),
    Column("month", String(7), nullable=False),
    Column("number", Integer, nullable=False),
    Column("as_of", String(40), nullable=False),
    Column("running", Boolean, nullable=False),
    Column("frozen_at", Float, nullable=False),
    Column("frozen_by", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    # Canonical JSON (RFC 8785), exactly the bytes that the digest was taken of.
    Column("content", Text, nullable=False),
    UniqueConstraint("month", "number", name="snapshots_number"),
)

Row = Mapping[str, Any]


def last_serial(connection: Connection, year: int) -> int:
    """The highest number that a finding of this year has; 0 before the first."""
    return int(connection.execute(select(func.max(findings.c.serial)).where(findings.c.year == year)).scalar() or 0)


class Findings:
    """The findings, as they are looked up and settled."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, finding_no: str) -> RowMapping | None:
        query = select(findings).where(findings.c.finding_no == finding_no)
        return self._db.execute(query).mappings().one_or_none()

    def change(self, finding_no: str, values: Mapping[str, Any]) -> None:
        self._db.execute(findings.update().where(findings.c.finding_no == finding_no).values(**values))

    def listed(self, filters: Mapping[str, str], after: str | None, limit: int) -> Sequence[RowMapping]:
        """Newest first."""
        query = select(findings).order_by(findings.c.finding_no.desc()).limit(limit)
        for name, value in filters.items():
            query = query.where(findings.c[name] == value)
        if after:
            query = query.where(findings.c.finding_no < after)
        return self._db.execute(query).mappings().all()


class Snapshots:
    """Frozen figures: added, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def next_number(self, month: str) -> int:
        last = self._db.execute(select(func.max(snapshots.c.number)).where(snapshots.c.month == month)).scalar()
        return int(last or 0) + 1

    def add(self, values: Mapping[str, Any]) -> None:
        self._db.execute(snapshots.insert().values(**values))

    def get(self, snapshot_no: str) -> RowMapping | None:
        query = select(snapshots).where(snapshots.c.snapshot_no == snapshot_no)
        return self._db.execute(query).mappings().one_or_none()

    def listed(self) -> Sequence[RowMapping]:
        """Newest month first, all but their content."""
        columns = [column for column in snapshots.c if column.name != "content"]
        query = select(*columns).order_by(snapshots.c.month.desc(), snapshots.c.number.desc())
        return self._db.execute(query).mappings().all()


def some(connection: Connection, query: Any, column: Column[Any], keys: Sequence[str]) -> list[RowMapping]:
    """The rows whose column is one of these keys, asked for in portions that every database takes."""
    found: list[RowMapping] = []
    for start in range(0, len(keys), 500):
        found += connection.execute(query.where(column.in_(keys[start : start + 500]))).mappings().all()
    return found
