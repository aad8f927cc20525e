"""The store of notices: the follower's cursor, heads of departments, inboxes, wishes, and one row a delivery."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

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
)

from services.plumbing.tables import plumbing_tables

metadata = MetaData()
plumbing_tables(metadata)

#: One row: up to which entry the ledger was read, and from which one on people are told.
cursor = Table(
    "cursor",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("read_to", Integer, nullable=False),
    Column("tells_from", Integer, nullable=False),
)

heads = Table(
    "heads",
    metadata,
    Column("department", String(200), primary_key=True),
    Column("name", String(60), primary_key=True),
)

notices = Table(
    "notices",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    # The entry that told it: with the addressee, what makes a notice one.
    Column("entry", String(64), nullable=False),
    Column("addressee", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", String(160), nullable=False),
    Column("about_kind", String(20), nullable=False),
    Column("template", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("at", Float, nullable=False),
    UniqueConstraint("entry", "addressee", name="notices_once"),
    Index("notices_of", "addressee", "number"),
)

#: Up to which number each reader has read.
readers = Table(
    "readers",
    metadata,
    Column("reader", String(200), primary_key=True),
    Column("read_to", Integer, nullable=False),
)

wishes = Table(
    "wishes",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("addressees", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("email", String(200), nullable=False),
    Column("webhook_url", String(500), nullable=False),
    Column("webhook_secret", String(200), nullable=False),
    Column("digest", Boolean, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("notice", Integer, primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    # What is sent together has the same number; a delivery for itself its own.
    Column("message", String(200), nullable=False),
    Column("due_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Float),
    Column("error", Text),
    Index("deliveries_due", "state", "due_at"),
)

WAITING, SENT, GIVEN_UP, WITHDRAWN = "waiting", "sent", "given-up", "withdrawn"
_CURSOR: Final = "ledger"


class Notices:
    """Inboxes, wishes and deliveries."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # --- the follower ---

    def cursor(self) -> RowMapping | None:
        return self._db.execute(select(cursor).where(cursor.c.name == _CURSOR)).mappings().one_or_none()

    def begin(self, tells_from: int) -> None:
        self._db.execute(cursor.insert().values(name=_CURSOR, read_to=-1, tells_from=tells_from))

    def read_to(self, index: int) -> None:
        self._db.execute(cursor.update().where(cursor.c.name == _CURSOR).values(read_to=index))

    def heads(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self._db.execute(select(heads)):
            found.setdefault(row.department, set()).add(row.name)
        return found

    def set_head(self, department: str, name: str, *, is_head: bool) -> None:
        self._db.execute(heads.delete().where(heads.c.department == department, heads.c.name == name))
        if is_head:
            self._db.execute(heads.insert().values(department=department, name=name))

    def add(self, values: Mapping[str, Any]) -> int:
        """The number of a notice, kept once; 0 where it is there already."""
        known = (notices.c.entry == values["entry"], notices.c.addressee == values["addressee"])
        if self._db.execute(select(notices.c.number).where(*known)).first() is not None:
            return 0
        added = self._db.execute(notices.insert().values(**values)).inserted_primary_key
        return int(added[0]) if added is not None else 0

    def wishes_for(self, addressee: str) -> Sequence[RowMapping]:
        """Who wants what is told to this addressee by another way as well."""
        quoted = json.dumps(addressee, ensure_ascii=False)
        query = select(wishes).where(wishes.c.addressees.contains(quoted, autoescape=True))
        return self._db.execute(query).mappings().all()

    def deliver(self, values: Mapping[str, Any]) -> None:
        self._db.execute(deliveries.insert().values(**values))

    # --- people ---

    def inbox(self, addressees: Sequence[str], before: int | None, limit: int) -> Sequence[RowMapping]:
        query = select(notices).where(notices.c.addressee.in_(addressees)).order_by(notices.c.number.desc())
        if before is not None:
            query = query.where(notices.c.number < before)
        return self._db.execute(query.limit(limit)).mappings().all()

    def unread(self, addressees: Sequence[str], reader: str) -> int:
        new = (notices.c.addressee.in_(addressees), notices.c.number > self.has_read(reader))
        return int(self._db.execute(select(func.count()).select_from(notices).where(*new)).scalar() or 0)

    def has_read(self, reader: str) -> int:
        return int(self._db.execute(select(readers.c.read_to).where(readers.c.reader == reader)).scalar() or 0)

    def read(self, reader: str, up_to: int) -> None:
        until = max(up_to, self.has_read(reader))
        self._db.execute(readers.delete().where(readers.c.reader == reader))
        self._db.execute(readers.insert().values(reader=reader, read_to=until))

    def wish(self, person: str) -> RowMapping | None:
        return self._db.execute(select(wishes).where(wishes.c.person == person)).mappings().one_or_none()

    def set_wish(self, values: Mapping[str, Any]) -> None:
        self._db.execute(wishes.delete().where(wishes.c.person == values["person"]))
        self._db.execute(wishes.insert().values(**values))

    # --- deliveries ---

    def due(self, now: float, most: int, by: Sequence[str]) -> Sequence[RowMapping]:
        """So many messages that are to leave now by these ways, the longest due first, each with all its notices."""
        is_due = (deliveries.c.state == WAITING, deliveries.c.due_at <= now, deliveries.c.channel.in_(by))
        first = select(deliveries.c.message).where(*is_due).group_by(deliveries.c.message)
        messages = first.order_by(func.min(deliveries.c.due_at), func.min(deliveries.c.notice)).limit(most)
        query = (
            select(deliveries, notices, wishes.c.email, wishes.c.webhook_url, wishes.c.webhook_secret)
            .join(notices, notices.c.number == deliveries.c.notice)
            .join(wishes, wishes.c.person == deliveries.c.person)
            .where(*is_due, deliveries.c.message.in_(messages))
            .order_by(deliveries.c.due_at, deliveries.c.notice)
        )
        return self._db.execute(query).mappings().all()

    def tried(self, message: str, values: Mapping[str, Any]) -> None:
        """What became of a message, which may hold several deliveries."""
        this_one = (deliveries.c.message == message, deliveries.c.state == WAITING)
        self._db.execute(deliveries.update().where(*this_one).values(**values))

    def withdraw(self, notice: int, person: str) -> None:
        """It leaves by no way any more: the person has lost the post in which he was told."""
        this_one = (deliveries.c.notice == notice, deliveries.c.person == person, deliveries.c.state == WAITING)
        self._db.execute(deliveries.update().where(*this_one).values(state=WITHDRAWN))

    def put_off(self, person: str, channel: str, now: float, until: float) -> None:
        """What else is due now to a receiver who does not answer waits as well; it has not been tried."""
        same = (deliveries.c.person == person, deliveries.c.channel == channel)
        is_due = (deliveries.c.state == WAITING, deliveries.c.due_at <= now)
        self._db.execute(deliveries.update().where(*same, *is_due).values(due_at=until))

    def counts(self) -> Mapping[str, int]:
        """How many deliveries stand where."""
        rows = self._db.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
        return {state: int(count) for state, count in rows}
