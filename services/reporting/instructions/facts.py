"""Official messages as others speak of them: arrived from above, answered below, their clocks, and who is below.

A word that came late changes nothing back: an answer that arrives after the closing is kept as a step, and the message
stays closed.
"""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping

from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.forwarding import SuperiorNamed
from services.contracts.instructions import (
    InstructionAnswered,
    InstructionClosed,
    InstructionFact,
    InstructionFiled,
    InstructionIssued,
    InstructionReceived,
    InstructionReply,
    InstructionSigned,
)
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.moments import told_after_move
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ZONE, InstructionState, InstructionStepKind, SubjectKind
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said, on
from services.reporting.instructions import domain
from services.reporting.instructions.store import Instructions, Subtree, told_light

# --- who is below and above -------------------------------------------------------------------------------------------


def authority_joined(office: Office, fact: Fact[AuthorityJoined]) -> Outcome:
    """An authority of the subtree has joined: messages can be sent to it."""
    event = fact.event
    Subtree(office.connection).put(event.code, event.name, event.level, event.via)
    return NOTHING


def standing_changed(office: Office, fact: Fact[AuthorityStandingChanged]) -> Outcome:
    """An authority of the subtree was suspended, taken on again or removed."""
    Subtree(office.connection).stands(fact.event.code, fact.event.standing)
    return NOTHING


def superior_named(office: Office, fact: Fact[SuperiorNamed]) -> Outcome:
    """Whoever is above has a name here from now on."""
    if fact.event.superior:
        Subtree(office.connection).put(fact.event.superior, fact.event.name, standing="superior")
    return NOTHING


# --- from above -------------------------------------------------------------------------------------------------------


def _is_for_us(office: Office, fact: Fact[InstructionFact]) -> bool:
    """Whether its issuer, another authority, says this to us."""
    event = fact.event
    return event.to == office.authority and fact.envelope.authority == event.issuer != office.authority


def issued(office: Office, fact: Fact[InstructionIssued]) -> Outcome:
    """A message has arrived: kept once, and its issuer is told."""
    event, kept = fact.event, Instructions(office.connection)
    if not _is_for_us(office, fact) or kept.get(event.instruction_no) is not None:
        return NOTHING
    issued_at = fact.envelope.time.astimezone(ZONE)
    arrived = {
        "at": office.now.timestamp(),
        "year": issued_at.year,
        "serial": None,
        "issued_at": issued_at.timestamp(),
        "issued_by": event.person.label,
        "arrived_at": office.now.timestamp(),
    }
    kept.add(row_of(event) | arrived, event.about)
    return Outcome(said=[Said(received_by_us(event, issued_at), office.now)])


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
        "figures": json.dumps([one.model_dump() for one in issued.figures or ()], ensure_ascii=False),
        "issuer_name": issued.issuer_name or "",
        "state": InstructionState.ISSUED.value,
    }


def received_by_us(issued: InstructionIssued, issued_at: datetime) -> InstructionReceived:
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


def closed(office: Office, fact: Fact[InstructionClosed]) -> Outcome:
    """Its issuer has closed what we received: nothing is owed any more."""
    event, row = fact.event, Instructions(office.connection).get(fact.event.instruction_no)
    if row is None or not _is_for_us(office, fact):
        return NOTHING
    at = fact.envelope.time.astimezone(ZONE)
    take_step(office, row, InstructionStepKind.CLOSE, at, event.person, event.text)
    return Outcome(said=[closed_here(row, at)])


def closed_here(row: RowMapping, closed_at: datetime) -> Said:
    """Nothing is owed any more: from the issuer's time on, but not from before it had arrived."""
    arrived = datetime.fromtimestamp(row["arrived_at"] or closed_at.timestamp(), ZONE)
    event = InstructionFiled(
        instruction_no=row["instruction_no"], issuer=row["issuer"], to=row["addressee"], closed_at=closed_at
    )
    return Said(event, max(closed_at, arrived))


# --- from below -------------------------------------------------------------------------------------------------------


