"""Orders about official messages: issued under the next number, signed for, answered, closed."""

from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import RowMapping

from services.contracts.commands import IssueInstruction, TakeInstructionStep
from services.contracts.instructions import (
    InstructionAnswered,
    InstructionClosed,
    InstructionFact,
    InstructionIssued,
    InstructionSigned,
)
from services.contracts.letter_drafts import Figure
from services.contracts.offices import objection_to, spelt
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.rights import Whose
from services.contracts.vocabulary import ZONE, InstructionKind, InstructionState, InstructionStepKind
from services.plumbing.departments import Departments
from services.plumbing.errors import NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting.drafts import listing
from services.reporting.instructions import domain, facts, numbering, views
from services.reporting.instructions.store import Instructions, Subtree

# --- going out --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A message that may go out: who signs it, where it goes, and within how many working days it is answered."""

    person: RecordedPerson
    to: str
    department: str
    reply_working_days: int


@dataclass(frozen=True)
class Sent:
    """What went out, and what is said of it."""

    issued: InstructionIssued
    said: list[Said]


def issue(office: Office, order: IssueInstruction) -> Outcome:
    """Number it, keep it, and put it on its way."""
    sent = send(office, order)
    return Outcome(views.instruction(office, sent.issued.instruction_no), sent.said)


def send(office: Office, order: IssueInstruction, figures: tuple[Figure, ...] = ()) -> Sent:
    """Numbered, kept and on its way; to a department of ours it has arrived in the same moment. Raises Refused."""
    draft, kept = check_draft(office, order), Instructions(office.connection)
    year = office.now.astimezone(ZONE).year
    serial = kept.next_serial(office.authority, order.kind.value, year)
    issued = _issued(office, order, draft, serial).model_copy(update={"figures": figures})
    at_once, now = draft.to == office.authority, office.now.timestamp()
    sent = {"at": now, "year": year, "serial": serial, "issued_at": now, "issued_by": draft.person.label}
    kept.add(facts.row_of(issued) | sent | {"arrived_at": now if at_once else None}, issued.about)
    said = [Said(issued, office.now, draft.person.label)]
    if at_once:
        said.append(Said(facts.received_by_us(issued, office.now), office.now))
    if order.kind is InstructionKind.LISTED:
        said.append(listing.put_on(office, issued))
    return Sent(issued, said)


def check_draft(office: Office, order: IssueInstruction) -> Draft:
    """What may go out. Raises Refused with everything that is wrong."""
    person, problems = office.acting(order.actor), office.problems
    if office.beginning.is_trial(office.now):
        template = "The trial run lasts until {day}: lights are shown, nothing is sent before that day."
        problems.add("kind", template, day=str(office.beginning.counts_from))
    to = order.to or office.authority
    if not problems.has("to"):
        _check_addressee(office, to)
    department = "" if problems.has("department") else order.department.strip()
    if to == office.authority and department:
        known = Departments(office.connection).known()
        against, department = objection_to(department, known), spelt(department, known)
        if against is not None:
            problems.add("department", against.template, **against.params)
    days = 0
    if not problems.has("kind") and not problems.has("reply_working_days"):
        days = domain.reply_working_days(problems, order.kind, order.reply_working_days)
    if person is None or problems:
        raise Refused(*problems.found)
    return Draft(person, to, department, days)


def _check_addressee(office: Office, to: str) -> None:
    if to == office.authority:
        return
    one = Subtree(office.connection).get(to)
    if one is None or one["standing"] == "superior":
        office.problems.add("to", "{code} is no authority below {own}.", code=to, own=office.authority)
    elif one["standing"] != "joined":
        office.problems.add("to", "{place} is not joined at present; nothing reaches it.", place=to)


def _issued(office: Office, order: IssueInstruction, draft: Draft, serial: int) -> InstructionIssued:
    year = office.now.astimezone(ZONE).year
    return InstructionIssued(
        instruction_no=numbering.instruction_no(office.authority, order.kind, year, serial),
        document_no=numbering.document_no(office.letterhead.character, order.kind, year, serial),
        issuer=office.authority,
        to=draft.to,
        kind=order.kind,
        department=draft.department,
        title=order.title.strip(),
        text=order.text,
        about=tuple(dict.fromkeys(one.strip() for one in order.about if one.strip())),
        reply_limit=WireLimit(amount=draft.reply_working_days),
        person=draft.person,
        issuer_name=office.letterhead.name,
    )


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """A step that may be taken: by whom, on which message, with which words."""

    person: RecordedPerson
    row: RowMapping
    step: InstructionStepKind
    text: str | None


def take_step(office: Office, order: TakeInstructionStep) -> Outcome:
    """Sign, answer or close: by whose turn it is, by a named person, now."""
    turn = check_turn(office, order)
    facts.take_step(office, turn.row, turn.step, office.now, turn.person, turn.text)
    said = [Said(_taken(turn), office.now, turn.person.label)]
    if turn.step is InstructionStepKind.CLOSE and turn.row["addressee"] == office.authority:
        said.append(facts.closed_here(turn.row, office.now))
    if turn.step is InstructionStepKind.CLOSE and turn.row["kind"] == InstructionKind.LISTED:
        said.append(listing.take_off(office, turn.row, turn.person, turn.text))
    return Outcome(views.instruction(office, turn.row["instruction_no"]), said)


def check_turn(office: Office, order: TakeInstructionStep) -> Turn:
    """The step that may be taken. Raises NotFound, NotAllowed, or Refused with everything that is wrong."""
    problems = office.problems
    row = _found(problems, Instructions(office.connection), order.instruction_no)
    if not problems.has("step"):
        office.permit(f"instruction-step.{order.step.value}", Whose(row["department"]), "step")
    person = office.acting(order.actor)
    if not problems.has("step"):  # otherwise it could not be read, and the answer lists that already
        allowed = views.allowed_steps(office, row)
        domain.check_step(problems, order.step, InstructionState(row["state"]), allowed, order.text)
    if person is None or problems:
        raise Refused(*problems.found)
    return Turn(person, row, order.step, (order.text or "").strip() or None)


def _found(problems: Problems, kept: Instructions, instruction_no: str | None) -> RowMapping:
    """The message. Raises NotFound, or Refused when other things are wrong as well."""
    row = kept.get(instruction_no) if instruction_no else None
    if row is None:
        missing = Problem(
            "instruction_no", "There is no official message {instruction_no}.", {"instruction_no": instruction_no or ""}
        )
        if problems:
            if instruction_no:
                problems.take(missing)
            problems.refuse()
        raise NotFound(missing)
    return row


def _taken(turn: Turn) -> InstructionFact:
    """What is said of a step."""
    named: dict[str, Any] = {
        "instruction_no": turn.row["instruction_no"],
        "issuer": turn.row["issuer"],
        "to": turn.row["addressee"],
        "person": turn.person,
    }
    match turn.step:
        case InstructionStepKind.SIGN:
            return InstructionSigned(**named)
        case InstructionStepKind.ANSWER:
            return InstructionAnswered(**named, text=turn.text or "")
        case InstructionStepKind.CLOSE:
            return InstructionClosed(**named, text=turn.text)
    assert_never(turn.step)
