"""The record of a case: a receipt, a step and an acceptance by law, each as history and as what is said of it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from services.contracts import days
from services.contracts.attribution import Span
from services.contracts.cases import (
    CaseNoted,
    CaseReassigned,
    CaseReceived,
)
from services.contracts.envelope import every_event
from services.contracts.permits import CommitmentGiven, MaterialMissing
from services.contracts.vocabulary import CaseState, CountedFrom, StepKind
from services.intake import forwarding, phrases
from services.intake.catalogues.undertakings import BROKEN_COMMITMENT
from services.intake.counting import first_day_of
from services.intake.defects import with_age
from services.intake.domain import Case, Defect, Limit, Missing, Officer, Proposal
from services.intake.steps import (
    OPEN_BEFORE_ACCEPTANCE,
    RECEIVE,
    RULES,
    TAKES_IN_HAND,
)
from services.intake.wire import person, wire_limit
from services.plumbing.switchboard import Said

Row = dict[str, Any]

#: For steps that do not hand the case up.
NO_PROJECT: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Taken:
    """What a receipt or a step comes to: the case afterwards, the rows of its history, and what is said."""

    case: Case
    rows: tuple[Row, ...]
    said: tuple[Said, ...]


def history_row(case_no: str, step: str, at: datetime, now: datetime, who: Officer, **more: Any) -> Row:
    """A line of a case's history; fields that are not given stay empty."""
    row: Row = dict.fromkeys(
        (
            *("blzt", "new_handler_name", "new_handler_department", "reason", "remedies", "document_no", "defects"),
            *("note", "details", "complete_by"),
        )
    )
    return row | {
        "case_no": case_no,
        "step": step,
        "round": 0,
        "occurred_at": at.timestamp(),
        "recorded_at": now.timestamp(),
        "person_name": who.name,
        "person_department": who.department,
        "clock_id": None,
        "held_by": None,
        "held_at": None,
        **more,
    }


def holding(case: Case) -> Row:
    """What a line of the history says when it changes who holds the case."""
    return {"held_by": case.held_by, "held_at": case.since.timestamp()}


# --- receipt ----------------------------------------------------------------------------------------------------------


