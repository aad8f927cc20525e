"""Decides how a receipt and a step are written into the history and said to everybody: the same facts in both."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.contracts.cases import CaseDeemedAccepted, CaseNoted, CaseReceived
from services.contracts.envelope import every_event
from services.contracts.vocabulary import StepKind
from services.intake import forwarding, phrases
from services.intake.domain import Case, Officer, Proposal, with_age
from services.intake.steps import DEEM_ACCEPTED, RECEIVE, RULES
from services.intake.wire import holder, holder_if, label, limit_of, person, wire_limit
from services.plumbing.switchboard import Said

Row = dict[str, Any]

__all__ = [
    "Row",
    "Taken",
    "deem_accepted",
    "history_row",
    "holder",
    "holder_if",
    "holding",
    "label",
    "limit_of",
    "person",
    "receive",
    "take",
    "wire_limit",
]


@dataclass(frozen=True)
class Taken:
    """What a receipt or a step comes to: the case afterwards, the rows of its history, and what is said."""

    case: Case
    rows: tuple[Row, ...]
    said: tuple[Said, ...]


def history_row(case_no: str, step: str, at: datetime, now: datetime, who: Officer, **more: Any) -> Row:
    row: Row = dict.fromkeys(
        ("blzt", "new_handler_name", "new_handler_department", "reason", "remedies", "document_no", "defects", "note")
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
    assert case.held_since is not None
    return {"held_by": case.held_by, "held_at": case.held_since.timestamp()}


def receive(case: Case, project: Mapping[str, Any], who: Officer, now: datetime) -> Taken:
    """A new case: its first line in the history, and the fact."""
    event = CaseReceived(
        case_no=case.case_no,
        handler=person(case.handler),
        state=case.state,
        project_code=case.project_code,
        project_name=project["project_name"],
        owner_name=project["owner_name"],
        matter_code=case.matter_code,
        matter_name=case.matter_name,
        department=case.department,
        limit=wire_limit(case.limit),
        channel=case.channel,
        external_no=case.external_no,
        decided_by=case.decided_by or None,
        forward_to=case.forward_to or None,
        forwarded_from=case.forwarded_from or None,
        origin=case.origin if case.forwarded_from else None,
    )
    held = case.goes_to(case.own_authority, case.received_at)
    row = history_row(case.case_no, RECEIVE, case.received_at, now, who, blzt=1) | holding(held)
    return Taken(held, (row,), (Said(event, case.received_at, label(who)),))


def take(
    case: Case,
    proposed: Proposal,
    told_before: Iterable[str],
    now: datetime,
    project: Mapping[str, Any] | None = None,
) -> Taken:
    """An allowed step: the case afterwards, its line in the history, and the fact.

    `told_before` names the materials of earlier notices; it is read only for a further notice. `project` is the case's
    own, for the step that hands it up.
    """
    step, rule, at, who = proposed.step, RULES[proposed.step], proposed.occurred_at, proposed.person
    after = case.after(step, at, proposed.new_handler)
    reason = proposed.reason or rule.reason_by_law
    defects = with_age(proposed.defects, after.round, told_before)
    told = [
        {"material": one.material, "problem": one.problem, "advice": one.advice, "old": bool(one.old)}
        for one in defects
    ]
    facts: dict[str, Any] = {
        "case_no": case.case_no,
        "blzt": rule.blzt,
        "handler": person(who),
        "state": after.state,
        "reason": reason,
        "document_no": proposed.document_no,
    }
    match step:
        case StepKind.REQUEST_CORRECTION:
            facts |= {"round": after.round, "defects": told}
        case StepKind.REFUSE:
            facts |= {"remedies": proposed.remedies}
        case StepKind.REASSIGN:
            facts |= {"handler": person(after.handler), "previous": person(case.handler)}
        case StepKind.NOTE:
            facts |= {"note": proposed.note}
        case StepKind.FORWARD:
            assert project is not None
            facts |= forwarding.contents(after, project)
        case StepKind.ASK_WITHDRAWAL:
            facts |= {"to": case.forward_to, "received_at": case.received_at}
        case StepKind.WITHDRAW:
            facts |= {"received_at": case.received_at}
        case StepKind.RETURN:
            facts |= {"to": forwarding.sender_of(case), "outcome": "returned", "received_at": case.received_at}
        case _:
            pass
    row = history_row(
        case.case_no,
        step.value,
        at,
        now,
        who,
        blzt=rule.blzt,
        round=after.round,
        reason=reason,
        remedies=proposed.remedies,
        document_no=proposed.document_no,
        defects=json.dumps(told, ensure_ascii=False) if told else None,
        note=proposed.note,
        new_handler_name=proposed.new_handler.name if proposed.new_handler else None,
        new_handler_department=proposed.new_handler.department if proposed.new_handler else None,
    )
    said = [Said(every_event()[rule.event].model_validate(facts), at, label(who))]
    if proposed.note and step is not StepKind.NOTE:  # a remark beside another step is a fact of its own
        noted = CaseNoted(case_no=case.case_no, handler=person(who), state=after.state, note=proposed.note)
        said.append(Said(noted, at, label(who)))
    if forwarding.gives_back(case, after):
        after = forwarding.given_back(after, at)
        row |= holding(after)
        said += forwarding.told_below(after, proposed, at)
    return Taken(after, (row,), tuple(said))


def deem_accepted(case: Case, effective_on: date, clock_id: str, at: datetime, now: datetime) -> Taken:
    """Accepted by law: the case afterwards, its line in the history, and the fact. The holder of the case answers."""
    after = case.deemed_accepted(effective_on)
    event = CaseDeemedAccepted(
        case_no=case.case_no,
        handler=person(case.handler),
        state=after.state,
        reason=phrases.DEEMED_ACCEPTED,
        effective_on=effective_on,
        clock_id=clock_id,
    )
    row = history_row(
        case.case_no,
        DEEM_ACCEPTED,
        at,
        now,
        case.handler,
        blzt=3,
        round=case.round,
        reason=phrases.DEEMED_ACCEPTED,
        clock_id=clock_id,
    )
    return Taken(after, (row,), (Said(event, at),))
