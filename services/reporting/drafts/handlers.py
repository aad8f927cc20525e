"""Orders about drafted letters: drafted by hand from an overdue line, sealed and sent, or not sent for a reason."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.commands import IssueInstruction
from services.contracts.ladder import LETTERS
from services.contracts.letter_drafts import (
    DraftLetter,
    DraftSettled,
    DropLetterDraft,
    Figure,
    LetterDraftState,
    SealLetter,
)
from services.contracts.vocabulary import APPLICANTS, ZONE, InstructionKind
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting.drafts import views
from services.reporting.drafts.ladder import Wish, draft
from services.reporting.drafts.store import Drafts
from services.reporting.instructions import handlers as instructions
from services.reporting.instructions.store import Instructions

# --- by hand ----------------------------------------------------------------------------------------------------------


def make(office: Office, order: DraftLetter) -> Outcome:
    """From an overdue line to a letter in one step; what waits about it already is shown instead."""
    person, problems = office.acting(order.actor), office.problems
    if office.beginning.is_trial(office.now):
        template = "The trial run lasts until {day}: lights are shown, nothing is sent before that day."
        problems.add("about", template, day=str(office.beginning.counts_from))
    overdue = [] if problems.has("about") else _overdue(office, order.about)
    if not overdue and not problems.has("about"):
        problems.add("about", "Nothing about {about} is overdue now, so there is nothing to write about.",
                     about=order.about)  # fmt: skip
    if person is None or problems:
        raise Refused(*problems.found)
    kept = Drafts(office.connection)
    wish = _wish(office, order, overdue, person.label)
    said = draft(office, wish)
    [waiting, *_] = kept.waiting_about(order.about)
    return Outcome(views.draft(office, waiting["draft_no"]), said)


def _overdue(office: Office, about: str) -> list[dict[str, Any]]:
    now = office.now.timestamp()
    running = Drafts(office.connection).running(about)
    late = [one for one in running if one["due_at"] and one["due_at"] <= now and one["clock_kind"] not in APPLICANTS]
    return sorted(late, key=lambda one: one["due_at"])


def _wish(office: Office, order: DraftLetter, overdue: list[dict[str, Any]], by: str) -> Wish:
    first, kept = overdue[0], Drafts(office.connection)
    figures = [
        Figure(
            name="due_on",
            value=str(one["due_on"] or datetime.fromtimestamp(one["due_at"], ZONE).date()),
            reference=f"{office.authority}/timer/{one['clock_id']}/{one['number']}",
        )
        for one in overdue
    ]
    items = [
        {
            "clock_id": one["clock_id"],
            "clock_kind": one["clock_kind"],
            "due_on": one["due_on"],
            "overdue_working_days": None,
        }
        for one in overdue
    ]
    department = kept.department_of(order.about) or first["department"]
    kind = order.kind or _next(office, order.about)
    return Wish(kind, order.about, office.authority, department, first["responsible"], items, figures, by=by)


def _next(office: Office, about: str) -> InstructionKind:
    """The letter after the hardest one that went out about it."""
    gone = [
        LETTERS.index(InstructionKind(row["kind"]))
        for row in Instructions(office.connection).about(about)
        if row["issuer"] == office.authority and row["kind"] in LETTERS
    ]
    return LETTERS[min(max(gone, default=-1) + 1, len(LETTERS) - 1)]


# --- the seal ---------------------------------------------------------------------------------------------------------


def seal(office: Office, order: SealLetter) -> Outcome:
    """Sealed by name: it goes out under the next number as any letter does."""
    row = _waiting(office, order.draft_no)
    if office.problems:
        office.acting(order.actor)
        raise Refused(*office.problems.found)
    letter = IssueInstruction(
        kind=InstructionKind(row["kind"]),
        to=row["addressee"],
        department=row["department"],
        title=order.title,
        text=order.text,
        about=(row["about"],),
        reply_working_days=order.reply_working_days,
        actor=order.actor,
    )
    figures = tuple(Figure(**one) for one in json.loads(row["figures"]))
    sent = instructions.send(office, letter, figures)
    settled = _settle(
        office, row, LetterDraftState.SEALED, sent.issued.person, instruction_no=sent.issued.instruction_no
    )
    return Outcome(views.draft(office, row["draft_no"]), [*sent.said, settled])


def drop(office: Office, order: DropLetterDraft) -> Outcome:
    """Not sent; the reason stays on record."""
    row = _waiting(office, order.draft_no)
    person = office.acting(order.actor)
    if person is None or office.problems:
        raise Refused(*office.problems.found)
    said = _settle(office, row, LetterDraftState.DROPPED, person, reason=order.reason)
    return Outcome(views.draft(office, row["draft_no"]), [said])


def _settle(office: Office, row: RowMapping, state: LetterDraftState, person: Any, **more: str) -> Said:
    named = {"settled_at": office.now.timestamp(), "settled_by": person.label}
    Drafts(office.connection).change(row["draft_no"], {"state": state.value} | named | more)
    event = DraftSettled(
        draft_no=row["draft_no"],
        kind=InstructionKind(row["kind"]),
        about=row["about"],
        state=state,
        person=person,
        **more,
    )
    return Said(event, office.now, person.label)


def _waiting(office: Office, draft_no: str) -> RowMapping:
    """The draft. Raises NotFound, Conflict where it is settled already, or Refused where its number cannot be read."""
    if office.problems.has("draft_no"):
        raise Refused(*office.problems.found)
    row = Drafts(office.connection).get(draft_no)
    if row is None:
        raise NotFound(Problem("draft_no", "There is no draft {draft_no}.", {"draft_no": draft_no}))
    if row["state"] != LetterDraftState.WAITING:
        facts = {"draft_no": draft_no, "state": row["state"]}
        raise Conflict(Problem("draft_no", "Draft {draft_no} waits no longer: {state}.", facts))
    return row
