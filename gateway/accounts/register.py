"""Register of accounts: people, their login names and the posts that they hold, each from a day to a day."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Engine, Row

from gateway.accounts.audit import Audit, Visitor
from gateway.accounts.standing import is_held
from gateway.belief import Belief
from gateway.store import accounts, posts
from services.contracts.accounts import NewAccount, NewPost
from services.contracts.actors import Caller
from services.contracts.entrances import AccountState, Occasion
from services.contracts.vocabulary import ZONE, Role, Word
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction
from services.plumbing.errors import Conflict, NotFound, Problem, Refused

#: So long an initial password opens the door.
INITIAL_FOR = timedelta(days=7)
_NO_ACCOUNT = Problem("id", "There is no such account.")
_NO_POST = Problem("post", "There is no such post.")
_OVER = Problem("post", "This post is over already; give a new one.")
_LATER = Problem("until_day", "A post is not made longer: it ends on {until} already; give a new one.")
_LAST_ADMINISTRATOR = Problem(
    "", "This would leave nobody who administers the accounts: name another administrator first."
)


@dataclass(frozen=True)
class Post:
    """What somebody is, where, and in which days."""

    id: str
    role: Role
    department: str
    from_day: str
    until_day: str | None
    #: Whether it is held today.
    is_held: bool
    is_over: bool


@dataclass(frozen=True)
class Account:
    """A person who may come in."""

    id: str
    login: str
    name: str
    state: AccountState
    created_at: datetime
    must_change: bool
    has_password: bool
    initial_until: datetime | None
    last_post: str
    posts: Sequence[Post]
    #: Argon2id, with its salt; never told.
    kept: str | None

    @property
    def held(self) -> Sequence[Post]:
        """The posts of today, the one acted in last first."""
        return sorted((one for one in self.posts if one.is_held), key=lambda one: one.id != self.last_post)


@dataclass(frozen=True)
class By:
    """Who changes an account, and from where: the administrator, the person himself, or the command line."""

    caller: Caller
    visitor: Visitor


#: What a change is recorded with: what it is about, and a word on it.
Change = Callable[[Connection, Account], tuple[str, Word | None]]


class Register:
    """The accounts in the gateway's store; every change is recorded with whoever made it."""

    def __init__(self, engine: Engine, clock: Clock, audit: Audit, belief: Belief) -> None:
        self._engine, self._clock, self._audit, self._belief = engine, clock, audit, belief

    # --- asking -----------------------------------------------------------------------------------------------------

    def list(self) -> Sequence[Account]:
        """Every account, by login name. Raises Unavailable."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.login)).all()
            held: dict[str, list[Any]] = {}
            for post in connection.execute(select(posts).order_by(posts.c.from_day, posts.c.department, posts.c.role)):
                held.setdefault(post.account_id, []).append(post)
        return [self._account(row, held.get(row.id, [])) for row in rows]

    def get(self, id: str) -> Account:
        """Raises NotFound, Unavailable."""
        with reading(self._engine) as connection:
            found = self._one(connection, accounts.c.id == id)
        if found is None:
            raise NotFound(_NO_ACCOUNT)
        return found

    def by_login(self, login: str) -> Account | None:
        """The account of a login name, as it is compared (`folded`). Raises Unavailable."""
        with reading(self._engine) as connection:
            return self._one(connection, accounts.c.login == login)

    def _one(self, connection: Connection, where: Any) -> Account | None:
        row = connection.execute(select(accounts).where(where)).one_or_none()
        if row is None:
            return None
        of = (
            select(posts)
            .where(posts.c.account_id == row.id)
            .order_by(posts.c.from_day, posts.c.department, posts.c.role)
        )
        return self._account(row, connection.execute(of).all())

    def _account(self, row: "Row[Any]", held: Sequence["Row[Any]"]) -> Account:
        now = self._clock.now()
        until = datetime.fromtimestamp(row.initial_until, ZONE) if row.initial_until is not None else None
        return Account(
            id=row.id,
            login=row.login,
            name=row.name,
            state=AccountState.ACTIVE if row.locked_at is None else AccountState.LOCKED,
            created_at=datetime.fromtimestamp(row.created_at, ZONE),
            must_change=row.must_change,
            has_password=row.password is not None,
            initial_until=until,
            last_post=row.last_post,
            posts=[_post(one, now) for one in held],
            kept=row.password,
        )

    # --- changing ---------------------------------------------------------------------------------------------------

    def create(self, asked: NewAccount, initial: str | None, by: By) -> Account:
        """A new account with its first post; `initial`: the hash of its initial password. Raises Conflict when the
        login name is taken, Unavailable."""
        now, id = self._clock.now(), secrets.token_hex(6)
        with transaction(self._engine) as connection:
            if self._one(connection, accounts.c.login == asked.login) is not None:
                raise Conflict(Problem("login", "This login name is taken."))
            connection.execute(
                insert(accounts).values(
                    id=id, login=asked.login, name=asked.name, created_at=now.timestamp(), last_post="",
                    **_password(initial, now, must_change=True),
                )
            )  # fmt: skip
            self._give(connection, id, asked.post)
            self._record(connection, Occasion.ACCOUNT_MADE, by, asked.login)
            about = f"{asked.login} {asked.post.department}"
            self._record(connection, Occasion.POST_GIVEN, by, about, asked.post.role)
        return self.get(id)

    def set_password(self, id: str, kept: str, by: By, *, must_change: bool) -> None:
        """From now on this one (its hash) is right. `must_change`: it is an initial one. Raises NotFound."""
        values = _password(kept, self._clock.now(), must_change=must_change)
        self._change(id, Occasion.PASSWORD_SET, by, values)

    def rehash(self, id: str, kept: str) -> None:
        """The same password, hashed with today's parameters."""
        with transaction(self._engine) as connection:
            connection.execute(update(accounts).where(accounts.c.id == id).values(password=kept))

    def lock(self, id: str, by: By) -> None:
        """Nobody comes in by it, and whoever is in is out. Raises NotFound, Conflict for the last administrator's."""
        self._change(
            id, Occasion.ACCOUNT_CHANGED, by, {"locked_at": self._clock.now().timestamp()}, AccountState.LOCKED
        )

    def unlock(self, id: str, by: By) -> None:
        """It opens the door again. Raises NotFound."""
        self._change(id, Occasion.ACCOUNT_CHANGED, by, {"locked_at": None}, AccountState.ACTIVE)

    def give_post(self, id: str, asked: NewPost, by: By) -> None:
        """The person holds one more post. Raises NotFound."""
        with transaction(self._engine) as connection:
            found = self._one(connection, accounts.c.id == id)
            if found is None:
                raise NotFound(_NO_ACCOUNT)
            self._give(connection, id, asked)
            self._record(connection, Occasion.POST_GIVEN, by, f"{found.login} {asked.department}", asked.role)
        self._belief.forget()

    def end_post(self, id: str, post_id: str, until: date | None, by: By) -> None:
        """A post of the account ends with this day, or at once, and never later than it would have. Raises NotFound,
        Refused, Conflict for one that is over and for the last administrator's."""
        now = self._clock.now()
        values: dict[str, Any] = {"ended_at": now.timestamp()} if until is None else {"until_day": until.isoformat()}

        def end(connection: Connection, found: Account) -> tuple[str, Role]:
            post = next((one for one in found.posts if one.id == post_id), None)
            if post is None:
                raise NotFound(_NO_POST)
            _check_shorter(post, until)
            if until is not None and until.isoformat() < post.from_day:
                raise Refused(Problem("until_day", "A post does not end before it begins."))
            connection.execute(update(posts).where(posts.c.id == post_id).values(values))
            return f"{found.login} {post.department}", post.role

        self._changed(id, Occasion.POST_ENDED, by, end)

    def _change(self, id: str, occasion: Occasion, by: By, values: dict[str, Any], why: Word | None = None) -> None:
        def change(connection: Connection, found: Account) -> tuple[str, Word | None]:
            connection.execute(update(accounts).where(accounts.c.id == id).values(values))
            return found.login, why

        self._changed(id, occasion, by, change)

    def _changed(self, id: str, occasion: Occasion, by: By, change: Change) -> None:
        """One change with its record; undone when it would leave nobody to administer the accounts."""
        with transaction(self._engine) as connection:
            found = self._one(connection, accounts.c.id == id)
            if found is None:
                raise NotFound(_NO_ACCOUNT)
            before = self._has_administrator(connection)
            about, why = change(connection, found)
            if before and not self._has_administrator(connection):
                raise Conflict(_LAST_ADMINISTRATOR)
            self._record(connection, occasion, by, about, why)
        self._belief.forget()

    def _has_administrator(self, connection: Connection) -> bool:
        now = self._clock.now()
        rows = connection.execute(
            select(posts)
            .join(accounts, accounts.c.id == posts.c.account_id)
            .where(posts.c.role == Role.ADMIN.value, accounts.c.locked_at.is_(None))
        )
        return any(is_held(row, now) for row in rows)

    def _give(self, connection: Connection, id: str, asked: NewPost) -> None:
        today = self._clock.now().astimezone(ZONE).date()
        connection.execute(
            insert(posts).values(
                id=secrets.token_hex(6),
                account_id=id,
                role=asked.role.value,
                department=asked.department,
                from_day=(asked.from_day or today).isoformat(),
                until_day=asked.until_day.isoformat() if asked.until_day is not None else None,
            )
        )

    def _record(self, connection: Connection, occasion: Occasion, by: By, about: str, why: Word | None = None) -> None:
        self._audit.write(connection, occasion, by.visitor, by.caller, why=why, about=about)


def _password(kept: str | None, now: datetime, *, must_change: bool) -> dict[str, Any]:
    """The columns that a password sets; none: the person comes by the unified sign-in alone."""
    is_initial = kept is not None and must_change
    return {
        "password": kept,
        "password_at": now.timestamp() if kept is not None else None,
        "must_change": is_initial,
        "initial_until": (now + INITIAL_FOR).timestamp() if is_initial else None,
    }


def _check_shorter(post: Post, until: date | None) -> None:
    """Raises Conflict: who ended would hold again what is over, without anybody having given it."""
    if post.is_over:
        raise Conflict(_OVER)
    if until is not None and post.until_day is not None and until.isoformat() > post.until_day:
        raise Conflict(replace(_LATER, params={"until": post.until_day}))


def _post(row: "Row[Any]", now: datetime) -> Post:
    held = is_held(row, now)
    today = now.astimezone(ZONE).date().isoformat()
    is_over = row.ended_at is not None or (row.until_day is not None and row.until_day < today)
    return Post(row.id, Role(row.role), row.department, row.from_day, row.until_day, held, is_over)
