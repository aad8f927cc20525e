"""Lists beyond: a lower authority's list of matters that goes further than the version from above that it adopted."""

from collections.abc import Iterator

from services.contracts.catalogues import ListFoundBeyond
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="catalogue-beyond",
    title="List below goes beyond ours",
    about_kind=FindingSubject.CATALOGUE,
    template="The list of {authority} has {count} things beyond version {number}, which it adopted.",
    source="DOMAIN 7: catalogue drift, the lower list differs from the upper one: it may be shorter, and no more",
    what="A list of matters below that goes further than the version from above which it adopted.",
    law="Reform plan: lower lists may be shorter, and no more",
    consequence=LOOKED_INTO,
    evidence={
        "authority": "Authority",
        "number": "Version",
        "count": "Count",
        "version": "Version",
        "differences": "What differs",
    },
)


def look(office: Office, fact: Fact[ListFoundBeyond], threshold: float) -> Iterator[Suspicion]:
    """Once for each version of the lower list."""
    event = fact.event
    told = {"authority": event.authority, "number": event.number, "count": len(event.differences)}
    yield Suspicion(
        about=event.subject,
        round=event.own_number,
        params=told,
        evidence=told | {"version": event.own_number, "differences": list(event.differences)},
    )


DETECTOR = Detector(RULE, (at(ListFoundBeyond, look),))
