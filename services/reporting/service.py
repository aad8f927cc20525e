"""Decides nothing by itself: the switchboard of reporting, one line for everything that it takes."""

from pathlib import Path

from services.contracts.commands import FreezeMonth, SettleFinding
from services.plumbing.switchboard import Switchboard
from services.reporting import handlers, views
from services.reporting.hearing import Recorder
from services.reporting.store import metadata
from services.reporting.thresholds import Thresholds


def switchboard(thresholds: Thresholds) -> Switchboard:
    """The service with the thresholds that an authority has set for its findings."""
    return Switchboard(
        name="reporting",
        metadata=metadata,
        commands={
            FreezeMonth: handlers.freeze,
            SettleFinding: handlers.settle,
        },
        hears=("project", "case", "clock", "complaint", "line"),
        record=Recorder(thresholds).record,
        questions={
            "figures": views.figures,
            "snapshot": views.snapshot,
            "snapshots": views.snapshots,
            "findings": views.findings,
            "finding": views.finding,
        },
        migrations=str(Path(__file__).parent / "migrations"),
    )


BOARD = switchboard(Thresholds())
