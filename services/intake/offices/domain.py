"""People whom departments have named, and what follows when one is asked for, hands over, or his department ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from services.contracts.names import folded
from services.contracts.vocabulary import DUTIES, Duty, Role
from services.intake.catalogues.matter import Matter
from services.intake.domain import Case, Officer
from services.intake.phrases import TO_BE_NAMED
from services.plumbing.errors import Problems

#: So many names are told of those whom a department has.
_MOST_NAMED: Final = 10


@dataclass(frozen=True)
class Appointment:
    """A person whom a department has named, from a day on, perhaps until another, perhaps on leave."""

    name: str
    department: str
    duties: tuple[Duty, ...]
    appointed_on: date
    #: The first day without him.
    dismissed_on: date | None = None
    #: Both counted.
    away_from: date | None = None
    away_until: date | None = None

    @property
    def is_current(self) -> bool:
        """Whether nobody has dismissed him."""
        return self.dismissed_on is None

    def covers(self, day: date) -> bool:
        """Whether he is one of the department's on that day."""
        return self.appointed_on <= day and (self.dismissed_on is None or day < self.dismissed_on)

    def is_away(self, day: date) -> bool:
        """Whether he is on leave that day."""
        return self.away_until is not None and (self.away_from or day) <= day <= self.away_until


def in_order(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Each duty once, from the window to the head."""
    given = set(duties)
    return tuple(duty for duty in DUTIES if duty in given)


def check_person(
    person: Officer, named: Sequence[Appointment], days: Sequence[date], problems: Problems, field: str
) -> None:
    """Whether a person may have a case of his department on any of these days, the last of which is today.

    `named`: all whom it ever named. A department that has named nobody yet takes any name, so that an authority can
    begin (decision 22).
    """
    if not named or person.name == TO_BE_NAMED:
        return
    own = [one for one in named if folded(one.name) == folded(person.name)]
    covering = [one for one in own if any(one.covers(day) for day in days)]
    facts: dict[str, Any] = {"name": person.name, "department": person.department}
    if covering and all(one.is_away(day) for one in covering for day in days):
        until = str(covering[-1].away_until)
        problems.add(field, "{name} of {department} is on leave until {day}.", **facts, day=until)
    elif not covering and own:
        _check_days(own[-1], facts, problems, field)
    elif not covering:
        now = [one.name for one in named if one.covers(days[-1])][:_MOST_NAMED]
        template = "{department} has not named {name}; it has named {named}."
        problems.add(field, template if now else "{department} has not named {name}.", **facts, named=", ".join(now))


def _check_days(last: Appointment, facts: Mapping[str, Any], problems: Problems, field: str) -> None:
    """He was one of the department's, or will be."""
    if last.dismissed_on is not None:
        problems.add(field, "{name} is none of {department} since {day}.", **facts, day=str(last.dismissed_on))
    else:
        problems.add(field, "{name} is one of {department} from {day} on.", **facts, day=str(last.appointed_on))


def is_reviewing(matter: Matter, department: str) -> bool:
    """Whether a department reviews this matter beside the one that decides it: its people may note, not decide."""
    return department in matter.reviewing and department != matter.department


# --- the end of a department ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Succession:
    """What a department becomes, and who of its people is whom in the successor."""

    department: str
    successor: str
    handlers: Mapping[str, str]

    def person(self, one: Officer) -> Officer:
        """Who answers there for what this person answered for; whoever is of another department stays as he is."""
        if one.department != self.department:
            return one
        return Officer(self.handlers.get(one.name, one.name), self.successor)

    def case(self, case: Case) -> Case:
        """The case in the successor's hands."""
        return replace(case, department=self.successor, handler=self.person(case.handler))

    def matter(self, matter: Matter) -> Matter:
        """The matter with the successor in the place of the department."""
        deciding = self.successor if matter.department == self.department else matter.department
        reviewing = dict.fromkeys(self.successor if one == self.department else one for one in matter.reviewing)
        return replace(matter, department=deciding, reviewing=tuple(one for one in reviewing if one != deciding))

    def moved(
        self, named: Sequence[Appointment], there: Sequence[Appointment], cases: Iterable[Case], day: date
    ) -> list[Appointment]:
        """Who becomes one of the successor's: those whom the department has named, and whoever had a case in hand.

        Nobody where the successor has named nobody: it goes on taking any name until its head decides otherwise.
        """
        if not there:
            return []
        duties = {one.name: one.duties for one in named if one.is_current and one.name not in self.handlers}
        holders = {case.handler.name for case in cases if case.handler.department == self.department}
        for name in sorted(holders - set(self.handlers) - set(duties) - {TO_BE_NAMED}):
            duties[name] = (Role.HANDLER,)
        known = {one.name for one in there if one.covers(day)}
        return [Appointment(name, self.successor, its, day) for name, its in duties.items() if name not in known]
