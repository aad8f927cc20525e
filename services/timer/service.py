"""Decides who in the timer handles what: one line for everything that it takes."""

from pathlib import Path
from typing import Final

from services.contracts.commands import ReleaseCalendar
from services.plumbing.switchboard import Switchboard, Tick
from services.timer import handlers, views
from services.timer.store import metadata

BOARD: Final = Switchboard(
    name="timer",
    metadata=metadata,
    commands={ReleaseCalendar: handlers.release_calendar},
    hears=("case", "complaint"),
    record=handlers.hear,
    questions=views.questions(),
    ticks=[Tick(1.0, handlers.sweep)],
    migrations=str(Path(__file__).parent / "migrations"),
)
