"""Clocks as they are told: each with its light and its days, the walk that explains a date, and the rules in force."""

from datetime import date

from pydantic import Field

from services.contracts.answers.shape import (
    Actor,
    Answer,
    AuthorityTold,
    Items,
    KindOfClock,
    LimitTold,
    Moment,
    Wording,
)
from services.contracts.vocabulary import CountedFrom, Holder, Light, SubjectKind, Unit


class PauseOver(Answer):
    """A pause from the day it began, which counts, to the day it ended, which does not."""

    begun: date
    ended: date


class ClockTold(Answer):
    """A clock at this moment."""

    clock_id: str
    clock_kind: KindOfClock
    about_kind: SubjectKind
    about: str
    round: int
    department: str
    responsible: str
    limit: LimitTold
    started_at: Moment
    due_on: date | None
    due_at: Moment | None = Field(description="the first moment at which it is overdue; null: it stands still")
    provisional: bool = Field(description="counted past the last announced year")
    calendar: str
    light: Light
    counted_in: Unit = Field(description="the unit of what is left, used and overdue; of months: calendar days")
    remaining: int | None = Field(
        description="what is left, negative once past; of one that stands still, its budget; null once it has stopped"
    )
    used: int
    overdue: int = Field(description="0 when in time, and on days off right after a due working day")
    overdue_working_days: int
    used_working_days: int
    stopped_at: Moment | None
    on_time: bool | None
    deemed: bool = Field(description="started by law against the record")
    outcome: str | None
    law: str
    entered_at: Moment | None = Field(
        description="when its end was recorded, where that was after it was due: that day counts until it is confirmed"
    )
    on_time_as_entered: bool | None = Field(description="what the day named would make of it, where that is another")
    paused_on: date | None = Field(description="since when it stands still for a special procedure")
    pauses: tuple[PauseOver, ...] = Field(description="the pauses that are over: their days are not counted")


class HolderDays(Answer):
    """Days of a case that belong to one holder."""

    holder: Holder
    authority: AuthorityTold | None = Field(description="whose department or which authority; null: the applicant")
    department: str | None
    working_days: int
    days: int = Field(description="days of the calendar")


class HolderSpan(HolderDays):
    """A run of them: the day `since` is still the former holder's, the day `until` is this one's."""

    since: date
    until: date


class ClocksTold(Items[ClockTold]):
    """The clocks of a case, complaint or instruction; of a case both official times and whose its days are."""

    legal_working_days: int = Field(description="used of the limit of the decision, lawful pauses left out")
    whole_process_working_days: int = Field(
        description="from the first receipt at any level to delivery, without any pause"
    )
    whole_process_days: int = Field(description="the same in days of the calendar")
    whole_process_since: date | None
    whole_process_until: date | None = Field(description="null: it is not over")
    spans: tuple[HolderSpan, ...] = Field(description="every day of the case, end to end, each with its one holder")
    by_holder: tuple[HolderDays, ...] = Field(description="the same summed: together the whole-process time")


class DayTold(Answer):
    """A day of the walk to a date."""

    date: date
    counted: bool
    number: int | None = Field(description="the count that is reached with it")
    why: Wording
    festival: str | None
    notice: str | None
    provisional: bool
    authority: AuthorityTold | None = Field(None, description="who released an exceptional day; else left out")
    part: str | None = Field(None, description="`morning` or `afternoon` where half days are counted; else left out")


class ExplainedDay(DayTold):
    """A day of the walk of a clock."""

    day: date


class LimitSet(Answer):
    """Who has set the limit of a clock rule, and by which document."""

    authority: AuthorityTold
    own: bool
    by_environment: bool
    number: int
    limit: LimitTold
    basis: str
    in_force_from: date
    in_force_at: Moment
    set_at: Moment
    set_by: Actor


class ClockExplained(Answer):
    """Why this date: day by day, from the calendar that counted it."""

    as_of: Moment | None = Field(description="the moment that was asked about; null: now")
    clock: ClockTold
    due: str = Field(description="a day; of hours a moment without its zone")
    provisional: bool
    calendar: str
    rules: str = Field(description="the version of the table of rules and of what authorities had set")
    limit_set: LimitSet | None = Field(description="null: the limit is the law's, or the promise of the case")
    counted_from: CountedFrom | None = Field(description="of a decision, as its matter says; null: of another clock")
    steps: tuple[ExplainedDay, ...]


class DeadlineCounted(Answer):
    """A date that somebody asked for."""

    due: str = Field(description="a day; of hours a moment without its zone")
    provisional: bool = Field(description="counted past the last announced year")
    calendar: str
    steps: tuple[DayTold, ...] = Field(description="empty where `explain` is false")


class RuleTold(Answer):
    """A clock rule with the limit of a clock that starts now."""

    rule: str
    urgency: str | None
    promised: bool = Field(description="every matter has its own promise")
    limit: LimitTold | None
    law_limit: LimitTold | None
    set: LimitSet | None
    standing: tuple[LimitSet, ...]
    coming: tuple[LimitSet, ...]
    clock_kind: KindOfClock
    about: SubjectKind
    law: str


class RulesInForce(Items[RuleTold]):
    """All clock rules."""


class RulesAnswer(Answer):
    """Limits were shortened."""

    number: int
    in_force_from: date
    in_force_at: Moment
