"""Saved lists: what the plan asks every department to list, and the year from which on it asks for it."""

from typing import Final

from services.contracts.vocabulary import Word

#: What has been pending since this year is listed; older on request (plan, P0-01).
SINCE: Final = 2016


class SavedList(Word):
    """A list that has an address of its own: the plan's three first, then two of projects."""

    PENDING = "pending", "Accepted, awaiting approval"
    OVERDUE = "overdue", "Overdue and undecided"
    NOT_STARTED = "not-started", "Initiated, not started"
    NOTHING_APPLIED = "nothing-applied", "Initiated, nothing applied for"
    STARTED = "started", "Works started"

    @property
    def is_of_projects(self) -> bool:
        """Whether it lists projects, also those without a case; the others list lines."""
        return self not in (SavedList.PENDING, SavedList.OVERDUE)


#: What the plan asks for by name.
OF_THE_PLAN: Final = (SavedList.PENDING, SavedList.OVERDUE, SavedList.NOT_STARTED)
