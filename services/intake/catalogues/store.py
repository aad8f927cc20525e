"""Tables of published lists: our own, those from above, and what is known of adoptions and lists below."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, RowMapping, String, Table, Text, insert, select, update

from services.contracts.vocabulary import AuthorityCode
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.wire import list_of
from services.intake.store import moment
from services.intake.tables import metadata

# What this authority has published for those below it.
publications = Table(
    "publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", Float, nullable=False),
    Column("published_by", String(160), nullable=False),
    Column("adopt_by", String(10)),
    Column("note", Text),
    # The matters as they were said, as JSON.
    Column("body", Text, nullable=False),
)

# What authorities above have published. `adopted_at` is empty while it waits.
upper_lists = Table(
    "upper_lists",
    metadata,
    Column("publisher", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", Float, nullable=False),
    Column("arrived_at", Float, nullable=False),
    Column("adopt_by", String(10)),
    Column("note", Text),
    Column("body", Text, nullable=False),
    Column("adopted_at", Float),
    Column("adopted_by", String(160)),
    Column("own_number", Integer),
)

# What authorities below have told about publications: one row each, from its arrival there.
adoptions = Table(
    "adoptions",
    metadata,
    Column("authority", String(6), primary_key=True),
    Column("publisher", String(6), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("arrived_at", Float),
    Column("adopted_at", Float),
    Column("person", String(160)),
    Column("own_number", Integer),
    Column("shorter", Integer),
)

# The list that each authority below applies, as it told it last.
lower_lists = Table(
    "lower_lists",
    metadata,
    Column("authority", String(6), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("adopted_at", Float, nullable=False),
    Column("body", Text, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A published list."""

    number: int
    published_at: datetime
    matters: Mapping[str, Matter]
    adopt_by: date | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class OwnList(Publication):
    """A list that this authority has published for those below it."""

    #: Who published it.
    by: str


@dataclass(frozen=True, kw_only=True)
class UpperList(Publication):
    """A list that an authority above has published; it waits until it is adopted."""

    publisher: str
    arrived_at: datetime
    adopted_at: datetime | None = None
    adopted_by: str | None = None
    #: The version of our own list that came of it.
    own_number: int | None = None


def _maybe(stamp: float | None) -> datetime | None:
    return None if stamp is None else moment(stamp)


def _listed(body: str) -> dict[str, Matter]:
    return list_of(json.loads(body))


def _own(row: RowMapping) -> OwnList:
    return OwnList(
        number=row["number"],
        published_at=moment(row["published_at"]),
        matters=_listed(row["body"]),
        adopt_by=date.fromisoformat(row["adopt_by"]) if row["adopt_by"] else None,
        note=row["note"],
        by=row["published_by"],
    )


def _upper(row: RowMapping) -> UpperList:
    return UpperList(
        publisher=row["publisher"],
        number=row["number"],
        published_at=moment(row["published_at"]),
        matters=_listed(row["body"]),
        adopt_by=date.fromisoformat(row["adopt_by"]) if row["adopt_by"] else None,
        note=row["note"],
        arrived_at=moment(row["arrived_at"]),
        adopted_at=_maybe(row["adopted_at"]),
        adopted_by=row["adopted_by"],
        own_number=row["own_number"],
    )


def _from_above_down(one: UpperList) -> tuple[int, str]:
    return -AuthorityCode(one.publisher).level.height, one.publisher


