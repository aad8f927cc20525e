"""Decides what of a batch of facts concerns clocks themselves, and what a superior has changed in how they count."""

from collections.abc import Sequence
from typing import Any

from services.contracts.rules import CalendarWord, RulesSet
from services.plumbing.switchboard import Fact, Office, Outcome, Said
from services.timer import amendments, handlers, recount
from services.timer.handlers import Rules
from services.timer.rules import RULES


def record(office: Office, facts: Sequence[Fact[Any]], rules: Rules = RULES) -> Outcome:
    """Cases and complaints first: what the superior says counts from its arrival on."""
    own = [fact for fact in facts if not isinstance(fact.event, CalendarWord | RulesSet)]
    said: list[Said] = list(handlers.hear(office, own, rules).said)
    for fact in facts:
        if isinstance(fact.event, CalendarWord):
            said += recount.heard_from_above(office, fact, rules).said
        elif isinstance(fact.event, RulesSet):
            said += amendments.heard_from_above(office, fact).said
    return Outcome(said=said)
