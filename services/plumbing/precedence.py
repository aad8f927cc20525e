"""Precedence among the queues of one process: where somebody waits for an answer, everybody else steps aside.

An authority's services may share a process, and one that works through thousands of facts would have a window officer's
command wait, or a line that is long decided stay off the list. So those that nobody waits for let the others go first;
not for ever, because what they find out is wanted as well.
"""

import time
from collections.abc import Callable
from typing import Final

#: How long one steps aside for others before it takes a batch all the same.
PATIENCE_SECONDS: Final = 0.25
_LOOK_SECONDS: Final = 0.002


class Precedence:
    """Who of one process has something in hand that goes first."""

    def __init__(self) -> None:
        self._ahead: set[object] = set()

    def takes(self, one: object) -> None:
        """This one goes first, and has something in hand."""
        self._ahead.add(one)

    def rests(self, one: object) -> None:
        """It has nothing in hand any more."""
        self._ahead.discard(one)

    def step_aside(self, nap: Callable[[float], None]) -> None:
        """Let those go first who have something in hand, for PATIENCE_SECONDS at most."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self._ahead and time.monotonic() < until:
            nap(_LOOK_SECONDS)
