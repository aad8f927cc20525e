"""Unfounded lists: matters that ask for something, or stand at all, without a law behind it."""

from collections.abc import Iterator, Sequence

from services.contracts.cases import CatalogueAdopted
from services.contracts.matters import CatalogueMatter
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="unfounded-list",
    title="Matter or condition without a law",
    about_kind=FindingSubject.CATALOGUE,
    template="Version {number} of the list of matters has {count} matters or conditions without a legal basis.",
    source="DOMAIN 7: material or precondition in a list without legal basis; P2-14",
    what="A matter of the adopted list, or a condition of one, for which no law is named.",
    law="Licensing Law, articles 4 and 16: no condition beyond the law",
    consequence=LOOKED_INTO,
    evidence={"number": "Version", "count": "Count", "matters": "Matter"},
)


def look(office: Office, fact: Fact[CatalogueAdopted], _: float) -> Iterator[Suspicion]:
    """Once for each version that is adopted here, with all of it."""
    event = fact.event
    unfounded = [told for matter in event.matters for told in _without_law(matter)]
    if not unfounded:
        return
    counted = {"number": event.number, "count": len(unfounded)}
    yield Suspicion(about=event.subject, round=event.number, params=counted, evidence=counted | {"matters": unfounded})


def _without_law(matter: CatalogueMatter) -> Sequence[str]:
    named = f"{matter.code} {matter.name}"
    alone = [] if matter.legal_basis.strip() else [named]
    return alone + [f"{named}: {one.text}" for one in matter.conditions or () if not one.law.strip()]


DETECTOR = Detector(RULE, (at(CatalogueAdopted, look),))
