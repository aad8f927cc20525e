"""Findings as they are told: a suspected breach with its evidence, and a person's word on it."""

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, Facts, Message, Moment, Page, Template
from services.contracts.vocabulary import FindingState


class FindingTold(Answer):
    """A suspected breach; it punishes nobody by itself."""

    finding_no: str
    rule: str
    about: str
    about_kind: str = Field(description="where it is looked into: case, complaint, catalogue, authority; may be empty")
    round: int
    department: str
    state: FindingState
    template: Template
    params: Facts
    evidence: Facts = Field(description="what the record showed, by the rule")
    raised_at: Moment
    settled_at: Moment | None
    settled_by: Actor | None
    reason: str | None
    message: Message


class FindingPage(Page[FindingTold]):
    """Findings, the newest first."""
