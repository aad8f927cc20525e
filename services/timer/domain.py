"""Clocks of a case, complaint, list or letter: what runs against it by its facts, and since and until when.

The clocks of a subject are a pure function of its facts, in the order of their sequence, and of the calendar; whatever
is stored is only this result, kept so that the sweep finds the next change quickly.

Choices that law and policy leave open, made here:

- Yellow begins when at most ``max(1, 20 % of the limit, rounded down)`` units are left, in the limit's own unit:
  working days after today up to the due day, the due day included; calendar days likewise; months are measured in
  their days. A limit of one unit is therefore yellow from the beginning.
- Late entries settle: a fact that is heard more than an hour after it happened makes every light of its subject wait
  until five seconds after it was heard, because the rest of the history may be on its way.
- A clock stopped exactly at its due moment is late: that is the first moment at which it is overdue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from services.contracts.attribution import Span
from services.contracts.ladder import Rung
from services.contracts.moments import Moments
from services.contracts.vocabulary import ZONE, ClockKind, Light, SubjectKind
from services.timer.calendar import BeyondTheTables, Calendar
from services.timer.deadlines import first_day_with_at_most, working_days_between
from services.timer.ladder import CROSSINGS
from services.timer.limits import CalendarDays, HalfWorkingDays, Hours, Limit, Months, Pause, WorkingDays, union

#: Heard later than this after it happened, a fact is a late entry.
LATE_AFTER: Final = timedelta(hours=1)
#: How long late entries settle before a light may fire.
SETTLING: Final = timedelta(seconds=5)

#: Later than every moment that can be counted to.
_NEVER: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def mark_of(what: str, at: datetime) -> str:
    """What a fact is known by: its kind and its moment."""
    return f"{what} {at.astimezone(ZONE).isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A fact about a case or complaint, as much of it as clocks depend on. ``what``: its stem without ``qidi.``."""

    about_kind: SubjectKind
    about: str
    sequence: int
    what: str
    at: datetime
    heard_at: datetime
    person: str = ""
    department: str = ""
    #: The promised limit, on receipt; the time given for adoption, on the arrival of a list.
    limit: Limit | None = None
    urgency: str = ""
    #: On receipt: a higher authority decides it (a complaint: closes it); it was forwarded to us from below.
    decided_above: bool = False
    from_below: bool = False
    #: On receipt: nobody is named for it yet.
    is_unnamed: bool = False
    #: On receipt: its matter counts the time for the decision from the receipt.
    from_receipt: bool = False
    #: On receipt: whose its days were at lower levels. Of what another authority does: which one it is.
    before: tuple[Span, ...] = ()
    authority: str = ""
    #: Of a special procedure: how long at most the count stands still for it; `limit` is what is planned.
    longest: Limit | None = None
    #: When the first authority's intake recorded it, where that can be later than it happened; None: it is as it says.
    recorded_at: datetime | None = None
    #: Which of several things of one kind it is about, each with a clock of its own; 0: there is but one.
    item: int = 0
    #: The fact that a second person has confirmed: its kind and moment, as `mark` has them.
    proves: str = ""
    #: The fact that was a mistake: its kind and moment; `moved_to`: when it happened instead; with neither a day nor a
    #: person it never happened.
    corrects: str = ""
    moved_to: datetime | None = None

    @property
    def mark(self) -> str:
        """What this fact is known by to who judges it."""
        return mark_of(self.what, self.at)

    @property
    def late(self) -> bool:
        """Was it entered long after it happened?"""
        return self.heard_at - self.at > LATE_AFTER


