"""Tokens and who holds them; the secret is shown once and kept only as a hash.

SHA-256 without salt or stretching is right here: the secret is 256 random bits, so there is no dictionary to try and
nothing that a slow hash would protect; a slow one would only make every request slow.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine, Row

from gateway.belief import Belief
from gateway.store import tokens
from services.contracts.actors import Caller
from services.contracts.vocabulary import ZONE, Role
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction
from services.plumbing.errors import QidiError

#: How long a token is good where nobody says otherwise.
VALID_FOR = timedelta(days=365)
_SHAPE = re.compile(r"qidi_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")


class BadToken(QidiError):
    """The token is unknown, wrong, expired or revoked; the caller is told no more than that."""


@dataclass(frozen=True)
class Token:
    """What is kept of a token."""

    id: str
    hash: str
    role: Role
    name: str
    department: str
    note: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    #: The person or the system that has it and answers for it.
    owner: str = ""
    read_only: bool = False
    #: The administrator's account, or empty: from the command line.
    issued_by: str = ""

    @property
    def caller(self) -> Caller:
        return Caller(self.id, self.role.value, self.name, self.department, owner=self.owner)

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Tokens:
    """The gateway's store of tokens."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self._clock = engine, clock
        self.belief = Belief()

    def issue(
        self,
        role: Role,
        name: str = "",
        department: str = "",
        note: str = "",
        valid_for: timedelta = VALID_FOR,
        *,
        owner: str = "",
        read_only: bool = False,
        issued_by: str = "",
    ) -> tuple[Token, str]:
        """A new token and its text, which is shown now and never again. Raises Unavailable."""
        id, secret, now = secrets.token_hex(5), secrets.token_urlsafe(32), self._clock.now()
        expires = now + valid_for
        token = Token(id, _hash(secret), role, name, department, note, now, expires, None, owner, read_only, issued_by)
        with transaction(self.engine) as connection:
            connection.execute(
                insert(tokens).values(
                    id=id,
                    hash=token.hash,
                    role=role.value,
                    name=name,
                    department=department,
                    note=note,
                    created_at=now.timestamp(),
                    expires_at=expires.timestamp(),
                    owner=owner,
                    read_only=read_only,
                    issued_by=issued_by,
                )
            )
        return token, f"qidi_{id}_{secret}"

    def list(self) -> list[Token]:
        """Every token that was ever issued, newest first. Raises Unavailable."""
        with reading(self.engine) as connection:
            return [token_of(row) for row in connection.execute(select(tokens).order_by(tokens.c.created_at.desc()))]

    def revoke(self, id: str) -> bool:
        """Whether there was such a good token; it is none from now on. Raises Unavailable."""
        with transaction(self.engine) as connection:
            changed = connection.execute(
                update(tokens)
                .where(tokens.c.id == id, tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._clock.now().timestamp())
            )
        self.belief.forget()
        return changed.rowcount == 1

    def believed(self, text: str) -> Token | None:
        """A token that was found good a moment ago; None when the store must be asked. Raises BadToken."""
        shape = _SHAPE.fullmatch(text)
        token = self.belief.of(shape[1], Token) if shape is not None else None
        return None if shape is None or token is None else _held(token, shape[2], self._clock.now())

    def check(self, text: str) -> Token:
        """The token of this text. Raises BadToken, or Unavailable when the store is away."""
        ticket = self.belief.ticket()
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise BadToken("no token of ours")
        with reading(self.engine) as connection:
            row = connection.execute(select(tokens).where(tokens.c.id == shape[1])).one_or_none()
        if row is None:
            raise BadToken("unknown token")
        token = _held(token_of(row), shape[2], self._clock.now())
        self.belief.keep(token.id, token, ticket)
        return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _held(token: Token, secret: str, now: datetime) -> Token:
    if not hmac.compare_digest(token.hash, _hash(secret)) or not token.is_good(now):
        raise BadToken("wrong, expired or revoked token")
    return token


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE)


def token_of(row: "Row[tuple[object, ...]]") -> Token:
    """A token as its row holds it."""
    created = datetime.fromtimestamp(row.created_at, ZONE)
    return Token(row.id, row.hash, Role(row.role), row.name, row.department, row.note, created,
                 _moment(row.expires_at), _moment(row.revoked_at), row.owner, bool(row.read_only),
                 row.issued_by)  # fmt: skip
