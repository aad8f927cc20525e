"""A due date and its days as JSON data."""

from typing import Any

from services.contracts.vocabulary import ZONE
from services.timer.deadlines import Due
from services.timer.explanation import WalkedDay


def as_data(found: Due, steps: tuple[WalkedDay, ...]) -> dict[str, Any]:
    """The answer as JSON data: dates, or for hours the moment in Asia/Shanghai to the minute."""
    return {
        "due": spelt(found),
        "provisional": found.provisional,
        "calendar": found.calendar,
        "steps": [_step_as_data(step) for step in steps],
    }


def spelt(found: Due) -> str:
    """The end as 2026-09-22, for hours as 2026-10-02T10:00."""
    if found.day is not None:
        return found.day.isoformat()
    wall = found.moment.astimezone(ZONE).replace(tzinfo=None)
    return wall.isoformat(timespec="seconds" if wall.second else "minutes")


def _step_as_data(step: WalkedDay) -> dict[str, Any]:
    data = {
        "date": step.date.isoformat(),
        "counted": step.counted,
        "number": step.number,
        "why": str(step.why),
        "festival": step.festival or None,
        "notice": step.notice or None,
        "provisional": step.provisional,
    }
    return data | ({"part": step.part} if step.part else {})