class Lists:
    """The questions that handlers ask of these tables, and what they write down."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- our own publications ---

    def published(self, number: int | None = None) -> OwnList | None:
        """Our publication of that number, or the last one."""
        query = select(publications).order_by(publications.c.number.desc()).limit(1)
        if number is not None:
            query = query.where(publications.c.number == number)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _own(row)

    def all_published(self) -> list[OwnList]:
        """Our publications, the newest first."""
        rows = self._connection.execute(select(publications).order_by(publications.c.number.desc())).mappings()
        return [_own(row) for row in rows]

    def publish(self, one: OwnList, matters: Iterable[Mapping[str, Any]]) -> None:
        """Our list goes down: its matters as they are said."""
        row = {
            "number": one.number,
            "published_at": one.published_at.timestamp(),
            "published_by": one.by,
            "adopt_by": one.adopt_by.isoformat() if one.adopt_by else None,
            "note": one.note,
            "body": json.dumps(list(matters), ensure_ascii=False),
        }
        self._connection.execute(insert(publications), row)

    # --- from above ---

    def knows(self, publisher: str, number: int) -> bool:
        """Whether this list from above is on record."""
        query = select(upper_lists.c.number).where(upper_lists.c.publisher == publisher, upper_lists.c.number == number)
        return self._connection.execute(query).one_or_none() is not None

    def arrived(self, one: UpperList, matters: Iterable[Mapping[str, Any]]) -> None:
        """A list from above is here: its matters as they were said."""
        row = {
            "publisher": one.publisher,
            "number": one.number,
            "published_at": one.published_at.timestamp(),
            "arrived_at": one.arrived_at.timestamp(),
            "adopt_by": one.adopt_by.isoformat() if one.adopt_by else None,
            "note": one.note,
            "body": json.dumps(list(matters), ensure_ascii=False),
        }
        self._connection.execute(insert(upper_lists), row)

    def above(self) -> list[UpperList]:
        """Everything from above: the highest authority first, each with its newest list first."""
        rows = self._connection.execute(select(upper_lists).order_by(upper_lists.c.number.desc())).mappings()
        return sorted((_upper(row) for row in rows), key=_from_above_down)

    def adopt(self, one: UpperList, at: datetime, by: str, own_number: int) -> None:
        """This list from above is settled by a version of our own."""
        self._connection.execute(
            update(upper_lists)
            .where(upper_lists.c.publisher == one.publisher, upper_lists.c.number == one.number)
            .values(adopted_at=at.timestamp(), adopted_by=by, own_number=own_number)
        )

    # --- from below ---

    def note(self, authority: str, publisher: str, number: int, **told: Any) -> None:
        """What an authority below has told about a publication joins what is known of it."""
        table = adoptions.c
        key = (table.authority == authority, table.publisher == publisher, table.number == number)
        if self._connection.execute(select(table.number).where(*key)).one_or_none() is None:
            row = dict.fromkeys(("arrived_at", "adopted_at", "person", "own_number", "shorter"))
            row |= {"authority": authority, "publisher": publisher, "number": number}
            self._connection.execute(insert(adoptions), row | told)
        else:
            self._connection.execute(update(adoptions).where(*key).values(**told))

    def noted(self, publisher: str) -> dict[str, dict[int, dict[str, Any]]]:
        """What authorities below have told about this publisher's lists: by authority, then by number."""
        rows = self._connection.execute(
            select(adoptions)
            .where(adoptions.c.publisher == publisher)
            .order_by(adoptions.c.authority, adoptions.c.number)
        ).mappings()
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(row["authority"], {})[row["number"]] = dict(row)
        return found

    def keep_lower(self, authority: str, number: int, at: datetime, matters: Iterable[Mapping[str, Any]]) -> None:
        """The list that an authority below applies now, in place of the one before."""
        body = json.dumps(list(matters), ensure_ascii=False)
        self._connection.execute(lower_lists.delete().where(lower_lists.c.authority == authority))
        row = {"authority": authority, "number": number, "adopted_at": at.timestamp(), "body": body}
        self._connection.execute(insert(lower_lists), row)

    def lower(self, authority: str = "") -> dict[str, tuple[int, dict[str, Matter]]]:
        """The list that each authority below applies, or only this one: its version and its matters."""
        query = select(lower_lists).order_by(lower_lists.c.authority)
        if authority:
            query = query.where(lower_lists.c.authority == authority)
        rows = self._connection.execute(query).mappings()
        return {row["authority"]: (row["number"], _listed(row["body"])) for row in rows}
