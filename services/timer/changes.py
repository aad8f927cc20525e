"""Changes of clocks: how those that follow from the facts differ from those stored: started, moved, stopped, aside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from services.contracts.moments import told_after_move
from services.timer.calendar import Calendar
from services.timer.domain import LegalClock, used
from services.timer.limits import unit_of

#: The outcome of a clock that should never have run: a late entry took away the reason for it.
SET_ASIDE: Final = "set-aside"

NOTICE_IN_TIME: Final = "a late entry shows that the applicant was answered in time: counted from the acceptance"
NOTICE_LATE: Final = "the applicant was not answered in time: counted from the day of receipt (Licensing Law 32(4))"
PAUSED: Final = "a special procedure has begun: {left} {unit} are left, and no day is due (Licensing Law 45)"
EXTENDED: Final = "the limit was extended by {more} {unit} (Licensing Law 42)"
RESUMED: Final = "the special procedure is over: the count goes on (Licensing Law 45)"
CONFIRMED: Final = "the day that the late entry names was confirmed"
RELIMITED: Final = "the limit of the case is {now} {unit} now"
MISTAKE: Final = "the head has corrected a mistake on record"
ENTERED_LATE: Final = "a late entry changed the start"


class ChangeKind(StrEnum):
    """What kind of change it is; QUIET is written down, but nobody is told."""

    STARTED = "started"
    MOVED = "moved"
    STOPPED = "stopped"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date moved: an English template with its facts, so that people read it in their own language."""

    template: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.facts)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One clock as it is from now on, and what everybody is told about it."""

    said: ChangeKind
    clock: LegalClock
    at: datetime
    #: The due date before, of a clock that moved.
    due_from: date | None = None
    due_at_from: datetime | None = None
    why: Reason = Reason("")


def compare(
    stored: Mapping[str, LegalClock],
    derived: Iterable[LegalClock],
    calendar: Calendar,
    at: datetime,
    why: Reason | None = None,
) -> list[ClockChange]:
    """What differs, each clock's start before its end. ``at``: when corrections of stored clocks take effect; ``why``:
    a reason from outside the facts, such as a new calendar. Clocks that were stopped are not touched again.
    """
    changes: list[ClockChange] = []
    seen: set[str] = set()
    for clock in derived:
        seen.add(clock.clock_id)
        before = stored.get(clock.clock_id)
        if before is None or before.outcome == SET_ASIDE:
            changes += _begun(clock)
        elif before.open:
            changes += _went_on(before, clock, at, why)
        elif clock.open:
            # what had stopped it was a mistake: it runs again, and what was shown of it stays shown
            changes.append(_again(before, clock))
        elif _stopped_otherwise(before, clock):
            changes.append(ClockChange(ChangeKind.STOPPED, clock, at, why=Reason(MISTAKE)))
        elif before.counts_at != clock.counts_at and before.entered_at != clock.entered_at:
            # a second person has confirmed the day that the stop names: the other verdict stays on record
            changes.append(ClockChange(ChangeKind.STOPPED, clock, at, why=Reason(CONFIRMED)))
    for clock_id, before in stored.items():
        if clock_id not in seen and before.open:
            gone = replace(before, stopped_at=at, outcome=SET_ASIDE, used_working_days=used(before, calendar, at))
            changes.append(ClockChange(ChangeKind.STOPPED, gone, at, why=Reason(SET_ASIDE)))
    return changes


def _begun(clock: LegalClock) -> list[ClockChange]:
    return [ClockChange(ChangeKind.STARTED, _running(clock), clock.deemed_at or clock.started_at), *_stopped(clock)]


def _stopped_otherwise(before: LegalClock, clock: LegalClock) -> bool:
    """Whether it was stopped on another day, or by something else, than is stored."""
    if before.stopped_at is None or clock.stopped_at is None:
        return False
    return before.outcome != clock.outcome or abs(clock.stopped_at - before.stopped_at) >= timedelta(seconds=1)


def _again(before: LegalClock, clock: LegalClock) -> ClockChange:
    return ClockChange(ChangeKind.STARTED, replace(_running(clock), told=before.told), clock.started_at)


def _went_on(before: LegalClock, clock: LegalClock, at: datetime, why: Reason | None) -> list[ClockChange]:
    changes: list[ClockChange] = []
    told = told_after_move(before.told, before.due_at, clock.due_at)
    running = replace(_running(clock), told=told)
    dates = ("due_on", "due_at", "yellow_at", "provisional", "started_at", "paused_on")
    if any(getattr(before, name) != getattr(clock, name) for name in dates):
        reason = why or _reason(before, clock)
        changes.append(ClockChange(ChangeKind.MOVED, running, at, before.due_on, before.due_at, reason))
    elif before != running:
        changes.append(ClockChange(ChangeKind.QUIET, running, at))
    return changes + _stopped(clock)


def _reason(before: LegalClock, clock: LegalClock) -> Reason:
    if clock.is_paused and not before.is_paused:
        return Reason(PAUSED, {"left": str(clock.budget), "unit": unit_of(clock.limit)})
    if before.is_paused and not clock.is_paused:
        return Reason(RESUMED)
    if clock.limit.count > before.limit.count:
        return Reason(EXTENDED, {"more": str(clock.limit.count - before.limit.count), "unit": unit_of(clock.limit)})
    if before.deemed and not clock.deemed:
        return Reason(NOTICE_IN_TIME)
    return Reason(NOTICE_LATE if clock.deemed and not before.deemed else ENTERED_LATE)


def _running(clock: LegalClock) -> LegalClock:
    return replace(clock, stopped_at=None, outcome="", used_working_days=0, overdue_working_days=0)


def _stopped(clock: LegalClock) -> list[ClockChange]:
    if clock.stopped_at is None:
        return []
    return [ClockChange(ChangeKind.STOPPED, clock, clock.stopped_at, why=Reason(clock.outcome))]