@dataclass(frozen=True, slots=True)
class LegalClock:
    """One obligation running against one case or complaint. All moments are those of Asia/Shanghai."""

    clock_id: str
    kind: ClockKind
    round: int
    about_kind: SubjectKind
    about: str
    department: str
    responsible: str
    limit: Limit
    started_at: datetime
    #: The last day in time; None for hours.
    due_on: date | None
    #: The first moment at which it is overdue; None while it stands still: then only a budget is left (DOMAIN 4.5).
    due_at: datetime | None
    provisional: bool
    #: Version of the calendar that counted.
    calendar: str
    yellow_at: datetime | None
    #: Set by law against the record (Licensing Law 32(4)), and when.
    deemed_at: datetime | None = None
    #: Before this no light fires, because late entries settle.
    settled_at: datetime | None = None
    stopped_at: datetime | None = None
    outcome: str = ""
    used_working_days: int = 0
    overdue_working_days: int = 0
    #: The light that was last told of the present end; no part of what follows from the facts.
    told: Light | None = field(default=None, compare=False)
    #: The lawful pauses that are over.
    pauses: tuple[Pause, ...] = ()
    #: Since which day it stands still; what is left then, in the limit's unit; when it goes on by itself.
    paused_on: date | None = None
    budget: int | None = None
    resumes_at: datetime | None = None
    #: When its stop was recorded, where nobody has confirmed the day that it names.
    entered_at: datetime | None = None

    @property
    def moments(self) -> Moments[datetime]:
        """The moments at which its light turns, as whoever has heard of them knows them."""
        return Moments(self.yellow_at, self.due_at, self.stopped_at, self.told, paused=self.is_paused)

    @property
    def is_paused(self) -> bool:
        """Whether it stands still, because a special procedure runs."""
        return self.paused_on is not None

    @property
    def deemed(self) -> bool:
        return self.deemed_at is not None

    @property
    def open(self) -> bool:
        return self.stopped_at is None

    @property
    def on_time(self) -> bool:
        """Only of a stopped clock: before its due moment, and recorded before it as well (DOMAIN 3, rule 12)."""
        return self.counts_at is not None and self.due_at is not None and self.counts_at < self.due_at

    @property
    def on_time_as_entered(self) -> bool:
        """What the day that the stop names would make of it."""
        return self.stopped_at is not None and self.due_at is not None and self.stopped_at < self.due_at

    @property
    def counts_at(self) -> datetime | None:
        """When it counts as stopped."""
        return counting_at(self.stopped_at, self.entered_at, self.due_at)

    @property
    def is_entered_late(self) -> bool:
        """Whether it counts on the day of recording, and not on the one that its stop names."""
        return self.counts_at != self.stopped_at

    def turns_at(self, rung: Rung) -> datetime:
        """When the light changes; a clock set by law cannot change before the law set it. Never while it is paused.
        Only of rungs with a light; of the others, which a calendar counts, see `crossed_at`.
        """
        moment = self.yellow_at if rung is Rung.YELLOW else self.due_at
        if moment is None:
            return _NEVER
        return max(moment, self.deemed_at) if self.deemed_at else moment

    def fires_at(self, rung: Rung) -> datetime:
        """When the change may be said: once late entries have settled."""
        moment = self.turns_at(rung)
        return max(moment, self.settled_at) if self.settled_at else moment

    def next_rung(self, fired: Iterable[Rung]) -> Rung | None:
        """The next warning of an open clock, yellow before red; None when nothing more can change."""
        before = set(fired)
        runs = self.open and not self.is_paused
        return next((rung for rung in Rung if rung not in before), None) if runs else None


def counting_at(stopped_at: datetime | None, entered_at: datetime | None, due_at: datetime | None) -> datetime | None:
    """When a stop counts: when it was recorded, where that was after the due moment and the day named is another; so a
    step washes neither a light nor the days by which it was late (DOMAIN 3, rule 12)."""
    if stopped_at is None or entered_at is None or due_at is None or entered_at < due_at or entered_at <= stopped_at:
        return stopped_at
    same_day = due_at <= stopped_at and local_day(stopped_at) == local_day(entered_at)
    return stopped_at if same_day else entered_at


