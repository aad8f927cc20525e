"""Decides what follows from what others say about official messages: arrived from above, answered below, their clocks.

A word that came late changes nothing back: an answer that arrives after the closing is kept as a step, and the message
stays closed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.clocks import ClockFact, ClockMoved, ClockStarted, ClockStopped
from services.contracts.forwarding import SuperiorNamed
from services.contracts.instructions import (
    InstructionAnswered,
    InstructionClosed,
    InstructionFact,
    InstructionFiled,
    InstructionIssued,
    InstructionReceived,
    InstructionSigned,
)
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ZONE, InstructionState
from services.plumbing.switchboard import Fact, Office, Said
from services.reporting.instructions import domain
from services.reporting.instructions.store import Instructions, Subtree


def hear(office: Office, facts: Sequence[Fact[Any]]) -> list[Said]:
    """Take note of whatever concerns official messages; what is to be said about it."""
    said: list[Said] = []
    for fact in facts:
        if isinstance(fact.event, InstructionFact):
            said += _instruction(office, fact, fact.event)
        elif isinstance(fact.event, ClockFact) and fact.event.about_kind == "instruction":
            _clock(office, fact.event)
        else:
            _authority(office, fact)
    return said


def _authority(office: Office, fact: Fact[Any]) -> None:
    event, subtree = fact.event, Subtree(office.connection)
    if isinstance(event, AuthorityJoined):
        subtree.put(event.code, event.name, event.level, event.via)
    elif isinstance(event, AuthorityStandingChanged):
        subtree.stands(event.code, event.standing)
    elif isinstance(event, SuperiorNamed) and event.superior:
        subtree.put(event.superior, event.name, standing="superior")


def _instruction(office: Office, fact: Fact[Any], event: InstructionFact) -> list[Said]:
    kept, sender = Instructions(office.connection), fact.envelope.authority
    row = kept.get(event.instruction_no)
    if event.to == office.authority and sender == event.issuer != office.authority:
        if isinstance(event, InstructionIssued) and row is None:
            return [_arrives(office, fact, event)]
        if isinstance(event, InstructionClosed) and row is not None:
            return [_is_closed(office, fact, event, row)]
    if event.issuer == office.authority and row is not None and sender == row["addressee"] != office.authority:
        _answers(office, fact, event, row)
    return []


# --- from above -------------------------------------------------------------------------------------------------------


def _arrives(office: Office, fact: Fact[Any], event: InstructionIssued) -> Said:
    issued_at = fact.envelope.time.astimezone(ZONE)
    Instructions(office.connection).add(
        row_of(event)
        | {
            "at": office.now.timestamp(),
            "year": issued_at.year,
            "serial": None,
            "issued_at": issued_at.timestamp(),
            "issued_by": f"{event.person.name}@{event.person.department}",
            "arrived_at": office.now.timestamp(),
        },
        event.about,
    )
    return Said(received(event, issued_at), office.now)


def row_of(issued: InstructionIssued) -> dict[str, Any]:
    """What both sides keep of it."""
    return {
        "instruction_no": issued.instruction_no,
        "kind": issued.kind.value,
        "document_no": issued.document_no,
        "issuer": issued.issuer,
        "addressee": issued.to,
        "department": issued.department,
        "title": issued.title,
        "text": issued.text,
        "reply_working_days": issued.reply_limit.amount,
        "state": InstructionState.ISSUED.value,
    }


def received(issued: InstructionIssued, issued_at: datetime) -> InstructionReceived:
    """The receiver's word that it has arrived."""
    return InstructionReceived(
        instruction_no=issued.instruction_no,
        issuer=issued.issuer,
        to=issued.to,
        kind=issued.kind,
        document_no=issued.document_no,
        department=issued.department,
        reply_limit=issued.reply_limit,
        issued_at=issued_at,
    )


def _is_closed(office: Office, fact: Fact[Any], event: InstructionClosed, row: RowMapping) -> Said:
    at = fact.envelope.time.astimezone(ZONE)
    _step(office, row, "close", at, event.person, event.text)
    return closed_here(row, at)


def closed_here(row: RowMapping | Mapping[str, Any], closed_at: datetime) -> Said:
    """Nothing is owed any more: from the issuer's time on, but not from before it had arrived."""
    arrived = datetime.fromtimestamp(row["arrived_at"] or closed_at.timestamp(), ZONE)
    event = InstructionFiled(
        instruction_no=row["instruction_no"], issuer=row["issuer"], to=row["addressee"], closed_at=closed_at
    )
    return Said(event, max(closed_at, arrived))


# --- from below -------------------------------------------------------------------------------------------------------


def _answers(office: Office, fact: Fact[Any], event: InstructionFact, row: RowMapping) -> None:
    at = fact.envelope.time.astimezone(ZONE)
    if isinstance(event, InstructionReceived):
        Instructions(office.connection).change(row["instruction_no"], {"arrived_at": at.timestamp()})
    elif isinstance(event, InstructionSigned):
        _step(office, row, "sign", at, event.person, None)
    elif isinstance(event, InstructionAnswered):
        _step(office, row, "answer", at, event.person, event.text)


def _step(office: Office, row: RowMapping, step: str, at: datetime, person: RecordedPerson, text: str | None) -> None:
    kept = Instructions(office.connection)
    kept.change(row["instruction_no"], {"state": domain.after(InstructionState(row["state"]), step).value})
    kept.add_step(step_row(row["instruction_no"], step, at, office.now, person, text))


def step_row(
    number: str, step: str, at: datetime, recorded_at: datetime, person: RecordedPerson, text: str | None
) -> dict[str, Any]:
    """A step as it is kept, with both times."""
    return {
        "instruction_no": number,
        "step": step,
        "at": at.timestamp(),
        "recorded_at": recorded_at.timestamp(),
        "person": person.name,
        "department": person.department,
        "text": text,
    }


# --- their clocks -----------------------------------------------------------------------------------------------------


def _clock(office: Office, event: ClockFact) -> None:
    kept = Instructions(office.connection)
    if isinstance(event, ClockStarted):
        named = {"clock_id": event.clock_id, "instruction_no": event.about, "clock_kind": event.clock_kind}
        kept.put_clock(named | _moments(event))
    elif isinstance(event, ClockMoved):
        kept.change_clock(event.clock_id, _moments(event))
    elif isinstance(event, ClockStopped):
        kept.change_clock(event.clock_id, {"stopped_at": event.stopped_at.timestamp()})


def _moments(event: ClockStarted | ClockMoved) -> dict[str, Any]:
    return {
        "due_on": event.due_on.isoformat() if event.due_on else None,
        "due_at": event.due_at.timestamp() if event.due_at else None,
        "yellow_at": event.yellow_at.timestamp() if event.yellow_at else None,
    }
