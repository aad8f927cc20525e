"""Departments of the authority, as a service that does not keep them has heard of them: one table and its reader."""

import json
from datetime import date
from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, select

from services.contracts.offices import Department

departments: Final = Table(
    "departments",
    MetaData(),
    Column("name", String(80), primary_key=True),
    # JSON list.
    Column("short_names", Text, nullable=False),
    Column("closed_on", String(10)),
    Column("successor", String(80), nullable=False),
)


def keep_departments(metadata: MetaData) -> None:
    """The table becomes one of a service's own."""
    departments.to_metadata(metadata)


class Departments:
    """The authority's departments, as they were heard of."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def known(self) -> dict[str, Department]:
        """All that were heard of, by name."""
        rows = self._db.execute(select(departments)).mappings()
        return {
            row["name"]: Department(
                name=row["name"],
                short_names=tuple(json.loads(row["short_names"])),
                closed_on=date.fromisoformat(row["closed_on"]) if row["closed_on"] else None,
                successor=row["successor"],
            )
            for row in rows
        }

    def put(self, one: Department) -> None:
        """A department as it is now."""
        self._db.execute(departments.delete().where(departments.c.name == one.name))
        row = {
            "name": one.name,
            "short_names": json.dumps(one.short_names, ensure_ascii=False),
            "closed_on": one.closed_on.isoformat() if one.closed_on else None,
            "successor": one.successor,
        }
        self._db.execute(departments.insert().values(**row))
