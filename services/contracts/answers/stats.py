"""Figures of this moment: open clocks by light and department, the list's counts and open complaints."""

from datetime import date

from services.contracts.answers.complaints import ComplaintCounts
from services.contracts.answers.lines import LightCounts, LineSummary
from services.contracts.answers.shape import Answer


class DepartmentLights(LightCounts):
    """Open clocks of one department."""

    department: str


class LightsNow(Answer):
    """Open clocks, and how far the calendar reaches."""

    by_light: LightCounts
    by_department: tuple[DepartmentLights, ...]
    oldest_overdue_working_days: int
    calendar_days_left: int
    calendar: str
    known_until: date


class Stats(Answer):
    """What the board shows first."""

    lights: LightsNow
    lines: LineSummary
    complaints: ComplaintCounts
