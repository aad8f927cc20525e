"""The list of all contracts: importing it registers them."""

from collections.abc import Mapping

from services.contracts import (
    cases,
    catalogues,
    clocks,
    complaints,
    findings,
    forwarding,
    instructions,
    ledgers,
    letter_drafts,
    links,
    listings,
    offices,
    permits,
    referrals,
    rules,
)
from services.contracts.envelope import Event, every_event

__all__ = [
    "all_events",
    "cases",
    "catalogues",
    "clocks",
    "complaints",
    "findings",
    "forwarding",
    "instructions",
    "ledgers",
    "letter_drafts",
    "links",
    "listings",
    "offices",
    "permits",
    "referrals",
    "rules",
]


def all_events() -> Mapping[str, type[Event]]:
    """Every event by its stem."""
    return dict(sorted(every_event().items()))
