"""Second notices: a correction notice that names what was already visible in the first submission."""

from collections.abc import Iterator

from services.contracts.cases import CorrectionRequested
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at

RULE = Rule(
    name="second-notice-for-old-defect",
    title="Second notice for an old defect",
    about_kind=FindingSubject.CASE,
    template=(
        "Notice {round} of case {about} names {old_defects} defects that were already visible in the first submission."
    ),
    source="Licensing Law 32(4); plan, P0-05: everything that is missing is told once",
    what="A further correction notice that names what was visible in the first submission.",
    law="Licensing Law, article 32 (4): everything is told once",
    evidence={
        "round": "Round",
        "old_defects": "Visible before",
        "material": "Material",
        "problem": "What is wrong",
        "advice": "Advice",
        "notice_at": "Told at",
        "document_no": "Document number",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
    threshold=Threshold(2, "second_notice_round", "notices", above=1),
)


def look(office: Office, fact: Fact[CorrectionRequested], first_round: float) -> Iterator[Suspicion]:
    """From the second notice on, one that names old defects; every round is a finding of its own."""
    event = fact.event
    old = [defect.model_dump(mode="json", exclude={"listed"}) for defect in event.defects if defect.old]
    if event.round < first_round or not old:
        return
    yield Suspicion(
        about=event.case_no,
        round=event.round,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"round": event.round, "old_defects": len(old)},
        evidence={
            "round": event.round,
            "old_defects": old,
            "notice_at": fact.envelope.time.isoformat(),
            "document_no": event.document_no,
            "handler": event.handler.model_dump(mode="json"),
        },
    )


DETECTOR = Detector(RULE, (at(CorrectionRequested, look),))
