"""Late withdrawals: an application withdrawn when its limit had all but run out, as if the office had asked for it."""

from collections.abc import Iterator
from typing import Final

from services.contracts.clocks import ClockStopped
from services.contracts.vocabulary import CaseState, ClockKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, Threshold, at, number_of

RULE = Rule(
    name="late-withdrawal",
    title="Withdrawn on the last days",
    about_kind=FindingSubject.CASE,
    template="Case {about} was withdrawn on {ended_on} with {left} working days left.",
    source="DOMAIN 7: withdrawn the day before due; Chifeng rules, P4-07",
    what="An application withdrawn when its limit has all but run out.",
    law="Chifeng supervision rules: no advice to withdraw",
    consequence=LOOKED_INTO,
    evidence={"left": "Working days left", "due_on": "Due on", "ended_on": "Ended on"},
    threshold=Threshold(1, "late_withdrawal_days", "working days left", above=-1),
)
#: The clocks that an office has to keep.
_OFFICES: Final = (ClockKind.DECISION, ClockKind.ONE_TIME_NOTICE)
_WITHDRAWN: Final = (CaseState.WITHDRAWN.value, CaseState.WITHDRAWN_BEFORE_ACCEPTANCE.value)


def look(office: Office, fact: Fact[ClockStopped], most_left: float) -> Iterator[Suspicion]:
    """On the due day, or so many working days before it."""
    event = fact.event
    left = event.left_working_days
    if event.clock_kind not in _OFFICES or event.why not in _WITHDRAWN or left is None or left > most_left:
        return
    ended_on = event.stopped_at.date().isoformat()
    yield Suspicion(
        about=event.about,
        round=number_of(event.clock_id),
        department=event.department,
        params={"ended_on": ended_on, "left": left},
        evidence={"left": left, "due_on": event.due_on.isoformat() if event.due_on else None, "ended_on": ended_on},
    )


DETECTOR = Detector(RULE, (at(ClockStopped, look),))
