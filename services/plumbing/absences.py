"""Absences of stores and brokers as the log tells them: said at once, then once a minute, and once when it is over.

An absence of an hour is sixty lines, not one for every try of every queue.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.plumbing.log import log

#: Seconds between two lines about the same absence.
QUIET_SECONDS = 60.0


@dataclass
class _Absence:
    since: float
    #: When the last line was said; None: none yet.
    said: float | None = None
    #: Failed tries since the last line, and altogether.
    tries: int = 0
    all_tries: int = 0
    #: Whether a line was said of the absence that is under way.
    is_told: bool = False
    #: Who could not do his work and has not done it since.
    waiting: set[str] = field(default_factory=set)


class Absences:
    """What is away from one process. Whoever meets an absence says so each time; the log hears of it once a minute."""

    def __init__(self, say: Callable[..., Any], now: Callable[[], float] = time.monotonic) -> None:
        self._say, self._now = say, now
        self._known: dict[tuple[Any, ...], _Absence] = {}

    def met(self, event: str, by: str, why: object, **where: str) -> None:
        """`by` waits for what is away; `event` (as `store.away`) is what the log says, `where` tells stores apart."""
        now = self._now()
        absence = self._known.setdefault((event, *where.items()), _Absence(now))
        if not absence.waiting:
            absence.since, absence.tries, absence.all_tries, absence.is_told = now, 0, 0, False
        absence.waiting.add(by)
        absence.tries += 1
        absence.all_tries += 1
        if absence.said is None or now - absence.said >= QUIET_SECONDS:
            seconds = round(now - absence.since, 1)
            self._say(event, **where, why=str(why)[:200], tries=absence.tries, seconds=seconds)
            absence.said, absence.tries, absence.is_told = now, 0, True

    def over(self, event: str, by: str, **where: str) -> None:
        """`by` has done its work; when nobody waits any more, the log says `store.back` for `store.away`."""
        absence = self._known.get((event, *where.items())) if self._known else None
        if absence is None or by not in absence.waiting:
            return
        absence.waiting.discard(by)
        if not absence.waiting and absence.is_told:
            seconds = round(self._now() - absence.since, 1)
            self._say(f"{event.split('.')[0]}.back", **where, tries=absence.all_tries, seconds=seconds)


#: Of this process.
absences = Absences(lambda event, **facts: log.warning(event, **facts))
