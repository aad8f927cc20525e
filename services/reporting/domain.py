"""Decides what a month is, which breaches are suspected by which rule, and how rates are told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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

    @classmethod
    def asked(cls, problems: Problems, name: str, now: datetime) -> "Span | None":
        """The month as it can be told now; None with a problem on `month` when it has not begun or is no month."""
        try:
            month = Month.of(name)
        except ValueError:
            problems.add("month", "A month is written like {example}.", example="2026-09")
            return None
        if month.begins > now:
            problems.add("month", "The month {month} has not begun yet.", month=name)
            return None
        return cls(month, min(month.ends, now))

    @property
    def running(self) -> bool:
        return self.as_of < self.month.ends

    def happened(self, at: datetime) -> bool:
        """Is it known by then, and before the month's end?"""
        return at < self.month.ends and at <= self.as_of

    def within(self, at: datetime) -> bool:
        """Did it happen in the month?"""
        return self.month.begins <= at and self.happened(at)


def rate(good: int, all_of_them: int) -> float | None:
    """A share between 0 and 1 with four digits; None of nothing."""
    return round(good / all_of_them, 4) if all_of_them else None


# --- suspected breaches -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """One suspected breach: its name, from which value on it is one, and what is said about it."""

    name: str
    threshold: float | None
    unit: str
    template: str
    source: str


SECOND_NOTICE = Rule(
    "second-notice-for-old-defect",
    2,
    "round",
    "Notice {round} of case {about} names {old_defects} defects that were already visible in the first submission.",
    "Licensing Law 32(4); plan, P0-05: everything that is missing is told once",
)
NO_CASE = Rule(
    "complaint-without-case",
    None,
    "",
    "Complaint {about} is about an application of which the record shows no case.",
    "DOMAIN 6: suspected blocking or off-system handling",
)
LATE_ENTRY = Rule(
    "late-entry",
    48,
    "hours",
    "{count} entries of case {about} were recorded more than {threshold} hours after they happened.",
    "DOMAIN 3: working late entries into the past is allowed, visible, and measured",
)
CATALOGUE_DRIFT = Rule(
    "catalogue-drift",
    None,
    "",
    "Version {number} of the list of matters published by {by} was not adopted by {due_on}.",
    "DOMAIN 7: catalogue drift, adopted late; the time is that of its clock, QIDI_CATALOGUE_WORKING_DAYS",
)
CATALOGUE_BEYOND = Rule(
    "catalogue-beyond",
    None,
    "",
    "The list of {authority} has {count} things beyond version {number}, which it adopted.",
    "DOMAIN 7: catalogue drift, the lower list differs from the upper one: it may be shorter, and no more",
)
LOST_CASE = Rule(
    "lost-case",
    None,
    "",
    "{authority} speaks of a case {about} that is not on record here.",
    "FAULTS F15: what a restored backup has lost is seen and looked into by a person, never silently",
)
RULES: Mapping[str, Rule] = {
    rule.name: rule for rule in (SECOND_NOTICE, NO_CASE, LATE_ENTRY, CATALOGUE_DRIFT, CATALOGUE_BEYOND, LOST_CASE)
}

#: A person confirms or dismisses; no finding punishes by itself (DOMAIN 7).
FINDING_STATES = ("open", "confirmed", "dismissed")


def hours_late(occurred_at: datetime, recorded_at: datetime) -> float:
    """How long after it happened something was recorded, in hours by the clock."""
    return (recorded_at - occurred_at).total_seconds() / 3600
