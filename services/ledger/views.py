"""Answers of the ledger: the list and its counts, the entries, the head, a case's time line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from services.contracts.actors import asked_for
from services.contracts.beginning import Counting
from services.contracts.names import folded
from services.contracts.vocabulary import ZONE, Light
from services.ledger import departments, lists
from services.ledger.domain import LIGHTS, NO_DAY, LineStanding, completion, state_name
from services.ledger.store import Book, entries, line_of, lines
from services.plumbing.errors import NotFound, Problem
from services.plumbing.pages import LONGEST, Page
from services.plumbing.switchboard import Office

_USUAL = 50
ALL = "all"
_ANOTHER = "another"
#: As a filter and as keys of an answer.
_LIGHTS = tuple(light.value for light in LIGHTS)
_STANDINGS = (*(standing.value for standing in LineStanding), ALL)

#: Name of an order -> the columns that it goes by; the running number decides among equals. `-due` turns it round.
_ORDERS: Mapping[str, tuple[Any, ...]] = {
    "due": (lines.c.due_on, lines.c.seq),
    "light": (lines.c.severity, lines.c.due_on, lines.c.seq),
    "received": (lines.c.received_on, lines.c.seq),
    "number": (lines.c.seq,),
}

#: Columns of the table that are no part of the answer.
_INNER = frozenset(
    (
        *("clocks", "severity", "standing", "turns_at", "told_light", "found_by", "named_by", "decision_due"),
        *("first_day", "unconfirmed", "ended_on"),
    )
)
_SHOWN = [column.name for column in lines.columns if column.name not in _INNER]


def list_lines(
    office: Office,
    *,
    department: str | None = None,
    matter: str | None = None,
    light: str | None = None,
    handler: str | None = None,
    authority: str | None = None,
    held_by: str | None = None,
    min_age_days: int | None = None,
    state: str | None = None,
    counting: str | None = None,
    saved: str | None = None,
    since: int | None = None,
    received_in: int | None = None,
    initiated_in: int | None = None,
    q: str | None = None,
    sort: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """A page of the list (plan, P0-01). `matter` is a code or an exact name; age counts calendar days since receipt.

    `saved` is the saved list of which it is a page; `since` the first year of receipt that counts, for a saved list the
    plan's where none is given. `received_in` and `initiated_in` are years, of the receipt and of the project's
    initiation.

    `authority` is the code of one authority of the subtree, or `all` for all of them; without it our own lines.
    `held_by` is the code of whoever has the case in hand, or `another`: somebody else than whose line it is.
    `sort` is one of due, light, received, number, with `-` in front for the other way round.
    """
    sort = sort or "due"
    order = _order(office, sort)
    check_choice(office, "state", state, _STANDINGS)
    check_choice(office, "counting", counting, tuple(Counting))
    check_choice(office, "light", light, (*_LIGHTS, Light.DONE))
    check_choice(office, "saved", saved, lists.OF_LINES)
    department = departments.asked_for(office, department, elsewhere=authority not in (None, office.authority))
    age = whole(office, "min_age_days", min_age_days, 0, 0, 36500)
    years = lists.Years.asked(office, since, received_in, initiated_in, saved)
    page = Page.asked(office.problems, cursor, limit or _USUAL)
    after = _values(office, page.after, sort)
    office.problems.refuse()

    wanted = [*whose(office, authority), *_standing(state, saved), *years.of_lines()]
    if held_by:
        wanted.append(_elsewhere(office) if held_by == _ANOTHER else lines.c.held_by == held_by)
    equal = {lines.c.department: department, lines.c.light: light, lines.c.counting: counting}
    wanted += [column == value for column, value in equal.items() if value]
    said = ((_is_matter, matter), (_matches, folded(q or "")), (_is_handler, folded(handler or "")))
    wanted += [matches(text) for matches, text in said if text]
    wanted += _aged(office, age)
    return _page(office, page, wanted, sort, order, after)


def _standing(state: str | None, saved: str | None) -> list[ColumnElement[bool]]:
    """Open lines, unless others are asked for; a saved list says itself which ones it has."""
    if saved is not None:
        return lists.conditions(saved)
    return [] if state == ALL else [lines.c.standing == (state or LineStanding.OPEN)]


def _aged(office: Office, days: int) -> list[ColumnElement[bool]]:
    """Lines received at least so many calendar days ago; 0 asks for nothing."""
    return [lines.c.received_on <= (office.now.date() - timedelta(days=days)).isoformat()] if days else []


def _page(
    office: Office,
    page: Page,
    wanted: list[ColumnElement[bool]],
    sort: str,
    order: tuple[Any, ...],
    after: list[Any] | None,
) -> dict[str, Any]:
    """The lines that are wanted, in this order, from behind these values of its columns on."""
    downward = sort.startswith("-")
    if after is not None:
        here, there = tuple_(*order), tuple_(*after)
        wanted = [*wanted, here < there if downward else here > there]
    ordered = [column.desc() if downward else column.asc() for column in order]
    rows = office.connection.execute(
        select(lines).where(and_(*wanted)).order_by(*ordered).limit(page.limit + 1)
    ).mappings()
    return page.cut(
        rows.all(), lambda row: json.dumps([sort, *(row[column.name] for column in order)]), partial(shown, office)
    )


def whose(office: Office, authority: str | None) -> list[ColumnElement[bool]]:
    """Lines that are shown, of that authority."""
    known = [lines.c.state != ""]
    if authority == ALL:
        return known
    return [*known, lines.c.authority == ("" if authority in (None, office.authority) else authority)]


def _elsewhere(office: Office) -> ColumnElement[bool]:
    """Another authority has the case in hand than the one whose line it is."""
    return lines.c.held_by != case((lines.c.authority == "", office.authority), else_=lines.c.authority)


def summary(office: Office, *, authority: str | None = None) -> dict[str, Any]:
    """How many lines are open, closed and struck; the open ones by light, department and matter.

    `authority` as in `list_lines`. `by_authority` says whose lines these totals are made of.
    """
    ours = whose(office, authority)
    counted = office.connection.execute(select(lines.c.standing, func.count()).where(*ours).group_by(lines.c.standing))
    standing = {name: int(count) for name, count in counted}
    departments = _counted(office, ours, lines.c.department)
    matters = _counted(office, ours, lines.c.matter_code, lines.c.matter_name)
    return {
        "by_light": {light: sum(row[light] for row in departments) for light in _LIGHTS},
        "by_department": departments,
        "by_matter": matters,
        "by_authority": by_authority(office, authority),
    } | {name.value: standing.get(name.value, 0) for name in LineStanding}


def by_authority(office: Office, authority: str | None = None) -> list[dict[str, Any]]:
    """Open lines by light of each authority that has lines, and how many of them are in somebody else's hands."""
    ours, is_open = whose(office, authority), lines.c.standing == LineStanding.OPEN.value
    counts = [_number(and_(is_open, lines.c.light == light)).label(light) for light in _LIGHTS]
    counts += [_number(lines.c.standing == name.value).label(name.value) for name in LineStanding]
    counts.append(_number(and_(is_open, _elsewhere(office))).label("elsewhere"))
    rows = office.connection.execute(
        select(lines.c.authority, *counts).where(*ours).group_by(lines.c.authority).order_by(lines.c.authority)
    ).mappings()
    return [
        {name: int(count) for name, count in row.items() if name != "authority"}
        | {"authority": row["authority"] or office.authority}
        for row in rows
    ]


