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
    statement: str | None = Field(description="what the department concerned says of it")
    stated_at: Moment | None
    stated_by: Actor | None
    review: str | None = Field(description="what another body says of a confirmed one")
    reviewed_at: Moment | None
    reviewed_by: Actor | None
    counts_from: Moment | None = Field(description="from when on it counts in scores; null: never")
    message: Message


class FindingPage(Page[FindingTold]):
    """Findings, the newest first."""


class FindingRule(Answer):
    """What counts as a suspected breach."""

    rule: str
    title: str
    what: str = Field(description="what is looked at, in one sentence")
    law: str
    consequence: str
    about_kind: str
    threshold: float | None = Field(description="null: the rule has none")
    unit: str
    setting: str | None = Field(description="the setting by which the authority sets the threshold")


class FindingRulePage(Page[FindingRule]):
    """Every rule, in the order of its name."""
