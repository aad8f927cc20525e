"""Changed limits: that of a single case was put right after its acceptance, or to more than the list gives."""

from collections.abc import Iterator

from services.contracts.cases import CaseLimitChanged
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="limit-changed-after-acceptance",
    title="Limit changed after acceptance",
    about_kind=FindingSubject.CASE,
    template="The limit of case {about} was changed from {before} to {after} while it was being decided.",
    source="DOMAIN 7: limit changed after acceptance; Chifeng rules, P4-07: no bent counting",
    what="A limit of a single case that was changed after its acceptance, or to more than the list gives.",
    law="Chifeng supervision rules: no bent counting",
    evidence={
        "limit_before": "Limit before",
        "limit_after": "Limit afterwards",
        "reason": "Reason",
        "document_no": "Document number",
        "changed_at": "Changed at",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
)


def look(office: Office, fact: Fact[CaseLimitChanged], _: float) -> Iterator[Suspicion]:
    """Every one is a finding of its own: the reason is for a person to judge."""
    event = fact.event
    if not event.is_accepted and event.objection is None:
        return
    before, after = event.previous.amount, event.limit.amount
    yield Suspicion(
        about=event.case_no,
        round=fact.envelope.sequence,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"before": before, "after": after},
        evidence={
            "limit_before": before,
            "limit_after": after,
            "reason": event.reason,
            "document_no": event.document_no,
            "changed_at": fact.envelope.time.isoformat(),
            "handler": event.handler.model_dump(mode="json"),
        },
    )


DETECTOR = Detector(RULE, (at(CaseLimitChanged, look),))
