"""Tables of departments and of the people whom they have named, and the cases that these have in hand."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from services.contracts.offices import Department
from services.contracts.vocabulary import DUTIES, StepKind
from services.intake.domain import Case
from services.intake.offices.domain import Appointment
from services.intake.steps import RULES
from services.intake.store import as_case
from services.intake.tables import cases, metadata

# The departments that this authority has or had.
departments = Table(
    "departments",
    metadata,
    Column("name", String(80), primary_key=True),
    # Empty where nobody has said since when.
    Column("opened_on", String(10)),
    Column("closed_on", String(10)),
    Column("successor", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    # JSON list.
    Column("short_names", Text, nullable=False),
    Column("is_front_office", Integer, nullable=False),
    Column("entered_at", Float, nullable=False),
)

# The people whom departments have named; a person who comes back is another row.
officers = Table(
    "officers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(60), nullable=False),
    Column("department", String(80), nullable=False),
    # JSON list of roles.
    Column("duties", Text, nullable=False),
    Column("appointed_on", String(10), nullable=False),
    Column("dismissed_on", String(10)),
    Column("away_from", String(10)),
    Column("away_until", String(10)),
    Index("officers_by_department", "department", "name"),
)

#: Where somebody still has to do something: the states in which a case can be given to another person.
OPEN = frozenset(state.value for state in RULES[StepKind.REASSIGN].allowed_from)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _department(row: RowMapping) -> Department:
    return Department(
        name=row["name"],
        short_names=tuple(json.loads(row["short_names"])),
        opened_on=_day(row["opened_on"]),
        closed_on=_day(row["closed_on"]),
        successor=row["successor"],
        is_front_office=bool(row["is_front_office"]),
    )


def _appointment(row: RowMapping) -> Appointment:
    return Appointment(
        name=row["name"],
        department=row["department"],
        duties=tuple(duty for duty in DUTIES if duty in json.loads(row["duties"])),
        appointed_on=date.fromisoformat(row["appointed_on"]),
        dismissed_on=_day(row["dismissed_on"]),
        away_from=_day(row["away_from"]),
        away_until=_day(row["away_until"]),
    )


class Offices:
    """The questions that handlers ask of these tables, and what they write down."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- departments ---

    def departments(self) -> dict[str, Department]:
        """All that there are or were, by name."""
        rows = self._connection.execute(select(departments).order_by(departments.c.name)).mappings()
        return {row["name"]: _department(row) for row in rows}

    def reasons(self) -> dict[str, str]:
        """Why departments were closed."""
        rows = self._connection.execute(select(departments.c.name, departments.c.reason)).all()
        return {row.name: row.reason for row in rows}

    def keep(self, one: Department, at: datetime) -> None:
        """A department as it is now; a new one is entered."""
        row: dict[str, Any] = {
            "opened_on": _text(one.opened_on),
            "closed_on": _text(one.closed_on),
            "successor": one.successor,
            "short_names": json.dumps(one.short_names, ensure_ascii=False),
            "is_front_office": int(one.is_front_office),
        }
        changed = self._connection.execute(update(departments).where(departments.c.name == one.name).values(**row))
        if not changed.rowcount:
            row |= {"name": one.name, "reason": "", "entered_at": at.timestamp()}
            self._connection.execute(insert(departments), row)

    def close(self, name: str, on: date, successor: str, reason: str) -> None:
        """A department ends in another."""
        told = {"closed_on": on.isoformat(), "successor": successor, "reason": reason}
        self._connection.execute(update(departments).where(departments.c.name == name).values(**told))

    # --- people ---

    def appointments(self) -> list[Appointment]:
        """Everybody who was ever named, the last named last."""
        return [
            _appointment(row) for row in self._connection.execute(select(officers).order_by(officers.c.id)).mappings()
        ]

    def appoint(self, new: Sequence[Appointment]) -> None:
        """Departments have named these people."""
        rows = [
            {
                "name": one.name,
                "department": one.department,
                "duties": json.dumps([duty.value for duty in one.duties]),
                "appointed_on": one.appointed_on.isoformat(),
                "dismissed_on": _text(one.dismissed_on),
                "away_from": _text(one.away_from),
                "away_until": _text(one.away_until),
            }
            for one in new
        ]
        if rows:
            self._connection.execute(insert(officers), rows)

    def change(self, one: Appointment) -> None:
        """What is said otherwise of somebody who is named and not dismissed yet."""
        told = {
            "duties": json.dumps([duty.value for duty in one.duties]),
            "dismissed_on": _text(one.dismissed_on),
            "away_from": _text(one.away_from),
            "away_until": _text(one.away_until),
        }
        own = (officers.c.department == one.department, officers.c.name == one.name, officers.c.dismissed_on.is_(None))
        self._connection.execute(update(officers).where(*own).values(**told))

    # --- cases ---

    def open_of(self, department: str) -> list[Case]:
        """The open cases of a department, by number."""
        return self._open(cases.c.department == department)

    def open_with(self, name: str, department: str) -> list[Case]:
        """The open cases that a person has in hand, by number."""
        return self._open(cases.c.handler_name == name, cases.c.handler_department == department)

    def _open(self, *which: Any) -> list[Case]:
        rows = self._connection.execute(
            select(cases).where(cases.c.state.in_(OPEN), *which).order_by(cases.c.case_no)
        ).mappings()
        return [as_case(row) for row in rows]

    def departments_of_cases(self) -> list[str]:
        """The departments that have open cases."""
        query = select(cases.c.department).where(cases.c.state.in_(OPEN)).distinct().order_by(cases.c.department)
        return list(self._connection.execute(query).scalars())

    def in_hand(self) -> Mapping[tuple[str, str], int]:
        """How many open cases each person has: by department and name."""
        who = (cases.c.handler_department, cases.c.handler_name)
        rows = self._connection.execute(
            select(*who, func.count()).where(cases.c.state.in_(OPEN)).group_by(*who).order_by(*who)
        )
        return {(department, name): int(count) for department, name, count in rows}

    def open_counts(self) -> Mapping[str, int]:
        """How many open cases each department has."""
        rows = self._connection.execute(
            select(cases.c.department, func.count()).where(cases.c.state.in_(OPEN)).group_by(cases.c.department)
        )
        return {department: int(count) for department, count in rows}
