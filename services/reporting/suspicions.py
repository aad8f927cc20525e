"""Decides which facts raise a finding, once each, with the evidence that a person needs to judge it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.contracts.cases import CaseDeemedAccepted, CaseFact, CaseNoted, CorrectionRequested
from services.contracts.catalogues import ListFoundBeyond
from services.contracts.clocks import LightChanged
from services.contracts.complaints import ComplaintRegistered
from services.contracts.divisions import name_of
from services.contracts.findings import FindingRaised
from services.contracts.forwarding import ForwardUnclaimed
from services.contracts.vocabulary import ZONE, Light
from services.plumbing.switchboard import Fact, Office, Said
from services.reporting.domain import (
    CATALOGUE_BEYOND,
    CATALOGUE_DRIFT,
    LATE_ENTRY,
    LOST_CASE,
    NO_CASE,
    SECOND_NOTICE,
    hours_late,
)
from services.reporting.store import Facts, Findings
from services.reporting.thresholds import Thresholds

#: History taken over in bulk: late by nature, so one finding a case tells it all.
BULK_CHANNEL = "import"


@dataclass
class Suspicion:
    """A finding that is about to be raised, unless it was raised before."""

    rule: str
    about: str
    round: int
    department: str
    params: dict[str, Any]
    evidence: dict[str, Any]


@dataclass
class Known:
    """What the record knows of the cases in a batch."""

    cases: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def channel(self, case_no: str) -> str:
        return self.cases.get(case_no, ("", ""))[0]

    def department(self, case_no: str, otherwise: str) -> str:
        return self.cases.get(case_no, ("", ""))[1] or otherwise


def suspect(office: Office, facts: Sequence[Fact[Any]], thresholds: Thresholds) -> list[Said]:
    """Raise what these facts give reason to suspect. Returns what is to be said."""
    wanted = [fact for fact in facts if isinstance(fact.event, CaseFact)]
    known = Known(Facts(office.connection).channels_of(fact.event.subject for fact in wanted))
    found = [*_second_notices(wanted, known, thresholds), *_without_case(facts), *_drifted(facts), *_lost(facts)]
    found += _late_entries(office, wanted, known, thresholds)
    return _raise(office, found)


def _second_notices(facts: Iterable[Fact[Any]], known: Known, thresholds: Thresholds) -> Iterable[Suspicion]:
    for fact in facts:
        event = fact.event
        if not isinstance(event, CorrectionRequested) or event.round < thresholds.second_notice_round:
            continue
        old = [defect.model_dump(mode="json") for defect in event.defects if defect.old]
        if old:
            yield Suspicion(
                SECOND_NOTICE.name,
                event.case_no,
                event.round,
                known.department(event.case_no, event.handler.department),
                {"round": event.round, "old_defects": len(old)},
                {
                    "round": event.round,
                    "old_defects": old,
                    "notice_at": fact.envelope.time.isoformat(),
                    "document_no": event.document_no,
                    "handler": event.handler.model_dump(mode="json"),
                },
            )


def _without_case(facts: Iterable[Fact[Any]]) -> Iterable[Suspicion]:
    for fact in facts:
        event = fact.event
        if isinstance(event, ComplaintRegistered) and event.check == "no-case-exists":
            told = ("kind", "place", "channel", "work_order_no", "project_code", "project_name", "matter_name")
            evidence = event.model_dump(mode="json", include=set(told), exclude_none=True)
            registered = {"registered_at": fact.envelope.time.isoformat()}
            yield Suspicion(NO_CASE.name, event.complaint_no, 0, event.department, {}, evidence | registered)


def _drifted(facts: Iterable[Fact[Any]]) -> Iterable[Suspicion]:
    """The clock of a list from above has turned red: nobody adopted it in time. Or a list below goes beyond ours."""
    for fact in facts:
        event = fact.event
        if isinstance(event, LightChanged) and event.about_kind == "catalogue" and event.light is Light.RED:
            _, by, number = event.about.split("/")
            due_on = event.due_on.isoformat() if event.due_on else None
            told = {"by": by, "number": int(number), "due_on": due_on}
            evidence = told | {"turned_at": event.turned_at.isoformat(), "clock_id": event.clock_id}
            yield Suspicion(CATALOGUE_DRIFT.name, event.about, 0, event.department, told, evidence)
        elif isinstance(event, ListFoundBeyond):
            told = {"authority": event.authority, "number": event.number, "count": len(event.differences)}
            evidence = {"version": event.own_number, "differences": list(event.differences)}
            about = (CATALOGUE_BEYOND.name, event.subject, event.own_number)
            yield Suspicion(*about, "", told, told | evidence)


def _lost(facts: Iterable[Fact[Any]]) -> Iterable[Suspicion]:
    """One for each word: each may need something else to be done about it."""
    for fact in facts:
        event = fact.event
        if isinstance(event, ForwardUnclaimed):
            told = {"authority": name_of(event.by)}
            evidence = told | {"type": f"qidi.forward.{event.word}"}
            evidence |= event.model_dump(mode="json", include={"superior_case_no", "received_at", "round", "outcome"})
            yield Suspicion(LOST_CASE.name, event.case_no, fact.envelope.sequence, "", told, evidence)


def _late_entries(
    office: Office, facts: Iterable[Fact[Any]], known: Known, thresholds: Thresholds
) -> Iterable[Suspicion]:
    """One finding per late entry; per case where its history was taken over in bulk, with all its entries."""
    bulk: dict[str, Suspicion] = {}
    for fact in facts:
        event = fact.event
        assert isinstance(event, CaseFact)
        if isinstance(event, CaseNoted | CaseDeemedAccepted):
            continue  # a note changes nothing; what the law deems is nobody's entry
        late = hours_late(fact.envelope.time, fact.envelope.recordedtime)
        if late <= thresholds.late_entry_hours:
            continue
        in_bulk = known.channel(event.case_no) == BULK_CHANNEL
        entry = {
            "type": fact.envelope.type,
            "occurred_at": fact.envelope.time.isoformat(),
            "recorded_at": fact.envelope.recordedtime.isoformat(),
            "hours_late": round(late, 1),
            "handler": event.handler.name,
        }
        if in_bulk and event.case_no in bulk:
            _append(bulk[event.case_no], entry)
            continue
        suspicion = Suspicion(
            LATE_ENTRY.name,
            event.case_no,
            0 if in_bulk else fact.envelope.sequence,
            known.department(event.case_no, event.handler.department),
            {"count": 1, "threshold": f"{thresholds.late_entry_hours:g}"},
            {"channel": known.channel(event.case_no), "entries": [entry]},
        )
        if in_bulk:
            bulk[event.case_no] = suspicion
        else:
            yield suspicion
    yield from _not_yet_told(office, bulk)


def _append(suspicion: Suspicion, *entries: dict[str, Any]) -> None:
    suspicion.evidence["entries"] += entries
    suspicion.params["count"] += len(entries)


def _not_yet_told(office: Office, bulk: Mapping[str, Suspicion]) -> list[Suspicion]:
    """A case's history may come in several batches: later entries join the evidence of the finding that stands."""
    kept = Findings(office.connection)
    standing = {row["about"]: row for row in kept.about(LATE_ENTRY.name, bulk) if row["round"] == 0}
    for about, row in standing.items():
        evidence, params = json.loads(row["evidence"]), json.loads(row["params"])
        evidence["entries"] += bulk[about].evidence["entries"]
        params["count"] = len(evidence["entries"])
        kept.change(row["finding_no"], {"evidence": _json(evidence), "params": _json(params)})
    return [suspicion for about, suspicion in bulk.items() if about not in standing]


