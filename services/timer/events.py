"""Events that tell what clocks do: one for each change, and one for each warning."""

from datetime import datetime
from typing import Any

from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged, RungCrossed
from services.contracts.ladder import Rung
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import Light
from services.plumbing.switchboard import Said
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE, ChangeKind, ClockChange
from services.timer.domain import LegalClock, left
from services.timer.ladder import CROSSINGS
from services.timer.limits import unit_of
from services.timer.tallies import units_overdue, units_used


def told(change: ClockChange, calendar: Calendar) -> list[Said]:
    """What everybody is told about a change; nothing about a quiet one."""
    clock = change.clock
    match change.said:
        case ChangeKind.STARTED:
            return [Said(_started(clock), change.at)]
        case ChangeKind.MOVED:
            return [Said(_moved(change), change.at)]
        case ChangeKind.STOPPED:
            return [Said(_stopped(change, calendar), change.at)]
        case ChangeKind.QUIET:
            return []


def crossed(clock: LegalClock, rung: Rung, at: datetime, crossing: int) -> Said:
    """A rung was crossed, with the moment at which it was: the turn of a light, or working days past the due day."""
    rule = CROSSINGS[rung]
    if rule.light is not None:
        return _light(clock, rule.light, at, crossing)
    event = RungCrossed(
        **_names(clock),
        rung=rung.value,
        overdue_working_days=rule.working_days,
        crossed_at=at,
        crossing=crossing,
        due_on=clock.due_on,
        responsible=clock.responsible,
    )
    return Said(event, at)


def light_shown(clock: LegalClock, at: datetime) -> Said:
    """The light that a clock shows after it was moved, which is no warning of its own."""
    return _light(clock, clock.told or Light.GREEN, at, None)


def _light(clock: LegalClock, light: Light, at: datetime, crossing: int | None) -> Said:
    event = LightChanged(
        **_names(clock),
        light=light,
        turned_at=at,
        due_on=clock.due_on,
        responsible=clock.responsible,
        crossing=crossing,
    )
    return Said(event, at)


def _names(clock: LegalClock) -> dict[str, Any]:
    return {
        "clock_id": clock.clock_id,
        "clock_kind": clock.kind,
        "about_kind": clock.about_kind,
        "about": clock.about,
        "department": clock.department,
    }


def _started(clock: LegalClock) -> ClockStarted:
    return ClockStarted(
        clock_id=clock.clock_id,
        clock_kind=clock.kind,
        about_kind=clock.about_kind,
        about=clock.about,
        department=clock.department,
        limit=WireLimit(amount=clock.limit.count, unit=unit_of(clock.limit)),
        started_at=clock.started_at,
        due_on=clock.due_on,
        due_at=clock.due_at,
        yellow_at=clock.yellow_at,
        provisional=clock.provisional,
        calendar=clock.calendar,
        responsible=clock.responsible,
        deemed=clock.deemed,
    )


def _moved(change: ClockChange) -> ClockMoved:
    clock = change.clock
    return ClockMoved(
        clock_id=clock.clock_id,
        clock_kind=clock.kind,
        about_kind=clock.about_kind,
        about=clock.about,
        department=clock.department,
        due_from=change.due_from,
        due_on=clock.due_on,
        due_at=clock.due_at,
        yellow_at=clock.yellow_at,
        provisional=clock.provisional,
        calendar=clock.calendar,
        why=str(change.why),
        template=change.why.template if change.why.facts else None,
        params=dict(change.why.facts) or None,
        budget=clock.budget if clock.is_paused else None,
    )


def _stopped(change: ClockChange, calendar: Calendar) -> ClockStopped:
    clock = change.clock
    return ClockStopped(
        clock_id=clock.clock_id,
        clock_kind=clock.kind,
        about_kind=clock.about_kind,
        about=clock.about,
        department=clock.department,
        stopped_at=clock.stopped_at or change.at,
        due_on=clock.due_on,
        overdue_working_days=clock.overdue_working_days,
        used_working_days=clock.used_working_days,
        overdue=units_overdue(clock, calendar, change.at),
        used=units_used(clock, calendar, change.at),
        why=str(change.why),
        # One that was set aside was nobody's duty, so nobody was late.
        on_time=clock.on_time or clock.outcome == SET_ASIDE,
        entered_at=clock.entered_at if clock.is_entered_late else None,
        on_time_as_entered=clock.on_time_as_entered if clock.is_entered_late else None,
        left_working_days=left(clock, calendar),
    )


def in_order(said: list[Said]) -> list[Said]:
    """By the moments at which it happened, but each clock's own story as it was told, whatever the record says."""
    reached: dict[str, datetime] = {}
    keyed: list[tuple[datetime, int, Said]] = []
    for number, one in enumerate(said):
        subject = one.event.subject
        reached[subject] = max(reached.get(subject, one.occurred_at), one.occurred_at)
        keyed.append((reached[subject], number, one))
    return [one for _, _, one in sorted(keyed, key=lambda each: each[:2])]
