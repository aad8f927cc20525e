"""Lost cases: the superior's word about a case that is not on record here, as after a restored backup."""

from collections.abc import Iterator

from services.contracts.divisions import name_of
from services.contracts.forwarding import ForwardUnclaimed
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="lost-case",
    title="Word about a case that was lost",
    about_kind=FindingSubject.AUTHORITY,
    template="{authority} speaks of a case {about} that is not on record here.",
    source="FAULTS F15: what a restored backup has lost is seen and looked into by a person, never silently",
    what="A word of the superior about a case that is not on record here.",
    law="Keeping of the record: what was lost is seen and looked into",
    consequence=LOOKED_INTO,
    evidence={
        "authority": "Authority",
        "type": "What",
        "superior_case_no": "Case at the superior",
        "received_at": "Received on",
        "round": "Round",
        "outcome": "Outcome",
    },
)
_TOLD = ("superior_case_no", "received_at", "round", "outcome")


def look(office: Office, fact: Fact[ForwardUnclaimed], threshold: float) -> Iterator[Suspicion]:
    """One for each word: each may need something else to be done about it."""
    event = fact.event
    told = {"authority": name_of(event.by)}
    evidence = told | {"type": f"qidi.forward.{event.word}"} | event.model_dump(mode="json", include=set(_TOLD))
    yield Suspicion(about=event.case_no, round=fact.envelope.sequence, params=told, evidence=evidence)


DETECTOR = Detector(RULE, (at(ForwardUnclaimed, look),))