def receive(
    case: Case,
    project: Mapping[str, Any],
    who: Officer,
    now: datetime,
    first_day: date | None = None,
    again_because: str | None = None,
    *,
    counted_from: CountedFrom,
) -> Taken:
    """A new case: its first line in the history, and the fact. `first_day`: the authority's. `again_because`: why it is
    a second one. `counted_from`: its matter's."""
    event = CaseReceived.model_validate(
        {
            "case_no": case.case_no,
            "handler": person(case.handler),
            "state": case.state,
            "project_code": case.project_code,
            "project_name": project["project_name"],
            "owner_name": project["owner_name"],
            "matter_code": case.matter_code,
            "matter_name": case.matter_name,
            "department": case.department,
            "limit": wire_limit(case.limit),
            "channel": case.channel,
            "external_no": case.external_no,
            "decided_by": case.decided_by or None,
            "forward_to": case.forward_to or None,
            "forwarded_from": case.forwarded_from or None,
            "origin": case.origin if case.forwarded_from else None,
            "days": days.told(case.days_below),
            "is_unnamed": case.is_unnamed or None,
            "again_because": again_because,
            "first_day": first_day_of(case, first_day),
            "unconfirmed": case.unconfirmed or None,
            "complete_by": case.complete_by,
            "follows": case.follows or None,
            "counted_from": counted_from if counted_from is CountedFrom.RECEIPT else None,
        }
    )
    held = case.goes_to(case.own_authority, case.received_at)
    more = {"reason": again_because, "complete_by": case.complete_by.isoformat() if case.complete_by else None}
    row = history_row(case.case_no, RECEIVE, case.received_at, now, who, blzt=case.blzt, **more) | holding(held)
    return Taken(held, (row,), (Said(event, case.received_at, who.label),))


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """A checked step between the case before and after it."""

    proposed: Proposal
    before: Case
    after: Case
    reason: str | None
    defects: tuple[Defect, ...]
    project: Mapping[str, Any]
    #: Whose the days were so far, for the step that hands the case up.
    spans: Sequence[Span]

    @property
    def told(self) -> list[dict[str, Any]]:
        """The defects as they are told and kept."""
        return [
            {"material": one.material, "problem": one.problem, "advice": one.advice, "old": bool(one.old)}
            | ({"listed": False} if one.listed is False else {})
            for one in self.defects
        ]

    @property
    def asked(self) -> dict[str, Any]:
        """What the applicant is asked to correct, as the authority below is told."""
        if not self.defects:
            return {}
        given, number = self.proposed.given, self.proposed.document_no
        return {"defects": self.told, "given": wire_limit(given) if given else None, "document_no": number}

    def row(self, now: datetime) -> Row:
        """Its line in the history."""
        proposed, new = self.proposed, self.proposed.new_handler
        return history_row(
            self.before.case_no,
            proposed.step.value,
            proposed.occurred_at,
            now,
            proposed.person,
            blzt=RULES[proposed.step].blzt,
            round=self.after.round,
            reason=self.reason,
            remedies=proposed.remedies,
            document_no=proposed.document_no,
            defects=json.dumps(self.told, ensure_ascii=False) if self.defects else None,
            note=proposed.note,
            details=details_of(proposed, self.before.limit),
            complete_by=proposed.complete_by.isoformat() if proposed.complete_by else None,
            new_handler_name=new.name if new else None,
            new_handler_department=new.department if new else None,
        )

    def said(self) -> list[Said]:
        """Its fact, and that of a remark beside it."""
        proposed, rule = self.proposed, RULES[self.proposed.step]
        common = {"case_no": self.before.case_no, "handler": person(proposed.person), "state": self.after.state}
        own = {"blzt": rule.blzt, "reason": self.reason, "document_no": proposed.document_no}
        more = _FACTS[proposed.step](self) if proposed.step in _FACTS else {}
        events = [every_event()[rule.event].model_validate(common | own | more)]
        events += [MaterialMissing.model_validate(common | missing_told(one)) for one in proposed.missing]
        if proposed.step is StepKind.GRANT_ON_COMMITMENT:
            events.append(CommitmentGiven.model_validate(common | _commitment(proposed)))
        if proposed.note and proposed.step is not StepKind.NOTE:
            events.append(CaseNoted.model_validate(common | {"note": proposed.note}))
        return [Said(event, proposed.occurred_at, proposed.person.label) for event in events]


def _procedure(proposed: Proposal) -> dict[str, Any]:
    """What is said of a special procedure: for what, for how long, by which law, or why the count runs on."""
    return {
        "ground": proposed.ground or "",
        "planned": wire_limit(proposed.planned) if proposed.planned else None,
        "document_on": proposed.document_on,
        "law": proposed.law,
        "longest": wire_limit(proposed.longest) if proposed.longest else None,
        **_objection(proposed),
    }


def _objection(proposed: Proposal) -> dict[str, Any]:
    objection = proposed.objection
    return {
        "objection": objection.template if objection else None,
        "params": {name: str(value) for name, value in objection.params.items()} if objection else None,
    }


def missing_told(one: Missing) -> dict[str, Any]:
    """What is said and kept of a material that may come later."""
    due_on = one.due_on.isoformat() if one.due_on else None
    return {"number": one.number, "material": one.material, "due_on": due_on, "consequence": one.consequence}


def _commitment(proposed: Proposal) -> dict[str, Any]:
    """What is said of the commitment on which a permit was granted."""
    return {
        "document_no": proposed.document_no,
        "document_on": proposed.document_on,
        "check_within": wire_limit(proposed.check_within) if proposed.check_within else None,
        "basis": proposed.law,
    }


