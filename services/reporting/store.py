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
    Column("year", Integer, nullable=False, index=True),
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
    UniqueConstraint("rule", "about", "round", name="findings_once"),
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


#: Made once: these are said for every fact, and making a statement costs more than running it.
_ADD = {table: table.insert() for table in (cases, case_steps, complaint_steps, clock_facts)}
_PUT_CLOCK = text(
    "INSERT INTO clocks (clock_id, clock_kind, about_kind, about, department, responsible, set_aside)"
    " VALUES (:clock_id, :clock_kind, :about_kind, :about, :department, :responsible, FALSE)"
    " ON CONFLICT (clock_id) DO UPDATE SET department = excluded.department,"
    " responsible = excluded.responsible, stopped_at = NULL, set_aside = FALSE"
)


class Facts:
    """What was heard, as it is written down and looked up again."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_case(self, row: Row) -> None:
        self._db.execute(_ADD[cases], dict(row))

    def count_case(self, case_no: str, since: float) -> None:
        """The case counts from this moment on, in seconds since 1970-01-01 UTC."""
        self._db.execute(cases.update().where(cases.c.case_no == case_no).values(counts_since=since))

    def is_unconfirmed(self, case_no: str) -> bool:
        """Whether the case is on record and does not count yet."""
        query = select(cases.c.case_no).where(cases.c.case_no == case_no, cases.c.counts_since.is_(None))
        return self._db.execute(query).first() is not None

    def add_case_step(self, row: Row) -> None:
        self._db.execute(_ADD[case_steps], dict(row))

    def add_complaint_step(self, row: Row) -> None:
        self._db.execute(_ADD[complaint_steps], dict(row))

    def add_clock_fact(self, row: Row) -> None:
        self._db.execute(_ADD[clock_facts], dict(row))

    def put_clock(self, row: Row) -> None:
        """A clock runs; one that was set aside may start again."""
        self._db.execute(_PUT_CLOCK, dict(row))

    def stop_clock(self, clock_id: str, at: float, *, set_aside: bool) -> None:
        """A clock stopped at this moment, in seconds since 1970-01-01 UTC."""
        this_one = clocks.c.clock_id == clock_id
        self._db.execute(clocks.update().where(this_one).values(stopped_at=at, set_aside=set_aside))

    def channel_of(self, case_no: str) -> str:
        """By which way a case came in; empty for one that is not on record."""
        return self._of_case(cases.c.channel, case_no)

    def department_of(self, case_no: str) -> str:
        """Whose case it is; empty for one that is not on record."""
        return self._of_case(cases.c.department, case_no)

    def _of_case(self, column: Column[Any], case_no: str) -> str:
        return str(self._db.execute(select(column).where(cases.c.case_no == case_no)).scalar() or "")


class Findings:
    """The findings and their numbers."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def next_serial(self, year: int) -> int:
        last = self._db.execute(select(func.max(findings.c.serial)).where(findings.c.year == year)).scalar()
        return int(last or 0) + 1

    def raised(self, rule: str, about: str, round: int) -> RowMapping | None:
        """The finding of this rule about this subject and round, where it was raised before."""
        table = findings.c
        query = select(findings).where(table.rule == rule, table.about == about, table.round == round)
        return self._db.execute(query).mappings().one_or_none()

    def add(self, row: Row) -> None:
        self._db.execute(findings.insert().values(**row))

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