def _raise(office: Office, found: Sequence[Suspicion]) -> list[Said]:
    """Number and keep what was not raised before (once per rule, subject and round), and say it."""
    if not found:
        return []
    kept = Findings(office.connection)
    raised = {
        (rule, row["about"], row["round"])
        for rule in sorted({one.rule for one in found})
        for row in kept.about(rule, [one.about for one in found if one.rule == rule])
    }
    year = office.now.astimezone(ZONE).year
    serial = kept.next_serial(year)
    rows: list[dict[str, Any]] = []
    said: list[Said] = []
    for one in found:
        key = (one.rule, one.about, one.round)
        if key in raised:
            continue
        raised.add(key)
        number = f"{office.authority}-F{year}-{serial:06d}"
        rows.append(
            {
                "finding_no": number,
                "year": year,
                "serial": serial,
                "rule": one.rule,
                "about": one.about,
                "round": one.round,
                "department": one.department,
                "state": "open",
                "params": _json({"about": one.about} | one.params),
                "evidence": _json(one.evidence),
                "raised_at": office.now.timestamp(),
            }
        )
        event = FindingRaised(
            finding_no=number, rule=one.rule, about=one.about, department=one.department, evidence=one.evidence
        )
        said.append(Said(event, office.now))
        serial += 1
    kept.add(rows)
    return said


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
