"""Decides how a step on the wire becomes a proposal that the rules can judge."""

from datetime import datetime

from services.contracts.commands import StepTaken
from services.contracts.vocabulary import ZONE, StepKind
from services.intake.domain import Defect, Officer, Proposal
from services.intake.record import holder_if


def local(at: datetime) -> datetime:
    """The same moment in Asia/Shanghai, where all days are counted; what lies beyond the years stays as it is."""
    try:
        return at.astimezone(ZONE)
    except OverflowError:
        return at


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
        new_handler=holder_if(told.new_handler),
        note=told.note,
    )
