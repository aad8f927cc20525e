"""Catalogue drift: a list of matters from above that nobody adopted in time."""

from collections.abc import Iterator

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import Light, SubjectKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="catalogue-drift",
    title="List from above adopted late",
    about_kind=FindingSubject.CATALOGUE,
    template="Version {number} of the list of matters published by {by} was not adopted by {due_on}.",
    source="DOMAIN 7: catalogue drift, adopted late; the time is that of its clock, QIDI_CATALOGUE_WORKING_DAYS",
    what="A list of matters from above that was not adopted in time.",
    law="Reform plan: one list of matters at all levels",
    evidence={
        "by": "Published by",
        "number": "Version",
        "due_on": "Due on",
        "turned_at": "Turned red at",
        "clock_id": "Clock",
    },
)


def look(office: Office, fact: Fact[LightChanged], threshold: float) -> Iterator[Suspicion]:
    """The clock of a list from above has turned red."""
    event = fact.event
    if event.about_kind is not SubjectKind.CATALOGUE or event.light is not Light.RED:
        return
    _, by, number = event.about.split("/")
    told = {"by": by, "number": int(number), "due_on": event.due_on.isoformat() if event.due_on else None}
    yield Suspicion(
        about=event.about,
        department=event.department,
        params=told,
        evidence=told | {"turned_at": event.turned_at.isoformat(), "clock_id": event.clock_id},
    )


DETECTOR = Detector(RULE, (at(LightChanged, look),))
