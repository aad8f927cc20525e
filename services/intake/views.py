"""Answers about projects, the catalogue and cases with their history, in pages."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, or_, select

from services.contracts.names import folded
from services.contracts.offices import spelt
from services.contracts.rights import barred
from services.contracts.vocabulary import CaseNo, CaseState
from services.intake import corrections, endings, entitlement, late_entries, removals, undertakings
from services.intake.catalogues.pauses import PauseRight, in_force
from services.intake.catalogues.receipt import matter_at_receipt
from services.intake.entitlement import RECEIPT
from services.intake.offices.register import Register
from services.intake.projects import no_project
from services.intake.steps import HELD_ELSEWHERE
from services.intake.store import Records, as_case, moment
from services.intake.tables import cases, projects
from services.plumbing.errors import NotFound, Problem
from services.plumbing.switchboard import Office

MOST_ON_A_PAGE = 200


# --- pages ------------------------------------------------------------------------------------------------------------


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key(office: Office, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        office.problems.add("cursor", "This cursor was not given out here.")
        return None


def _check_limit(office: Office, limit: int) -> int:
    if not 1 <= limit <= MOST_ON_A_PAGE:
        office.problems.add("limit", "A page holds 1 to {most} items.", most=MOST_ON_A_PAGE)
    return limit


def _page(office: Office, query: Select[Any], limit: int, key: str) -> tuple[list[dict[str, Any]], str | None]:
    """One more row than asked for tells whether another page follows."""
    rows = [dict(row) for row in office.connection.execute(query.limit(limit + 1)).mappings()]
    page = rows[:limit]
    return page, _cursor(page[-1][key]) if len(rows) > limit else None


# --- projects and catalogue -------------------------------------------------------------------------------------------


def _project(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if name != "found_by"}
    return {**told, "registered_at": moment(row["registered_at"]).isoformat()}


def project(office: Office, project_code: str) -> dict[str, Any]:
    """One project. Raises NotFound."""
    found = Records(office.connection).projects([project_code]).get(project_code)
    if found is None:
        raise NotFound(no_project(project_code))
    return _project(found)


def project_page(
    office: Office, q: str | None = None, library: str | None = None, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """Projects by code; `q` is found in the code, the name and the owner."""
    after, limit = _key(office, cursor), _check_limit(office, limit)
    office.problems.refuse()
    query = select(projects).order_by(projects.c.project_code)
    if words := folded(q or ""):
        query = query.where(projects.c.found_by.contains(words, autoescape=True))
    if library:
        query = query.where(projects.c.library == library)
    if after is not None:
        query = query.where(projects.c.project_code > after)
    rows, following = _page(office, query, limit, "project_code")
    return {"items": [_project(row) for row in rows], "next": following}


def receivable(office: Office) -> dict[str, Any]:
    """The codes of the matters for which the caller may take applications in."""
    matters, caller = Records(office.connection).matters(), entitlement.caller_now(office)
    found = {code: entitlement.whose_matter(office, one["department"]) for code, one in matters.items()}
    return {"codes": [code for code, whose in found.items() if barred(RECEIPT, caller, whose) is None]}


# --- cases ------------------------------------------------------------------------------------------------------------

_CASES = select(cases, projects.c.project_name, projects.c.owner_name).join(
    projects, projects.c.project_code == cases.c.project_code
)


def _case(row: Mapping[str, Any]) -> dict[str, Any]:
    state = CaseState(row["state"])
    kept = (
        *("case_no", "project_code", "project_name", "owner_name", "matter_code", "matter_name", "list_number"),
        "department",
    )
    return {
        **{name: row[name] for name in kept},
        "handler": {"name": row["handler_name"], "department": row["handler_department"]},
        "limit": {"amount": row["limit_amount"], "unit": row["limit_unit"]},
        "received_at": moment(row["received_at"]).isoformat(),
        "received_on": row["received_on"],
        "channel": row["channel"],
        "external_no": row["external_no"],
        "state": state.value,
        "state_name": state.msgid,
        "blzt": row["blzt"],
        "round": row["round"],
        "effective_on": row["effective_on"],
        "follows": row["follows"] or None,
        "complete_by": row["complete_by"],
        "is_unnamed": bool(row["is_unnamed"]),
        "above": _above(row),
        "decided_by": row["decided_by"] or None,
        "forward_to": row["forward_to"] or None,
        "forwarded_from": row["forwarded_from"] or None,
        "origin": CaseNo(row["origin_case_no"] or row["case_no"]).authority,
        "origin_case_no": row["origin_case_no"] or row["case_no"],
        "held_by": row["held_by"] or CaseNo(row["case_no"]).authority,
        "held_since": moment(row["held_since"] or row["received_at"]).isoformat(),
    }


def _above(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where it stands above, as that has last told, while it is there."""
    told: dict[str, Any] | None = json.loads(row["above"]) if row["above"] else None
    if told is None or CaseState(row["state"]) not in HELD_ELSEWHERE:
        return None
    return told | {"since": moment(told["since"]).isoformat()}


