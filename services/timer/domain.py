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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from services.contracts.vocabulary import ZONE, ClockKind, Light, Moments, SubjectKind
from services.timer.calendar import BeyondTheTables, Calendar
from services.timer.deadlines import due, first_day_with_at_most, working_days_between
from services.timer.limits import CalendarDays, HalfWorkingDays, Hours, Limit, Months, WorkingDays
from services.timer.rules import DECISION, ONE_TIME_NOTICE, RULES, ClockRule, ClockRules, GivenTime, Way

#: Heard later than this after it happened, a fact is a late entry.
LATE_AFTER: Final = timedelta(hours=1)
#: How long late entries settle before a light may fire.
SETTLING: Final = timedelta(seconds=5)
#: A case that was reassigned because its department has ended: it names the one that has it from then on.
MOVED: Final = "case.moved"
#: Where a subject begins, and on which way it is.
_RECEIPTS: Final = frozenset({"case.received", "complaint.registered", "instruction.received"})


class Rung(StrEnum):
    """A warning of the ladder, fired once per clock: the light that it tells."""

    YELLOW = Light.YELLOW.value
    RED = Light.RED.value

    @property
    def light(self) -> Light:
        """The light that the clock shows from then on."""
        return Light(self.value)


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
    #: The first moment at which it is overdue.
    due_at: datetime
    provisional: bool
    #: Version of the calendar that counted.
    calendar: str
    yellow_at: datetime
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

    @property
    def moments(self) -> Moments[datetime]:
        """The moments at which its light turns, as whoever has heard of them knows them."""
        return Moments(self.yellow_at, self.due_at, self.stopped_at, self.told)

    @property
    def deemed(self) -> bool:
        return self.deemed_at is not None

    @property
    def open(self) -> bool:
        return self.stopped_at is None

    @property
    def on_time(self) -> bool:
        """Only of a stopped clock: before its due moment."""
        return self.stopped_at is not None and self.stopped_at < self.due_at

    def turns_at(self, rung: Rung) -> datetime:
        """When the light changes; a clock set by law cannot change before the law set it."""
        moment = self.yellow_at if rung is Rung.YELLOW else self.due_at
        return max(moment, self.deemed_at) if self.deemed_at else moment

    def fires_at(self, rung: Rung) -> datetime:
        """When the change may be said: once late entries have settled."""
        moment = self.turns_at(rung)
        return max(moment, self.settled_at) if self.settled_at else moment

    def next_rung(self, fired: Iterable[Rung]) -> Rung | None:
        """The next warning of an open clock, yellow before red; None when nothing more can change."""
        before = set(fired)
        return next((rung for rung in Rung if rung not in before), None) if self.open else None


def local_day(moment: datetime) -> date:
    """The day in Asia/Shanghai."""
    return moment.astimezone(ZONE).date()


def last_day(clock: LegalClock) -> date:
    """The day on which it is due, also where hours are counted."""
    return clock.due_on or _last_day(clock.due_at)


def _last_day(due_at: datetime) -> date:
    return local_day(due_at - timedelta(microseconds=1))


def used(clock: LegalClock, calendar: Calendar, at: datetime) -> int:
    """Working days since the start, the day of the start not counted (Civil Code 201)."""
    return max(0, working_days_between(calendar, local_day(clock.started_at), local_day(at)))


def overdue(clock: LegalClock, calendar: Calendar, at: datetime) -> int:
    """Working days past the due day; 0 when in time, and on days off right after it."""
    return max(0, working_days_between(calendar, last_day(clock), local_day(at))) if at >= clock.due_at else 0