def _ending(proposed: Proposal) -> dict[str, Any]:
    """What is said of the end of a permit."""
    return {"because": proposed.because, "remedies": proposed.remedies, "document_on": proposed.document_on}


def _handed_up(before: Case) -> dict[str, Any]:
    """What was asked for above goes up to whoever asked."""
    if before.state is not CaseState.ASKED_ABOVE:
        return {}
    return {"to": before.forward_to, "received_at": before.received_at}


def details_of(proposed: Proposal, limit: Limit | None = None) -> str | None:
    """What a step says beyond the columns of its line, as JSON; None where it says no more. `limit`: the case's own
    before the step."""
    told = {
        "longer_by": asdict(proposed.longer_by) if proposed.longer_by else None,
        "given": asdict(proposed.given) if proposed.given else None,
        "ground": proposed.ground,
        "planned": asdict(proposed.planned) if proposed.planned else None,
        "document_on": proposed.document_on.isoformat() if proposed.document_on else None,
        "law": proposed.law or None,
        "departments": list(proposed.departments) or None,
        "limit": asdict(proposed.limit) if proposed.limit else None,
        "limit_before": asdict(limit) if limit is not None and proposed.limit else None,
        "waiver": proposed.waiver,
        "covered_by": proposed.covered_by,
        "objection": proposed.objection.template if proposed.objection else None,
        "params": dict(proposed.objection.params) if proposed.objection else None,
        "missing": [missing_told(one) for one in proposed.missing] or None,
        "material": proposed.material,
        "number": proposed.number or None,
        "passed": proposed.passed,
        "check_within": asdict(proposed.check_within) if proposed.check_within else None,
        "because": proposed.because,
    }
    kept = {name: value for name, value in told.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False) if kept else None


#: What the facts of single steps say beyond what every one says.
_FACTS: Final[Mapping[StepKind, Callable[[_Step], dict[str, Any]]]] = {
    StepKind.REQUEST_CORRECTION: lambda step: {
        "round": step.after.round,
        "defects": step.told,
        "given": wire_limit(step.proposed.given) if step.proposed.given else None,
    },
    StepKind.COMPLETE_CORRECTION: lambda step: _handed_up(step.before),
    StepKind.BEGIN_PROCEDURE: lambda step: _procedure(step.proposed),
    StepKind.EXTEND: lambda step: {
        "longer_by": wire_limit(step.proposed.longer_by) if step.proposed.longer_by else None,
        "document_on": step.proposed.document_on,
        **_objection(step.proposed),
    },
    StepKind.HANDLE_JOINTLY: lambda step: {
        "departments": step.proposed.departments,
        "limit": wire_limit(step.proposed.limit or step.after.limit),
        "document_on": step.proposed.document_on,
        **_objection(step.proposed),
    },
    StepKind.CHANGE_LIMIT: lambda step: {
        "limit": wire_limit(step.proposed.limit or step.after.limit),
        "previous": wire_limit(step.before.limit),
        "is_accepted": step.before.state not in OPEN_BEFORE_ACCEPTANCE,
        **_objection(step.proposed),
    },
    StepKind.NOT_REQUIRED: lambda step: {
        "waiver": step.proposed.waiver,
        "covered_by": step.proposed.covered_by,
        "document_on": step.proposed.document_on,
    },
    StepKind.HAND_OVER: lambda step: {"to": person(step.after.handed_to or step.after.handler)},
    StepKind.TAKE_OVER: lambda step: {"handler": person(step.after.handler), "previous": person(step.before.handler)},
    StepKind.END_PROCEDURE: lambda step: {"document_on": step.proposed.document_on},
    StepKind.SUPPLY_MATERIAL: lambda step: {"number": step.proposed.number, "material": step.proposed.material},
    StepKind.CHECK_COMMITMENT: lambda step: {
        "passed": step.proposed.passed,
        "document_on": step.proposed.document_on,
        "consequences": () if step.proposed.passed else tuple(BROKEN_COMMITMENT),
    },
    StepKind.RECORD_BREACH: lambda step: {"document_on": step.proposed.document_on},
    StepKind.REVOKE: lambda step: _ending(step.proposed),
    StepKind.WITHDRAW_PERMIT: lambda step: _ending(step.proposed),
    StepKind.CANCEL_PERMIT: lambda step: {
        "because": step.proposed.because,
        "document_on": step.proposed.document_on,
    },
    StepKind.REFUSE: lambda step: {"remedies": step.proposed.remedies},
    StepKind.REASSIGN: lambda step: {"handler": person(step.after.handler), "previous": person(step.before.handler)},
    StepKind.NOTE: lambda step: {"note": step.proposed.note},
    StepKind.NAME_COMPLETION: lambda step: {"complete_by": step.proposed.complete_by},
    StepKind.FORWARD: lambda step: forwarding.contents(step.after, step.project, step.spans),
    StepKind.ASK_WITHDRAWAL: lambda step: {"to": step.before.forward_to, "received_at": step.before.received_at},
    StepKind.WITHDRAW: lambda step: {"received_at": step.before.received_at},
    StepKind.DELIVER: lambda step: {"received_at": step.before.received_at},
    StepKind.RETURN: lambda step: {
        "to": step.before.sender,
        "outcome": CaseState.RETURNED.value,
        "received_at": step.before.received_at,
    },
}


