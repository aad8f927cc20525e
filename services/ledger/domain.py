"""The line of a case in the list: what facts make of it, which light it shows, and when it may be struck off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.contracts.beginning import Counting, counting, has_ended
from services.contracts.moments import Moments, told_after_move
from services.contracts.names import folded
from services.contracts.vocabulary import (
    CaseNo,
    CaseState,
    ClockKind,
    Light,
    Unit,
    case_state,
    light_of,
    worst,
)
from services.plumbing.errors import Conflict, Problem, Problems


class LineStanding(StrEnum):
    """Where a line stands in the list."""

    #: The case is not finished.
    OPEN = "open"
    #: The case is finished; the line waits to be struck off.
    CLOSED = "closed"
    #: Struck off, with evidence: it has left the list.
    STRUCK = "struck"


#: The lights of an open line, in the order in which they are counted.
LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)

#: Stands for "no due day" so that lines without one sort last.
NO_DAY = "9999-12-31"


def state_name(state: str) -> str:
    """The msgid of a state's name; a state that only a newer version knows is shown as its code."""
    known = case_state(state)
    return state if known is None else known.msgid


@dataclass
class OpenClock:
    """What a line remembers of a clock that runs. Moments are seconds since 1970-01-01 UTC."""

    kind: str
    due_on: str
    #: The first moment at which it is overdue; None while it is paused.
    due_at: float | None
    #: The first moment at which it is yellow, where the clock said so.
    yellow_at: float | None
    provisional: bool
    #: The light that was last told, until the clock moves; empty for none.
    told: str = ""
    #: The unit of its limit; empty for one that was heard of before units were kept.
    unit: str = ""

    @property
    def moments(self) -> Moments[float]:
        """When it turns."""
        told = light_of(self.told) if self.told else None
        # no day and no moment: paused
        return Moments(self.yellow_at, self.due_at, told=told, paused=self.due_on == NO_DAY)

    def moves(self, due_on: str, due_at: float | None, yellow_at: float | None, provisional: bool) -> None:
        """It is due on another day. What light was told of the old day says nothing about a later one."""
        self.told = told_after_move(self.moments.told, self.due_at, due_at) or ""
        self.due_on, self.due_at, self.yellow_at, self.provisional = due_on, due_at, yellow_at, provisional


