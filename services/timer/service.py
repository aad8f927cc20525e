"""Decides who in the timer handles what: one line for everything that it takes."""

from functools import partial
from pathlib import Path
from typing import Final

from services.contracts.commands import ReleaseCalendar, SetRules, WithdrawCalendar
from services.plumbing.switchboard import Switchboard, Tick
from services.timer import amendments, governance, handlers, inheritance, recount, views
from services.timer.own_limits import OwnLimits
from services.timer.store import metadata


def switchboard(limits: OwnLimits) -> Switchboard:
    """The service with the limits that an authority has set for itself."""
    rules = limits.rules()
    return Switchboard(
        name="timer",
        metadata=metadata,
        commands={
            ReleaseCalendar: partial(recount.release_calendar, rules=rules),
            WithdrawCalendar: partial(recount.withdraw_calendar, rules=rules),
            SetRules: partial(amendments.set_rules, rules=rules),
        },
        hears=(
            *("case", "complaint", "catalogue", "instruction", "below:instruction"),
            *("above:calendar", "above:rules"),
        ),
        record=partial(inheritance.record, rules=rules),
        questions={**views.questions(), "rules": partial(governance.rules, table=rules)},
        # The environment is looked at when the service starts, and then it can no longer change.
        ticks=[Tick(1.0, partial(handlers.sweep, rules=rules)), Tick(86_400.0, limits.note)],
        migrations=str(Path(__file__).parent / "migrations"),
    )


BOARD: Final = switchboard(OwnLimits())