def crossed_at(clock: LegalClock, rung: Rung, calendar: Calendar) -> datetime:
    """When a rung is crossed: with its light, or as the so many-th working day after the due day begins."""
    last, working_days = last_day(clock), CROSSINGS[rung].working_days
    if not working_days or last is None or clock.due_at is None:
        return clock.turns_at(rung)
    try:
        moment = _midnight(calendar.nth_working_day(last, working_days))
    except BeyondTheTables:
        return _NEVER
    return max(moment, clock.turns_at(Rung.RED))


def told_from(clock: LegalClock, rung: Rung, calendar: Calendar) -> datetime:
    """When the crossing may be said: once late entries have settled."""
    moment = crossed_at(clock, rung, calendar)
    return max(moment, clock.settled_at) if clock.settled_at else moment


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(ZONE).date()


def last_day(clock: LegalClock) -> date | None:
    """The day on which it is due, also where hours are counted; None while it stands still."""
    return clock.due_on or (last_day_of(clock.due_at) if clock.due_at else None)


def last_day_of(due_at: datetime) -> date:
    return local_day(due_at - timedelta(microseconds=1))


def used(clock: LegalClock, calendar: Calendar, at: datetime) -> int:
    """Working days since the start without the pauses, the day of the start not counted (Civil Code 201)."""
    begun, today = local_day(clock.started_at), local_day(at)
    if not clock.pauses and clock.paused_on is None:
        return max(0, working_days_between(calendar, begun, today))
    standing = (Pause(clock.paused_on, max(today, clock.paused_on)),) if clock.paused_on else ()
    held = sum(
        max(0, working_days_between(calendar, max(one.begun, begun), min(one.ended, today)))
        for one in union((*clock.pauses, *standing))
    )
    return max(0, working_days_between(calendar, begun, today) - held)


def overdue(clock: LegalClock, calendar: Calendar, at: datetime) -> int:
    """Working days past the due day; 0 when in time or paused, and on days off right after it."""
    last = last_day(clock)
    if last is None or clock.due_at is None or at < clock.due_at:
        return 0
    return max(0, working_days_between(calendar, last, local_day(at)))


def left(clock: LegalClock, calendar: Calendar) -> int | None:
    """Working days from the day on which a clock stopped to its due day; None without one, or where it was over."""
    last = last_day(clock)
    if clock.stopped_at is None or last is None or clock.due_at is None or clock.stopped_at >= clock.due_at:
        return None
    return max(0, working_days_between(calendar, local_day(clock.stopped_at), last))


def warned_early(amount: int) -> int:
    """So many units before the end it turns yellow: max(1, 20 % rounded down) (DOMAIN 5)."""
    return max(1, amount // 5)


def yellow_moment(calendar: Calendar, limit: Limit, started_at: datetime, due_at: datetime) -> datetime:
    """The first moment at which at most so many units are left; never before the start, never after the end."""
    left, last = warned_early(limit.count), last_day_of(due_at)
    match limit:
        case WorkingDays():
            moment = _midnight(first_day_with_at_most(calendar, last, left))
        case HalfWorkingDays():
            moment = _half_days_before(calendar, due_at, left)
        case CalendarDays():
            moment = _midnight(last - timedelta(days=left))
        case Months():
            moment = _midnight(last - timedelta(days=warned_early((last - local_day(started_at)).days)))
        case Hours():
            moment = due_at - timedelta(hours=left)
    return min(max(moment, started_at), due_at)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _half_days_before(calendar: Calendar, due_at: datetime, left: int) -> datetime:
    """When the half day begins after which only so many are left. Ends of halves are noon and midnight; the halves of
    the n-th working day have the numbers 2n-1 and 2n."""
    day = last_day_of(due_at)
    last = 2 * calendar.working_days_until(day) - (local_day(due_at) == day)
    number = last - left
    first = _midnight(calendar.working_day((number + 1) // 2))
    return first if number % 2 else first + timedelta(hours=12)


def as_of_for(now: datetime, fired: Mapping[tuple[str, Rung], datetime]) -> datetime:
    """The moment that a subject has reached: never behind its own last warning, even when the clock was set back."""
    return max([now, *fired.values()])
