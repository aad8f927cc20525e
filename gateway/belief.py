"""Belief in what was found good: for a moment nobody looks again; what ends in this process is forgotten at once."""

import time
from typing import TypeVar

T = TypeVar("T")

#: How long, so how late a revocation by another process may count.
SECONDS = 1.0
_MOST = 10_000


class Belief:
    """What was found good, by key: tokens and sessions together, because a session ends with its token."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._held: dict[str, tuple[float, object]] = {}
        self._forgotten = 0

    def of(self, key: str, kind: type[T]) -> T | None:
        """What is believed of a key; None when one has to look."""
        at, value = self._held.get(key, (0.0, None))
        return value if isinstance(value, kind) and time.monotonic() - at <= self._seconds else None

    def ticket(self) -> int:
        """Take it before looking: what was seen before somebody said to forget is not kept."""
        return self._forgotten

    def keep(self, key: str, value: object, ticket: int) -> None:
        """Believe it from now on."""
        if ticket != self._forgotten:
            return
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[key] = (time.monotonic(), value)

    def forget(self) -> None:
        """Something ended: everything is looked at again."""
        self._forgotten += 1
        self._held.clear()
