"""Months, spans as of a moment, and rates."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.contracts.beginning import ALWAYS, Beginning
from services.contracts.vocabulary import ZONE
from services.plumbing.errors import Problems

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Month:
    """A calendar month in Asia/Shanghai: from its first moment to the first one after it."""

    name: str
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, name: str) -> "Month":
        """Raises ValueError unless the name looks like 2026-09."""
        match = _MONTH.fullmatch(name)
        if match is None:
            raise ValueError(name)
        year, month = int(match[1]), int(match[2])
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        return cls(name, datetime(year, month, 1, tzinfo=ZONE), datetime(*after, 1, tzinfo=ZONE))

    @classmethod
    def at(cls, moment: datetime) -> "Month":
        return cls.of(moment.astimezone(ZONE).strftime("%Y-%m"))


@dataclass(frozen=True)
class Span:
    """A month as of a moment: what happened later, or after the month's end, is not looked at."""

    month: Month
    as_of: datetime
    #: From when on the authority counts.
    beginning: Beginning = ALWAYS

    @classmethod
    def asked(cls, problems: Problems, name: str, now: datetime, beginning: Beginning = ALWAYS) -> "Span | None":
        """The month as it can be told now; None with a problem on `month` when it has not begun or is no month."""
        try:
            month = Month.of(name)
        except ValueError:
            problems.add("month", "A month is written like {example}.", example="2026-09")
            return None
        if month.begins > now:
            problems.add("month", "The month {month} has not begun yet.", month=name)
            return None
        return cls(month, min(month.ends, now), beginning)

    @property
    def begins(self) -> datetime:
        """The first moment of the month that counts: what happened before the authority's beginning is in no figure."""
        return max(self.month.begins, self.beginning.moment or self.month.begins)

    @property
    def running(self) -> bool:
        return self.as_of < self.month.ends

    def happened(self, at: datetime) -> bool:
        """Is it known by then, and before the month's end?"""
        return at < self.month.ends and at <= self.as_of

    def within(self, at: datetime, since: datetime | None = None) -> bool:
        """Did it happen in the part of the month that counts? `since`: from when on what it happened to counts."""
        return max(self.begins, since or self.begins) <= at and self.happened(at)

    def counts(self, since: datetime | None = None) -> bool:
        """Does anything count by then that counts from this moment on?"""
        return self.happened(max(self.begins, since or self.begins))


class ClockSays(StrEnum):
    """What a clock says apart from its lights, which stand beside these under their own codes."""

    STARTED = "started"
    MOVED = "moved"
    STOPPED = "stopped"


def rate(good: int, all_of_them: int) -> float | None:
    """A share between 0 and 1 with four digits; None of nothing."""
    return round(good / all_of_them, 4) if all_of_them else None