def warned_early(amount: int) -> int:
    """So many units before the end it turns yellow: max(1, 20 % rounded down) (DOMAIN 5)."""
    return max(1, amount // 5)


def yellow_moment(calendar: Calendar, limit: Limit, started_at: datetime, due_at: datetime) -> datetime:
    """The first moment at which at most so many units are left; never before the start, never after the end."""
    left, last = warned_early(limit.count), _last_day(due_at)
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


def derive(
    facts: Iterable[Occurrence],
    calendar: Calendar,
    as_of: datetime,
    rules: ClockRules = RULES,
) -> tuple[LegalClock, ...]:
    """All clocks of one subject, started and stopped, in the order of the table and of their rounds.

    ``as_of`` only decides whether an unanswered notice has already run out, so that the acceptance is deemed.
    """
    ordered = sorted(facts, key=lambda fact: fact.sequence)
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
    return tuple(clocks)


class _Walk:
    """One reading of a subject's facts."""

    def __init__(self, ordered: Sequence[Occurrence], calendar: Calendar, as_of: datetime) -> None:
        self.facts, self.calendar, self.as_of = ordered, calendar, as_of
        self.received = next((fact for fact in ordered if fact.what in _RECEIPTS), None)
        self.urgency = next((fact.urgency for fact in ordered if fact.what == "complaint.registered"), "")

    def applies(self, rule: ClockRule) -> bool:
        """Does this clock run on the way of this case?"""
        above = self.received is not None and self.received.decided_above
        match rule.only:
            case Way.DECIDED_HERE:
                return not above
            case Way.DECIDED_ABOVE:
                return above
            case Way.RECEIVED_HERE:
                return self.received is None or not self.received.from_below
            case Way.ALWAYS:
                return True

    def simple(self, rule: ClockRule) -> list[LegalClock]:
        """Clocks that start and stop by the table; each start after a stop is a new round."""
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

    def acceptance(self, notice_rule: ClockRule, decision_rule: ClockRule) -> list[LegalClock]:
        """Notice and decision: told late or not at all means accepted on the day of receipt (Licensing Law 32(4)).

        Once accepted, really or by law, no correction opens a new round, and no later acceptance shifts the count.
        """
        notices: list[LegalClock] = []
        decisions: list[LegalClock] = []
        begun = decided_from = self.facts[0]
        for fact in self.facts:
            running = bool(notices) and notices[-1].open
            if running and fact.what in notice_rule.stops:
                notices[-1], running = self._stop(notices[-1], begun, fact), False
                if not notices[-1].on_time and not decisions:
                    decisions, decided_from = self._deem(decision_rule, notices[-1], begun), begun
            if fact.what in decision_rule.starts and not decisions:
                decisions, decided_from = self._start(decision_rule, max(1, len(notices)), fact), fact
            elif fact.what in decision_rule.stops and decisions and decisions[-1].open:
                decisions[-1] = self._stop(decisions[-1], decided_from, fact)
            if fact.what in notice_rule.starts and not running and not decisions:
                begun = fact
                notices += self._start(notice_rule, len(notices) + 1, fact)
        if notices and notices[-1].open and not decisions and notices[-1].fires_at(Rung.RED) <= self.as_of:
            decisions = self._deem(decision_rule, notices[-1], begun)
        return notices + decisions

    def _deem(self, rule: ClockRule, notice: LegalClock, begun: Occurrence) -> list[LegalClock]:
        return self._start(rule, notice.round, begun, deemed_at=notice.due_at)

    def _start(
        self, rule: ClockRule, number: int, fact: Occurrence, deemed_at: datetime | None = None
    ) -> list[LegalClock]:
        """The clock, or none where the limit is not known or ends outside the years that can be counted."""
        limit = self._limit(rule, fact.at)
        if limit is None or not self.applies(rule):
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

    def _stop(self, clock: LegalClock, start: Occurrence, fact: Occurrence) -> LegalClock:
        """The clock as it was left: what is heard after its stop concerns it no more."""
        at = fact.at.astimezone(ZONE)
        return replace(
            clock,
            department=self._department(start, fact),
            responsible=self._responsible(start, fact),
            settled_at=self._settled_at(fact),
            stopped_at=at,
            outcome=fact.what.split(".", 1)[1],
            used_working_days=used(clock, self.calendar, at),
            overdue_working_days=overdue(clock, self.calendar, at),
        )

    def _until(self, last: Occurrence | None) -> Sequence[Occurrence]:
        return self.facts if last is None else [fact for fact in self.facts if fact.sequence <= last.sequence]

    def _settled_at(self, last: Occurrence | None) -> datetime | None:
        return max((fact.heard_at + SETTLING for fact in self._until(last) if fact.late), default=None)

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
            moved = [fact.department for fact in self._until(last) if fact.what == MOVED]
            return moved[-1] if moved else (self.received or start).department
        sent = [f for f in self._until(last) if f.what in ("complaint.registered", "complaint.dispatched")]
        # A clock that the next dispatch stops was still the former department's.
        before = [f for f in sent if f is not last or last.what != "complaint.dispatched" or f is start]
        return next((fact.department for fact in reversed(before) if fact.department), start.department)

    def _responsible(self, start: Occurrence, last: Occurrence | None) -> str:
        """Who set off the clock, until the case is handed to another person, or somebody signs for the message."""
        handed = ("case.reassigned", MOVED, "instruction.signed")
        later = [f for f in self._until(last) if f.what in handed and f.sequence > start.sequence]
        return later[-1].person if later else start.person


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _half_days_before(calendar: Calendar, due_at: datetime, left: int) -> datetime:
    """When the half day begins after which only so many are left. Ends of halves are noon and midnight; the halves of
    the n-th working day have the numbers 2n-1 and 2n."""
    day = _last_day(due_at)
    last = 2 * calendar.working_days_until(day) - (local_day(due_at) == day)
    number = last - left
    first = _midnight(calendar.working_day((number + 1) // 2))
    return first if number % 2 else first + timedelta(hours=12)


def as_of_for(now: datetime, fired: Mapping[tuple[str, Rung], datetime]) -> datetime:
    """The moment that a subject has reached: never behind its own last warning, even when the clock was set back."""
    return max([now, *fired.values()])
