"""Takeovers: what an import brought in from before, told once a day of importing, whatever it brought."""

import json
from collections.abc import Iterator
from typing import Any, Final

from services.contracts.cases import CaseReceived
from services.contracts.vocabulary import ZONE, FindingState
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, at

RULE = Rule(
    name="taken-over",
    title="Taken over from before",
    about_kind=FindingSubject.IMPORT,
    template="The import of {about} brought in {count} cases, which count once their departments have signed.",
    source="DOMAIN 3: what happened before the first day is history: shown, in no rate, one finding per import at most",
    what="What an import brought in from before the first day.",
    law="Beginning of the record: history is shown and in no rate",
    consequence=LOOKED_INTO,
    evidence={
        "count": "Count",
        "received_first": "First received",
        "received_last": "Last received",
        "departments": "Departments",
        "case_nos": "Cases",
    },
    sees_unconfirmed=True,
)
#: So many cases are named; the list of lines has them all.
MOST_NAMED: Final = 20


def look(office: Office, fact: Fact[CaseReceived], threshold: float) -> Iterator[Suspicion]:
    """The first case of a day of importing raises the finding, every other one joins it."""
    event = fact.event
    if not event.unconfirmed:
        return
    day, received = (
        one.astimezone(ZONE).date().isoformat() for one in (fact.envelope.recordedtime, fact.envelope.time)
    )
    kept = Notebook.of(office)
    last = kept.newest(RULE.name, day)
    # what comes after a person's word on the import is a finding of its own
    standing = last if last is not None and last["state"] == FindingState.OPEN else None
    evidence = _joined({} if standing is None else json.loads(standing["evidence"]), event, received)
    if standing is None:
        number = 0 if last is None else last["round"] + 1
        yield Suspicion(about=day, round=number, params={"count": 1}, evidence=evidence)
        return
    params = json.loads(standing["params"]) | {"count": evidence["count"]}
    kept.join(standing, json.dumps(evidence, ensure_ascii=False), json.dumps(params, ensure_ascii=False))


def _joined(before: dict[str, Any], event: CaseReceived, received: str) -> dict[str, Any]:
    departments = dict(before.get("departments", {}))
    departments[event.department] = departments.get(event.department, 0) + 1
    return {
        "count": before.get("count", 0) + 1,
        "received_first": min(before.get("received_first", received), received),
        "received_last": max(before.get("received_last", received), received),
        "departments": departments,
        "case_nos": [*before.get("case_nos", ()), event.case_no][:MOST_NAMED],
    }


DETECTOR = Detector(RULE, (at(CaseReceived, look),))
