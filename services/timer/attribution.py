"""Attribution of a case's days as the timer knows them: its facts and clocks as turns, and the days counted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from services.contracts.attribution import DEEMED, STOOD, Days, Span, Turn, attribute
from services.contracts.vocabulary import CaseNo, CaseState, ClockKind, Holder
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE
from services.timer.corrections import corrected, is_proven, proofs, waiting
from services.timer.deadlines import working_days_between
from services.timer.domain import LegalClock, Occurrence, local_day, used

#: The superior's count runs from the day of acceptance, also where the law has accepted.
ACCEPTED: Final = (CaseState.ACCEPTED, CaseState.ACCEPTED_WITH_DEFICIENCIES, CaseState.DEEMED_ACCEPTED)
_ACCEPTED_ABOVE: Final = frozenset(f"{STOOD}{state}" for state in ACCEPTED)
_DECIDED_ABOVE: Final = frozenset(
    f"{STOOD}{state}" for state in CaseState if state.is_granted or state is CaseState.REFUSED
)

#: Nothing is known of it: no day, nobody's.
UNKNOWN: Final[Mapping[str, Any]] = {
    "whole_process_working_days": 0, "whole_process_days": 0, "whole_process_since": None, "whole_process_until": None,
    "spans": [], "by_holder": [],
}  # fmt: skip


def days_of(facts: Sequence[Occurrence], clocks: Mapping[str, LegalClock], now: datetime) -> Days | None:
    """The days of a case until now or its end, each its holder's.

    A mistake that was corrected gives nobody time by itself: until a second person has confirmed it, the longer of both
    readings counts, and of equal ones that with more days of the department (DOMAIN 3, rules 11, 12).
    """
    ordered = sorted(facts, key=lambda fact: fact.sequence)
    found = _read(corrected(ordered), clocks, now)
    unconfirmed = waiting(ordered)
    if found is None or not unconfirmed:
        return found
    before = _read(corrected([one for one in ordered if one not in unconfirmed]), clocks, now)
    return max((found, before), key=_weight) if before else found


def _weight(days: Days) -> tuple[int, int]:
    return (
        sum(one.days for one in days.spans),
        sum(one.days for one in days.spans if one.holder is Holder.DEPARTMENT),
    )


def _read(ordered: Sequence[Occurrence], clocks: Mapping[str, LegalClock], now: datetime) -> Days | None:
    if not ordered:
        return None
    decisions = [one for one in clocks.values() if one.kind is ClockKind.DECISION and one.outcome != SET_ASIDE]
    return attribute(
        _turns(ordered, decisions),
        local_day(now),
        CaseNo(ordered[0].about).authority,
        before=next((fact.before for fact in ordered if fact.before), ()),
        pauses=[pause for one in decisions for pause in pauses_of(one, local_day(now))],
    )


def _turns(ordered: Sequence[Occurrence], decisions: Sequence[LegalClock]) -> list[Turn]:
    proven = proofs(ordered)
    deemed = min((one.deemed_at for one in decisions if one.deemed_at), default=None)
    turns: list[Turn] = []
    for fact in ordered:
        recorded = None if is_proven(fact, proven) else fact.recorded_at
        if deemed is not None and max(fact.at, recorded or fact.at) >= deemed:
            turns.append(Turn(DEEMED, local_day(deemed)))
            deemed = None
        turns.append(
            Turn(
                fact.what,
                local_day(fact.at),
                fact.department,
                fact.authority,
                recorded_on=local_day(recorded) if recorded else None,
            )
        )
    return turns


def pauses_of(clock: LegalClock, today: date) -> list[tuple[date, date]]:
    """The lawful pauses of a clock, as (begun, ended), the one that stands until today."""
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


def legal_days(
    facts: Sequence[Occurrence], clocks: Mapping[str, LegalClock], days: Days | None, calendar: Calendar, now: datetime
) -> int:
    """Working days that the law's count for the decision has used, here and above, lawful pauses left out."""
    own = [one for one in clocks.values() if one.kind is ClockKind.DECISION]
    used_here = sum(used(one, calendar, now) if one.open else one.used_working_days for one in own)
    return used_here + legal_above(facts, days, calendar, now)


def legal_above(facts: Sequence[Occurrence], days: Days | None, calendar: Calendar, now: datetime) -> int:
    """Working days that a superior has used of its limit for the decision, as it has told: without its lawful pauses.

    The legal time travels with the case: below it is the same as where it is counted (DOMAIN 3, rule 16).
    """
    found, begun = 0, None
    ends = (*_DECIDED_ABOVE, "case.forward-returned")
    for fact in corrected(sorted(facts, key=lambda one: one.sequence)):
        if begun is None and fact.what in _ACCEPTED_ABOVE:
            begun = local_day(fact.at)
        elif begun is not None and (fact.what in ends or fact.what.startswith("case.outcome-")):
            found += _running(begun, local_day(fact.at), days, calendar)
            begun = None
    return found + (_running(begun, local_day(now), days, calendar) if begun is not None else 0)


def _running(begun: date, until: date, days: Days | None, calendar: Calendar) -> int:
    """Working days between, without those of special procedures."""
    procedures = [one for one in days.spans if one.holder is Holder.PROCEDURE] if days else []
    paused = [(max(begun, one.since), min(until, one.until)) for one in procedures]
    held = sum(working_days_between(calendar, since, ended) for since, ended in paused if since < ended)
    return max(0, working_days_between(calendar, begun, until) - held)


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
