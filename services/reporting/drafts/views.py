"""Drafted letters as they are shown: what they rest on, whether it has ended meanwhile, and who is on the list."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from services.contracts.ladder import LADDER, VERSION
from services.contracts.letter_drafts import LetterDraftState
from services.contracts.vocabulary import ZONE, CaseState, InstructionKind
from services.plumbing.errors import NotFound, Problem
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office
from services.reporting.drafts import listing
from services.reporting.drafts.store import Drafts, Listings
from services.reporting.instructions.store import Instructions
from services.reporting.store import case_steps, cases

_PLAIN = (
    *("draft_no", "kind", "about", "department", "responsible", "state", "ladder", "drafted_by", "settled_by"),
    *("reason", "instruction_no"),
)
_MOST = 200


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="seconds")


def _shown(office: Office, row: RowMapping) -> dict[str, Any]:
    kept = Drafts(office.connection)
    items = json.loads(row["items"])
    stops = [kept.stopped_at(one["clock_id"]) for one in items]
    case = _case(office, row["about"])
    return {
        **{name: row[name] for name in _PLAIN},
        "to": row["addressee"],
        "project_name": case.get("project_name", ""),
        "matter_name": case.get("matter_name", ""),
        "drafted_at": _moment(row["drafted_at"]),
        "settled_at": _moment(row["settled_at"]),
        "due_on": min((one["due_on"] for one in items if one["due_on"]), default=None),
        # it ended after the draft was made: a person says whether it still goes out
        "ended_at": _moment(max(at for at in stops if at)) if stops and all(stops) else None,
    }


def _case(office: Office, about: str) -> dict[str, Any]:
    row = office.connection.execute(select(cases).where(cases.c.case_no == about)).mappings().one_or_none()
    if row is None:
        return {}
    steps = case_steps.c
    first = (steps.case_no == about, steps.kind == CaseState.RECEIVED.value)
    query = select(steps.occurred_at, steps.number).where(*first)
    received = office.connection.execute(query).first()
    told = {name: row[name] for name in ("project_name", "project_code", "matter_name")}
    if received is None:
        return told
    day = datetime.fromtimestamp(received.occurred_at, ZONE).date().isoformat()
    return told | {"received_on": day, "receipt": f"{office.authority}/intake/{about}/{received.number}"}


def draft(office: Office, draft_no: str) -> dict[str, Any]:
    """One draft with what its letter is made of. Raises NotFound."""
    row = Drafts(office.connection).get(draft_no)
    if row is None:
        raise NotFound(Problem("draft_no", "There is no draft {draft_no}.", {"draft_no": draft_no}))
    case, kept = _case(office, row["about"]), Instructions(office.connection)
    figures = json.loads(row["figures"])
    if "receipt" in case:
        receipt = {"name": "received_on", "value": case["received_on"], "reference": case["receipt"]}
        figures.insert(0, receipt)
    before = [one for one in kept.about(row["about"]) if one["instruction_no"] != row["instruction_no"]]
    return _shown(office, row) | {
        "issuer": office.authority,
        "issuer_name": office.letterhead.name,
        "project_code": case.get("project_code", ""),
        "received_on": case.get("received_on"),
        "items": json.loads(row["items"]),
        "figures": figures,
        "unanswered": _letter(kept.get(row["unanswered"])) if row["unanswered"] else None,
        "letters_before": [_letter(one) for one in before],
    }


def _letter(row: RowMapping | None) -> dict[str, Any] | None:
    if row is None:
        return None
    named = {name: row[name] for name in ("instruction_no", "kind", "document_no", "state")}
    return named | {"issued_at": _moment(row["issued_at"])}


def drafts(
    office: Office,
    state: str | None = None,
    about: str | None = None,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Drafted letters, newest first, and how many wait. Problems on `state`, `kind`, `cursor` and `limit`."""
    page = Page.asked(office.problems, cursor, limit)
    for field, value, codes in (("state", state, tuple(LetterDraftState)), ("kind", kind, tuple(InstructionKind))):
        if value and value not in codes:
            office.problems.add(field, "This must be one of: {expected}.", expected=", ".join(codes))
    office.problems.refuse()
    kept = Drafts(office.connection)
    given = {name: value for name, value in (("state", state), ("about", about), ("kind", kind)) if value}
    rows = kept.listed(given, page.after, page.limit + 1)
    found = page.cut(rows, lambda row: row["draft_no"], lambda row: _shown(office, row))
    return {**found, "waiting": kept.waiting()}


def listings(office: Office) -> dict[str, Any]:
    """Who is under listed supervision here and one level below; open ones first."""
    rows = Listings(office.connection).shown(_MOST)
    return {
        "items": [
            listing.shown(row) | {"opened_at": _moment(row["opened_at"]), "closed_at": _moment(row["closed_at"])}
            for row in rows
        ]
    }


def ladder(office: Office) -> dict[str, Any]:
    """The ladder's table as it is in force here."""
    return {
        "version": VERSION,
        "repeat_days": office.letterhead.repeat_days,
        "items": [
            {
                "rung": one.rung.value,
                "tells": [who.value for who in one.tells],
                "drafts": one.drafts.value if one.drafts else None,
                "source": one.source,
            }
            for one in LADDER
        ],
    }
