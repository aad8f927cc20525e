"""The switchboard of reporting: one line for everything that it hears, is asked and does."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from services.contracts.commands import FreezeMonth, IssueInstruction, TakeInstructionStep
from services.contracts.envelope import Event
from services.contracts.finding_orders import ReviewFinding, SettleFinding, SettleFindings, StateOnFinding
from services.contracts.letter_drafts import DraftLetter, DropLetterDraft, SealLetter
from services.plumbing.switchboard import Fact, Office, Outcome, Said, Switchboard, TakeFact, Tick
from services.reporting import facts, findings, handlers, views
from services.reporting.detectors import DETECTORS
from services.reporting.drafts import handlers as draft_handlers
from services.reporting.drafts import ladder, listing
from services.reporting.drafts import views as draft_views
from services.reporting.hearing import Hearing, HearingTimes
from services.reporting.instructions import facts as instruction_facts
from services.reporting.instructions import handlers as instruction_handlers
from services.reporting.instructions import views as instruction_views
from services.reporting.rules import Detector
from services.reporting.store import metadata
from services.reporting.thresholds import thresholds

Line = tuple[type[Event], TakeFact]


def switchboard(detectors: Sequence[Detector] = DETECTORS) -> Switchboard:
    """The service with these detectors, at the thresholds that the authority has set by its environment."""
    counts = thresholds(one.rule for one in detectors)
    # What is on record comes first, so that a detector finds it there.
    own = [*facts.LINES, *findings.lines(detectors, counts)]
    hearing = Hearing(HearingTimes())
    return Switchboard(
        name="reporting",
        metadata=metadata,
        commands={
            FreezeMonth: handlers.freeze,
            SettleFinding: hearing.settle,
            SettleFindings: hearing.settle_many,
            StateOnFinding: hearing.state,
            ReviewFinding: hearing.review,
            DraftLetter: draft_handlers.make,
            SealLetter: draft_handlers.seal,
            DropLetterDraft: draft_handlers.drop,
            IssueInstruction: instruction_handlers.issue,
            TakeInstructionStep: instruction_handlers.take_step,
        },
        hears=(
            # whole aggregates from the beginning: one that is heard later would begin in the middle of its sequences
            *sorted({"project"} | {kind.stem.split(".")[1] for kind, _ in own}),
            *("above:instruction", "below:instruction", "superior", "authority", "below:authority", "below:listing"),
        ),
        facts=_table([*own, *instruction_facts.LINES, *ladder.LINES, *listing.LINES]),
        settle=_settle,
        ticks=_ticks(detectors, counts),
        questions={
            "figures": views.figures,
            "snapshot": views.snapshot,
            "snapshots": views.snapshots,
            "findings": views.findings,
            "finding": views.finding,
            "finding_rules": partial(views.finding_rules, detectors=detectors, thresholds=counts),
            "instructions": instruction_views.instructions,
            "instruction": instruction_views.instruction,
            "letter_drafts": draft_views.drafts,
            "letter_draft": draft_views.draft,
            "listings": draft_views.listings,
            "ladder": draft_views.ladder,
            "addressees": instruction_views.addressees,
        },
        migrations=str(Path(__file__).parent / "migrations"),
    )


def _settle(office: Office) -> Outcome:
    """What the batch put on record is written; then the ladder looks at what it has become."""
    findings.close(office)
    return ladder.settle(office)


def _ticks(detectors: Sequence[Detector], thresholds: Mapping[str, float]) -> list[Tick]:
    """One for all detectors that look at the record equally often."""
    driven = [one for one in detectors if one.tick is not None]
    return [
        Tick(
            seconds,
            partial(
                findings.watch,
                detectors=[one for one in driven if one.every_seconds == seconds],
                thresholds=thresholds,
            ),
        )
        for seconds in sorted({one.every_seconds for one in driven})
    ]


def _table(lines: Iterable[Line]) -> Mapping[type[Event], TakeFact]:
    """One line per kind of event; where several take it, one after another in the order of the lines."""
    takers: dict[type[Event], list[TakeFact]] = {}
    for kind, take in lines:
        takers.setdefault(kind, []).append(take)
    return {kind: partial(_each, takes) for kind, takes in takers.items()}


def _each(takes: Sequence[TakeFact], office: Office, fact: Fact[Event]) -> Outcome:
    said: list[Said] = []
    for take in takes:
        said += take(office, fact).said
    return Outcome(said=said)


BOARD = switchboard()
