"""Record of who came in, how and why not, and of which private persons were shown to whom (kept for half a year)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import Engine, Row

from gateway.store import audit
from services.contracts.actors import Caller
from services.contracts.entrances import Occasion
from services.contracts.vocabulary import ZONE, Word
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction

#: Cybersecurity Law, article 21 (3): logs are kept for six months at least.
LEAST_DAYS = 183
_BATCH = 500


@dataclass(frozen=True)
class Visitor:
    """From where somebody asks."""

    address: str = ""
    #: The browser as it names itself, shortened.
    agent: str = ""
    #: The session in which, if any.
    session_id: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the record."""

    id: int
    at: datetime
    occasion: Occasion
    who: str
    account_id: str
    token_id: str
    session_id: str
    address: str
    agent: str
    why: str
    about: str
    purpose: str


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for."""

    occasion: str = ""
    account_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    #: Only older ones than this entry.
    before: int | None = None


class Audit:
    """The record in the gateway's store."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def note(
        self,
        occasion: Occasion,
        visitor: Visitor,
        caller: Caller | None = None,
        *,
        who: str = "",
        why: Word | None = None,
        about: str = "",
        purpose: str = "",
    ) -> None:
        """Write an entry of its own. Raises Unavailable: what has to be on record does not happen without it."""
        with transaction(self._engine) as connection:
            self.write(connection, occasion, visitor, caller, who=who, why=why, about=about, purpose=purpose)

    def write(
        self,
        connection: Connection,
        occasion: Occasion,
        visitor: Visitor,
        caller: Caller | None = None,
        *,
        who: str = "",
        why: Word | None = None,
        about: str = "",
        purpose: str = "",
    ) -> None:
        """Write an entry together with what it is about."""
        caller = caller or Caller()
        connection.execute(
            insert(audit).values(
                at=self._clock.now().timestamp(),
                occasion=occasion.value,
                account_id=caller.account_id,
                token_id=caller.token_id,
                session_id=visitor.session_id,
                who=(who or caller.label)[:160],
                address=visitor.address[:45],
                agent=visitor.agent[:120],
                why=why.value if why is not None else "",
                about=about[:160],
                purpose=purpose[:500],
            )
        )

    def page(self, wanted: Wanted, limit: int) -> Sequence[Entry]:
        """So many entries, newest first. Raises Unavailable."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        for column, value in ((audit.c.occasion, wanted.occasion), (audit.c.account_id, wanted.account_id)):
            query = query.where(column == value) if value else query
        if wanted.since is not None:
            query = query.where(audit.c.at >= wanted.since.timestamp())
        if wanted.until is not None:
            query = query.where(audit.c.at < wanted.until.timestamp())
        if wanted.before is not None:
            query = query.where(audit.c.id < wanted.before)
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(query)]

    def all(self, wanted: Wanted) -> Iterator[Entry]:
        """Every entry that is asked for, newest first, fetched in parts. Raises Unavailable."""
        before = wanted.before
        while part := self.page(Wanted(wanted.occasion, wanted.account_id, wanted.since, wanted.until, before), _BATCH):
            yield from part
            before = part[-1].id

    def prune(self, days: int) -> int:
        """How many entries were older than so many days, at least half a year's; they are gone. Raises Unavailable."""
        oldest = self._clock.now() - timedelta(days=max(days, LEAST_DAYS))
        with transaction(self._engine) as connection:
            return connection.execute(delete(audit).where(audit.c.at < oldest.timestamp())).rowcount


def _entry(row: "Row[tuple[object, ...]]") -> Entry:
    return Entry(
        row.id, datetime.fromtimestamp(row.at, ZONE), Occasion(row.occasion), row.who, row.account_id, row.token_id,
        row.session_id, row.address, row.agent, row.why, row.about, row.purpose,
    )  # fmt: skip
