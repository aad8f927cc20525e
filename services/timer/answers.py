"""A due date and the days of its walk as JSON data: the same for everybody who asks."""

from collections.abc import Sequence
from typing import Any

from services.contracts.vocabulary import ZONE
from services.timer.deadlines import Due
from services.timer.explanation import WalkedDay
from services.timer.releases import authority_of


def as_data(found: Due, steps: Sequence[WalkedDay]) -> dict[str, Any]:
    """The answer as JSON data: dates, or for hours the moment in Asia/Shanghai to the minute."""
    return {
        "due": spelt(found),
        "provisional": found.provisional,
        "calendar": found.calendar,
        "steps": [step_data(step) for step in steps],
    }


def spelt(found: Due) -> str:
    """The end as 2026-09-22, for hours as 2026-10-02T10:00."""
    if found.day is not None:
        return found.day.isoformat()
    wall = found.moment.astimezone(ZONE).replace(tzinfo=None)
    return wall.isoformat(timespec="seconds" if wall.second else "minutes")


def step_data(step: WalkedDay) -> dict[str, Any]:
    """One day of the walk as JSON data."""
    data: dict[str, Any] = {
        "date": step.date.isoformat(),
        "counted": step.counted,
        "number": step.number,
        "why": str(step.why),
        "festival": step.festival or None,
        "notice": step.notice or None,
        "provisional": step.provisional,
    }
    if step.release:
        data["authority"] = authority_of(step.release)
    return data | ({"part": step.part} if step.part else {})
