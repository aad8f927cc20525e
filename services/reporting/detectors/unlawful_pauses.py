"""Unlawful pauses: another system says that the count stands still, and no law lets it."""

from collections.abc import Iterator

from services.contracts.cases import ProcedureBegun
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="unlawful-pause",
    title="Unlawful pause",
    about_kind=FindingSubject.CASE,
    template="A pause of case {about} was recorded that no law allows: {why}",
    source="Licensing Law 45; Chifeng rules, P4-07: no unlawful pause of the count",
    what="A stop of the count that no law allows.",
    law="Licensing Law, article 45",
    evidence={
        "ground": "For what",
        "planned_days": "Planned length",
        "document_no": "Document number",
        "document_on": "Day of the document",
        "begun_at": "Begun at",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
)


def look(office: Office, fact: Fact[ProcedureBegun], _: float) -> Iterator[Suspicion]:
    """Every one is a finding of its own: each bends the count for itself."""
    event = fact.event
    if event.law or not event.objection:
        return
    yield Suspicion(
        about=event.case_no,
        round=fact.envelope.sequence,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"why": event.objection, **(event.params or {})},
        evidence={
            "ground": event.ground,
            "planned_days": event.planned.amount if event.planned else None,
            "document_no": event.document_no,
            "document_on": event.document_on.isoformat() if event.document_on else None,
            "begun_at": fact.envelope.time.isoformat(),
            "handler": event.handler.model_dump(mode="json"),
        },
    )


DETECTOR = Detector(RULE, (at(ProcedureBegun, look),))
