"""Attribution of a case's days: each belongs to exactly one holder, and together they are the whole-process time.

A pure function of what happened, the same for intake, which hands the days up with a case, and for timer, which counts
them. A day belongs to whoever had the case as it began: the day of a change is still the former holder's, as no limit
counts the day of its event (DOMAIN 4.1). So the spans of a case lie end to end, and no day is lost or told twice.

What hands the ball away - to the applicant, to a special procedure, to the end - counts from the day on which it was
recorded, until a second person has confirmed the day that it names (DOMAIN 3, rule 12).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from services.contracts.vocabulary import Holder

#: The law has accepted, because nothing was told in time; and that was undone (Licensing Law 32(4)).
DEEMED: Final = "case.deemed-accepted"
UNDONE: Final = "case.acceptance-undone"
#: Another department has the case, because its own has ended.
MOVED: Final = "case.moved"

#: The ball comes back from the applicant, or the case from another authority.
_OURS: Final = frozenset(
    {"case.correction-completed", "case.accepted", "case.forward-returned", "case.procedure-ended", MOVED}
)
#: Another authority has it from here on; the fact names which.
#: What the applicant has handed in for a correction that was asked for above.
HANDED_UP: Final = "case.correction-handed-up"
_ABOVE: Final = frozenset({"case.forward-acknowledged", "case.holder-changed", HANDED_UP})
#: Where it stands above, as the superior tells: what it asks of the applicant and a special procedure are not its time.
STOOD: Final = "case.above-"
ASKED_ABOVE: Final = f"{STOOD}correction-requested"
_IN_PROCEDURE_ABOVE: Final = f"{STOOD}in-procedure"
#: A notice of our own: told late it is not told, and gives the applicant no time.
_OWN_NOTICE: Final = "case.correction-requested"
_ASKED: Final = frozenset({_OWN_NOTICE, ASKED_ABOVE})
_BELOW: Final = "case.handed-back"
_OUTCOME: Final = "case.outcome-"
#: Nothing is owed any more.
ENDS: Final = frozenset(
    {
        *("case.not-required", "case.acceptance-refused", "case.withdrawn-before-acceptance", "case.given-up"),
        *("case.refused", "case.withdrawn", "case.delivered", "case.delivered-below"),
        *("case.revoked", "case.permit-withdrawn", "case.ended-with-project"),
        *(f"{_OUTCOME}{ending}" for ending in ("refused", "withdrawn", "not-required", "acceptance-refused")),
    }
)
#: What may end the whole process of a case.
MAY_END: Final = ENDS | {_BELOW}
#: Decided, but the permit is still owed (Licensing Law 44).
_OWED: Final = frozenset({"case.granted", "case.granted-with-deficiencies", f"{_OUTCOME}granted"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to a case. `what`: its stem without `qidi.`; `on`: the day from which it counts."""

    what: str
    on: date
    #: The department that has it from here on, where it is one of ours; the other authority, where it is not.
    department: str = ""
    authority: str = ""
    #: When it was recorded, where nobody has confirmed the day that it names.
    recorded_on: date | None = None

    @property
    def away_on(self) -> date:
        """From when it counts if it hands the ball away."""
        return max(self.on, self.recorded_on or self.on)


