"""Throttle of sign-ins: by account and by address, each failure doubles the wait; it is in the store, so that a restart
or a second process of the gateway forgets nothing.

A try is counted before the password is looked at, and given back when it was right: a hundred tries sent at once are
not a hundred guesses. Accounts that do not exist are counted like those that do.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.engine import Engine

from gateway.store import attempts
from services.plumbing.clock import Clock
from services.plumbing.db import transaction

#: After so long without a try, everything is forgiven.
_FORGIVEN_SECONDS = 24 * 3600.0
#: More rows are not kept; the oldest go first.
MOST = 20_000


@dataclass(frozen=True)
class Measure:
    """What is counted, how many failures are free, and how long the wait grows, from one second on."""

    kind: str
    free: int
    longest_seconds: float


#: Five minutes at most: whoever is locked out by somebody else's guesses is not locked out for the day.
BY_ACCOUNT = Measure("account", 5, 300.0)
#: A whole office may come from one address.
BY_ADDRESS = Measure("address", 30, 900.0)
#: Ways to the provider of the unified sign-in, by address: they guess nothing, but each takes room until it is over.
#: Counted apart, so that they close nobody's sign-in by password.
SETTING_OUT = Measure("setting-out", 200, 60.0)


class Throttle:
    """What failed lately."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def admit(self, login: str, address: str, place: Measure = BY_ADDRESS) -> float:
        """Seconds to wait before the next try; 0.0: this one may be made, and is counted until it `succeeded`. An
        empty login counts for the address alone, `place`: as what. Raises Unavailable."""
        now = self._clock.now().timestamp()
        with transaction(self._engine) as connection:
            counted = [
                (key, measure, *_failures(connection, key, now)) for key, measure in _keys(login, address, place)
            ]
            wait = max(min(until - now, measure.longest_seconds) for _, measure, _, until in counted)
            if wait > 0:
                return wait
            for key, measure, failures, _ in counted:
                _count(connection, key, failures + 1, now, now + _wait(measure, failures + 1))
            _bound(connection, now)
        return 0.0

    def succeeded(self, login: str, address: str, place: Measure = BY_ADDRESS) -> None:
        """The try was right: the account's failures are forgotten, the address has its try back. Raises Unavailable."""
        now = self._clock.now().timestamp()
        with transaction(self._engine) as connection:
            for key, measure in _keys(login, address, place):
                failures, _ = _failures(connection, key, now)
                if measure is BY_ACCOUNT or failures <= 1:
                    connection.execute(delete(attempts).where(attempts.c.key == key))
                else:
                    _count(connection, key, failures - 1, now, 0.0)


def _keys(login: str, address: str, place: Measure) -> list[tuple[str, Measure]]:
    """The keys under which a try is counted; of IPv6 a whole /64, which one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
        whence = str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
    except ValueError:
        whence = address
    named = [(_key(BY_ACCOUNT.kind, login), BY_ACCOUNT)] if login else []
    return [*named, (_key(place.kind, whence), place)]


def _key(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}\n{what}".encode()).hexdigest()


def _wait(measure: Measure, failures: int) -> float:
    beyond = failures - measure.free
    return 0.0 if beyond < 0 else min(2.0 ** min(beyond, 30), measure.longest_seconds)


def _failures(connection: Connection, key: str, now: float) -> tuple[int, float]:
    row = connection.execute(select(attempts).where(attempts.c.key == key)).one_or_none()
    return (0, 0.0) if row is None or row.last_at < now - _FORGIVEN_SECONDS else (row.failures, row.until)


def _count(connection: Connection, key: str, failures: int, now: float, until: float) -> None:
    values = {"failures": failures, "last_at": now, "until": until}
    if connection.execute(update(attempts).where(attempts.c.key == key).values(values)).rowcount == 0:
        connection.execute(insert(attempts).values(key=key, **values))


def _bound(connection: Connection, now: float) -> None:
    connection.execute(delete(attempts).where(attempts.c.last_at < now - _FORGIVEN_SECONDS))
    count = connection.execute(select(func.count()).select_from(attempts)).scalar_one()
    if count > MOST:
        oldest = select(attempts.c.key).order_by(attempts.c.last_at).limit(count - MOST)
        connection.execute(delete(attempts).where(attempts.c.key.in_(oldest)))
