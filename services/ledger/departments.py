"""The authority's departments as the ledger's own entries tell of them: what a list can be asked for by."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, select

from services.contracts.offices import Department, DepartmentClosed, DepartmentOpened, objection_to, spelt
from services.ledger.store import entries, lines
from services.plumbing.switchboard import Office

#: Every entry of a department is about `department/` and its name; `0` is the sign behind the slash.
_FIRST, _BEHIND = "department/", "department0"
_STEMS: Final = (DepartmentOpened.stem, DepartmentClosed.stem)


def asked_for(office: Office, wanted: str | None, *, elsewhere: bool) -> str | None:
    """The department of a filter as it is spelt here; a problem where there is none. `elsewhere`: the list is not ours
    alone, and of others' departments we know no more than their lines say."""
    if not wanted:
        return None
    known = _known(office.connection)
    if not known:
        return wanted
    name = spelt(wanted, known)
    if name in known or _has_lines(office.connection, wanted, ours_alone=not elsewhere):
        return name
    if (against := objection_to(wanted, known)) is not None:
        office.problems.add("department", against.template, **against.params)
    return name


def _known(connection: Connection) -> dict[str, Department]:
    told = (
        select(entries.c.stem, entries.c.body)
        .where(entries.c.about >= _FIRST, entries.c.about < _BEHIND, entries.c.stem.in_(_STEMS))
        .order_by(entries.c.idx)
    )
    known: dict[str, Department] = {}
    for stem, body in connection.execute(told):
        one = _told(stem, json.loads(body)["data"])
        known[one.name] = one
    return known


def _told(stem: str, data: Mapping[str, Any]) -> Department:
    if stem == DepartmentOpened.stem:
        return Department(data["department"], tuple(data.get("short_names", ())))
    closed_on = date.fromisoformat(data["closed_on"])
    return Department(data["department"], closed_on=closed_on, successor=data["successor"])


def _has_lines(connection: Connection, department: str, *, ours_alone: bool) -> bool:
    of_it = select(lines.c.case_no).where(lines.c.department == department)
    found = of_it.where(lines.c.authority == "") if ours_alone else of_it
    return connection.execute(found.limit(1)).first() is not None
