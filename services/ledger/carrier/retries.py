"""Retries: what was sent is sent again, not before its time is over, and ever more rarely."""

from typing import Final

FIRST_SECONDS: Final = 10.0
LONGEST_SECONDS: Final = 300.0


class Retries:
    """What is on its way and has no answer yet, by (whose, number); `at` are monotonic seconds."""

    def __init__(self, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> None:
        self._first, self._longest = first, longest
        #: When it is to be sent again, and how long that pause was.
        self._ways: dict[tuple[str, int], tuple[float, float]] = {}

    def on_the_way(self, at: float) -> set[tuple[str, int]]:
        """What is not to be sent now."""
        return {key for key, (again, _) in self._ways.items() if at < again}

    def waits_for(self, whose: str) -> bool:
        """Whether something of one has no answer yet, as far as was seen at the last look."""
        return any(key[0] == whose for key in self._ways)

    def note(self, whose: str, number: int, at: float) -> None:
        """It was sent; each repeat waits twice as long as the one before."""
        _, wait = self._ways.get((whose, number), (0.0, self._first / 2))
        wait = min(wait * 2, self._longest)
        self._ways[whose, number] = (at + wait, wait)

    def keep_only(self, unanswered: set[tuple[str, int]]) -> None:
        """All others were answered."""
        self._ways = {key: way for key, way in self._ways.items() if key in unanswered}

    def forget(self, whose: str | None = None) -> None:
        """Everything (of one) is to be sent again at once: the connection is new, or the other side asked."""
        self._ways = {key: way for key, way in self._ways.items() if whose is not None and key[0] != whose}
