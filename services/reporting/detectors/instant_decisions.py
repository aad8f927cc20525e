"""Instant decisions: a case accepted and decided within minutes, as one that was worked on before it was taken in."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from services.contracts.cases import CaseGranted, CaseRefused
from services.contracts.permits import CaseGrantedWithDeficiencies
from services.contracts.vocabulary import ZONE, CaseState, Channel
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at

_Decision = CaseGranted | CaseGrantedWithDeficiencies | CaseRefused

RULE = Rule(
    name="instant-decision",
    title="Decided within minutes",
    about_kind=FindingSubject.CASE,
    template="Case {about} was decided {minutes} minutes after it was accepted.",
    source="DOMAIN 7: accepted and decided within minutes; Chifeng rules, P4-05: no work outside of the record",
    what="A case accepted and decided within minutes.",
    law="Chifeng supervision rules: no handling outside of the system",
    evidence={
        "accepted_at": "Accepted at",
        "decided_at": "Decided at",
        "minutes": "Minutes",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
    threshold=Threshold(10, "instant_decision_minutes", "minutes"),
)


def look(office: Office, fact: Fact[_Decision], most_minutes: float) -> Iterator[Suspicion]:
    """What is promised to be decided at once, or granted on a written commitment (DOMAIN 3, rule 9), is no breach when
    it is; a ledger taken over knows days, not minutes.
    """
    event, kept = fact.event, Notebook.of(office)
    if event.state == CaseState.GRANTED_ON_COMMITMENT:
        return
    accepted_at = kept.accepted_at(event.case_no, CaseState.ACCEPTED)
    if accepted_at is None or kept.is_decided_at_once(event.case_no):
        return
    if kept.channel_of(event.case_no) == Channel.IMPORT:
        return
    minutes = (fact.envelope.time.timestamp() - accepted_at) / 60
    if not 0 <= minutes <= most_minutes:
        return
    yield Suspicion(
        about=event.case_no,
        department=kept.department_of(event.case_no) or event.handler.department,
        params={"minutes": round(minutes)},
        evidence={
            "accepted_at": datetime.fromtimestamp(accepted_at, ZONE).isoformat(),
            "decided_at": fact.envelope.time.isoformat(),
            "minutes": round(minutes),
            "handler": event.handler.model_dump(mode="json"),
        },
    )


DETECTOR = Detector(RULE, tuple(at(kind, look) for kind in get_args(_Decision)))
