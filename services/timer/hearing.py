"""Decides what of a heard fact matters to clocks."""

from datetime import datetime
from typing import Final

from services.contracts.cases import CaseFact, CaseReceived
from services.contracts.complaints import ComplaintDispatched, ComplaintFact, ComplaintRegistered, ComplaintStep
from services.contracts.forwarding import CaseOutcomeReturned
from services.plumbing.switchboard import Fact
from services.timer.domain import Occurrence
from services.timer.limits import parse_limit
from services.timer.rules import facts_that_matter

_MATTERS: Final = facts_that_matter()


def occurrence(fact: Fact, now: datetime) -> Occurrence | None:
    """The fact as clocks see it, or None when no clock depends on it."""
    what, envelope, event = fact.envelope.stem.removeprefix("qidi."), fact.envelope, fact.event
    if isinstance(event, CaseOutcomeReturned):
        what = f"case.outcome-{event.outcome}"
    if what not in _MATTERS:
        return None
    if isinstance(event, CaseFact):
        limit = parse_limit(event.limit.amount, event.limit.unit) if isinstance(event, CaseReceived) else None
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
    )
