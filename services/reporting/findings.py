"""Findings: what a detector suspects, numbered, kept and said once per rule, subject and round."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.contracts.cases import CaseFact
from services.contracts.envelope import Event
from services.contracts.findings import FindingRaised
from services.contracts.vocabulary import ZONE, FindingState
from services.plumbing.switchboard import NOTHING, Office, Outcome, Said, TakeFact, on
from services.reporting.notebook import Notebook
from services.reporting.rules import Detector, Rule, Suspicion

Thresholds = Mapping[str, float]
"""Rule -> the threshold that counts here."""


def lines(detectors: Iterable[Detector], thresholds: Thresholds) -> list[tuple[type[Any], TakeFact]]:
    """What the detectors look at, as lines of a table of facts."""
    return [
        on(kind, _taker(one.rule, look, thresholds.get(one.rule.name, 0.0)))
        for one in detectors
        for kind, look in one.looks
    ]


def _taker(rule: Rule, look: Any, threshold: float) -> TakeFact:
    def take(office: Office, fact: Any) -> Outcome:
        if not rule.sees_unconfirmed and _is_unconfirmed(office, fact.event):
            return NOTHING
        return Outcome(said=raise_all(office, rule, look(office, fact, threshold)))

    return take


def _is_unconfirmed(office: Office, event: Event) -> bool:
    """What an import told of a case raises nothing by itself, until the department has signed for the case."""
    return isinstance(event, CaseFact) and Notebook.of(office).is_unconfirmed(event.case_no)


def watch(office: Office, detectors: Sequence[Detector], thresholds: Thresholds) -> Outcome:
    """Every detector that time drives looks at the record; what it has found before, it does not raise again."""
    said: list[Said] = []
    for one in detectors:
        if one.tick is not None:
            said += raise_all(office, one.rule, one.tick(office, thresholds.get(one.rule.name, 0.0)))
    return Outcome(said=[*said, *close(office).said])


def close(office: Office) -> Outcome:
    """What was kept back until now is written down."""
    Notebook.of(office).close()
    return NOTHING


def raise_all(office: Office, rule: Rule, suspicions: Iterable[Suspicion]) -> list[Said]:
    """Number and keep what was not raised before, and say it. A store has one writer at a time, so none is lost."""
    kept = Notebook.of(office)
    return [
        _raised(office, kept, rule, one) for one in suspicions if kept.raised(rule.name, one.about, one.round) is None
    ]


def _raised(office: Office, kept: Notebook, rule: Rule, one: Suspicion) -> Said:
    year = office.now.astimezone(ZONE).year
    serial = kept.next_serial(year)
    number = f"{office.authority}-F{year}-{serial:06d}"
    kept.add_finding(
        {
            "finding_no": number,
            "year": year,
            "serial": serial,
            "rule": rule.name,
            "about": one.about,
            "round": one.round,
            "department": one.department,
            "state": FindingState.OPEN.value,
            "params": _json({"about": one.about} | dict(one.params)),
            "evidence": _json(one.evidence),
            "raised_at": office.now.timestamp(),
        }
    )
    named = {"finding_no": number, "rule": rule.name, "about": one.about, "department": one.department}
    return Said(FindingRaised(**named, evidence=dict(one.evidence)), office.now)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