def _number(wanted: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((wanted, 1), else_=0))


def _counted(office: Office, ours: Sequence[ColumnElement[bool]], *by: Any) -> list[dict[str, Any]]:
    lights = [_number(lines.c.light == light).label(light) for light in _LIGHTS]
    rows = office.connection.execute(
        select(*by, func.count().label("open"), *lights)
        .where(lines.c.standing == LineStanding.OPEN.value, *ours)
        .group_by(*by)
        .order_by(*by)
    ).mappings()
    return [{name: value if isinstance(value, str) else int(value) for name, value in row.items()} for row in rows]


def list_entries(office: Office, *, after: int | None = None, limit: int | None = None) -> dict[str, Any]:
    """Entries with an index above `after` (-1: from the first one), as they were recorded."""
    start = whole(office, "after", after, -1, -1, 2**62)
    size = whole(office, "limit", limit, _USUAL, 1, LONGEST)
    office.problems.refuse()
    rows = office.connection.execute(
        select(entries.c.idx, entries.c.leaf, entries.c.body)
        .where(entries.c.idx > start)
        .order_by(entries.c.idx)
        .limit(size)
    )
    items = [{"index": idx, "leaf": bytes(leaf).hex(), "entry": json.loads(body)} for idx, leaf, body in rows]
    return {"items": items, "size": Book(office.connection).frontier().size}


