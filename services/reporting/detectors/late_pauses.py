"""Late pauses: the count was stopped when the limit had all but run out."""

from collections.abc import Iterator

from services.contracts.clocks import ClockMoved
from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at

RULE = Rule(
    name="late-pause",
    title="Paused on the last days",
    about_kind=FindingSubject.CASE,
    template="The count of case {about} was stopped with {left} left of its limit.",
    source="DOMAIN 7: pause opened on the last two days; Chifeng rules, P4-07",
    what="A stop of the count when its limit has all but run out.",
    law="Licensing Law, article 45; Chifeng supervision rules",
    evidence={"left": "Left of the limit", "due_on": "Due on", "clock_id": "Clock"},
    threshold=Threshold(2, "late_pause_days", "limit days left", above=-1),
)


def look(office: Office, fact: Fact[ClockMoved], most_left: float) -> Iterator[Suspicion]:
    """Each pause for itself; the limit of the decision alone stands still."""
    event = fact.event
    if event.clock_kind != ClockKind.DECISION or event.budget is None or event.budget > most_left:
        return
    yield Suspicion(
        about=event.about,
        round=fact.envelope.sequence,
        department=event.department,
        params={"left": event.budget},
        evidence={
            "left": event.budget,
            "due_on": event.due_from.isoformat() if event.due_from else None,
            "clock_id": event.clock_id,
        },
    )


DETECTOR = Detector(RULE, (at(ClockMoved, look),))
