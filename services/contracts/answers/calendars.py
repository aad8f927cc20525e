"""Calendars as they are told: exceptional days with their notices, releases of days, and what a release moves."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Items, KindOfClock, Moment, Page
from services.contracts.drafts import CalendarForm, DraftState
from services.contracts.vocabulary import Light

DayKind = Literal["holiday", "workday"]


class ReleaseStanding(StrEnum):
    """What a release counts for now."""

    IN_FORCE = "in-force"
    #: A higher authority has released the same notice: its copy counts.
    REPEATED = "repeated"
    WITHDRAWN = "withdrawn"


class ExceptionalDayTold(Answer):
    """A day off that would be a working day, or the other way round."""

    day: date
    kind: DayKind
    festival: str | None
    notice: str | None
    release: str | None = Field(description="the key of the release that laid it down; null: it was shipped")
    authority: AuthorityTold | None
    released_by: Actor | None


class CalendarYear(Answer):
    """The exceptional days of a year."""

    version: str
    known_from: date
    known_until: date
    days: tuple[ExceptionalDayTold, ...]


class ReleaseRepeated(Answer):
    """The higher authority's copy that counts instead."""

    authority: AuthorityTold
    release_no: int
    differing_days: tuple[date, ...]


class ReleaseWithdrawn(Answer):
    """When, by whom and why a release was withdrawn."""

    at: Moment
    by: Actor
    why: str


class ReleaseTold(Answer):
    """Days that an authority has released."""

    authority: AuthorityTold
    own: bool
    release_no: int
    notice: str
    is_notice: bool
    days: dict[date, DayKind]
    known_until: date | None
    released_at: Moment
    released_by: Actor
    drafted_by: Actor | None = Field(description="null: one person released it, as earlier versions let him")
    standing: ReleaseStanding
    repeats: ReleaseRepeated | None
    withdrawn: ReleaseWithdrawn | None


class CalendarReleases(Items[ReleaseTold]):
    """All releases of this authority and those above it, the last one first."""

    version: str
    known_until: date


class ClockMove(Answer):
    """An open clock that another calendar moves."""

    clock_id: str
    about: str
    begins: str | None = Field(alias="from", description="when it was due")
    to: str = Field(description="when it is due now")
    light: Light | None = Field(description="which it shows before")
    light_after: Light = Field(description="which it shows then")


class WithdrawalAnswer(Answer):
    """What changed days do to the calendar and to open clocks."""

    calendar: str
    known_until: date
    release_no: int
    standing: ReleaseStanding
    dry_run: bool
    count: int = Field(description="how many open clocks move")
    confirmed: int = Field(description="how many were provisional and are not any more")
    items: tuple[ClockMove, ...]


class AuthoritySpanned(Answer):
    """Open lines of one authority below."""

    authority: AuthorityTold
    open_lines: int


class SpannedBelow(Answer):
    """Open lines of the authorities below that run across some days, as far as their ledgers are held here."""

    open_lines: int
    by_authority: tuple[AuthoritySpanned, ...]


class ReleaseAnswer(WithdrawalAnswer):
    """What released days do to the calendar and to open clocks, here and probably below."""

    below: SpannedBelow | None = Field(None, description="of a dry run; else left out")


class DraftTold(Answer):
    """Days, or the withdrawal of a release, that one person has drafted."""

    draft_no: int
    state: DraftState
    form: CalendarForm
    notice: str
    days: dict[date, DayKind]
    festivals: dict[date, str]
    known_until: date | None
    withdraws: int | None = Field(description="the own release that would count no more; it has no days")
    withdrawn_because: str | None
    drafted_at: Moment
    drafted_by: Actor
    ended_at: Moment | None = Field(description="when it was released or given up")
    ended_by: Actor | None
    reason: str | None = Field(description="why it was given up")
    release_no: int | None
    counted_at: Moment | None
    calendar: str | None = Field(description="the version of the calendar with it, as counted")
    count: int = Field(description="how many open clocks move")
    confirmed: int = Field(description="how many were provisional and are not any more")
    lights: int = Field(description="how many of those that move change their light")
    missing: dict[str, tuple[str, ...]] = Field(
        description="by year, the festivals of which it gives fewer days off than the law; releasing it asks"
    )
    is_stale: bool = Field(description="the calendar in force is another one than when it was counted")
    unused: tuple[str, ...] = Field((), description="sentences of the text that name days but say nothing of them")
    below: SpannedBelow | None = Field(None, description="of a draft asked for by its number; else left out")


class DraftsTold(Items[DraftTold]):
    """All drafts, the newest first."""


class DraftMove(Answer):
    """An open clock that a draft moves."""

    clock_id: str
    clock_kind: KindOfClock
    about_kind: str
    about: str
    department: str
    responsible: str
    begins: str | None = Field(alias="from", description="when it is due before")
    to: str | None = Field(description="when it is due then")
    light: Light | None
    light_after: Light


class DraftMoves(Page[DraftMove]):
    """A part of what a draft moves, in the order of the cases."""


class MoveBelow(Answer):
    """An open line of an authority below that a draft is likely to move; its own timer will say."""

    authority: AuthorityTold
    case_no: str
    project_name: str
    matter_name: str
    department: str
    begins: date = Field(alias="from")
    to: date


class MovesBelow(Page[MoveBelow]):
    """A part of the lines below that a draft is likely to move, by name."""
