"""Official messages as they are shown: who sent them to whom, their light, and every step with both times."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.moments import Moments
from services.contracts.rights import Whose, barred
from services.contracts.vocabulary import ZONE, InstructionKind, InstructionState, InstructionStepKind
from services.plumbing.errors import NotFound, Problem
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office
from services.reporting.instructions import domain
from services.reporting.instructions.store import Instructions, Subtree, told_light

_PLAIN = (
    *("instruction_no", "kind", "document_no", "issuer", "department", "title", "reply_working_days"),
    *("state", "issued_by"),
)
DIRECTIONS = ("sent", "received")


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="seconds")


def _shown(office: Office, row: RowMapping, names: Mapping[str, str], clocks: Sequence[RowMapping]) -> dict[str, Any]:
    state = InstructionState(row["state"])
    moments = [
        Moments(
            one["yellow_at"], one["due_at"], one["stopped_at"], told_light(one), one["due_at"] is one["due_on"] is None
        )
        for one in clocks
    ]
    running = [one for one in clocks if one["stopped_at"] is None and one["due_on"]]
    return {
        **{name: row[name] for name in _PLAIN},
        "to": row["addressee"],
        "issuer_name": names.get(row["issuer"], ""),
        "to_name": names.get(row["addressee"], ""),
        "direction": "sent" if row["issuer"] == office.authority else "received",
        "about": json.loads(row["about"]),
        "issued_at": _moment(row["issued_at"]),
        "arrived_at": _moment(row["arrived_at"]),
        "light": domain.light(moments, state, office.now.timestamp()).value,
        "due_on": min((one["due_on"] for one in running), default=None),
    }


def instruction(office: Office, instruction_no: str) -> dict[str, Any]:
    """One official message with its text, its steps and what may be done here now. Raises NotFound."""
    kept = Instructions(office.connection)
    row = kept.get(instruction_no)
    if row is None:
        named = {"instruction_no": instruction_no}
        raise NotFound(Problem("instruction_no", "There is no official message {instruction_no}.", named))
    clocks = kept.clocks_of([instruction_no]).get(instruction_no, [])
    return _shown(office, row, Subtree(office.connection).names(), clocks) | {
        "text": row["text"],
        "figures": json.loads(row["figures"]),
        "letterhead": row["issuer_name"],
        "allowed_steps": allowed_steps(office, row),
        "steps": [
            {
                "step": step["step"],
                "occurred_at": _moment(step["at"]),
                "recorded_at": _moment(step["recorded_at"]),
                "person": {"name": step["person"], "department": step["department"]},
                "text": step["text"],
            }
            for step in kept.steps_of(instruction_no)
        ],
    }


def allowed_steps(office: Office, row: RowMapping) -> list[InstructionStepKind]:
    """What the caller may do now with an official message; who is no caller at all closes none."""
    one = domain.Instruction(row["issuer"], row["addressee"], InstructionState(row["state"]))
    return [
        step
        for step in domain.allowed_steps(one, office.authority)
        if barred(f"instruction-step.{step.value}", office.caller, Whose(row["department"])) is None
        and (office.caller.role or step is not InstructionStepKind.CLOSE)
    ]


def instructions(
    office: Office,
    direction: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    about: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The official messages, newest first; `about`: of one case or complaint.

    Problems on `direction`, `kind`, `state`, `cursor` and `limit`.
    """
    page = Page.asked(office.problems, cursor, limit)
    known = (
        ("direction", direction, DIRECTIONS),
        ("kind", kind, tuple(InstructionKind)),
        ("state", state, tuple(InstructionState)),
    )
    for field, value, codes in known:
        if value and value not in codes:
            office.problems.add(field, "This must be one of: {expected}.", expected=", ".join(map(str, codes)))
    after = _place(page.after)
    if page.after and after is None and not office.problems.has("cursor"):
        office.problems.add("cursor", "This cursor is not one that was handed out here.")
    office.problems.refuse()
    kept = Instructions(office.connection)
    given = {"kind": kind, "state": state} | ({_SIDES[direction]: office.authority} if direction else {})
    rows = kept.listed({name: value for name, value in given.items() if value}, after, page.limit + 1, about)
    names = Subtree(office.connection).names()
    clocks = kept.clocks_of([row["instruction_no"] for row in rows])
    return page.cut(
        rows,
        lambda row: f"{row['at']!r} {row['instruction_no']}",
        lambda row: _shown(office, row, names, clocks.get(row["instruction_no"], [])),
    )


_SIDES: Mapping[str, str] = {"sent": "issuer", "received": "addressee"}


def _place(after: str | None) -> tuple[float, str] | None:
    at, _, number = (after or "").partition(" ")
    try:
        return (float(at), number) if number else None
    except ValueError:
        return None


def addressees(office: Office) -> dict[str, Any]:
    """The authorities below that a message can be sent to."""
    rows = Subtree(office.connection).joined_ones()
    return {"items": [{name: row[name] for name in ("code", "name", "level", "via")} for row in rows]}