def _step(row: Mapping[str, Any]) -> dict[str, Any]:
    person = {"name": row["person_name"], "department": row["person_department"]}
    new = {"name": row["new_handler_name"], "department": row["new_handler_department"]}
    return {
        "step": row["step"],
        "blzt": row["blzt"],
        "round": row["round"],
        "occurred_at": moment(row["occurred_at"]).isoformat(),
        "recorded_at": moment(row["recorded_at"]).isoformat(),
        "handler": person,
        "new_handler": new if row["new_handler_name"] else None,
        "reason": row["reason"],
        "remedies": row["remedies"],
        "document_no": row["document_no"],
        "defects": json.loads(row["defects"]) if row["defects"] else [],
        "note": row["note"],
        "complete_by": row["complete_by"],
        "clock_id": row["clock_id"],
        "held_by": row["held_by"],
        **dict.fromkeys(_MORE),
        **_details(row["details"]),
    }


#: What single steps say beyond the columns of their line.
_MORE = (
    *("longer_by", "given", "ground", "planned", "document_on", "law", "objection"),
    *("material", "passed", "because"),
    *("departments", "limit", "waiver", "covered_by"),
)


def _details(kept: str | None) -> dict[str, Any]:
    """What a step says beyond the columns of its line; why the count runs on, as a problem is told."""
    told: dict[str, Any] = json.loads(kept) if kept else {}
    params = told.pop("params", {})
    if "objection" in told:
        told["objection"] = {"template": told["objection"], "params": params}
    return {name: value for name, value in told.items() if name in _MORE}


def _holders(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who has held the case since when, in the order in which the record learnt it."""
    return [
        {"held_by": one["held_by"], "held_since": moment(one["held_at"] or one["occurred_at"]).isoformat()}
        for one in history
        if one["held_by"]
    ]


def case(office: Office, case_no: str) -> dict[str, Any]:
    """One case with its history, the steps that the caller may take now, and why not the others. Raises NotFound."""
    row = office.connection.execute(_CASES.where(cases.c.case_no == case_no)).mappings().one_or_none()
    if row is None:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": case_no}))
    records = Records(office.connection)
    history = records.history([case_no])[case_no]
    found = as_case(row)
    matter, at_receipt = records.matter(row["matter_code"]) or {}, matter_at_receipt(records, found)
    standing = corrections.effective(history)
    offered = [
        step
        for step in found.allowed()
        if undertakings.has_sense(step, at_receipt, standing) and removals.fits(records, found, step)
    ]
    objections = {step: entitlement.against(office, found, step) for step in offered}
    return _case(dict(row)) | {
        "reviewing": list(matter.get("reviewing") or ()),
        "pauses": [_pause(one) for one in in_force(at_receipt.pauses).values()],
        **undertakings.told(standing),
        **undertakings.terms(at_receipt),
        "end_grounds": {step.value: list(grounds) for step, grounds in endings.GROUNDS.items()},
        "steps": [_step(one) for one in history],
        "holders": _holders(history),
        "followed_by": records.followers(case_no),
        "handed_to": asdict(found.handed_to) if found.handed_to else None,
        "late_entries": late_entries.told(history),
        "corrections": corrections.told(history),
        "correctable_lines": corrections.correctable(found, history),
        "allowed_steps": [step.value for step, objection in objections.items() if objection is None],
        "barred_steps": [
            {"step": step.value, "template": objection.template, "params": dict(objection.params)}
            for step, objection in objections.items()
            if objection is not None
        ],
    }


def _pause(right: PauseRight) -> dict[str, Any]:
    longest = {"amount": right.longest.amount, "unit": right.longest.unit} if right.longest else None
    return {"ground": right.ground.value, "law": right.law, "longest": longest}


def _known_department(office: Office, wanted: str | None) -> str | None:
    """The department as the register spells it; one that nobody knows is a problem, with those that come near."""
    register = Register(office.connection)
    if not wanted or not register.departments:
        return wanted
    name = spelt(wanted, register.departments)
    if name not in register.departments:
        register.check_department("department", wanted, office.problems)
    return name


def case_page(
    office: Office,
    project_code: str | None = None,
    matter_code: str | None = None,
    department: str | None = None,
    state: str | None = None,
    held_by: str | None = None,
    forwarded_from: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Cases, the newest number first; `q` is found in the case number and the project's code, name and owner."""
    before, limit = _key(office, cursor), _check_limit(office, limit)
    if state and state not in set(CaseState):
        expected = ", ".join(one.value for one in CaseState)
        office.problems.add("state", "This must be one of: {expected}.", expected=expected)
    department = _known_department(office, department)
    office.problems.refuse()
    query = _CASES.order_by(cases.c.case_no.desc())
    wanted = {
        cases.c.project_code: project_code,
        cases.c.matter_code: matter_code,
        cases.c.department: department,
        cases.c.state: state,
        cases.c.held_by: held_by,
        cases.c.forwarded_from: forwarded_from,
    }
    for column, value in wanted.items():
        if value:
            query = query.where(column == value)
    if words := folded(q or ""):
        names = (cases.c.case_no, projects.c.found_by)
        query = query.where(or_(*(name.contains(words, autoescape=True) for name in names)))
    if before is not None:
        query = query.where(cases.c.case_no < before)
    rows, following = _page(office, query, limit, "case_no")
    return {"items": [_case(row) for row in rows], "next": following}
