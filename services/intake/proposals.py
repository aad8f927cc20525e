"""Proposals: a step on the wire as the rules judge it."""

from datetime import datetime

from services.contracts.commands import StepTaken
from services.contracts.vocabulary import StepKind
from services.intake.domain import Defect, Missing, Officer, Proposal
from services.intake.wire import limit_of, local, officer_if


def proposal(told: StepTaken, step: StepKind, person: Officer, now: datetime) -> Proposal:
    """What the sender says about a step; without a time it happens now."""
    return Proposal(
        step=step,
        occurred_at=local(told.occurred_at or now),
        person=person,
        reason=told.reason,
        remedies=told.remedies,
        document_no=told.document_no,
        defects=tuple(Defect(one.material, one.problem, one.advice, one.old) for one in told.defects),
        new_handler=officer_if(told.new_handler),
        note=told.note,
        given=limit_of(told.given) if told.given else None,
        longer_by=limit_of(told.longer_by) if told.longer_by else None,
        ground=told.ground,
        planned=limit_of(told.planned) if told.planned else None,
        document_on=told.document_on,
        complete_by=told.complete_by,
        missing=tuple(Missing(0, one.material, one.due_on) for one in told.missing),
        material=told.material,
        passed=told.passed,
        because=told.because,
        departments=tuple(told.departments),
        limit=limit_of(told.limit) if told.limit else None,
        waiver=told.waiver,
        covered_by=told.covered_by,
    )
