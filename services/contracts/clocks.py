"""Facts that timer says: clocks started, moved and stopped, and lights that changed (DOMAIN section 5)."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from services.contracts.envelope import Event
from services.contracts.quantities import Counted, Days, Numbered, Wire, WireLimit
from services.contracts.vocabulary import Light, SubjectKind

#: One name per rule in the table of clock rules.
ClockKind = str


class ClockFact(Event):
    subject_field: ClassVar[str] = "clock_id"
    #: `<subject>/<kind>/<round>`, for example `150424-2026-000123/decision/1`.
    clock_id: str
    clock_kind: ClockKind
    about_kind: SubjectKind
    #: The case, complaint, publication or official message whose clock it is.
    about: str
    department: str


class ClockStarted(ClockFact):
    stem: ClassVar[str] = "qidi.clock.started"
    limit: WireLimit
    started_at: datetime
    due_on: date | None = None
    #: The first moment at which it is overdue.
    due_at: datetime | None = None
    #: The first moment at which it is yellow: whoever shows its light needs no calculator of his own.
    yellow_at: datetime | None = None
    provisional: bool = False
    calendar: str
    responsible: str = ""
    #: True when the start was set by law against the record (deemed acceptance).
    deemed: bool = False


class ClockMoved(ClockFact):
    """The due date of an open clock changed; both dates and the reason stay on record (DOMAIN 4.7)."""

    stem: ClassVar[str] = "qidi.clock.moved"
    due_from: date | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    yellow_at: datetime | None = None
    provisional: bool = False
    calendar: str
    why: str
    #: The reason as a template with its facts, where it has any: so everybody reads it in his own language.
    template: str | None = None
    params: dict[str, str] | None = None
    #: What is left of the limit, in its unit, where the clock stands still from now on.
    budget: Days | None = None


class LightChanged(ClockFact):
    """A warning: said once per clock and rung, in order, also after downtime."""

    stem: ClassVar[str] = "qidi.clock.light-changed"
    light: Light
    #: When it turned, which may be long before it was recorded.
    turned_at: datetime
    due_on: date | None = None
    responsible: str = ""
    #: The how many-th warning of this light; none where a clock that was moved only says which light it shows.
    crossing: Numbered | None = None


class RungCrossed(ClockFact):
    """A rung of the ladder that no light tells: so many working days past the due day; in order, also after downtime.

    Once per clock, rung and crossing: a clock that was moved into the future can cross again.
    """

    stem: ClassVar[str] = "qidi.clock.rung-crossed"
    #: Its code, for example `red+3`.
    rung: str = Field(min_length=1, max_length=20)
    overdue_working_days: Counted
    #: When it was crossed, which may be long before it was recorded.
    crossed_at: datetime
    crossing: Numbered = 1
    due_on: date | None = None
    responsible: str = ""


class ClockStopped(ClockFact):
    stem: ClassVar[str] = "qidi.clock.stopped"
    stopped_at: datetime
    due_on: date | None = None
    #: Overdue in working days at the moment it stopped; 0 when in time.
    overdue_working_days: Days
    used_working_days: Days
    #: Both in the unit of the limit, of months in calendar days; None where it was not told.
    overdue: Days | None = None
    used: Days | None = None
    why: str
    #: By the day of recording where it was recorded after the due moment, until somebody has confirmed the day named.
    on_time: bool
    #: When what stopped it was recorded, where that was after the due moment; and what the day named would make of it.
    entered_at: datetime | None = None
    on_time_as_entered: bool | None = None
    #: Working days from the day of the stop to the due day: 0 on the due day itself; None without one, or after it.
    left_working_days: Days | None = None


class CalendarReleased(Event):
    """A new calendar version counts from now on; open clocks were counted again."""

    stem: ClassVar[str] = "qidi.calendar.released"
    subject_field: ClassVar[str] = "calendar"
    calendar: str
    known_until: date
    moved: Counted


class Step(Wire):
    """One day of an explanation."""

    day: date
    counted: bool
    number: Counted | None = None
    why: str
    festival: str | None = None
    notice: str | None = None
