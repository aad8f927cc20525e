"""Links between levels as they are told: who belongs to whom, whether both sides agree, and the subtree below."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from services.contracts.answers.cases import EntryTold
from services.contracts.answers.lines import LineTold, StandingCounts
from services.contracts.answers.shape import Answer, AuthorityTold, Facts, Items, KindOfClock, LimitTold, Moment
from services.contracts.vocabulary import Level, Light

LedgerState = Literal["ok", "gap", "fork", "stopped"]


class LinkTold(Answer):
    """The superior, or an authority below."""

    code: AuthorityTold
    relation: Literal["superior", "child"]
    name: str
    level: str = Field(description="a code of Level; empty where it has not told of itself yet")
    state: str = Field(description="how far the joining has come")
    public_key: str | None
    joined_at: Moment | None
    last_contact: Moment | None
    letters_said: int
    letters_answered: int
    letters_taken: int


class LinksTold(Items[LinkTold]):
    """All links of this authority."""


class TroubleSide(StrEnum):
    """Between whom a ledger stops: those below and us, us and our superior, or two authorities below us."""

    BELOW = "below"
    ABOVE = "above"
    FURTHER = "further-below"


class TroubleKind(StrEnum):
    """What is wrong with a ledger; only a person's decision ends the first two."""

    LOST = "lost"
    DIFFERS = "differs"
    REFUSED = "refused"
    MISSING = "missing"


class TroubleTold(Answer):
    """One thing that is wrong with a ledger."""

    side: TroubleSide
    kind: TroubleKind
    facts: Facts


class UpwardTold(Answer):
    """How far the superior has a ledger."""

    receipted: int
    waiting: int
    waiting_seconds: float
    state: str
    problem: str | None
    last_contact: Moment | None
    roots_equal: bool | None = Field(description="null: there is no receipt to compare with")


class LightsCompared(Answer):
    """Open lines by light at one index, as both sides count them."""

    index: int | None
    below: dict[str, int]
    above: dict[str, int] | None
    equal: bool | None


class LedgerTold(Answer):
    """A ledger that is held here or handed on."""

    origin: AuthorityTold
    name: str
    level: str = Field(description="a code of Level; empty of our own")
    via: AuthorityTold | None = Field(description="through which authority it comes; null: it is our own")
    entries: int
    verified: int
    root: str
    state: LedgerState
    problem: str | None
    troubles: tuple[TroubleTold, ...]
    verified_at: Moment | None
    last_contact: Moment | None
    lag_seconds: float | None = Field(description="between the recording of its newest entry and its check here")
    branch: int = Field(description="how many forks were accepted")
    up: UpwardTold | None = Field(description="null: there is no superior")
    lights: LightsCompared | None


class Reconciliation(Items[LedgerTold]):
    """All ledgers that are held here, our own first."""


class ContradictionTold(Answer):
    """A contradiction between two levels, and how it was decided."""

    origin: AuthorityTold
    from_index: int | None
    known_size: int | None
    known_note: str
    told_note: str
    side: TroubleSide
    at: Moment
    accepted_at: Moment | None
    person: str | None
    reason: str | None


class Contradictions(Items[ContradictionTold]):
    """Every contradiction that was ever noticed, the newest first."""


class BranchTold(Answer):
    """An authority of the subtree."""

    authority: AuthorityTold
    name: str
    level: Level
    superior: AuthorityTold | None
    joined: bool
    own: StandingCounts
    whole: StandingCounts = Field(description="its own lines and those of all below it")
    state: LedgerState | None
    verified_at: Moment | None
    last_contact: Moment | None
    below: int
    joined_below: int


class Subtree(Items[BranchTold]):
    """This authority, then everybody below it in the order of codes."""


class HolderUntil(Answer):
    """Who had a case in hand from when until when; null: still."""

    held_by: AuthorityTold
    held_since: Moment
    until: Moment | None


class ForeignClock(Answer):
    """A clock as its authority last told of it."""

    clock_id: str
    clock_kind: KindOfClock
    limit: LimitTold
    started_at: Moment
    due_on: date | None
    provisional: bool
    responsible: str
    light: Light
    stopped_at: Moment | None
    overdue_working_days: int | None
    used_working_days: int | None
    overdue: int | None = Field(
        description="both in the limit's own unit (of months: calendar days), where it was told"
    )
    used: int | None
    on_time: bool | None


class HandedTold(Answer):
    """The same application's cases at other levels."""

    below: str | None
    above: str | None


class ForeignCase(Answer):
    """What is held here of a case of a lower authority."""

    case_no: str
    authority: AuthorityTold
    name: str
    line: LineTold
    holders: tuple[HolderUntil, ...]
    clocks: tuple[ForeignClock, ...]
    handed: HandedTold
    entries: tuple[EntryTold, ...]
    state: LedgerState
    verified_at: Moment | None
