"""Calendars as they are told: exceptional days with their notices, releases of days, and what a release moves."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Items, Moment
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
