"""Clocks that tell the time: everything below the edge gets it as an argument."""

from datetime import datetime, timedelta
from typing import Protocol

from services.contracts.vocabulary import ZONE


class Clock(Protocol):
    """Tells the time in Asia/Shanghai."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, moved by a fixed offset where an exercise needs another day."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset = timedelta(seconds=offset_seconds)

    def now(self) -> datetime:
        return datetime.now(ZONE) + self._offset


class HandClock:
    """A clock that is set by hand, for tests and exercises."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


class Latest:
    """The latest moment that anybody in this process has recorded: services of one process never record before it."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def rise(self, at: datetime | None) -> None:
        """Nobody records before this from now on."""
        if at is not None and (self.at is None or at > self.at):
            self.at = at

    def or_later(self, now: datetime) -> datetime:
        return now if self.at is None or now > self.at else self.at