def head(office: Office) -> dict[str, Any]:
    """How many entries there are, their root in hex, and by which hash."""
    frontier = Book(office.connection).frontier()
    return {"size": frontier.size, "root": frontier.root.hex(), "hash": frontier.hashing.name}


def timeline(office: Office, *, case_no: str) -> dict[str, Any]:
    """Everything that was recorded about a case (or complaint, or project), in the order of recording."""
    rows = office.connection.execute(
        select(entries.c.idx, entries.c.body).where(entries.c.about == case_no).order_by(entries.c.idx)
    ).all()
    if not rows:
        raise NotFound(Problem("case_no", "There is no case {case_no} in the ledger.", {"case_no": case_no}))
    return {"items": [told(idx, json.loads(body)) for idx, body in rows]}


def reference(envelope: Mapping[str, Any]) -> str:
    """By what other papers name an entry: authority, service, subject and sequence."""
    return f"{envelope['source'].removeprefix('/authorities/')}/{envelope['subject']}/{envelope['sequence']}"


def told(idx: int, envelope: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as people read it: who acted, and who really asked where that was somebody else."""
    asked = asked_for(envelope.get("caller"), envelope.get("actor"))
    return {
        "index": idx,
        "reference": reference(envelope),
        "type": envelope["type"],
        "occurred_at": envelope["time"],
        "recorded_at": envelope["recordedtime"],
        "actor": envelope.get("actor"),
        "asked_by": asdict(asked) if asked is not None else None,
        "data": envelope["data"],
    }


def shown(office: Office, row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row of the list as people read it."""
    item = {name: row[name] for name in _SHOWN}
    item["authority"] = item["authority"] or office.authority
    item["due_on"] = None if item["due_on"] == NO_DAY else item["due_on"]
    # of a finished line nobody has anything in hand
    open_now = row["standing"] == LineStanding.OPEN and row["held_since"] is not None
    item["held_by"] = row["held_by"] if open_now else None
    item["held_since"] = datetime.fromtimestamp(row["held_since"], ZONE).isoformat() if open_now else None
    item["due_unit"] = line_of(row).due_unit
    item["provisional"] = bool(item["provisional"]) and item["due_on"] is not None
    item["state_name"] = state_name(item["state"])
    item["complete_by"] = completion(row["named_by"], row["decision_due"])
    item["completion_named"] = row["named_by"] is not None
    return item


def _is_matter(matter: str) -> ColumnElement[bool]:
    return or_(lines.c.matter_code == matter, lines.c.matter_name == matter)


def _matches(words: str) -> ColumnElement[bool]:
    """Whatever is written with other blanks, dots, brackets or widths is found all the same; `words` are folded."""
    return lines.c.found_by.contains(words, autoescape=True)


def _is_handler(name: str) -> ColumnElement[bool]:
    return lines.c.found_by.endswith(f"\n{name}\n", autoescape=True)


def _order(office: Office, sort: str) -> tuple[Any, ...]:
    order = _ORDERS.get(sort.removeprefix("-"))
    if order is None:
        office.problems.add("sort", "This must be one of these orders: {orders}.", orders=", ".join(_ORDERS))
        return _ORDERS["due"]
    return order


def check_choice(office: Office, field: str, value: str | None, expected: tuple[str, ...]) -> None:
    if value is not None and value not in expected:
        office.problems.add(field, "This must be one of: {expected}.", expected=", ".join(expected))


def whole(office: Office, field: str, value: Any, usual: int, least: int, most: int) -> int:
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int):
        office.problems.add(field, "This must be a whole number.")
        return usual
    if not least <= value <= most:
        template, params = ("This must be at least {ge}.", {"ge": least})
        if value > most:
            template, params = ("This must be at most {le}.", {"le": most})
        office.problems.add(field, template, **params)
        return usual
    return value


def _values(office: Office, after: str | None, sort: str) -> list[Any] | None:
    """The values of the order's columns behind which the page begins; None for the first page."""
    if after is None:
        return None
    try:
        said = json.loads(after)
        kinds = [column.type.python_type for column in _ORDERS[sort.removeprefix("-")]]
        if said[0] == sort and [type(value) for value in said[1:]] == kinds:
            return list(said[1:])
    except (ValueError, KeyError, TypeError, IndexError):
        pass  # answered below like any other cursor that is not ours
    office.problems.add("cursor", "This is not a cursor of this list in this order.")
    return None
