"""Voices: whose word counts at a service's desk, by the source of a fact and what the service hears.

A fact in a service's own queue is its authority's own. Facts of lower and higher authorities come where a service hears
`below:` or `above:` an aggregate, and then of that aggregate alone: the link has checked who said them, says them here
as they were, and never brings what stays at home (DOMAIN 3 rule 13; EXCHANGE). Which of an authority's services said a
fact is no question of whose word it is: they are all the same user of the broker.
"""

from collections.abc import Sequence

from services.contracts.divisions import is_within
from services.contracts.envelope import Envelope
from services.contracts.links import GOES_DOWN, GOES_UP


def objection(envelope: Envelope, own: str, hears: Sequence[str]) -> str:
    """Why this fact has no effect at a desk of authority `own` that hears these aggregates; empty: it may have one."""
    said_by, source = envelope.authority, envelope.source[:80]
    if not said_by:
        return f"unreadable: no authority is named by the source {source!r}"
    if said_by == own:
        return ""
    if is_within(said_by, own):
        direction, reaches = "below", GOES_UP
    elif is_within(own, said_by):
        direction, reaches = "above", GOES_DOWN
    else:
        return f"said by {said_by}, which is neither below {own} nor above it"
    aggregate = envelope.stem.split(".")[1]
    if f"{direction}:{aggregate}" not in hears:
        return f"said by {said_by}, of which no {aggregate} is heard here"
    if envelope.reach not in reaches or source.endswith("/own"):
        return f"said by {said_by} with the reach {envelope.reach.value}, which does not come here"
    return ""
