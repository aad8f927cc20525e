"""Complaints as they are shown: everything but who made them."""

import json
from typing import Any

from sqlalchemy import RowMapping

from services.complaints import domain
from services.complaints.check import clock_as_of, moment
from services.complaints.domain import Progress
from services.complaints.entitlement import found, may_step
from services.complaints.referrals.store import Below, Referrals
from services.complaints.store import ComplaintRow, Complaints, Record
from services.contracts.vocabulary import CheckVerdict, ComplaintKind, ComplaintState
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office

_PLAIN = (
    *("complaint_no", "state", "kind", "urgency", "channel", "work_order_no", "place", "department"),
    *("matter_code", "matter_name", "project_code", "project_name", "check", "upheld", "satisfied"),
    *("held_by", "from_above", "number_above"),
)


def _shown(row: RowMapping | ComplaintRow) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _PLAIN},
        "complainant_name": domain.mask_name(row["name"]),
        "complainant_phone": domain.mask_phone(row["phone"]),
        "received_at": moment(row["received_at"]),
        "registered_at": moment(row["registered_at"]),
        "registered_by": row["registered_by"],
        "cases_found": len(json.loads(row["evidence"])),
    }


def complaint(office: Office, complaint_no: str) -> dict[str, Any]:
    """One complaint with its evidence, its steps, its clocks, and who was shown its maker. Raises NotFound."""
    kept, row = Complaints(office.connection), found(office, complaint_no)
    name, phone = row["name"], row["phone"]
    clocks = Record(office.connection).clocks_about([complaint_no])
    return _shown(row) | {
        "text": domain.without_person(row["text"], name, phone),
        "evidence": json.loads(row["evidence"]),
        "allowed_steps": [step for step in domain.allowed_steps(Progress.of(row)) if may_step(office, row, step)],
        "referrals": [_referral(office, one) for one in Referrals(office.connection).of(complaint_no)],
        "steps": [
            {
                "step": step["step"],
                "occurred_at": moment(step["occurred_at"]),
                "recorded_at": moment(step["recorded_at"]),
                "person": {"name": step["person"], "department": step["department"]},
                "department": step["dispatched_to"],
                "text": domain.without_person(step["text"], name, phone) if step["text"] else None,
                "upheld": step["upheld"],
                "satisfied": step["satisfied"],
            }
            for step in kept.steps_of(complaint_no)
        ],
        "clocks": [clock_as_of(clock, office.now) for clock in clocks],
        "disclosures": [
            {"at": moment(one["at"]), "shown_to": one["shown_to"], "purpose": one["purpose"]}
            for one in kept.disclosures_of(complaint_no)
        ],
    }


def _referral(office: Office, row: RowMapping) -> dict[str, Any]:
    """One sending down: who has it, and what was heard from there."""
    below = Below(office.connection).get(row["addressee"])
    return {
        "round": row["round"],
        "to": row["addressee"],
        "to_name": below["name"] if below is not None else "",
        "number_below": row["number_below"],
        "check": row["check"],
        "cases_found": row["cases_found"],
        **{name: moment(row[name]) for name in ("sent_at", "arrived_at", "signed_at", "answered_at", "returned_at")},
        "reason": row["reason"],
    }


def complaints(
    office: Office,
    state: str | None = None,
    kind: str | None = None,
    department: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The complaints, newest first. Problems on `state`, `kind`, `cursor` and `limit`."""
    page = Page.asked(office.problems, cursor, limit)
    for field, value, known in (("state", state, ComplaintState), ("kind", kind, ComplaintKind)):
        if value and value not in {member.value for member in known}:
            office.problems.add(
                field, "This must be one of: {expected}.", expected=", ".join(member.value for member in known)
            )
    office.problems.refuse()
    given = {"state": state, "kind": kind, "department": department}
    rows = Complaints(office.connection).listed(
        {name: value for name, value in given.items() if value}, q, page.after, page.limit + 1
    )
    return page.cut(rows, lambda row: str(row["complaint_no"]), _shown)


def counts(office: Office) -> dict[str, Any]:
    """How many are open, by type and by state, and how many of all found no case on record."""
    by_kind: dict[str, int] = {}
    by_state: dict[str, int] = {}
    opened = without_case = 0
    for state, kind, check, count in Complaints(office.connection).counted():
        by_state[state] = by_state.get(state, 0) + count
        if check == CheckVerdict.NO_CASE_EXISTS:
            without_case += count
        if state not in (ComplaintState.CLOSED, ComplaintState.GIVEN_BACK):
            opened += count
            by_kind[kind] = by_kind.get(kind, 0) + count
    return {"open": opened, "by_kind": by_kind, "by_state": by_state, "without_case": without_case}
