"""Tables of complaints: the complaints themselves, and as much of the record as it takes to check one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
)

from services.complaints.domain import alike
from services.contracts.names import folded
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ZONE, ComplaintState, ComplaintStepKind
from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)

# --- the record, as heard ---------------------------------------------------------------------------------------------

projects = Table(
    "projects",
    metadata,
    Column("project_code", String(200), primary_key=True),
    Column("project_name", String(200), nullable=False),
    Column("squeezed", Text, nullable=False),
    Column("owner_name", String(200), nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("case_no", String(120), primary_key=True),
    Column("project_code", String(200), nullable=False, index=True),
    Column("project_name", String(200), nullable=False),
    Column("matter_code", String(200), nullable=False),
    Column("matter_name", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("handler", String(200), nullable=False),
    Column("status", String(60), nullable=False),
    Column("blzt", Integer),
    Column("received_at", Float, nullable=False),
)

# Correction notices: how often and how much was asked for is evidence.
notices = Table(
    "notices",
    metadata,
    Column("case_no", String(120), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("told_at", Float, nullable=False),
    Column("defects", Integer, nullable=False),
    Column("old_defects", Integer, nullable=False),
)

clocks = Table(
    "clocks",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("clock_kind", String(60), nullable=False),
    Column("about", String(120), nullable=False, index=True),
    Column("department", String(200), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("due_on", String(10)),
    Column("due_at", Float),
    # The first moment at which it is yellow; empty in rows that were heard before version 0.2.0.
    Column("yellow_at", Float),
    Column("provisional", Boolean, nullable=False, default=False),
    # The light that was last told of these moments; the light itself is derived. Empty: nothing was told yet.
    Column("told", String(10)),
    Column("stopped_at", Float),
    Column("overdue_working_days", Integer),
    Column("on_time", Boolean),
)

# --- complaints -------------------------------------------------------------------------------------------------------

complaints = Table(
    "complaints",
    metadata,
    Column("complaint_no", String(40), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    Column("serial", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("urgency", String(20), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("work_order_no", String(200), unique=True),
    Column("place", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("matter_code", String(200)),
    Column("matter_name", String(200)),
    Column("project_code", String(200)),
    Column("project_name", String(200)),
    Column("check", String(20), nullable=False),
    # What the record showed at that moment, as JSON: later facts do not change the evidence.
    Column("evidence", Text, nullable=False),
    Column("received_at", Float, nullable=False),
    Column("registered_at", Float, nullable=False),
    Column("registered_by", String(200), nullable=False),
    # The partner that brought it in (`Caller.bearer`); empty: somebody of ours did, or it came from above.
    Column("brought_by", String(80), nullable=False, server_default=""),
    Column("last_step_at", Float, nullable=False),
    Column("upheld", Boolean),
    Column("satisfied", Boolean),
    # The authority below that has it; empty while it is with us.
    Column("held_by", String(6)),
    # Whoever sent it down to us, its number there, and the n-th time of its sending.
    Column("from_above", String(6)),
    Column("number_above", String(40)),
    Column("round_above", Integer),
    # These three never leave this store but masked, or on the record.
    Column("text", Text, nullable=False),
    Column("name", String(200)),
    Column("phone", String(60)),
    UniqueConstraint("number_above", name="complaints_number_above"),
)

steps = Table(
    "steps",
    metadata,
    Column("complaint_no", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("step", String(20), nullable=False),
    Column("occurred_at", Float, nullable=False),
    Column("recorded_at", Float, nullable=False),
    Column("person", String(60), nullable=False),
    Column("department", String(80), nullable=False),
    Column("dispatched_to", String(200)),
    Column("text", Text),
    Column("upheld", Boolean),
    Column("satisfied", Boolean),
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("complaint_no", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("shown_to", String(200), nullable=False),
    Column("token_id", String(200), nullable=False),
    Column("purpose", String(200), nullable=False),
)

#: How many matching cases are kept as evidence; a complaint that fits more names a whole programme, not a case.
MOST_EVIDENCE = 50


class Record:
    """The record as this service has heard it."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def change_clocks_about(self, about: str, values: Mapping[str, Any]) -> None:
        """The same for all clocks about a case that still run."""
        running = (clocks.c.about == about, clocks.c.stopped_at.is_(None))
        self._db.execute(clocks.update().where(*running).values(**values))

    def projects_of(self, code: str | None, name: str | None) -> list[RowMapping]:
        """The projects that somebody may mean: by code; by name where the code says nothing here."""
        if code:
            found = self._db.execute(select(projects).where(projects.c.project_code == code)).mappings().all()
            if found:
                return list(found)
        if not name:
            return []
        wanted = folded(name)
        # The exact comparison is the domain's; SQL only leaves out what cannot fit.
        rows = self._db.execute(
            select(projects)
            .where(
                or_(
                    projects.c.squeezed.contains(wanted, autoescape=True),
                    func.length(projects.c.squeezed) <= len(wanted),
                )
            )
            .order_by(projects.c.project_code)
        )
        return [row for row in rows.mappings() if alike(name, row["project_name"])]

    def cases_of(self, codes: Sequence[str]) -> list[RowMapping]:
        """The cases of these projects, newest first."""
        return self._all(
            select(cases).order_by(cases.c.received_at.desc(), cases.c.case_no), cases.c.project_code, codes
        )

    def notices_of(self, case_nos: Sequence[str]) -> list[RowMapping]:
        return self._all(select(notices).order_by(notices.c.round), notices.c.case_no, case_nos)

    def clocks_about(self, abouts: Sequence[str]) -> list[RowMapping]:
        return self._all(select(clocks).order_by(clocks.c.started_at, clocks.c.clock_id), clocks.c.about, abouts)

    def _all(self, query: Any, column: Column[Any], keys: Sequence[str]) -> list[RowMapping]:
        found: list[RowMapping] = []
        for start in range(0, len(keys), 500):
            found += self._db.execute(query.where(column.in_(keys[start : start + 500]))).mappings().all()
        return found


