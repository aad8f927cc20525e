"""Pulse of the broker: whether one that owes us a word says anything at all, or is frozen."""

from collections.abc import Callable

LOOK_SECONDS = 0.5
#: Looks without a byte until the broker is asked, and until it is called frozen. In looks, not in seconds: a process
#: that was held up itself has not looked, and proves nothing.
ASKED_AFTER, FROZEN_AFTER = 2, 6


class Pulse:
    """Looked at every LOOK_SECONDS. One slow queue is no frozen broker: asked, a living one answers in milliseconds."""

    def __init__(self) -> None:
        self._heard, self._looks = -1, 0

    def look(self, heard: int, is_owed: bool, ask: Callable[[], None]) -> None:
        """`heard`: bytes so far; `is_owed`: something of ours waits for the broker's word; `ask` makes it speak."""
        if heard != self._heard or not is_owed:
            self._heard, self._looks = heard, 0
            return
        self._looks += 1
        if self._looks == ASKED_AFTER:
            ask()

    def is_frozen(self, heard: int) -> bool:
        """True until the first byte comes."""
        return self._looks >= FROZEN_AFTER and heard == self._heard
