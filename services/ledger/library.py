"""Projects as the ledger knows them, with or without a case: initiated, started, moved, and what was applied for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Text, select

from services.contracts.cases import CaseReceived, ProjectChanged, ProjectFact, ProjectMoved, ProjectRegistered
from services.contracts.envelope import Event
from services.contracts.names import folded
from services.contracts.vocabulary import ZONE, Library
from services.ledger.store import metadata

# One row per project and authority that has told of it (empty: we ourselves).
projects = Table(
    "projects",
    metadata,
    Column("authority", String(6), primary_key=True),
    Column("project_code", String(200), primary_key=True),
    Column("project_name", String(200), nullable=False),
    Column("owner_name", String(200), nullable=False),
    Column("library", String(10), nullable=False),
    Column("initiated_on", String(10)),
    Column("started_on", String(10)),
    # Of its initiation; where nobody has named the day, that of its code.
    Column("initiated_in", Integer, nullable=False),
    Column("registered_on", String(10), nullable=False),
    # Code, name and owner as they are compared, one a line.
    Column("found_by", Text, nullable=False),
    Index("projects_initiated", "authority", "initiated_in", "project_code"),
)
Row = dict[str, Any]
_LATEST: Final = 99


def year_of(project_code: str, initiated_on: str | None) -> int:
    """The year of a project's initiation: of the day where it is known, else of the code, which is given then.

    `2020-150424-...` begins with the year, `2509-150424-...` with year and month; 0 where a code says neither.
    """
    if initiated_on:
        return int(initiated_on[:4])
    head = project_code[:4]
    if not (head.isascii() and head.isdecimal() and project_code[4:5] == "-"):
        return 0
    year, month = int(head[:2]), int(head[2:])
    is_newer_form = 21 <= year <= _LATEST and 1 <= month <= 12
    return 2000 + year if is_newer_form else int(head)


def follow(connection: Connection, happened: Sequence[tuple[Event, datetime]], authority: str = "") -> None:
    """The projects of `authority` (empty: our own) follow these facts."""
    told = [(event, at) for event, at in happened if isinstance(event, ProjectFact | CaseReceived)]
    if not told:
        return
    known = _known(connection, {event.project_code for event, _ in told}, authority)
    before = {code: dict(row) for code, row in known.items()}
    for event, at in told:
        row = known.setdefault(event.project_code, _new(event.project_code, authority, at))
        _apply(row, event)
    if new := [row for code, row in known.items() if code not in before]:
        connection.execute(projects.insert(), new)
    for code, row in before.items():
        if row != known[code]:
            key = (projects.c.authority == authority, projects.c.project_code == code)
            connection.execute(projects.update().where(*key).values(known[code]))


def _known(connection: Connection, codes: Iterable[str], authority: str) -> dict[str, Row]:
    wanted, found, at_once = sorted(codes), dict[str, Row](), 400
    for start in range(0, len(wanted), at_once):
        part = projects.c.project_code.in_(wanted[start : start + at_once])
        rows = connection.execute(select(projects).where(projects.c.authority == authority, part)).mappings()
        found |= {row["project_code"]: dict(row) for row in rows}
    return found


def _new(code: str, authority: str, at: datetime) -> Row:
    return {
        "authority": authority,
        "project_code": code,
        "library": Library.ACTIVE.value,
        "initiated_on": None,
        "started_on": None,
        "registered_on": at.astimezone(ZONE).date().isoformat(),
    }


def _apply(row: Row, event: Event) -> None:
    match event:
        case ProjectRegistered() | ProjectChanged():
            row |= {"project_name": event.project_name, "owner_name": event.owner_name}
            for name in ("initiated_on", "started_on"):
                # a fact of an earlier version says nothing of these days, and takes none of them back
                if (day := getattr(event, name)) is not None:
                    row[name] = day.isoformat()
        case CaseReceived() if "project_name" not in row:
            row |= {"project_name": event.project_name, "owner_name": event.owner_name}
    if isinstance(event, ProjectRegistered | ProjectMoved):
        row["library"] = event.library.value
    row.setdefault("project_name", row["project_code"])
    row.setdefault("owner_name", "")
    row["initiated_in"] = year_of(row["project_code"], row["initiated_on"])
    row["found_by"] = "\n".join(("", *(folded(row[one]) for one in ("project_code", "project_name", "owner_name")), ""))
