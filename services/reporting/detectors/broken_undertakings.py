"""Broken undertakings: a missing material that never came, a commitment that was not kept or not checked in time."""

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from services.contracts.clocks import LightChanged
from services.contracts.permits import CommitmentChecked, DeficiencyBreached
from services.contracts.vocabulary import ClockKind, Light, StepKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

_NEVER_CAME: Final = "{material} has not come until {day}."
_NOT_KEPT: Final = "The commitment was not kept."
_NOT_CHECKED: Final = "The commitment was not checked until {day}."

RULE = Rule(
    name="broken-undertaking",
    title="Commitment or deficiency breached",
    about_kind=FindingSubject.CASE,
    template="Case {about}: {why} What follows: {consequence}.",
    source="Ordos, P2-06; reform plan, P1-06; DOMAIN 3, rules 8 and 9",
    what="The day of a missing material has passed, or a commitment was not kept or not checked in time.",
    law="Licensing Law, article 69",
    evidence={
        "material": "Material",
        "due_on": "Due on",
        "consequence": "What follows otherwise",
        "document_no": "Document number",
        "reason": "Reason",
        "handler": "Handler",
        "name": "Name",
        "department": "Department",
    },
)


def material(office: Office, fact: Fact[DeficiencyBreached], _: float) -> Iterator[Suspicion]:
    """Each material is a finding of its own."""
    event = fact.event
    day, consequence = event.due_on.isoformat() if event.due_on else "—", event.consequence or "—"
    yield Suspicion(
        about=event.case_no,
        round=event.number,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"why": _NEVER_CAME, "material": event.material, "day": day, "consequence": consequence},
        evidence={
            "material": event.material,
            "due_on": day,
            "consequence": consequence,
            "handler": event.handler.model_dump(mode="json"),
        },
    )


def check(office: Office, fact: Fact[CommitmentChecked], _: float) -> Iterator[Suspicion]:
    """A check that was not passed."""
    event = fact.event
    if event.passed:
        return
    consequence = ", ".join(event.consequences)
    yield Suspicion(
        about=event.case_no,
        round=fact.envelope.sequence + _AFTER_MATERIALS,
        department=Notebook.of(office).department_of(event.case_no) or event.handler.department,
        params={"why": _NOT_KEPT, "consequence": consequence},
        evidence={
            "consequence": consequence,
            "document_no": event.document_no,
            "reason": event.reason,
            "handler": event.handler.model_dump(mode="json"),
        },
    )


def no_check(office: Office, fact: Fact[LightChanged], _: float) -> Iterator[Suspicion]:
    """The time of a check has passed without one: what follows is the check."""
    event = fact.event
    if event.clock_kind != ClockKind.COMMITMENT_CHECK or event.light is not Light.RED:
        return
    day, consequence = event.due_on.isoformat() if event.due_on else "—", StepKind.CHECK_COMMITMENT.value
    yield Suspicion(
        about=event.about,
        round=crc32(event.clock_id.encode()) & 0x7FFFFFFF,
        department=event.department,
        params={"why": _NOT_CHECKED, "day": day, "consequence": consequence},
        evidence={"due_on": day, "consequence": consequence},
    )


#: As many materials as a case may have missing come first in the numbers of its findings.
_AFTER_MATERIALS: Final = 1000

DETECTOR = Detector(RULE, (at(DeficiencyBreached, material), at(CommitmentChecked, check), at(LightChanged, no_check)))
