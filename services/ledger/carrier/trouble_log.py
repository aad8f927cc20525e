"""The log of a link's troubles: each is written down when it begins or becomes another, not at each repeat."""

from services.ledger.link.messages import Became

#: What is worth an error line.
TROUBLES = frozenset((Became.UNREADABLE, Became.REFUSED, Became.FORK))


class TroubleLog:
    """What was last written down about each ledger. Counting goes on beside it."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[Became, str]] = {}

    def is_news(self, origin: str, became: Became, reason: str) -> bool:
        """Whether this is to be written down. What is taken ends a trouble: the next one is news again."""
        if became not in TROUBLES:
            self._told.pop(origin, None)
            return False
        # A fork is one trouble, however many entries each side has meanwhile.
        told = (became, "" if became is Became.FORK else reason)
        if self._told.get(origin) == told:
            return False
        self._told[origin] = told
        return True
