"""Readings of a published calendar: its days, what it calls them, and what was said that makes no day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from services.contracts.drafts import CalendarForm
from services.plumbing.errors import Problem, Refused

HOLIDAY: Final = "holiday"
WORKDAY: Final = "workday"
WEEKDAYS: Final = "一二三四五六日"


class Kind(StrEnum):
    """What an exceptional day is, as the calendar's commands call it."""

    HOLIDAY = HOLIDAY
    WORKDAY = WORKDAY


@dataclass(frozen=True)
class Extension:
    """A holiday that goes on: to which day, of which festival; where it began stands in the calendar."""

    festival: str
    until: date


@dataclass(frozen=True)
class Reading:
    """What a text or file says of the days of a year."""

    form: CalendarForm
    days: dict[date, str]
    #: The festival that a day belongs to, as far as it was said.
    festivals: dict[date, str] = field(default_factory=dict)
    #: Title and number of the notice; empty where they do not stand there.
    notice: str = ""
    #: The last day for which it speaks: a notice of the State Council settles the whole year.
    known_until: date | None = None
    extends: Extension | None = None
    #: Sentences that name days, but neither give them off nor have them worked.
    unused: Sequence[str] = ()


@dataclass
class Draughtsman:
    """Days as they are read one after the other, with everything that contradicts."""

    days: dict[date, str] = field(default_factory=dict)
    festivals: dict[date, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, template: str, **facts: Any) -> None:
        """Note a contradiction: `where` is the field or the line in which it stands."""
        problem = Problem(where, template, facts)
        if problem not in self.problems:
            self.problems.append(problem)

    def put(self, where: str, day: date, kind: str, festival: str) -> None:
        """This day is off, or worked. The same said twice is said once; the other kind is a contradiction."""
        if self.days.setdefault(day, kind) != kind:
            self.wrong(where, "{day} is called a day off and a working day.", day=day.isoformat())
        elif kind == WORKDAY and day.weekday() < 5:
            self.wrong(where, "{day} is a {weekday}, which is worked anyway: no make-up day.",
                       day=day.isoformat(), weekday=weekday_of(day))  # fmt: skip
        if festival:
            self.festivals.setdefault(day, festival)

    def refuse(self) -> None:
        """Raise Refused with everything that was noted."""
        if self.problems:
            raise Refused(*self.problems)


def weekday_of(day: date) -> str:
    """As a notice writes it: 星期三."""
    return f"星期{WEEKDAYS[day.weekday()]}"
