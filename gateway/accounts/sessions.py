"""Sessions of browsers: kept here, ended here at once; a browser holds nothing but a number that is worth them."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update
from sqlalchemy.engine import Engine, Row

from gateway.accounts.audit import Audit, Visitor
from gateway.accounts.standing import HeldPost, Standing, standing_of, whose
from gateway.belief import Belief
from gateway.store import accounts, sessions
from services.contracts.actors import Caller
from services.contracts.entrances import Entrance, Occasion, SessionEnd
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction
from services.plumbing.errors import QidiError, Unavailable
from services.plumbing.log import log

#: That somebody was here is written down once a minute at most.
_TOUCH = timedelta(minutes=1)
#: What has ended can still be listed so long.
_KEPT = timedelta(days=30)


class NoSession(QidiError):
    """There is no such session, or none any more; the browser is told no more than that."""


@dataclass(frozen=True)
class Lengths:
    """How long a session lasts: at all, and while nothing is done in it."""

    whole: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class Session:
    """A session that is good, and for whom."""

    id: str
    caller: Caller
    post_id: str
    entrance: Entrance
    created_at: datetime
    #: When it ends by itself, if nothing is done in it any more.
    good_until: datetime
    looked_at: datetime
    read_only: bool = False
    #: Whether the person has to choose a password before anything else.
    must_change: bool = False
    #: Posts that the person could act in, this one among them.
    posts: tuple[HeldPost, ...] = ()


@dataclass(frozen=True)
class Listed:
    """A session as lists show it."""

    id: str
    account_id: str
    token_id: str
    who: str
    role: str
    entrance: Entrance
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class Sessions:
    """The sessions in the gateway's store."""

    def __init__(self, engine: Engine, clock: Clock, audit: Audit, belief: Belief, lengths: Lengths) -> None:
        self._engine, self._clock, self._audit = engine, clock, audit
        self._belief, self._lengths = belief, lengths

    # --- beginning --------------------------------------------------------------------------------------------------

    def begin(
        self, caller: Caller, entrance: Entrance, visitor: Visitor, post_id: str = "", instead_of: str = ""
    ) -> str:
        """A new session; what the cookie is to hold, which is kept nowhere. `instead_of`: the cookie before it, whose
        session ends, so that nobody's number is good for two people. Raises Unavailable."""
        text, id, now = secrets.token_urlsafe(32), secrets.token_hex(6), self._clock.now()
        row = {
            "hash": _hash(text), "id": id, "account_id": caller.account_id, "post_id": post_id,
            "token_id": caller.token_id, "entrance": entrance.value, "address": visitor.address[:45],
            "agent": visitor.agent[:120], "created_at": now.timestamp(), "seen_at": now.timestamp(),
            "expires_at": (now + self._lengths.whole).timestamp(), "why": "",
        }  # fmt: skip
        with transaction(self._engine) as connection:
            self._end(connection, sessions.c.hash == _hash(instead_of), SessionEnd.ANEW, visitor)
            connection.execute(insert(sessions).values(row))
            seated = replace(visitor, session_id=id)
            self._audit.write(connection, Occasion.SIGNED_IN, seated, caller, why=entrance)
            # what nobody asks for any more goes, so that the store does not grow with every sign-in
            connection.execute(delete(sessions).where(sessions.c.expires_at < (now - _KEPT).timestamp()))
        self._belief.forget()
        return text

    def go_on(self, text: str, visitor: Visitor, why: SessionEnd, post_id: str = "") -> str:
        """The same person's session under a new number, in another post where one is named. Raises NoSession,
        Unavailable."""
        now, fresh = self._clock.now(), secrets.token_urlsafe(32)
        with transaction(self._engine) as connection:
            row = self._row(connection, text)
            if row is None:
                raise NoSession("ended meanwhile")
            self._end(connection, sessions.c.hash == row.hash, why, visitor)
            values = dict(row._mapping) | {
                "hash": _hash(fresh), "id": secrets.token_hex(6), "seen_at": now.timestamp(),
                "post_id": post_id or row.post_id, "address": visitor.address[:45], "agent": visitor.agent[:120],
            }  # fmt: skip
            connection.execute(insert(sessions).values(values))
            if post_id:
                connection.execute(update(accounts).where(accounts.c.id == row.account_id).values(last_post=post_id))
        self._belief.forget()
        return fresh

    # --- asking -----------------------------------------------------------------------------------------------------

    def believed(self, text: str) -> Session | None:
        """A session that was found good a moment ago; None when the store must be asked."""
        found = self._belief.of(_hash(text), Session)
        now = self._clock.now()
        return found if found is not None and now < min(found.good_until, found.looked_at + _TOUCH) else None

    def check(self, text: str, *, is_active: bool = True) -> Session:
        """The session that this number is worth. `is_active`: whether somebody did something, or a page only looked by
        itself. Raises NoSession, or Unavailable when the store is away."""
        ticket, now = self._belief.ticket(), self._clock.now()
        with reading(self._engine) as connection:
            row = self._row(connection, text)
            standing = standing_of(connection, row, now) if row is not None else None
        if row is None or standing is None:
            raise NoSession("no session of ours")
        seen = datetime.fromtimestamp(row.seen_at, ZONE)
        if is_active and now - seen >= _TOUCH and self._touch(row.hash, now):
            seen = now
        found = self._session(row, standing, seen, now)
        self._belief.keep(row.hash, found, ticket)
        return found

    def _row(self, connection: Connection, text: str) -> "Row[tuple[object, ...]] | None":
        """The row of a session that was not ended and has not run out."""
        return connection.execute(self._open().where(sessions.c.hash == _hash(text))).one_or_none()

    def _open(self) -> "Select[tuple[object, ...]]":
        now = self._clock.now()
        return select(sessions).where(
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now.timestamp(),
            sessions.c.seen_at > (now - self._lengths.idle).timestamp(),
        )

    def _session(self, row: "Row[tuple[object, ...]]", standing: Standing, seen: datetime, now: datetime) -> Session:
        ends = [seen + self._lengths.idle, datetime.fromtimestamp(row.expires_at, ZONE)]
        return Session(
            id=row.id,
            caller=standing.caller,
            post_id=row.post_id,
            entrance=Entrance(row.entrance),
            created_at=datetime.fromtimestamp(row.created_at, ZONE),
            good_until=min(ends if standing.until is None else [*ends, standing.until]),
            looked_at=now,
            read_only=standing.read_only,
            # whoever comes from the provider has shown who he is there
            must_change=standing.must_change and row.entrance == Entrance.PASSWORD.value,
            posts=standing.posts,
        )

    def _touch(self, hash: str, now: datetime) -> bool:
        """Whether it could be written down that somebody was here; where not, he may go on reading all the same."""
        try:
            with transaction(self._engine) as connection:
                connection.execute(update(sessions).where(sessions.c.hash == hash).values(seen_at=now.timestamp()))
        except Unavailable as away:
            log.warning("session.untouched", error=str(away)[:200])
            return False
        return True

    def list(self, account_id: str = "", token_id: str = "") -> Sequence[Listed]:
        """The sessions that are good now, of an account, of a token, or all; newest first. Raises Unavailable."""
        now = self._clock.now()
        query = self._open()
        query = query.where(sessions.c.account_id == account_id) if account_id else query
        query = query.where(sessions.c.token_id == token_id) if token_id else query
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(sessions.c.created_at.desc())).all()
            standings = [(row, standing_of(connection, row, now)) for row in rows]
        return [_listed(row, standing.caller) for row, standing in standings if standing is not None]

    # --- ending -----------------------------------------------------------------------------------------------------

    def end(self, text: str, visitor: Visitor) -> None:
        """Signed out: the number is worth nothing from now on. Raises Unavailable."""
        self._end_where(sessions.c.hash == _hash(text), SessionEnd.SIGNED_OUT, visitor)

    def end_one(self, id: str, why: SessionEnd, visitor: Visitor, account_id: str = "", token_id: str = "") -> bool:
        """Whether there was such a session (of this account or token, where one is named). Raises Unavailable."""
        where = sessions.c.id == id
        where = where & (sessions.c.account_id == account_id) if account_id else where
        where = where & (sessions.c.token_id == token_id) if token_id else where
        return self._end_where(where, why, visitor) > 0

    def end_of_account(self, account_id: str, why: SessionEnd, visitor: Visitor, but: str = "") -> int:
        """How many sessions of an account ended, all but the one with this id. Raises Unavailable."""
        return self._end_where((sessions.c.account_id == account_id) & (sessions.c.id != but), why, visitor)

    def end_of_token(self, token_id: str, why: SessionEnd, visitor: Visitor, but: str = "") -> int:
        """How many sessions that began with a token ended. Raises Unavailable."""
        return self._end_where((sessions.c.token_id == token_id) & (sessions.c.id != but), why, visitor)

    def _end_where(self, where: ColumnElement[bool], why: SessionEnd, visitor: Visitor) -> int:
        with transaction(self._engine) as connection:
            ended = self._end(connection, where, why, visitor)
        self._belief.forget()
        return ended

    def _end(self, connection: Connection, where: ColumnElement[bool], why: SessionEnd, visitor: Visitor) -> int:
        now = self._clock.now()
        rows = connection.execute(select(sessions).where(where, sessions.c.ended_at.is_(None))).all()
        for row in rows:
            caller = whose(connection, row, now)
            connection.execute(
                update(sessions).where(sessions.c.hash == row.hash).values(ended_at=now.timestamp(), why=why.value)
            )
            ended = replace(visitor, session_id=row.id)
            self._audit.write(
                connection, Occasion.SESSION_ENDED, ended, caller, who=caller.label.removesuffix("@"), why=why
            )
        return len(rows)


def _hash(text: str) -> str:
    """SHA-256 is right here: the number is 256 random bits, so there is no dictionary to try."""
    return hashlib.sha256(text.encode()).hexdigest()


def _listed(row: "Row[tuple[object, ...]]", caller: Caller) -> Listed:
    made, seen, expires = (datetime.fromtimestamp(at, ZONE) for at in (row.created_at, row.seen_at, row.expires_at))
    return Listed(
        row.id, row.account_id, row.token_id, caller.label, caller.role, Entrance(row.entrance), row.address, row.agent,
        made, seen, expires,
    )  # fmt: skip
