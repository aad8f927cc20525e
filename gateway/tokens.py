"""Tokens and who holds them; the secret is shown once and kept only as a hash.

SHA-256 without salt or stretching is right here: the secret is 256 random bits, so there is no dictionary to try and
nothing that a slow hash would protect; a slow one would only make every request slow.
"""

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine, Row

from gateway.store import tokens
from services.contracts.actors import Caller
from services.contracts.vocabulary import ZONE, Role
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction
from services.plumbing.errors import QidiError

#: How long a token that was found good is believed without looking again, so how late a revocation may count.
BELIEVED_SECONDS = 5.0
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

    @property
    def caller(self) -> Caller:
        return Caller(token_id=self.id, role=self.role.value, name=self.name, department=self.department)

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Tokens:
    """The gateway's store of tokens."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._believed: dict[str, tuple[float, Token]] = {}

    def issue(
        self, role: Role, name: str = "", department: str = "", note: str = "", valid_for: timedelta | None = None
    ) -> tuple[Token, str]:
        """A new token and its text, which is shown now and never again. Raises Unavailable."""
        id, secret, now = secrets.token_hex(5), secrets.token_urlsafe(32), self._clock.now()
        expires = now + valid_for if valid_for is not None else None
        token = Token(id, _hash(secret), role, name, department, note, now, expires, None)
        with transaction(self._engine) as connection:
            connection.execute(
                insert(tokens).values(
                    id=id,
                    hash=token.hash,
                    role=role.value,
                    name=name,
                    department=department,
                    note=note,
                    created_at=now.timestamp(),
                    expires_at=expires.timestamp() if expires else None,
                )
            )
        return token, f"qidi_{id}_{secret}"

    def list(self) -> list[Token]:
        """Every token that was ever issued, newest first. Raises Unavailable."""
        with reading(self._engine) as connection:
            return [_token(row) for row in connection.execute(select(tokens).order_by(tokens.c.created_at.desc()))]

    def revoke(self, id: str) -> bool:
        """Whether there was such a good token; it is none from now on. Raises Unavailable."""
        self._believed.pop(id, None)
        with transaction(self._engine) as connection:
            changed = connection.execute(
                update(tokens)
                .where(tokens.c.id == id, tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._clock.now().timestamp())
            )
            return changed.rowcount == 1

    def believed(self, text: str) -> Caller | None:
        """Who holds a token that was found good a moment ago; None when the store must be asked."""
        shape = _SHAPE.fullmatch(text)
        if shape is None or shape[1] not in self._believed:
            return None
        at, token = self._believed[shape[1]]
        if time.monotonic() - at > BELIEVED_SECONDS:
            return None
        return _holder(token, shape[2], self._clock.now())

    def check(self, text: str) -> Caller:
        """Who holds the token. Raises BadToken, or Unavailable when the store is away."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise BadToken("no token of ours")
        with reading(self._engine) as connection:
            row = connection.execute(select(tokens).where(tokens.c.id == shape[1])).one_or_none()
        if row is None:
            raise BadToken("unknown token")
        token = _token(row)
        caller = _holder(token, shape[2], self._clock.now())
        if len(self._believed) > 10_000:
            self._believed.clear()
        self._believed[token.id] = (time.monotonic(), token)
        return caller


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _holder(token: Token, secret: str, now: datetime) -> Caller:
    if not hmac.compare_digest(token.hash, _hash(secret)) or not token.is_good(now):
        raise BadToken("wrong, expired or revoked token")
    return token.caller


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE)


def _token(row: "Row[tuple[object, ...]]") -> Token:
    created = datetime.fromtimestamp(row.created_at, ZONE)
    return Token(row.id, row.hash, Role(row.role), row.name, row.department, row.note, created,
                 _moment(row.expires_at), _moment(row.revoked_at))  # fmt: skip