@dataclass
class Line:
    """One case in the list. Days are ISO text in Asia/Shanghai; empty text where something is not known."""

    case_no: str
    seq: int = 0
    project_code: str = ""
    project_name: str = ""
    owner_name: str = ""
    matter_code: str = ""
    matter_name: str = ""
    department: str = ""
    handler: str = ""
    received_on: str = ""
    accepted_on: str | None = None
    limit_amount: int | None = None
    limit_unit: str | None = None
    due_on: str = NO_DAY
    provisional: bool = False
    light: str = Light.GREY
    severity: int = Light.GREY.severity
    #: When the light changes next by itself, in seconds since 1970-01-01 UTC.
    turns_at: float | None = None
    #: Empty until the receipt is known: such a line is kept but not shown.
    state: str = ""
    standing: str = ""
    closed_on: str | None = None
    struck_on: str | None = None
    #: Whose case it is: a lower authority's code, empty for our own.
    authority: str = ""
    #: The light by what was told alone: the same at every level that has the same entries.
    told_light: str = Light.GREY
    #: The authority that has the case in hand, and since when (seconds since 1970-01-01 UTC).
    held_by: str = ""
    held_since: float | None = None
    #: The authority's first day, where it says something about this line; empty once the line is signed for.
    first_day: str = ""
    unconfirmed: bool = False
    #: The day since which the case is decided or done.
    ended_on: str = ""
    counting: str = Counting.COUNTED
    clocks: dict[str, OpenClock] = field(default_factory=dict)
    #: The day that its department has named for its completion, and the one on which its decision is due, once known.
    named_by: str | None = None
    decision_due: str | None = None

    @property
    def found_by(self) -> str:
        """What a search looks through: numbers and names as they are compared, who has it in hand at the end."""
        names = (self.case_no, self.project_code, self.project_name, self.owner_name, self.matter_name, self.handler)
        return "\n".join(("", *map(folded, names), ""))

    def received(self, on: date, handler: str, limit: tuple[int, str], facts: Mapping[str, str]) -> None:
        """The case came in; `facts` are the names and codes of project, matter and department."""
        for name, value in facts.items():
            setattr(self, name, value)
        self.handler = handler
        self.limit_amount, self.limit_unit = limit
        self.received_on = on.isoformat()

    def moves_to(self, state: str, on: date) -> None:
        """The case has a new state since that day."""
        self.state = state
        if state in (CaseState.ACCEPTED, CaseState.ACCEPTED_WITH_DEFICIENCIES) and self.accepted_on is None:
            # accepted by law stands: a later acceptance on paper does not move the day (Licensing Law 32(4))
            self.accepted_on = on.isoformat()
        self.ended_on = on.isoformat() if has_ended(state) else ""
        if self.standing != LineStanding.STRUCK:
            known = case_state(state)
            finished = known is not None and known.is_finished
            self.standing = LineStanding.CLOSED if finished else LineStanding.OPEN
            self.closed_on = on.isoformat() if finished else None

    def confirmed(self) -> None:
        """The department has signed for it: it counts."""
        self.first_day, self.unconfirmed = "", False

    def closes(self, on: date) -> None:
        """Nothing is owed here any more, whatever the state: it went back below, where a permit is delivered."""
        if self.standing == LineStanding.OPEN:
            self.standing, self.closed_on = LineStanding.CLOSED, on.isoformat()

    def accepted_by_law(self, effective_on: date) -> None:
        """Told late or not at all: accepted as of that day."""
        self.accepted_on = effective_on.isoformat()

    def completion_named(self, day: date | None) -> None:
        """Its department has named the day of its completion."""
        self.named_by = None if day is None else day.isoformat()

    def clock_started(self, clock_id: str, clock: OpenClock) -> None:
        """A clock runs from now on."""
        self.clocks[clock_id] = clock

    def clock_moved(
        self, clock_id: str, due_on: str, due_at: float | None, yellow_at: float | None, provisional: bool
    ) -> None:
        """A clock is due on another day."""
        if clock := self.clocks.get(clock_id):
            clock.moves(due_on, due_at, yellow_at, provisional)

    def light_changed(self, clock_id: str, light: str) -> None:
        """A clock shows another light; a stopped one shows nothing any more."""
        if clock_id in self.clocks:
            self.clocks[clock_id].told = light

    def clock_stopped(self, clock_id: str) -> None:
        """A clock counts no more."""
        self.clocks.pop(clock_id, None)

    def goes_to(self, authority: str, at: datetime) -> None:
        """Another authority has the case in hand since that moment; empty: the one whose line this is."""
        self.held_by, self.held_since = authority or CaseNo(self.case_no).authority, at.timestamp()

    @property
    def urgent(self) -> OpenClock | None:
        """The clock whose due day the line shows: the decision's, or else the next one; None where none runs."""
        return min(
            self.clocks.values(), key=lambda clock: (clock.kind != ClockKind.DECISION, clock.due_on), default=None
        )

    @property
    def due_unit(self) -> str | None:
        """The unit in which what is left until the due day is counted; None where no clock runs."""
        urgent = self.urgent
        if urgent is None:
            return None
        unit = urgent.unit or (self.limit_unit if urgent.kind == ClockKind.DECISION else None) or Unit.WORKING_DAYS
        return (Unit.CALENDAR_DAYS if unit in (Unit.CALENDAR_DAYS, Unit.MONTHS) else Unit.WORKING_DAYS).value

    def struck_off(self, on: date) -> None:
        """The line has left the list."""
        self.standing, self.struck_on = LineStanding.STRUCK, on.isoformat()

    def reopened_as(self, state: str, on: date) -> None:
        """What had brought it to its state was a mistake: what is unfinished is on the list again, even struck off."""
        known = case_state(state)
        if known is None or not known.is_finished:
            self.standing, self.struck_on = LineStanding.OPEN, None
        self.moves_to(state, on)

    def settle(self, now: float) -> None:
        """Light and due day as of that moment, once everything that was heard has been applied.

        A line from below shows what was told and nothing more: while the link is cut nobody here knows whether its
        clock still runs, and no light may turn only because of that (DOMAIN 8).
        """
        moments = [clock.moments for clock in self.clocks.values()]
        # nobody is being waited for, or nothing is left to wait for
        otherwise = Light.GREY if self.standing == LineStanding.OPEN else Light.DONE
        told = self._together(None, otherwise)
        shown = told if self.authority else self._together(now, otherwise)
        self.light, self.severity, self.told_light = shown, shown.severity, told
        if (urgent := self.urgent) is not None:  # else the last due day stays to be read
            self.due_on, self.provisional = urgent.due_on, urgent.provisional
            if urgent.kind == ClockKind.DECISION:
                self.decision_due = None if urgent.due_on == NO_DAY else urgent.due_on
        self.turns_at = None if self.authority else _next_turn(moments, now)
        self._settle_counting()

    def _settle_counting(self) -> None:
        """Whether it counts. History shows no light, neither good nor bad; what was told of it stays told."""
        self.counting = counting(_day(self.first_day), _day(self.ended_on), unconfirmed=self.unconfirmed)
        if self.counting == Counting.HISTORY:
            self.light, self.severity, self.turns_at = Light.DONE, Light.DONE.severity, None

    def _together(self, now: float | None, otherwise: Light) -> Light:
        """What the clocks show together. While the case stands still, a plan that is kept makes it no greener."""
        shown = [(clock.kind, clock.moments.light(now)) for clock in self.clocks.values()]
        kept = (ClockKind.SPECIAL_PROCEDURE, Light.GREEN)
        return worst((light for kind, light in shown if (kind, light) != kept), otherwise)


