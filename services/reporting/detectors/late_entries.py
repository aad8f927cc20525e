"""Late entries: what was recorded long after it happened."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from services.contracts.cases import CaseAcceptanceUndone, CaseDeemedAccepted, CaseFact, CaseNoted, CorrectionExpired
from services.contracts.catalogue import all_events
from services.contracts.divisions import name_of
from services.contracts.forwarding import ANOTHERS_WORD
from services.contracts.permits import DeficiencyBreached
from services.contracts.vocabulary import FindingState
from services.plumbing.switchboard import Fact, Office
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at

RULE = Rule(
    name="late-entry",
    title="Entered late",
    about_kind=FindingSubject.CASE,
    template="{count} entries of case {about} were recorded more than {threshold} hours after they happened.",
    source="DOMAIN 3: working late entries into the past is allowed, visible, and measured",
    what="A step recorded long after it happened.",
    law="Chifeng supervision rules: no entry afterwards of what was handled outside",
    evidence={
        "channel": "Channel",
        "entries": "Entries",
        "type": "What",
        "occurred_at": "Happened",
        "recorded_at": "Recorded",
        "hours_late": "Hours late",
        "handler": "Handler",
    },
    threshold=Threshold(48.0, "late_entry_hours", "hours"),
)

#: History taken over in bulk: late by nature, so one finding a case tells it all.
BULK_CHANNEL: Final = "import"
#: A note changes nothing; what the law deems, what a clock says, and another authority's word are nobody's entry here.
_NOBODYS: Final = (
    *(CaseNoted, CaseDeemedAccepted, CaseAcceptanceUndone, CorrectionExpired, DeficiencyBreached),
    *ANOTHERS_WORD,
)


def hours_late(occurred_at: datetime, recorded_at: datetime) -> float:
    """How long after it happened something was recorded, in hours by the clock."""
    return (recorded_at - occurred_at).total_seconds() / 3600


def look(office: Office, fact: Fact[CaseFact], most_hours: float) -> Iterator[Suspicion]:
    """One finding per late entry; per case where its history was taken over in bulk, with all its entries."""
    event, late = fact.event, hours_late(fact.envelope.time, fact.envelope.recordedtime)
    if late <= most_hours or fact.envelope.actor == name_of(office.authority):  # it acted as such: no officer did
        return
    kept = Notebook.of(office)
    channel = kept.channel_of(event.case_no)
    entry = {
        "type": fact.envelope.type,
        "occurred_at": fact.envelope.time.isoformat(),
        "recorded_at": fact.envelope.recordedtime.isoformat(),
        "hours_late": round(late, 1),
        "handler": event.handler.name,
    }
    in_bulk = channel == BULK_CHANNEL
    standing = Notebook.of(office).newest(RULE.name, event.case_no) if in_bulk else None
    if standing is not None and standing["state"] == FindingState.OPEN:
        return _join(office, standing, entry)
    yield Suspicion(
        about=event.case_no,
        # what comes after a person's word on the history is a finding of its own
        round=0 if in_bulk and standing is None else fact.envelope.sequence,
        department=kept.department_of(event.case_no) or event.handler.department,
        params={"count": 1, "threshold": f"{most_hours:g}"},
        evidence={"channel": channel, "entries": [entry]},
    )


def _join(office: Office, standing: Mapping[str, Any], entry: dict[str, Any]) -> None:
    """The entry joins the evidence of the finding about this history."""
    evidence, params = json.loads(standing["evidence"]), json.loads(standing["params"])
    evidence["entries"].append(entry)
    params["count"] = len(evidence["entries"])
    told = (json.dumps(one, ensure_ascii=False) for one in (evidence, params))
    Notebook.of(office).join(standing, *told)


_ENTRIES: Final = (
    kind for kind in all_events().values() if issubclass(kind, CaseFact) and not issubclass(kind, _NOBODYS)
)
DETECTOR = Detector(RULE, tuple(at(kind, look) for kind in _ENTRIES))
