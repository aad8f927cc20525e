"""Empty pauses: a special procedure that took no working time."""

from collections.abc import Iterator

from services.contracts.clocks import ClockStopped
from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.facts import SET_ASIDE
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at, number_of

RULE = Rule(
    name="empty-pause",
    title="Pause without working time",
    about_kind=FindingSubject.CASE,
    template="The special procedure of case {about} ended on {ended_on} without one working day.",
    source="DOMAIN 7: pause with no working time; Licensing Law 45",
    what="A special procedure without one working day.",
    law="Licensing Law, article 45",
    evidence={"ended_on": "Ended on", "clock_id": "Clock"},
)


def look(office: Office, fact: Fact[ClockStopped], _: float) -> Iterator[Suspicion]:
    """Each procedure has a clock of its own."""
    event = fact.event
    if event.clock_kind != ClockKind.SPECIAL_PROCEDURE or event.used_working_days or event.why == SET_ASIDE:
        return
    ended_on = event.stopped_at.date().isoformat()
    yield Suspicion(
        about=event.about,
        round=number_of(event.clock_id),
        department=event.department,
        params={"ended_on": ended_on},
        evidence={"ended_on": ended_on, "clock_id": event.clock_id},
    )


DETECTOR = Detector(RULE, (at(ClockStopped, look),))
