"""Derivation of the clocks of one case, complaint, list or letter from its facts, and of the pauses in them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from services.contracts.attribution import MOVED
from services.contracts.ladder import Rung
from services.contracts.vocabulary import ZONE, ClockKind, SubjectKind
from services.timer.calendar import BeyondTheTables, Calendar
from services.timer.corrections import corrected, is_proven, proofs, unwashed, waiting
from services.timer.deadlines import due, midnight_after
from services.timer.domain import (
    SETTLING,
    LegalClock,
    Occurrence,
    counting_at,
    last_day_of,
    local_day,
    overdue,
    used,
    yellow_moment,
)
from services.timer.interruptions import budget, with_applicant
from services.timer.limits import HalfWorkingDays, Hours, Limit, Pause, union
from services.timer.rules import (
    DECISION,
    LIMIT_CHANGED,
    ONE_TIME_NOTICE,
    PROCEDURE_BEGUN,
    PROCEDURE_ENDED,
    RULES,
    ByUrgency,
    ClockRule,
    ClockRules,
    GivenTime,
    Planned,
    Promised,
    Way,
)

#: Where a subject begins, and on which way it is.
_RECEIPTS: Final = frozenset({"case.received", "complaint.registered", "instruction.received"})

#: Facts after which somebody else answers for it; and those that send a complaint to a department.
_HANDED: Final = frozenset({"case.reassigned", "case.taken-over", MOVED, "instruction.signed"})
_SENT: Final = frozenset({"complaint.registered", "complaint.dispatched"})


def derive(
    facts: Iterable[Occurrence],
    calendar: Calendar,
    as_of: datetime,
    rules: ClockRules = RULES,
) -> tuple[LegalClock, ...]:
    """All clocks of one subject, started and stopped, in the order of the table and of their rounds.

    ``as_of`` only decides whether an unanswered notice has already run out, so that the acceptance is deemed. What was
    red when a mistake was corrected stays as it was counted, until somebody else confirms it (DOMAIN 3, rules 11, 12).
    """
    ordered = sorted(facts, key=lambda fact: fact.sequence)
    clocks = _derived(corrected(ordered), calendar, as_of, rules)
    unconfirmed = waiting(ordered)
    if not unconfirmed:
        return clocks
    said = max(fact.recorded_at or fact.at for fact in unconfirmed)
    as_before = _derived(corrected([one for one in ordered if one not in unconfirmed]), calendar, as_of, rules)
    by_then = [one for one in ordered if one.sequence <= unconfirmed[-1].sequence]
    standing = {clock.clock_id for clock in _derived(corrected(by_then), calendar, as_of, rules)}
    return tuple(unwashed(clocks, as_before, said, standing))


def _derived(
    ordered: Sequence[Occurrence], calendar: Calendar, as_of: datetime, rules: ClockRules
) -> tuple[LegalClock, ...]:
    if not ordered:
        return ()
    walk = _Walk(ordered, calendar, as_of)
    by_kind = {rule.kind: rule for rule in rules}
    clocks: list[LegalClock] = []
    if ordered[0].about_kind is SubjectKind.CASE:
        clocks += walk.acceptance(by_kind[ONE_TIME_NOTICE.kind], by_kind[DECISION.kind])
    for rule in rules:
        if rule.about is ordered[0].about_kind and rule.kind not in (ONE_TIME_NOTICE.kind, DECISION.kind):
            clocks += walk.simple(rule)
    return tuple(walk.moved(clock, by_kind[clock.kind]) for clock in clocks)


class _Walk:
    """One reading of a subject's facts."""

    def __init__(self, ordered: Sequence[Occurrence], calendar: Calendar, as_of: datetime) -> None:
        self.facts, self.calendar, self.as_of = ordered, calendar, as_of
        self.received = next((fact for fact in ordered if fact.what in _RECEIPTS), None)
        self.proven = proofs(ordered)
        self.urgency = next((fact.urgency for fact in ordered if fact.what == "complaint.registered"), "")
        # What few facts say is sought among these few: a case of many facts is read once, not once for each clock.
        self.late = [fact for fact in ordered if fact.late]
        self.handed = [fact for fact in ordered if fact.what in _HANDED]
        self.sent = [fact for fact in ordered if fact.what in _SENT]
        #: The applicant's own time, for a decision that counts from the receipt.
        self.corrections: list[Pause] = []

    def applies(self, rule: ClockRule) -> bool:
        """Does this clock run on the way of this case?"""
        above = self.received is not None and self.received.decided_above
        match rule.only:
            case Way.DECIDED_HERE:
                return not above
            case Way.DECIDED_ABOVE:
                return above
            case Way.FROM_BELOW:
                return self.received is not None and self.received.is_unnamed
            case Way.RECEIVED_HERE:
                return self.received is None or not self.received.from_below
            case Way.ALWAYS:
                return True

    def simple(self, rule: ClockRule) -> list[LegalClock]:
        """Clocks that start and stop by the table; each start after a stop is a new round."""
        if rule.stops_one:
            return self._beside(rule)
        clocks: list[LegalClock] = []
        begun = self.facts[0]
        for fact in self.facts:
            running = bool(clocks) and clocks[-1].open
            if running and fact.what in rule.stops:
                clocks[-1], running = self._stop(clocks[-1], begun, fact), False
            if not running and fact.what in rule.starts:
                begun = fact
                clocks += self._start(rule, len(clocks) + 1, fact)
        return clocks

    def _beside(self, rule: ClockRule) -> list[LegalClock]:
        """Clocks that run beside each other, one for each thing; what names none stops them all."""
        clocks: dict[int, LegalClock] = {}
        begun: dict[int, Occurrence] = {}
        for fact in self.facts:
            if fact.what in rule.stops:
                concerned = [fact.item] if fact.what in rule.stops_one else list(clocks)
                for item in concerned:
                    if item in clocks and clocks[item].open:
                        clocks[item] = self._stop(clocks[item], begun[item], fact)
            elif fact.what in rule.starts and fact.item not in clocks:
                begun[fact.item] = fact
                clocks.update((fact.item, clock) for clock in self._start(rule, fact.item, fact))
        return [clocks[item] for item in sorted(clocks)]

    def acceptance(self, notice_rule: ClockRule, decision_rule: ClockRule) -> list[LegalClock]:
        """Notice and decision: told late or not at all means accepted on the day of receipt (Licensing Law 32(4)).

        Once accepted, really or by law, no correction opens a new round, and no later acceptance shifts the count.
        Where the matter counts from the receipt, the decision does so in either case (DOMAIN 3, rule 4).
        """
        notices: list[LegalClock] = []
        decisions: list[LegalClock] = []
        begun = decided_from = self.facts[0]
        for fact in self.facts:
            running = bool(notices) and notices[-1].open
            if running and fact.what in notice_rule.stops:
                notices[-1], running = self._stop(notices[-1], begun, fact), False
                if not notices[-1].on_time and not decisions:
                    decided_from = self._counted_from(begun)
                    decisions = self._deem(decision_rule, notices[-1], decided_from)
            if fact.what in decision_rule.starts and not decisions:
                decided_from = self._counted_from(fact)
                decisions = self._start(decision_rule, max(1, len(notices)), decided_from)
            elif fact.what in decision_rule.stops and decisions and decisions[-1].open:
                decisions[-1] = self._stop(decisions[-1], decided_from, fact)
            if fact.what in notice_rule.starts and not running and not decisions:
                begun = fact
                notices += self._start(notice_rule, len(notices) + 1, fact)
        if notices and notices[-1].open and not decisions and notices[-1].fires_at(Rung.RED) <= self.as_of:
            decisions = self._deem(decision_rule, notices[-1], self._counted_from(begun))
        return notices + decisions

    def _counted_from(self, accepted: Occurrence) -> Occurrence:
        """What the decision counts from: the acceptance, or, where the matter says so, the receipt."""
        if self.received is None or not self.received.from_receipt:
            return accepted
        self.corrections = with_applicant(self.facts, accepted, self._pause_begun)
        return replace(accepted, at=self.received.at)

    def moved(self, clock: LegalClock, rule: ClockRule) -> LegalClock:
        """The clock with the other limits, the extension and the pauses that its rule knows."""
        given = self.relimited(clock) if isinstance(rule.limit, Promised) else clock
        longer = self.extended(given, rule.extended_by) if rule.extended_by else given
        return self.interrupted(longer) if rule.pausable else longer

    def relimited(self, clock: LegalClock) -> LegalClock:
        """The clock with the limits that the case was given later, each recorded before the one before had run out."""
        for fact in self.facts:
            if fact.what not in LIMIT_CHANGED or fact.limit is None or type(fact.limit) is not type(clock.limit):
                continue
            start = local_day(clock.started_at)
            pauses, standing = self._pauses(clock)
            if standing is None and self._said(fact) >= due(self.calendar, start, clock.limit, pauses).moment:
                continue
            clock = self._with_limit(clock, fact.limit)
        return clock

    def _said(self, fact: Occurrence) -> datetime:
        """When it counts as said: not before it was recorded, unless somebody has confirmed the day that it names."""
        return fact.at if fact.recorded_at is None or is_proven(fact, self.proven) else max(fact.at, fact.recorded_at)

    def _with_limit(self, clock: LegalClock, limit: Limit) -> LegalClock:
        exact = isinstance(limit, Hours | HalfWorkingDays)
        end = due(self.calendar, clock.started_at if exact else local_day(clock.started_at), limit)
        return self._tallied(
            replace(
                clock,
                limit=limit,
                due_on=None if isinstance(limit, Hours) else end.day,
                due_at=end.moment,
                provisional=end.provisional,
                yellow_at=yellow_moment(self.calendar, limit, clock.started_at, end.moment),
            )
        )

    def extended(self, clock: LegalClock, by: str) -> LegalClock:
        """The clock with the extension of its limit: once, of the same unit, and recorded before it had run out."""
        exact = isinstance(clock.limit, Hours | HalfWorkingDays)
        start = clock.started_at if exact else local_day(clock.started_at)
        for fact in self.facts:
            given = fact.limit if fact.what == by and fact.at >= clock.started_at else None
            if given is None or type(given) is not type(clock.limit):
                continue
            pauses, standing = self._pauses(clock)
            end = due(self.calendar, start, clock.limit, pauses)
            if standing is None and self._said(fact) >= end.moment:
                return clock
            return self._with_limit(clock, type(clock.limit)(clock.limit.count + given.count))
        return clock

    def interrupted(self, clock: LegalClock) -> LegalClock:
        """The clock with the special procedures for which it stood or stands still (Licensing Law 45)."""
        pauses, standing = self._pauses(clock)
        if not pauses and standing is None:
            return clock
        exact = isinstance(clock.limit, Hours | HalfWorkingDays)
        start = clock.started_at if exact else local_day(clock.started_at)
        end = due(self.calendar, start, clock.limit, pauses)
        last = end.day or last_day_of(end.moment)
        if standing is not None and standing[0] <= last:
            left = budget(self.calendar, clock.limit, standing[0], last)
            return replace(
                clock, pauses=pauses, due_on=None, due_at=None, yellow_at=None, paused_on=standing[0], budget=left,
                resumes_at=standing[1], provisional=end.provisional,
            )  # fmt: skip
        counted = replace(
            clock,
            pauses=pauses,
            due_on=None if isinstance(clock.limit, Hours) else end.day,
            due_at=end.moment,
            provisional=end.provisional,
            yellow_at=yellow_moment(self.calendar, clock.limit, clock.started_at, end.moment),
        )
        return self._tallied(counted)

    def _pauses(self, clock: LegalClock) -> tuple[tuple[Pause, ...], tuple[date, datetime | None] | None]:
        """The pauses of a clock that are over; and since when it stands still, and until when at most, if it does.

        The count goes on when the procedure ends, when the law's longest time for it is over, or with the decision.
        """
        found = list(self.corrections) if clock.kind is ClockKind.DECISION else []
        begun: Occurrence | None = None
        for fact in (*self.facts, None):
            ends = fact is None or fact.what == PROCEDURE_ENDED or fact.what in DECISION.stops
            if begun is not None and ends:
                first, longest = self._pause_begun(begun), self._longest(begun)
                until = fact.at if fact else clock.stopped_at
                if until is None and (longest is None or self.as_of < midnight_after(longest)):
                    return union(tuple(found)), (first, midnight_after(longest) if longest else None)
                last = min((day for day in (longest, local_day(until) if until else None) if day), default=first)
                found.append(Pause(first, max(first, last)))
                begun = None
            if fact is not None and fact.what == PROCEDURE_BEGUN:
                begun = fact
        return union(tuple(found)), None

    def _pause_begun(self, begun: Occurrence) -> date:
        """From which day it stands still: not before it was recorded, until somebody has confirmed the day named."""
        if begun.recorded_at is None or is_proven(begun, self.proven):
            return local_day(begun.at)
        return max(local_day(begun.at), local_day(begun.recorded_at))

    def _longest(self, begun: Occurrence) -> date | None:
        """The last day for which the law lets the count stand still."""
        if begun.longest is None:
            return None
        end = due(self.calendar, local_day(begun.at), begun.longest)
        return end.day or last_day_of(end.moment)

    def _deem(self, rule: ClockRule, notice: LegalClock, begun: Occurrence) -> list[LegalClock]:
        return self._start(rule, notice.round, begun, deemed_at=notice.due_at)

    def _start(
        self, rule: ClockRule, number: int, fact: Occurrence, deemed_at: datetime | None = None
    ) -> list[LegalClock]:
        """The clock, or none where the limit is not known or ends outside the years that can be counted."""
        own = rule.limit if isinstance(rule.limit, Planned) else None
        limit = fact.limit or own.otherwise if own else self._limit(rule, fact.at)
        if limit is None or not self.applies(rule) or self._is_other_urgency(rule):
            return []
        started_at = fact.at.astimezone(ZONE)
        counted = isinstance(limit, Hours | HalfWorkingDays)
        try:
            end = due(self.calendar, started_at if counted else started_at.date(), limit)
        except BeyondTheTables:  # centuries away: nothing to warn about, and no reason to lose the case's other clocks
            return []
        due_on = None if isinstance(limit, Hours) else end.day
        return [
            LegalClock(
                clock_id=f"{fact.about}/{rule.kind}/{number}",
                kind=rule.kind,
                round=number,
                about_kind=fact.about_kind,
                about=fact.about,
                department=self._department(fact, None),
                responsible=self._responsible(fact, None),
                limit=limit,
                started_at=started_at,
                due_on=due_on,
                due_at=end.moment,
                provisional=end.provisional,
                calendar=end.calendar,
                yellow_at=yellow_moment(self.calendar, limit, started_at, end.moment),
                deemed_at=deemed_at,
                settled_at=self._settled_at(None),
            )
        ]

    def _is_other_urgency(self, rule: ClockRule) -> bool:
        """Whether the rule is for complaints of another urgency alone."""
        limit = rule.limit
        return isinstance(limit, ByUrgency) and limit.is_closed and self.urgency not in dict(limit.limits)

    def _stop(self, clock: LegalClock, start: Occurrence, fact: Occurrence) -> LegalClock:
        """The clock as it was left: what is heard after its stop concerns it no more."""
        stopped_at = fact.at.astimezone(ZONE)
        entered_at = None if is_proven(fact, self.proven) else fact.recorded_at
        at = counting_at(stopped_at, entered_at, clock.due_at) or stopped_at
        return replace(
            clock,
            department=self._department(start, fact),
            responsible=self._responsible(start, fact),
            settled_at=self._settled_at(fact),
            stopped_at=stopped_at,
            entered_at=entered_at,
            outcome=fact.what.split(".", 1)[1],
            used_working_days=used(clock, self.calendar, at),
            overdue_working_days=overdue(clock, self.calendar, at),
        )

    def _tallied(self, clock: LegalClock) -> LegalClock:
        """A stopped clock with its days, as of when it counts as stopped."""
        if clock.counts_at is None:
            return clock
        return replace(
            clock,
            used_working_days=used(clock, self.calendar, clock.counts_at),
            overdue_working_days=overdue(clock, self.calendar, clock.counts_at),
        )

    def _settled_at(self, last: Occurrence | None) -> datetime | None:
        return max((fact.heard_at + SETTLING for fact in _until(self.late, last)), default=None)

    def _limit(self, rule: ClockRule, at: datetime) -> Limit | None:
        """The one in force when the clock starts; what is set later concerns later clocks only."""
        found = rule.in_force(at, self.urgency)
        if found is not None:
            return found[0]
        if isinstance(rule.limit, GivenTime):
            return self.facts[0].limit or rule.limit.otherwise
        return self.received.limit if self.received else None

    def _department(self, start: Occurrence, last: Occurrence | None) -> str:
        """What was received keeps its department until that ends; a complaint's is the last that it was sent to."""
        if start.about_kind is not SubjectKind.COMPLAINT:
            moved = [fact.department for fact in _until(self.handed, last) if fact.what == MOVED]
            return moved[-1] if moved else (self.received or start).department
        # A clock that the next dispatch stops was still the former department's.
        before = [
            f for f in _until(self.sent, last) if f is not last or last.what != "complaint.dispatched" or f is start
        ]
        return next((fact.department for fact in reversed(before) if fact.department), start.department)

    def _responsible(self, start: Occurrence, last: Occurrence | None) -> str:
        """Who set off the clock, until the case is handed to another person, or somebody signs for the message."""
        later = [f for f in _until(self.handed, last) if f.sequence > start.sequence]
        return later[-1].person if later else start.person


def _until(facts: Sequence[Occurrence], last: Occurrence | None) -> Sequence[Occurrence]:
    return facts if last is None else [fact for fact in facts if fact.sequence <= last.sequence]
