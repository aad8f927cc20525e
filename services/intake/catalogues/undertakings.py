"""Undertakings of a matter: which materials may come later, and whether it is decided on a commitment (rules 8, 9).

The reference list has a few of both, with the paper that wants them; their times are our choice until an authority's
own list says others.
"""

from dataclasses import dataclass
from typing import Final

from services.contracts.grounds import Consequence
from services.intake.domain import Limit


@dataclass(frozen=True)
class Tolerance:
    """Which materials may come later, so many calendar days after acceptance at most, and what follows otherwise."""

    materials: tuple[str, ...] = ()
    longest_days: int = 0
    consequence: Consequence = Consequence.REFUSE
    basis: str = ""


@dataclass(frozen=True)
class CommitmentTerms:
    """Within which time a commitment is checked; of the amount 0: the matter is not decided so."""

    check_within: Limit
    basis: str = ""


NOTHING_LATER: Final = Tolerance()
NOT_ON_COMMITMENT: Final = CommitmentTerms(Limit(0))
#: What follows where a commitment was not kept, whatever the matter (DOMAIN 3, rule 9).
BROKEN_COMMITMENT: Final = (Consequence.REVOKE, Consequence.CREDIT_NOTE)
