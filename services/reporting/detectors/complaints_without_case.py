"""Complaints without a case: somebody complains about an application of which the record shows nothing."""

from collections.abc import Iterator

from services.contracts.complaints import ComplaintRegistered
from services.contracts.vocabulary import CheckVerdict
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="complaint-without-case",
    title="Complaint without a case",
    about_kind=FindingSubject.COMPLAINT,
    template="Complaint {about} is about an application of which the record shows no case.",
    source="DOMAIN 6: suspected blocking or off-system handling",
    what="A complaint about an application of which the record shows no case.",
    law="Plan, four (two): no blocking, no handling outside of the system",
    evidence={
        "kind": "Kind",
        "place": "Place",
        "channel": "Channel",
        "work_order_no": "Work order",
        "project_code": "Project code",
        "project_name": "Project",
        "matter_name": "Matter",
        "registered_at": "Registered",
    },
)


def look(office: Office, fact: Fact[ComplaintRegistered], threshold: float) -> Iterator[Suspicion]:
    """The record's own word at the moment at which the complaint came in."""
    event = fact.event
    if CheckVerdict(event.check) is not CheckVerdict.NO_CASE_EXISTS:
        return
    evidence = event.model_dump(mode="json", include=set(RULE.evidence), exclude_none=True)
    evidence["registered_at"] = fact.envelope.time.isoformat()
    yield Suspicion(about=event.complaint_no, department=event.department, params={}, evidence=evidence)


DETECTOR = Detector(RULE, (at(ComplaintRegistered, look),))
