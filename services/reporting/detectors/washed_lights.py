"""Washed lights: a step recorded after its clock was due, for a day on which it would have been in time."""

from collections.abc import Iterator

from services.contracts.clocks import ClockStopped
from services.contracts.vocabulary import SubjectKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at, number_of

RULE = Rule(
    name="washed-light",
    title="Entered late, dated in time",
    about_kind=FindingSubject.CASE,
    template="Case {about}: the end of a clock was recorded on {entered}, after its due day, for {named}, in time.",
    source="DOMAIN 3, rule 12; Chifeng rules, P4-05 and P4-07: nothing keyed in afterwards bends the count",
    what="The end of a clock recorded after its due day for a day before it.",
    law="Chifeng supervision rules: nothing keyed in afterwards bends the count",
    evidence={
        "clock": "Clock",
        "named": "Day named",
        "entered": "Recorded",
        "due_on": "Due on",
        "overdue_working_days": "Working days overdue",
    },
)


def look(office: Office, fact: Fact[ClockStopped], _: float) -> Iterator[Suspicion]:
    """Each is a finding of its own, however small the difference: a tolerance spares no verdict."""
    event = fact.event
    if event.about_kind is not SubjectKind.CASE or event.entered_at is None or not event.on_time_as_entered:
        return  # in time, or late by its own word too
    days = {"named": event.stopped_at.date().isoformat(), "entered": event.entered_at.date().isoformat()}
    yield Suspicion(
        about=event.about,
        # one number for each clock of the case
        round=number_of(event.clock_id),
        department=event.department,
        params=days,
        evidence={
            "clock": event.clock_kind,
            **days,
            "due_on": event.due_on.isoformat() if event.due_on else None,
            "overdue_working_days": event.overdue_working_days,
        },
    )


DETECTOR = Detector(RULE, (at(ClockStopped, look),))