def take(
    case: Case,
    proposed: Proposal,
    told_before: Iterable[str],
    now: datetime,
    project: Mapping[str, Any] = NO_PROJECT,
    spans: Sequence[Span] = (),
) -> Taken:
    """A step that was checked: the case afterwards, its line in the history, and what is said.

    `told_before` names the materials of earlier notices, which matters for a further notice. `project` is the case's
    own and `spans` whose its days were, for the step that hands it up.
    """
    if case.is_unnamed and proposed.step in TAKES_IN_HAND:
        who, at = proposed.person, proposed.occurred_at
        taken = take(replace(case, is_unnamed=False, handler=who), proposed, told_before, now, project, spans)
        named = reassigned(taken.case, who, who, at, now, phrases.TAKEN_IN_HAND, previous=case.handler)
        return Taken(named.case, (*taken.rows, *named.rows), (*taken.said, *named.said))
    limit = proposed.limit if proposed.objection is None else None
    after = case.after(proposed.step, proposed.occurred_at, proposed.new_handler, proposed.complete_by, limit)
    reason = proposed.reason or RULES[proposed.step].reason_by_law
    step = _Step(proposed, case, after, reason, with_age(proposed.defects, after.round, told_before), project, spans)
    row, said = step.row(now), step.said()
    if forwarding.gives_back(case, after):
        after = forwarding.given_back(after, proposed.occurred_at)
        row |= holding(after)
        said += forwarding.told_below(after, proposed, proposed.occurred_at)
    elif case.forwarded_from and (after.state is not case.state or after.handler != case.handler or step.defects):
        said.append(forwarding.stood(after, proposed.person, proposed.occurred_at, **step.asked))
    return Taken(after, (row,), tuple(said))


def reassigned(
    case: Case, to: Officer, who: Officer, at: datetime, now: datetime, reason: str, previous: Officer | None = None
) -> Taken:
    """Somebody is the handler of a case from below for which nobody had been named (DOMAIN 3, rule 18)."""
    after = replace(case, handler=to, is_unnamed=False)
    event = CaseReassigned(
        case_no=case.case_no,
        handler=person(to),
        state=case.state,
        previous=person(previous or case.handler),
        reason=reason,
    )
    new = {"new_handler_name": to.name, "new_handler_department": to.department}
    row = history_row(case.case_no, StepKind.REASSIGN, at, now, who, reason=reason, **new)
    return Taken(after, (row,), (Said(event, at, who.label),))
