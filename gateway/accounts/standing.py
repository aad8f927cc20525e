"""Standing of whoever holds a session: the caller that the session's token, or its account and post, makes of him."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from gateway.store import accounts, posts, tokens
from gateway.tokens import token_of
from services.contracts.actors import Caller
from services.contracts.vocabulary import ZONE


@dataclass(frozen=True)
class HeldPost:
    """A post that somebody holds today."""

    id: str
    role: str
    department: str
    #: Whether he acts in it now.
    is_this: bool


@dataclass(frozen=True)
class Standing:
    """Who somebody is here, and until when at most; `until` None: until it is ended."""

    caller: Caller
    until: datetime | None = None
    read_only: bool = False
    must_change: bool = False
    posts: tuple[HeldPost, ...] = ()


def standing_of(connection: Connection, session: "Row[tuple[object, ...]]", now: datetime) -> Standing | None:
    """Who holds a session now; None when his token, account or post is none any more."""
    if not session.account_id:
        return _by_token(connection, session.token_id, now)
    return in_post(connection, session.account_id, session.post_id, now)


def whose(connection: Connection, session: "Row[tuple[object, ...]]", now: datetime) -> Caller:
    """Whose session it is or was, by name at least where he is nobody here any more."""
    standing = standing_of(connection, session, now)
    if standing is not None:
        return standing.caller
    table, id = (accounts, session.account_id) if session.account_id else (tokens, session.token_id)
    name = connection.execute(select(table.c.name).where(table.c.id == id)).scalar_one_or_none() or ""
    return Caller(account_id=session.account_id, token_id=session.token_id, name=name)


def _by_token(connection: Connection, token_id: str, now: datetime) -> Standing | None:
    row = connection.execute(select(tokens).where(tokens.c.id == token_id)).one_or_none()
    token = token_of(row) if row is not None else None
    if token is None or not token.is_good(now):
        return None
    return Standing(token.caller, token.expires_at, token.read_only)


def in_post(connection: Connection, account_id: str, post_id: str, now: datetime) -> Standing | None:
    """Who somebody is in one of his posts now; None when he is not in it, or his account is locked."""
    account = connection.execute(select(accounts).where(accounts.c.id == account_id)).one_or_none()
    if account is None or account.locked_at is not None:
        return None
    of = (
        select(posts)
        .where(posts.c.account_id == account_id)
        .order_by(posts.c.from_day, posts.c.department, posts.c.role)
    )
    held = [row for row in connection.execute(of) if is_held(row, now)]
    post = next((row for row in held if row.id == post_id), None)
    if post is None:
        return None
    caller = Caller(role=post.role, name=account.name, department=post.department, account_id=account_id)
    others = tuple(HeldPost(row.id, row.role, row.department, row.id == post_id) for row in held)
    return Standing(caller, end_of(post.until_day), must_change=account.must_change, posts=others)


def is_held(post: "Row[tuple[object, ...]]", now: datetime) -> bool:
    """Whether a post is held today: from its first day to its last one, both counted."""
    today = now.astimezone(ZONE).date().isoformat()
    return post.ended_at is None and post.from_day <= today and (post.until_day is None or today <= post.until_day)


def end_of(last_day: str | None) -> datetime | None:
    """The moment at which a last day is over."""
    if last_day is None:
        return None
    return datetime.combine(date.fromisoformat(last_day) + timedelta(days=1), time(), ZONE)


def everybody(connection: Connection, now: datetime) -> list[Caller]:
    """Who may act here now: each account that is not locked in each post that it holds, and each good token."""
    found = [one.caller for one in map(token_of, connection.execute(select(tokens))) if one.is_good(now)]
    query = select(posts, accounts.c.name).join(accounts, accounts.c.id == posts.c.account_id)
    for row in connection.execute(query.where(accounts.c.locked_at.is_(None))):
        if is_held(row, now):
            found.append(Caller(role=row.role, name=row.name, department=row.department, account_id=row.account_id))
    return found
