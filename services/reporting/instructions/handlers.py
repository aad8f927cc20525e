"""Decides what becomes of an order about an official message: issued under the next number, signed, closed."""

from typing import Any

from sqlalchemy import RowMapping

from services.contracts.commands import IssueInstruction, TakeInstructionStep
from services.contracts.instructions import (
    InstructionAnswered,
    InstructionClosed,
    InstructionIssued,
    InstructionSigned,
)
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import ZONE, InstructionKind, InstructionState
from services.plumbing.errors import NotFound, Problem, Problems
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting.instructions import domain, views
from services.reporting.instructions.facts import closed_here, received, row_of, step_row
from services.reporting.instructions.store import Instructions, Subtree


def issue(office: Office, order: IssueInstruction) -> Outcome:
    """Number it, keep it, and put it on its way; to a department of ours it has arrived in the same moment."""
    person = office.acting(order.actor)
    problems, to = office.problems, order.to or office.authority
    for field, value in (("department", order.department), ("title", order.title), ("text", order.text)):
        if not problems.has(field) and not value.strip():
            problems.add(field, "This may not be empty.")
    if not problems.has("to"):
        _check_addressee(office, to)
    days = 0
    if not problems.has("kind") and not problems.has("reply_working_days"):
        days = domain.reply_working_days(problems, InstructionKind(order.kind.value), order.reply_working_days)
    problems.refuse()
    assert person is not None  # otherwise there was a problem
    kept, kind, year = (
        Instructions(office.connection),
        InstructionKind(order.kind.value),
        office.now.astimezone(ZONE).year,
    )
    serial = kept.next_serial(office.authority, kind.value, year)
    number = domain.instruction_no(office.authority, kind, year, serial)
    at_once, now = to == office.authority, office.now.timestamp()
    facts: dict[str, Any] = {
        "instruction_no": number,
        "issuer": office.authority,
        "to": to,
        "kind": kind.value,
        "document_no": domain.document_no(kind, year, serial),
        "department": order.department.strip(),
        "title": order.title.strip(),
        "text": order.text,
        "about": tuple(dict.fromkeys(one.strip() for one in order.about if one.strip())),
        "reply_limit": WireLimit(amount=days),
    }
    issued = InstructionIssued(**facts, person=person)
    kept.add(
        row_of(issued)
        | {
            "at": now,
            "year": year,
            "serial": serial,
            "issued_at": now,
            "issued_by": person.label,
            "arrived_at": now if at_once else None,
        },
        issued.about,
    )
    said = [Said(issued, office.now, person.label)]
    if at_once:
        said.append(Said(received(issued, office.now), office.now))
    return Outcome(views.instruction(office, number), said)


def _check_addressee(office: Office, to: str) -> None:
    if to == office.authority:
        return
    one = Subtree(office.connection).get(to)
    if one is None or one["standing"] == "superior":
        office.problems.add("to", "{code} is no authority below {own}.", code=to, own=office.authority)
    elif one["standing"] != "joined":
        office.problems.add("to", "{name} ({code}) is not joined at present; nothing reaches it.",
                            name=one["name"], code=to)  # fmt: skip


def take_step(office: Office, order: TakeInstructionStep) -> Outcome:
    """Sign, answer or close: by whose turn it is, by a named person, now."""
    person = office.acting(order.actor)
    kept = Instructions(office.connection)
    row = _found(office.problems, kept, order.instruction_no)
    if not office.problems.has("step"):  # otherwise it could not be read, and the answer lists that already
        one = domain.Instruction(row["issuer"], row["addressee"], InstructionState(row["state"]))
        domain.check_step(office.problems, order.step.value, one, office.authority, office.caller.role, order.text)
    office.problems.refuse()
    assert person is not None
    number, text = order.instruction_no, (order.text or "").strip() or None
    kept.change(number, {"state": domain.after(InstructionState(row["state"]), order.step.value).value})
    kept.add_step(step_row(number, order.step.value, office.now, office.now, person, text))
    facts: dict[str, Any] = {"instruction_no": number, "issuer": row["issuer"], "to": row["addressee"]}
    who = person.label
    match order.step.value:
        case "sign":
            said = [Said(InstructionSigned(**facts, person=person), office.now, who)]
        case "answer":
            said = [Said(InstructionAnswered(**facts, person=person, text=text or ""), office.now, who)]
        case _:
            said = [Said(InstructionClosed(**facts, person=person, text=text), office.now, who)]
            if row["addressee"] == office.authority:
                said.append(closed_here(row, office.now))
    return Outcome(views.instruction(office, number), said)


def _found(problems: Problems, kept: Instructions, instruction_no: str | None) -> RowMapping:
    """The message. Raises NotFound, or Refused when other things are wrong as well."""
    row = kept.get(instruction_no) if instruction_no else None
    if row is None:
        missing = Problem(
            "instruction_no", "There is no official message {instruction_no}.", {"instruction_no": instruction_no or ""}
        )
        if problems:
            if instruction_no:
                problems.found.append(missing)
            problems.refuse()
        raise NotFound(missing)
    return row
