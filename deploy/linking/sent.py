"""Decides when something that was sent is sent again: not before its time is over, and ever more rarely."""

from typing import Final

FIRST_SECONDS: Final = 10.0
LONGEST_SECONDS: Final = 300.0


class Sent:
    """What is on its way and has no answer yet, by (whose, number); `at` are monotonic seconds."""

    def __init__(self, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> None:
        self._first, self._longest = first, longest
        self._ways: dict[tuple[str, int], tuple[bytes, float, float]] = {}

    def is_due(self, whose: str, number: int, body: bytes, at: float) -> bool:
        """Whether these bytes are to be sent now: never sent so, or sent and unanswered for too long."""
        known = self._ways.get((whose, number))
        return known is None or known[0] != body or at >= known[1]

    def note(self, whose: str, number: int, body: bytes, at: float) -> None:
        """They were sent; each repeat of the same waits twice as long as the one before."""
        known = self._ways.get((whose, number))
        wait = min(known[2] * 2, self._longest) if known is not None and known[0] == body else self._first
        self._ways[whose, number] = (body, at + wait, wait)

    def keep_only(self, whose: str, numbers: set[int]) -> None:
        """All others of `whose` were answered."""
        for key in [key for key in self._ways if key[0] == whose and key[1] not in numbers]:
            del self._ways[key]

    def forget(self, whose: str | None = None) -> None:
        """Everything (of one) is to be sent again at once: the connection is new, or the other side asked."""
        for key in [key for key in self._ways if whose is None or key[0] == whose]:
            del self._ways[key]
