"""Resubmissions: an application came back soon after the first was turned away, so that the count began anew."""

from collections.abc import Iterator

from services.contracts.cases import CaseReceived
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at

RULE = Rule(
    name="return-and-resubmit",
    title="Turned away and taken in again",
    about_kind=FindingSubject.CASE,
    template="Case {about} was taken in {days} days after case {first} of the same application had ended undecided.",
    source="DOMAIN 7: return-and-resubmit of the same application; Chifeng rules, P4-07: no bent counting",
    what="An application that ended undecided and was taken in again soon afterwards.",
    law="Chifeng supervision rules: no bent counting",
    evidence={
        "first": "First case",
        "ended_as": "How it ended",
        "ended_at": "Ended at",
        "received_at": "Received at",
        "days": "Days between",
    },
    threshold=Threshold(30, "resubmit_days", "days"),
)

#: The first one ended without a decision on it: a refusal of the permit is one, and may be met with better papers.
_UNDECIDED = ("withdrawn-before-acceptance", "acceptance-refused", "given-up", "withdrawn")


def look(office: Office, fact: Fact[CaseReceived], most_days: float) -> Iterator[Suspicion]:
    """The receipt that follows one which ended undecided at most so many days before."""
    event = fact.event
    ended = Notebook.of(office).last_step_of(event.follows, _UNDECIDED) if event.follows else None
    if ended is None:
        return
    kind, ended_at = ended
    days = (fact.envelope.time.date() - ended_at.date()).days
    if days > most_days:
        return
    yield Suspicion(
        about=event.case_no,
        round=0,
        department=event.department,
        params={"first": event.follows, "days": days},
        evidence={
            "first": event.follows,
            "ended_as": f"qidi.case.{kind}",
            "ended_at": ended_at.isoformat(),
            "received_at": fact.envelope.time.isoformat(),
            "days": days,
        },
    )


DETECTOR = Detector(RULE, (at(CaseReceived, look),))
