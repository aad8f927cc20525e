"""Lists of projects, with or without a case, and how much stands on every saved list."""

import json
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_

from services.contracts.lists import SavedList
from services.contracts.names import folded
from services.contracts.vocabulary import Library
from services.ledger import lists
from services.ledger.domain import LineStanding
from services.ledger.library import projects
from services.ledger.lists import UNKNOWN_YEAR, Years
from services.ledger.store import lines
from services.ledger.views import ALL, check_choice, whose
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office

_USUAL: Final = 50
_OF_PROJECTS: Final = tuple(one.value for one in SavedList if one.is_of_projects)
_TOLD: Final = (
    *("project_code", "project_name", "owner_name", "library"),
    *("initiated_on", "started_on", "registered_on", "cases", "open"),
)
_LINES_OF_IT: Final = and_(
    lines.c.project_code == projects.c.project_code, lines.c.authority == projects.c.authority, lines.c.state != ""
)


def projects_of(
    office: Office,
    *,
    saved: str | None = None,
    authority: str | None = None,
    since: int | None = None,
    initiated_in: int | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """A page of a list of projects, the newest initiation first (plan, P0-01); without `saved` of all that are here.

    `authority` and `since` as in the list of lines; `since` is the first year of initiation that counts.
    """
    check_choice(office, "saved", saved, _OF_PROJECTS)
    years = Years.asked(office, since, None, initiated_in, saved)
    page = Page.asked(office.problems, cursor, limit or _USUAL)
    after = _after(office, page.after)
    office.problems.refuse()
    wanted = [*_whose(office, authority), *_conditions(saved), *years.of_projects()]
    if words := folded(q or ""):
        wanted.append(projects.c.found_by.contains(words, autoescape=True))
    order = (projects.c.initiated_in, projects.c.project_code, projects.c.authority)
    if after is not None:
        wanted.append(tuple_(*order) < tuple_(*after))
    number = select(func.count()).where(_LINES_OF_IT)
    counted = (
        number.scalar_subquery().label("cases"),
        number.where(lines.c.standing == LineStanding.OPEN.value).scalar_subquery().label("open"),
    )
    query = select(projects, *counted).where(*wanted).order_by(*(column.desc() for column in order))
    rows = office.connection.execute(query.limit(page.limit + 1)).mappings().all()
    return page.cut(
        rows, lambda row: json.dumps([row[column.name] for column in order]), lambda row: _told(office, row)
    )


def counts(office: Office, *, authority: str | None = None, since: int | None = None) -> dict[str, Any]:
    """Every saved list with how much stands on it, from a year on (left out: the plan's)."""
    years = Years.asked(office, since, None, None, SavedList.PENDING)
    office.problems.refuse()
    items = []
    for one in SavedList:
        if one.is_of_projects:
            query = select(func.count()).select_from(projects)
            wanted = [*_whose(office, authority), *_conditions(one), *years.of_projects()]
        else:
            query = select(func.count()).select_from(lines)
            wanted = [*whose(office, authority), *lists.conditions(one), *years.of_lines()]
        count = office.connection.execute(query.where(*wanted)).scalar_one()
        items.append({"list": one.value, "list_name": one.msgid, "count": int(count)})
    return {"since": years.since, "items": items}


def _conditions(saved: str | None) -> list[ColumnElement[bool]]:
    """What a project has to be to stand on this list; a removed one stands on none.

    Initiated is what has a day of initiation, or stands in the active library: what is only reserved is planned.
    """
    if saved is None:
        return []
    there = projects.c.library != Library.REMOVED.value
    if saved == SavedList.STARTED:
        return [there, projects.c.started_on.is_not(None)]
    initiated = or_(projects.c.initiated_on.is_not(None), projects.c.library == Library.ACTIVE.value)
    if saved == SavedList.NOT_STARTED:
        return [there, initiated, projects.c.started_on.is_(None)]
    return [there, initiated, ~exists().where(_LINES_OF_IT)]


def _whose(office: Office, authority: str | None) -> list[ColumnElement[bool]]:
    if authority == ALL:
        return []
    return [projects.c.authority == ("" if authority in (None, office.authority) else authority)]


def _told(office: Office, row: Any) -> dict[str, Any]:
    year = row["initiated_in"]
    return {name: row[name] for name in _TOLD} | {
        "authority": row["authority"] or office.authority,
        "initiated_in": None if year == UNKNOWN_YEAR else year,
    }


def _after(office: Office, after: str | None) -> tuple[Any, ...] | None:
    if after is None:
        return None
    try:
        match json.loads(after):
            case [int() as year, str() as code, str() as authority]:
                return year, code, authority
    except ValueError:
        pass  # answered below like any other cursor that is not ours
    office.problems.add("cursor", "This is not a cursor of this list in this order.")
    return None
