"""Lights of a case to which intake answers: nothing told in time, what never came, and that nobody was named."""

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ClockKind
from services.intake import deemed_acceptance, expiry, naming, undertakings
from services.plumbing.switchboard import Fact, Office, Outcome


def changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """Each kind of clock has one who hears it."""
    if fact.event.clock_kind == ClockKind.CORRECTION:
        return expiry.light_changed(office, fact)
    if fact.event.clock_kind == ClockKind.DEFICIENCY:
        return undertakings.light_changed(office, fact)
    if fact.event.clock_kind == ClockKind.NAMING:
        return naming.light_changed(office, fact)
    return deemed_acceptance.light_changed(office, fact)
