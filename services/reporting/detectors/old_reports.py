"""Old reports: the report that ends a special procedure is older than the acceptance of the case."""

from collections.abc import Iterator
from datetime import datetime

from services.contracts.cases import ProcedureEnded
from services.contracts.vocabulary import ZONE
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import ACCEPTANCES, Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="old-report",
    title="Report older than the acceptance",
    about_kind=FindingSubject.CASE,
    template="The report of {document_on} on case {about} is older than the acceptance on {accepted_on}.",
    source="DOMAIN 7: expert report dated before acceptance; plan, P0-06: no hidden review before the acceptance",
    what="A report that is older than the acceptance of its case.",
    law="Licensing Law, article 45; plan: no hidden review before the acceptance",
    evidence={
        "document_no": "Document number",
        "document_on": "Day of the document",
        "accepted_on": "Accepted on",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
)


def look(office: Office, fact: Fact[ProcedureEnded], _: float) -> Iterator[Suspicion]:
    """A review that was over before the case was taken in was done outside of the count."""
    event, kept = fact.event, Notebook.of(office)
    accepted_at = kept.accepted_at(event.case_no, *ACCEPTANCES)
    if event.document_on is None or accepted_at is None:
        return
    accepted_on = datetime.fromtimestamp(accepted_at, ZONE).date()
    if event.document_on >= accepted_on:
        return
    days = {"document_on": event.document_on.isoformat(), "accepted_on": accepted_on.isoformat()}
    yield Suspicion(
        about=event.case_no,
        round=fact.envelope.sequence,
        department=kept.department_of(event.case_no) or event.handler.department,
        params=days,
        evidence=days | {"document_no": event.document_no, "handler": event.handler.model_dump(mode="json")},
    )


DETECTOR = Detector(RULE, (at(ProcedureEnded, look),))
