"""Decides what of a heard fact matters to clocks."""

from datetime import datetime
from typing import Any, Final

from services.contracts.cases import CaseFact, CaseReceived
from services.contracts.catalogues import CatalogueArrived, PublicationFact
from services.contracts.complaints import ComplaintDispatched, ComplaintFact, ComplaintRegistered, ComplaintStep
from services.contracts.forwarding import CaseOutcomeReturned
from services.contracts.instructions import InstructionFact, InstructionReceived, InstructionSigned
from services.contracts.quantities import WireLimit
from services.plumbing.switchboard import Fact
from services.timer.domain import Occurrence
from services.timer.limits import Limit, parse_limit
from services.timer.rules import facts_that_matter

_MATTERS: Final = facts_that_matter()
#: Who answers for adopting a list of matters in time: the department that keeps it, the same everywhere (our choice).
ADOPTS: Final = "政务服务局"


def occurrence(fact: Fact[Any], now: datetime) -> Occurrence | None:
    """The fact as clocks see it, or None when no clock depends on it."""
    what, envelope, event = fact.envelope.stem.removeprefix("qidi."), fact.envelope, fact.event
    if isinstance(event, CaseOutcomeReturned):
        what = f"case.outcome-{event.outcome}"
    if what not in _MATTERS:
        return None
    if isinstance(event, CaseFact):
        limit = _limit(event.limit) if isinstance(event, CaseReceived) else None
        return Occurrence(
            "case",
            event.case_no,
            envelope.sequence,
            what,
            envelope.time,
            now,
            person=event.handler.name,
            department=event.department if isinstance(event, CaseReceived) else event.handler.department,
            limit=limit,
            decided_above=isinstance(event, CaseReceived) and event.forward_to is not None,
            from_below=isinstance(event, CaseReceived) and event.forwarded_from is not None,
        )
    if isinstance(event, PublicationFact):
        given = event.limit if isinstance(event, CatalogueArrived) else None
        return Occurrence(
            "catalogue",
            event.subject,
            envelope.sequence,
            what,
            envelope.time,
            now,
            department=ADOPTS,
            limit=_limit(given) if given else None,
        )
    if isinstance(event, InstructionFact):
        return Occurrence(
            "instruction",
            event.instruction_no,
            envelope.sequence,
            what,
            envelope.time,
            now,
            person=event.person.name if isinstance(event, InstructionSigned) else "",
            department=event.department if isinstance(event, InstructionReceived) else "",
            limit=_limit(event.reply_limit) if isinstance(event, InstructionReceived) else None,
        )
    assert isinstance(event, ComplaintFact)
    return Occurrence(
        "complaint",
        event.complaint_no,
        envelope.sequence,
        what,
        envelope.time,
        now,
        person=event.person.name if isinstance(event, ComplaintStep) else "",
        department=event.department if isinstance(event, ComplaintRegistered | ComplaintDispatched) else "",
        urgency=event.urgency if isinstance(event, ComplaintRegistered) else "",
        decided_above=isinstance(event, ComplaintRegistered) and event.from_above is not None,
    )


def _limit(told: WireLimit) -> Limit:
    return parse_limit(told.amount, told.unit)


def concerns(fact: Fact[Any], here: str) -> bool:
    """Of what comes from below only answers to our own messages; a message between two others is not ours to count."""
    event, sender = fact.event, fact.envelope.authority
    return sender == here or (isinstance(event, InstructionFact) and event.issuer == here and event.to == sender)
