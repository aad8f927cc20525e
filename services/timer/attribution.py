"""Attribution of a case's days as the timer knows them: its facts and clocks as turns, and the days counted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from services.contracts.attribution import DEEMED, Days, Span, Turn, attribute
from services.contracts.vocabulary import CaseNo, ClockKind, Holder
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE
from services.timer.deadlines import working_days_between
from services.timer.domain import LegalClock, Occurrence, local_day

#: Nothing is known of it: no day, nobody's.
UNKNOWN: Final[Mapping[str, Any]] = {
    "whole_process_working_days": 0, "whole_process_days": 0, "whole_process_since": None, "whole_process_until": None,
    "spans": [], "by_holder": [],
}  # fmt: skip


def days_of(facts: Sequence[Occurrence], clocks: Mapping[str, LegalClock], now: datetime) -> Days | None:
    """The days of a case until now or its end, each its holder's."""
    ordered = sorted(facts, key=lambda fact: fact.sequence)
    if not ordered:
        return None
    decisions = [one for one in clocks.values() if one.kind is ClockKind.DECISION and one.outcome != SET_ASIDE]
    return attribute(
        _turns(ordered, decisions),
        local_day(now),
        CaseNo(ordered[0].about).authority,
        pauses=[pause for one in decisions for pause in _pauses(one, local_day(now))],
    )


def _turns(ordered: Sequence[Occurrence], decisions: Sequence[LegalClock]) -> list[Turn]:
    proven = {fact.proves for fact in ordered if fact.proves}
    deemed = min((one.deemed_at for one in decisions if one.deemed_at), default=None)
    turns: list[Turn] = []
    for fact in ordered:
        recorded = None if fact.mark in proven else fact.recorded_at
        if deemed is not None and max(fact.at, recorded or fact.at) >= deemed:
            turns.append(Turn(DEEMED, local_day(deemed)))
            deemed = None
        turns.append(
            Turn(fact.what, local_day(fact.at), fact.department, recorded_on=local_day(recorded) if recorded else None)
        )
    return turns


def _pauses(clock: LegalClock, today: date) -> list[tuple[date, date]]:
    standing = [(clock.paused_on, max(today, clock.paused_on))] if clock.paused_on else []
    return [*((one.begun, one.ended) for one in clock.pauses), *standing]


def told(days: Days | None, calendar: Calendar) -> dict[str, Any]:
    """The whole-process time and whose it is: span by span, and summed by holder in their order."""
    if days is None:
        return dict(UNKNOWN)
    spans = [_span(one, calendar) for one in days.spans]
    sums: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(spans, key=lambda span: list(Holder).index(span["holder"])):
        whose = {name: one[name] for name in ("holder", "authority", "department")}
        found = sums.setdefault(tuple(whose.values()), whose | {"working_days": 0, "days": 0})
        for name in ("working_days", "days"):
            found[name] += one[name]
    return {
        "whole_process_working_days": sum(one["working_days"] for one in spans),
        "whole_process_days": sum(one["days"] for one in spans),
        "whole_process_since": days.since.isoformat(),
        "whole_process_until": days.ended_on.isoformat() if days.ended_on else None,
        "spans": spans,
        "by_holder": list(sums.values()),
    }


def _span(one: Span, calendar: Calendar) -> dict[str, Any]:
    return {
        "holder": one.holder.value,
        "authority": one.authority or None,
        "department": one.department or None,
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "working_days": working_days_between(calendar, one.since, one.until),
        "days": one.days,
    }
