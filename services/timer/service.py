"""Decides who in the timer handles what: one line for everything that it takes."""

from functools import partial
from pathlib import Path
from typing import Final

from services.contracts.commands import ReleaseCalendar
from services.plumbing.switchboard import Switchboard, Tick
from services.timer import handlers, views
from services.timer.own_limits import OwnLimits
from services.timer.store import metadata


def switchboard(limits: OwnLimits) -> Switchboard:
    """The service with the limits that an authority has set for itself."""
    rules = limits.rules()
    return Switchboard(
        name="timer",
        metadata=metadata,
        commands={ReleaseCalendar: partial(handlers.release_calendar, rules=rules)},
        hears=("case", "complaint", "catalogue"),
        record=partial(handlers.hear, rules=rules),
        questions=views.questions(),
        ticks=[Tick(1.0, partial(handlers.sweep, rules=rules))],
        migrations=str(Path(__file__).parent / "migrations"),
    )


BOARD: Final = switchboard(OwnLimits())
