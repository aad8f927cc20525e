"""The switchboard of the timer: one line for everything that it takes, and who handles it."""

from functools import partial
from pathlib import Path
from typing import Final

from services.contracts.attribution import HANDED_UP
from services.contracts.calendar_orders import (
    CountDraft,
    DraftCalendar,
    DraftWithdrawal,
    GiveUpDraft,
    ReleaseCalendar,
    ReleaseDraft,
    WithdrawCalendar,
)
from services.contracts.commands import SetRules
from services.contracts.rules import CalendarPublished, CalendarWithdrawn, RulesSet
from services.plumbing.switchboard import Switchboard, Tick, on
from services.timer import (
    amendments,
    foresight,
    governance,
    occurrences,
    recount,
    soundness,
    views,
)
from services.timer.drafts import handlers as drafts
from services.timer.drafts import views as draft_views
from services.timer.own_limits import OwnLimits
from services.timer.rule_table import ALL
from services.timer.rules import OUTCOMES, STANDS_ABOVE
from services.timer.store import metadata
from services.timer.sweep import sweep

#: The facts by which a rule may start or stop a clock, by their stems without `qidi.`.
_HEARD: Final = (
    OUTCOMES | STANDS_ABOVE | {HANDED_UP} | {kind.stem.removeprefix("qidi.") for kind, _ in occurrences.FACTS}
)


def switchboard(limits: OwnLimits) -> Switchboard:
    """The service with the limits that an authority has set for itself."""
    rules = limits.rules()
    soundness.check((*rules, *(rule for rule in ALL if rule.awaits)), _HEARD)
    return Switchboard(
        name="timer",
        metadata=metadata,
        commands={
            ReleaseCalendar: partial(recount.release_calendar, rules=rules),
            WithdrawCalendar: partial(recount.withdraw_calendar, rules=rules),
            DraftCalendar: partial(drafts.draft_calendar, rules=rules),
            DraftWithdrawal: partial(drafts.draft_withdrawal, rules=rules),
            CountDraft: partial(drafts.count_draft, rules=rules),
            ReleaseDraft: partial(drafts.release_draft, rules=rules),
            GiveUpDraft: drafts.give_up_draft,
            SetRules: partial(amendments.set_rules, rules=rules),
        },
        hears=(
            *("case", "complaint", "catalogue", "instruction", "below:instruction"),
            *("above:calendar", "above:rules"),
        ),
        facts=dict(
            [
                *occurrences.FACTS,
                on(CalendarPublished, partial(recount.published_above, rules=rules)),
                on(CalendarWithdrawn, partial(recount.withdrawn_above, rules=rules)),
                on(RulesSet, partial(amendments.set_above, rules=rules)),
            ]
        ),
        settle=partial(occurrences.settle, rules=rules),
        questions={
            **views.questions(),
            "rules": partial(governance.rules, table=rules),
            "drafts": draft_views.drafts,
            "draft": draft_views.draft,
            "draft_moves": draft_views.draft_moves,
            "moves_foreseen": draft_views.moves_foreseen,
            "decisions_due": partial(foresight.decisions_due, rules=rules),
        },
        # The environment is looked at when the service starts, and then it can no longer change.
        ticks=[
            Tick(1.0, partial(sweep, rules=rules)),
            Tick(2.0, partial(drafts.work, rules=rules)),
            Tick(86_400.0, limits.note),
        ],
        migrations=str(Path(__file__).parent / "migrations"),
    )


BOARD: Final = switchboard(OwnLimits())
