"""The beginning of an authority here: its first day, the end of its trial run, and whether a line counts yet.

What happened before the first day is history: shown, marked, in no rate, neither good nor bad (DOMAIN 3, rule 12). What
an import brought in counts from the day on which its department has signed for it. An authority that has named no first
day has no history, and its imports need no signature.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from services.contracts.vocabulary import ZONE, Word, case_state


class Counting(Word):
    """Whether a line counts in rates and findings."""

    COUNTED = "counted", "counted"
    UNCONFIRMED = "unconfirmed", "not confirmed"
    HISTORY = "history", "history"


def has_ended(state: str) -> bool:
    """Whether a case in this state is decided or done: of a granted one only the delivery is owed."""
    known = case_state(state)
    return known is not None and (known.is_finished or known.is_granted)


def counting(first_day: date | None, ended_on: date | None, *, unconfirmed: bool) -> Counting:
    """Whether a line counts. `first_day`: as its receipt told it; None for a line that is signed for, or that always
    counted. `ended_on`: the day since which its case is decided or done."""
    if first_day is None:
        return Counting.COUNTED
    if ended_on is not None and ended_on < first_day:
        return Counting.HISTORY
    return Counting.UNCONFIRMED if unconfirmed else Counting.COUNTED


def starts(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time.min, ZONE)


@dataclass(frozen=True)
class Beginning:
    """From when on an authority counts, as it has set it."""

    #: What happened before is history; None: nothing is.
    first_day: date | None = None
    #: Until this day lights are shown, nothing is sent and nothing counts; None: there is no trial run.
    counts_from: date | None = None

    @property
    def day(self) -> date | None:
        """What happened before this day is in no figure."""
        return max((day for day in (self.first_day, self.counts_from) if day is not None), default=None)

    @property
    def moment(self) -> datetime | None:
        """The first moment that is in figures."""
        return None if self.day is None else starts(self.day)

    def is_trial(self, now: datetime) -> bool:
        """Whether the trial run still goes on."""
        return self.counts_from is not None and now < starts(self.counts_from)

    def is_history(self, at: datetime) -> bool:
        """Whether something happened before the first day."""
        return self.first_day is not None and at < starts(self.first_day)

    def is_taken_over(self, at: datetime, recorded_at: datetime, receipt_recorded_at: datetime | None) -> bool:
        """Whether what is recorded of a case is history that came with its receipt. What somebody records later, for a
        day before the first, is a late entry as any other."""
        if not self.is_history(at):
            return False
        receipt = receipt_recorded_at or recorded_at
        return recorded_at.astimezone(ZONE).date() <= receipt.astimezone(ZONE).date()


#: Everything counts.
ALWAYS = Beginning()
