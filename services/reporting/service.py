"""Decides nothing by itself: the switchboard of reporting, one line for everything that it takes."""

from pathlib import Path

from services.contracts.commands import FreezeMonth, IssueInstruction, SettleFinding, TakeInstructionStep
from services.plumbing.switchboard import Switchboard
from services.reporting import handlers, views
from services.reporting.facts import Recorder
from services.reporting.instructions import handlers as instructing
from services.reporting.instructions import views as instructions
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
            IssueInstruction: instructing.issue,
            TakeInstructionStep: instructing.take_step,
        },
        hears=(
            *("project", "case", "clock", "complaint", "line", "catalogue", "unclaimed"),
            *("above:instruction", "below:instruction", "superior", "authority", "below:authority"),
        ),
        record=Recorder(thresholds).record,
        questions={
            "figures": views.figures,
            "snapshot": views.snapshot,
            "snapshots": views.snapshots,
            "findings": views.findings,
            "finding": views.finding,
            "instructions": instructions.instructions,
            "instruction": instructions.instruction,
            "addressees": instructions.addressees,
        },
        migrations=str(Path(__file__).parent / "migrations"),
    )


BOARD = switchboard(Thresholds())