def _day(told: str) -> date | None:
    return date.fromisoformat(told) if told else None


def completion(named_by: str | None, decision_due: str | None) -> str | None:
    """The day by which a case is finished: the one that its department has named, never later than the due one.

    None where nobody has named one and the decision is not counted yet (plan, P0-02).
    """
    return min((day for day in (named_by, decision_due) if day), default=None)


def _next_turn(clocks: Iterable[Moments[float]], now: float) -> float | None:
    return min((at for clock in clocks if (at := clock.next_turn(now)) is not None), default=None)


def check_strike_off(problems: Problems, line: Line, at: datetime, now: datetime) -> None:
    """May this line be struck off at that moment (plan, P0-17)? Adds what is wrong to `problems`.

    Raises Conflict where the line itself forbids it and nothing else is wrong.
    """
    if at > now:
        problems.add("occurred_at", "This is in the future.")
    against = _against(line)
    if against is None and line.closed_on is not None and at.date().isoformat() < line.closed_on:
        problems.add(
            "occurred_at", "The case was finished on {day}; it cannot be struck off before.", day=line.closed_on
        )
    if against is not None:
        if not problems:
            raise Conflict(against)
        problems.take(against)


def _against(line: Line) -> Problem | None:
    facts: dict[str, Any] = {"case_no": line.case_no}
    if line.standing == LineStanding.STRUCK:
        return Problem("case_no", "Case {case_no} was struck off on {day}.", facts | {"day": line.struck_on})
    if line.standing != LineStanding.CLOSED:
        facts |= {"state": state_name(line.state)}
        return Problem("case_no", "Case {case_no} is not finished: its state is {state}.", facts)
    return None
