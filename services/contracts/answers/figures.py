"""Figures of a month as they are told: by department and matter, live and frozen under a number."""

from datetime import date
from typing import Literal

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, AuthorityTold, Items, KindOfClock, Moment, Page


class FigureCounts(Answer):
    """What is counted in a month."""

    received: int
    accepted: int
    decided: int
    decided_on_time: int
    decided_judged: int
    overdue_open: int
    overdue_closed: int
    turned_red: int
    struck_off: int
    on_time_rate: float | None = Field(description="between 0 and 1; null where nothing was judged")


class DepartmentFigures(FigureCounts):
    """The counts of one department."""

    department: str


class MatterFigures(FigureCounts):
    """The counts of one matter."""

    matter_code: str
    matter_name: str


class FigureRow(FigureCounts):
    """The counts of one matter in one department."""

    department: str
    matter_code: str
    matter_name: str


class ComplaintFigures(Answer):
    """Complaints of a month."""

    registered: int
    without_case: int
    answered: int
    closed: int
    upheld: int
    overdue_open: int
    overdue_closed: int


class OverdueClock(Answer):
    """A clock that was late at the end of the month, or stopped late in it."""

    case_no: str
    project_code: str
    project_name: str
    matter_code: str
    matter_name: str
    department: str
    responsible: str
    clock_id: str
    clock_kind: KindOfClock
    state: Literal["open", "closed"]
    due_on: date | None
    stopped_on: date | None
    overdue_working_days: int | None = Field(description="of what has stopped; null while it runs")


class BeginningTold(Answer):
    """From when on figures count, and what they leave out."""

    first_day: date | None = Field(description="what happened before is history")
    counts_from: date | None = Field(description="the end of the trial run: until then nothing counts")
    is_trial: bool
    history: int = Field(description="cases of which something happened in the month before it counts")
    unconfirmed: int = Field(description="cases that an import brought in and nobody has signed for")


class MonthFigures(Answer):
    """A month's figures as of a moment."""

    authority: AuthorityTold
    month: str
    begins: Moment = Field(alias="from")
    until: Moment
    as_of: Moment
    running: bool = Field(description="whether the month was not over by then")
    rows: tuple[FigureRow, ...]
    by_department: tuple[DepartmentFigures, ...]
    by_matter: tuple[MatterFigures, ...]
    totals: FigureCounts
    complaints: ComplaintFigures
    overdue: tuple[OverdueClock, ...]
    beginning: BeginningTold | None = Field(default=None, description="not told where everything counts")


class DaySums(Answer):
    """Cases that ended, with both official times and whose their days were, in working days."""

    cases: int
    whole_process_working_days: int
    legal_working_days: int
    by_holder: dict[str, int] = Field(description="by code of Holder; together the whole-process time")


class DepartmentDays(DaySums):
    """Those of one department."""

    department: str


class CaseDays(Answer):
    """One of them."""

    case_no: str
    department: str
    ended_on: date
    whole_process_working_days: int
    legal_working_days: int
    by_holder: dict[str, int]


class MonthDays(Items[DepartmentDays]):
    """Whose the days were of the cases whose whole process ended in a month."""

    month: str
    totals: DaySums
    cases: tuple[CaseDays, ...]


class SnapshotTold(Answer):
    """Figures that were frozen under a number."""

    snapshot_no: str
    month: str
    as_of: Moment
    running: bool
    frozen_by: Actor
    digest: str = Field(description="SHA-256 of `figures` in canonical JSON (RFC 8785)")
    frozen_at: Moment


class SnapshotPage(Page[SnapshotTold]):
    """Snapshots, the newest month first."""


class SnapshotRecord(SnapshotTold):
    """Frozen figures, and beside them whether later facts changed the picture."""

    changed_since: bool = Field(description="today's figures of the month differ")
    changed_by_late_facts: bool = Field(description="they differ even as of the moment of freezing")
    figures: MonthFigures