@dataclass(frozen=True, slots=True)
class Span:
    """The days d with `since < d <= until`, which belong to one holder."""

    holder: Holder
    since: date
    until: date
    #: Whose department or authority it is; empty for the applicant.
    authority: str = ""
    department: str = ""

    @property
    def days(self) -> int:
        """Days of the calendar."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Days:
    """All days of a case, end to end."""

    spans: tuple[Span, ...]
    #: The day of the first receipt at any level (DOMAIN 3, rule 16).
    since: date
    #: The day of the end; None: it is not over.
    ended_on: date | None
    #: The department that has it here.
    department: str = ""


def attribute(
    turns: Iterable[Turn],
    today: date,
    authority: str,
    *,
    before: Sequence[Span] = (),
    pauses: Sequence[tuple[date, date]] = (),
) -> Days | None:
    """The days of a case from its first receipt until its end, or until today; None where it was never received.

    `authority`: whose record it is. `before`: the days at lower levels, before it was received here. `pauses`: the
    lawful special procedures, as (begun, ended).
    """
    walk = _Walk(authority)
    for turn in turns:
        walk.take(turn)
    if not walk.changes:
        return None
    last = walk.ended or max(today, walk.changes[-1].since)
    spans = _end_to_end([*_as_others(before, authority, walk.department), *walk.changes], last)
    for begun, ended in pauses:
        spans = [part for span in spans for part in _cut(span, begun, ended)]
    first = min(spans[0].since, walk.changes[0].since) if spans else walk.changes[0].since
    return Days(_joined(_seen_from(walk.department, spans)), first, walk.ended, walk.department)


class _Walk:
    """Whoever has the case after each turn; a span's end is the beginning of the next."""

    def __init__(self, authority: str) -> None:
        self.authority, self.department = authority, ""
        self.changes: list[Span] = []
        self.ended: date | None = None
        self.deemed = self.owed = self.is_back = False

    def take(self, turn: Turn) -> None:
        """One turn more."""
        what = turn.what
        if what == "case.received" or what == MOVED:
            self.department = turn.department or self.department
        if what == DEEMED:
            self._deem()
        elif what == UNDONE:
            self.deemed = False
        elif what in _ASKED and not (self.deemed and what == _OWN_NOTICE):
            self._goes(Holder.APPLICANT, turn.away_on)
        elif what == "case.received" or what in _OURS or what in _OWED:
            self.owed = self.owed or what in _OWED
            self._goes(Holder.DEPARTMENT, turn.on, self.authority, self.department)
        elif what == _IN_PROCEDURE_ABOVE:
            self._goes(Holder.PROCEDURE, turn.on, turn.authority)
        elif what in _ABOVE or what.startswith(STOOD):
            self._elsewhere(turn)
        elif what == _BELOW:
            self._back(turn)
        elif what in ENDS:
            self._ends(turn)

    def _goes(self, holder: Holder, on: date, authority: str = "", department: str = "") -> None:
        self.ended = None
        on = max(on, self.changes[-1].since) if self.changes else on
        self.changes.append(Span(holder, on, on, authority, department))

    def _deem(self) -> None:
        """What was told late is not told: the time since then is the department's, which the law has made decide."""
        self.deemed = True
        if self.changes and self.changes[-1].holder is Holder.APPLICANT:
            ours = Span(Holder.DEPARTMENT, *(self.changes[-1].since,) * 2, self.authority, self.department)
            self.changes[-1] = ours

    def _elsewhere(self, turn: Turn) -> None:
        """With an authority above; once it was given back, with one below, or nothing more is counted here."""
        if not self.is_back:
            self._goes(Holder.SUPERIOR, turn.on, turn.authority)
        elif self.ended is None:
            self._goes(Holder.OTHER_DEPARTMENT, turn.on, turn.authority)

    def _back(self, turn: Turn) -> None:
        """To the authority below: granted, it is still owed there; else nothing more is counted here."""
        self.is_back = True
        if self.owed:
            self._goes(Holder.OTHER_DEPARTMENT, turn.on, turn.authority)
        else:
            self._ends(turn)

    def _ends(self, turn: Turn) -> None:
        if self.ended is None:  # what becomes of a permit that was delivered is another matter
            self.ended = max(turn.away_on, self.changes[-1].since) if self.changes else turn.away_on


def _as_others(before: Sequence[Span], authority: str, department: str) -> list[Span]:
    """What lower levels say, seen from here: who decides there is another department, and their superior may be us."""
    found: list[Span] = []
    for one in before:
        if one.holder in (Holder.APPLICANT, Holder.PROCEDURE):
            found.append(one)
        elif one.authority == authority:
            found.append(replace(one, holder=Holder.DEPARTMENT, department=one.department or department))
        else:
            found.append(replace(one, holder=Holder.OTHER_DEPARTMENT))
    return found


def handed_up(days: Days, authority: str, department: str) -> tuple[Span, ...]:
    """The days as they go up with the case: the last one who has it is the department that hands it up."""
    until = days.spans[-1].until if days.spans else days.since
    return (*days.spans, Span(Holder.DEPARTMENT, until, until, authority, department))


def _end_to_end(changes: Sequence[Span], last: date) -> list[Span]:
    """Each until the next begins, the last one until the end; none before the one before it has begun."""
    spans: list[Span] = []
    for number, one in enumerate(changes):
        since = spans[-1].until if spans else one.since
        following = changes[number + 1].since if number + 1 < len(changes) else last
        spans.append(replace(one, since=since, until=min(max(since, following), max(since, last))))
    return spans


def _cut(span: Span, begun: date, ended: date) -> list[Span]:
    """The span, with the days of a special procedure taken out: only a department's time can be one."""
    since, until = max(span.since, begun), min(span.until, ended)
    if span.holder is not Holder.DEPARTMENT or since >= until:
        return [span]
    inside = replace(span, holder=Holder.PROCEDURE, since=since, until=until)
    return [replace(span, until=since), inside, replace(span, since=until)]


def _seen_from(department: str, spans: Sequence[Span]) -> list[Span]:
    """What a department had that the case has left since is another department's."""
    return [
        replace(one, holder=Holder.OTHER_DEPARTMENT)
        if one.holder is Holder.DEPARTMENT and one.department != department
        else one
        for one in spans
    ]


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Without what has no day; neighbours of one holder are one."""
    found: list[Span] = []
    for one in spans:
        if not one.days:
            continue
        if found and replace(found[-1], since=one.since, until=one.until) == one:
            found[-1] = replace(found[-1], until=one.until)
        else:
            found.append(one)
    return tuple(found)
