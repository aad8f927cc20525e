"""Decides what the facts about a case mean for its line in the list, and when a line may be struck off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.plumbing.errors import Conflict, Problem, Problems


class Standing(StrEnum):
    """Where a line stands in the list."""

    #: The case is not finished.
    OPEN = "open"
    #: The case is finished; the line waits to be struck off.
    CLOSED = "closed"
    #: Struck off, with evidence: it has left the list.
    STRUCK = "struck"


#: State of a case -> its name, a msgid.
STATE_NAMES: Mapping[str, str] = {
    "received": "Received",
    "withdrawn-before-acceptance": "Withdrawn before acceptance",
    "accepted": "Accepted",
    "deemed-accepted": "Deemed accepted",
    "not-required": "No approval required",
    "acceptance-refused": "Acceptance refused",
    "correction-requested": "Correction requested",
    "correction-completed": "Correction completed",
    "under-review": "Under review",
    "granted": "Granted",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "delivered": "Delivered",
    "forwarded": "Forwarded, waiting for the superior",
    "held-above": "Held by a higher authority",
    "returned": "Returned by the superior",
    "handed-back": "Given back to the lower authority",
}

#: After these nothing more is owed to the applicant. A granted permit is still owed until delivered (Licensing Law 44).
FINISHED = frozenset(
    (
        "withdrawn-before-acceptance",
        "not-required",
        "acceptance-refused",
        "refused",
        "withdrawn",
        "delivered",
        "handed-back",
    )
)

#: The worst first. `done` is no light of an open clock: it is what a finished line shows.
SEVERITY: Mapping[str, int] = {"red": 0, "yellow": 1, "green": 2, "grey": 3, "done": 4}


def severity(light: str) -> int:
    """The rank of a light, the worst first; an unknown one of a newer sender counts as paused."""
    return SEVERITY.get(light, SEVERITY["grey"])


#: The clock whose due day a line shows while it runs.
DECISION = "decision"

#: The moment before all others: nothing has turned by itself yet.
NEVER = float("-inf")

#: Stands for "no due day" so that lines without one sort last.
NO_DAY = "9999-12-31"


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
    #: The light that was last told, until the clock moves.
    told: str = ""

    def light(self, now: float) -> str:
        """What it shows at that moment: derived from its moments, and never better than what was told (DOMAIN 5)."""
        if self.due_at is None or self.told == "grey":
            # no day and no moment: paused, which leaves only the remaining budget (DOMAIN 4.5)
            return self.told or ("grey" if self.due_on == NO_DAY else "green")
        shown = "red" if now >= self.due_at else "green"
        if shown == "green" and self.yellow_at is not None and now >= self.yellow_at:
            shown = "yellow"
        return min(shown, self.told or shown, key=severity)

    def turns_at(self, now: float) -> float | None:
        """When its light changes next by itself."""
        return min((at for at in (self.yellow_at, self.due_at) if at is not None and at > now), default=None)


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
    light: str = "grey"
    severity: int = SEVERITY["grey"]
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
    told_light: str = "grey"
    #: The authority that has the case in hand, and since when (seconds since 1970-01-01 UTC).
    held_by: str = ""
    held_since: float | None = None
    clocks: dict[str, OpenClock] = field(default_factory=dict)

    def received(self, on: date, handler: str, limit: tuple[int, str], facts: Mapping[str, str]) -> None:
        """The case came in; `facts` are the names and codes of project, matter and department."""
        for name, value in facts.items():
            setattr(self, name, value)
        self.handler = handler
        self.limit_amount, self.limit_unit = limit
        self.received_on = on.isoformat()
        self.moves_to("received", on)

    def moves_to(self, state: str, on: date) -> None:
        """The case has a new state since that day."""
        self.state = state
        if state == "accepted" and self.accepted_on is None:
            # accepted by law stands: a later acceptance on paper does not move the day (Licensing Law 32(4))
            self.accepted_on = on.isoformat()
        if self.standing != Standing.STRUCK:
            finished = state in FINISHED
            self.standing = Standing.CLOSED if finished else Standing.OPEN
            self.closed_on = on.isoformat() if finished else None

    def handed_back(self, returned: bool, on: date) -> None:
        """A case from below went back there: nothing is owed here any more, a granted permit is delivered below."""
        if returned:
            self.moves_to("handed-back", on)
        elif self.standing == Standing.OPEN:
            self.standing, self.closed_on = Standing.CLOSED, on.isoformat()

    def deemed_accepted(self, effective_on: date) -> None:
        """Told late or not at all: accepted as of that day."""
        self.accepted_on = effective_on.isoformat()
        self.moves_to("deemed-accepted", effective_on)

    def clock_started(self, clock_id: str, clock: OpenClock) -> None:
        """A clock runs from now on."""
        self.clocks[clock_id] = clock

    def clock_moved(
        self, clock_id: str, due_on: str, due_at: float | None, yellow_at: float | None, provisional: bool
    ) -> None:
        """A clock is due on another day. What light was told of the old day says nothing about a later one."""
        clock = self.clocks.get(clock_id)
        if clock is None:
            return
        earlier = due_at is not None and clock.due_at is not None and due_at <= clock.due_at
        clock.due_on, clock.due_at, clock.yellow_at, clock.provisional = due_on, due_at, yellow_at, provisional
        if not earlier:
            clock.told = ""

    def light_changed(self, clock_id: str, light: str) -> None:
        """A clock shows another light; a stopped one shows nothing any more."""
        if clock_id in self.clocks:
            self.clocks[clock_id].told = light

    def clock_stopped(self, clock_id: str) -> None:
        """A clock counts no more."""
        self.clocks.pop(clock_id, None)

    def goes_to(self, authority: str, at: datetime) -> None:
        """Another authority has the case in hand since that moment; empty: the one whose line this is."""
        self.held_by, self.held_since = authority or self.case_no[:6], at.timestamp()

    def struck_off(self, on: date) -> None:
        """The line has left the list."""
        self.standing, self.struck_on = Standing.STRUCK, on.isoformat()

    def settle(self, now: float) -> None:
        """Light and due day as of that moment, once everything that was heard has been applied.

        A line from below shows what was told and nothing more: while the link is cut nobody here knows whether its
        clock still runs, and no light may turn only because of that (DOMAIN 8).
        """
        if self.authority:
            now = NEVER
        running = list(self.clocks.values())
        if running:
            self.light = min((clock.light(now) for clock in running), key=severity)
            self.told_light = min((clock.light(NEVER) for clock in running), key=severity)
            urgent = min(running, key=lambda clock: (clock.kind != DECISION, clock.due_on))
            self.due_on, self.provisional = urgent.due_on, urgent.provisional
        else:
            # nobody is being waited for, or nothing is left to wait for; the last due day stays to be read
            self.light = self.told_light = "grey" if self.standing == Standing.OPEN else "done"
        self.severity = severity(self.light)
        if self.authority:
            self.turns_at = None
            return
        turns = [at for clock in running if (at := clock.turns_at(now)) is not None]
        self.turns_at = min(turns, default=None)


def check_strike_off(problems: Problems, line: Line, evidence: str | None, at: datetime, now: datetime) -> None:
    """May this line be struck off at that moment, on this evidence (plan, P0-17)? Adds what is wrong to `problems`.

    Raises Conflict where the line itself forbids it and nothing else is wrong.
    """
    if evidence is not None and not evidence.strip():
        problems.add("evidence", "Say what shows that the case is finished, such as a delivery receipt.")
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
        problems.found.append(against)


def _against(line: Line) -> Problem | None:
    facts: dict[str, Any] = {"case_no": line.case_no}
    if line.standing == Standing.STRUCK:
        return Problem("case_no", "Case {case_no} was struck off on {day}.", facts | {"day": line.struck_on})
    if line.standing != Standing.CLOSED:
        name = STATE_NAMES.get(line.state, line.state)
        return Problem("case_no", "Case {case_no} is not finished: its state is {state}.", facts | {"state": name})
    return None