ComplaintRow = dict[str, Any]
"""A row of `complaints`."""


class Complaints:
    """The complaints of this authority, with who made them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def next_number(self, authority: str, now: datetime) -> dict[str, Any]:
        """The next number of the year, such as 150424-T2026-000001, with year and serial: the first of its columns."""
        year = now.astimezone(ZONE).year
        last = self._db.execute(select(func.max(complaints.c.serial)).where(complaints.c.year == year)).scalar()
        serial = int(last or 0) + 1
        return {"complaint_no": f"{authority}-T{year}-{serial:06d}", "year": year, "serial": serial}

    def by_work_order(self, work_order_no: str) -> str | None:
        """The number of the complaint that was registered under this 12345 work order."""
        found = self._db.execute(
            select(complaints.c.complaint_no).where(complaints.c.work_order_no == work_order_no)
        ).scalar()
        return None if found is None else str(found)

    def add(self, values: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> None:
        kept = json.dumps(list(evidence), ensure_ascii=False)
        self._db.execute(complaints.insert().values(**values, evidence=kept))

    def get(self, complaint_no: str) -> RowMapping | None:
        return (
            self._db.execute(select(complaints).where(complaints.c.complaint_no == complaint_no))
            .mappings()
            .one_or_none()
        )

    def change(self, complaint_no: str, values: Mapping[str, Any]) -> None:
        self._db.execute(complaints.update().where(complaints.c.complaint_no == complaint_no).values(**values))

    def succeed(self, department: str, successor: str) -> None:
        """What a department of ours has still to answer is its successor's."""
        theirs = (complaints.c.department == department, complaints.c.held_by.is_(None))
        is_open = complaints.c.state.not_in([ComplaintState.CLOSED.value, ComplaintState.GIVEN_BACK.value])
        self._db.execute(complaints.update().where(*theirs, is_open).values(department=successor))

    def steps_of(self, complaint_no: str) -> Sequence[RowMapping]:
        query = select(steps).where(steps.c.complaint_no == complaint_no).order_by(steps.c.number)
        return self._db.execute(query).mappings().all()

    def add_step(
        self,
        complaint_no: str,
        step: ComplaintStepKind,
        person: RecordedPerson,
        occurred_at: datetime,
        recorded_at: datetime,
        *,
        dispatched_to: str | None = None,
        text: str | None = None,
        upheld: bool | None = None,
        satisfied: bool | None = None,
    ) -> None:
        """Something happened to a complaint, with both its times."""
        self._db.execute(
            steps.insert().values(
                complaint_no=complaint_no,
                number=self._count(steps, complaint_no) + 1,
                step=step.value,
                occurred_at=occurred_at.timestamp(),
                recorded_at=recorded_at.timestamp(),
                person=person.name,
                department=person.department,
                dispatched_to=dispatched_to,
                text=text,
                upheld=upheld,
                satisfied=satisfied,
            )
        )

    def disclosures_of(self, complaint_no: str) -> Sequence[RowMapping]:
        query = select(disclosures).where(disclosures.c.complaint_no == complaint_no).order_by(disclosures.c.number)
        return self._db.execute(query).mappings().all()

    def add_disclosure(self, complaint_no: str, values: Mapping[str, Any]) -> None:
        number = self._count(disclosures, complaint_no) + 1
        self._db.execute(disclosures.insert().values(complaint_no=complaint_no, number=number, **values))

    def _count(self, table: Table, complaint_no: str) -> int:
        query = select(func.count()).select_from(table).where(table.c.complaint_no == complaint_no)
        return int(self._db.execute(query).scalar_one())

    def listed(self, filters: Mapping[str, str], q: str | None, after: str | None, limit: int) -> Sequence[RowMapping]:
        """Newest first; `q` looks into number, work order, place, project and matter, never into who complained."""
        query = select(complaints).order_by(complaints.c.complaint_no.desc()).limit(limit)
        for name, value in filters.items():
            query = query.where(complaints.c[name] == value)
        if q:
            fields = ("complaint_no", "work_order_no", "place", "project_code", "project_name", "matter_name")
            query = query.where(or_(*(complaints.c[field].contains(q, autoescape=True) for field in fields)))
        if after:
            query = query.where(complaints.c.complaint_no < after)
        return self._db.execute(query).mappings().all()

    def counted(self) -> Sequence[tuple[str, str, str, int]]:
        """(state, kind, check, count)."""
        keys = (complaints.c.state, complaints.c.kind, complaints.c.check)
        rows = self._db.execute(select(*keys, func.count()).group_by(*keys))
        return [(state, kind, check, int(count)) for state, kind, check, count in rows]