def _our_own(office: Office, fact: Fact[InstructionReply]) -> RowMapping | None:
    """The message of ours that its addressee speaks of; None for anybody else's word, or another's message."""
    event = fact.event
    row = Instructions(office.connection).get(event.instruction_no) if event.issuer == office.authority else None
    if row is None or not fact.envelope.authority == row["addressee"] != office.authority:
        return None
    return row


def received(office: Office, fact: Fact[InstructionReceived]) -> Outcome:
    """It has arrived there, at their own time."""
    if (row := _our_own(office, fact)) is not None:
        at = fact.envelope.time.timestamp()
        Instructions(office.connection).change(row["instruction_no"], {"arrived_at": at})
    return NOTHING


def signed(office: Office, fact: Fact[InstructionSigned]) -> Outcome:
    """Signed for there."""
    if (row := _our_own(office, fact)) is not None:
        take_step(office, row, InstructionStepKind.SIGN, fact.envelope.time, fact.event.person, None)
    return NOTHING


def answered(office: Office, fact: Fact[InstructionAnswered]) -> Outcome:
    """Answered there."""
    event = fact.event
    if (row := _our_own(office, fact)) is not None:
        take_step(office, row, InstructionStepKind.ANSWER, fact.envelope.time, event.person, event.text)
    return NOTHING


def take_step(
    office: Office,
    row: RowMapping,
    step: InstructionStepKind,
    at: datetime,
    person: RecordedPerson,
    text: str | None,
) -> None:
    """Keep a step with both its times, and the state that it leads to."""
    kept, number = Instructions(office.connection), row["instruction_no"]
    kept.change(number, {"state": domain.after(InstructionState(row["state"]), step).value})
    kept.add_step(
        {
            "instruction_no": number,
            "step": step.value,
            "at": at.timestamp(),
            "recorded_at": office.now.timestamp(),
            "person": person.name,
            "department": person.department,
            "text": text,
        }
    )


# --- their clocks -----------------------------------------------------------------------------------------------------


def clock_started(office: Office, fact: Fact[ClockStarted]) -> Outcome:
    """A clock of a message runs from now on."""
    event = fact.event
    if event.about_kind is SubjectKind.INSTRUCTION:
        named = {"clock_id": event.clock_id, "instruction_no": event.about, "clock_kind": event.clock_kind}
        Instructions(office.connection).put_clock(named | _ends(event))
    return NOTHING


def clock_moved(office: Office, fact: Fact[ClockMoved]) -> Outcome:
    """A clock of a message ends at another moment; what was told of the old one says nothing about a later one."""
    event, kept = fact.event, Instructions(office.connection)
    old = kept.clock(event.clock_id)
    if old is not None:
        ends = _ends(event)
        told = told_after_move(told_light(old), old["due_at"], ends["due_at"])
        kept.change_clock(event.clock_id, ends | {"told": told.value if told else None})
    return NOTHING


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A warning was told of a message's clock."""
    if fact.event.about_kind is SubjectKind.INSTRUCTION:
        Instructions(office.connection).change_clock(fact.event.clock_id, {"told": fact.event.light.value})
    return NOTHING


def clock_stopped(office: Office, fact: Fact[ClockStopped]) -> Outcome:
    """A clock of a message counts no more."""
    event = fact.event
    if event.about_kind is SubjectKind.INSTRUCTION:
        Instructions(office.connection).change_clock(event.clock_id, {"stopped_at": event.stopped_at.timestamp()})
    return NOTHING


def _ends(event: ClockStarted | ClockMoved) -> dict[str, Any]:
    return {
        "due_on": event.due_on.isoformat() if event.due_on else None,
        "due_at": event.due_at.timestamp() if event.due_at else None,
        "yellow_at": event.yellow_at.timestamp() if event.yellow_at else None,
    }


LINES: Final = (
    on(AuthorityJoined, authority_joined),
    on(AuthorityStandingChanged, standing_changed),
    on(SuperiorNamed, superior_named),
    on(InstructionIssued, issued),
    on(InstructionClosed, closed),
    on(InstructionReceived, received),
    on(InstructionSigned, signed),
    on(InstructionAnswered, answered),
    on(ClockStarted, clock_started),
    on(ClockMoved, clock_moved),
    on(LightChanged, light_changed),
    on(ClockStopped, clock_stopped),
)
