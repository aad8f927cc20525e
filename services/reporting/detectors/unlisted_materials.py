"""Unlisted materials: another system has asked for a material that the list of the matter does not know."""

from collections.abc import Iterator

from services.contracts.cases import CorrectionRequested
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="unlisted-material",
    title="Material that the list does not know",
    about_kind=FindingSubject.CASE,
    template="Notice {round} of case {about} asks for {materials}, which the list of the matter does not know.",
    source="DOMAIN 7: material asked for that is not in the catalogue; Licensing Law 31",
    what="A correction notice that asks for a material which the list of the matter does not know.",
    law="Licensing Law, article 31: no materials beyond what the licence is about",
    evidence={
        "round": "Round",
        "materials": "Material",
        "document_no": "Document number",
        "notice_at": "Told at",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
)


def look(office: Office, fact: Fact[CorrectionRequested], _: float) -> Iterator[Suspicion]:
    """Each notice for itself. Of a person it is refused, so it comes from outside."""
    event = fact.event
    materials = [defect.material for defect in event.defects if defect.listed is False]
    if not materials:
        return
    yield Suspicion(
        about=event.case_no,
        round=fact.envelope.sequence,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"round": event.round, "materials": "、".join(materials)},
        evidence={
            "round": event.round,
            "materials": materials,
            "document_no": event.document_no,
            "notice_at": fact.envelope.time.isoformat(),
            "handler": event.handler.model_dump(mode="json"),
        },
    )


DETECTOR = Detector(RULE, (at(CorrectionRequested, look),))
