"""Decides what becomes of a complaint: checked at once, taken step by step, and who is shown its maker."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.complaints import domain, views
from services.complaints.check import check
from services.complaints.referrals import arrival, closure, dispatch
from services.complaints.store import Complaints, Record
from services.contracts.commands import RegisterComplaint, ShowPerson, TakeComplaintStep
from services.contracts.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDispatched,
    ComplaintGivenBack,
    ComplaintRegistered,
    ComplaintRevisited,
    ComplaintSigned,
    ComplaintStep,
    PersonDisclosed,
)
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ZONE, ComplaintState, ComplaintStepKind
from services.plumbing.errors import Conflict, NotAllowed, NotFound, Problem, Problems
from services.plumbing.switchboard import Office, Outcome, Said

# --- registering ------------------------------------------------------------------------------------------------------


def register(office: Office, order: RegisterComplaint) -> Outcome:
    """Take a complaint in, check it against the record, and say what was found."""
    person = office.acting(order.actor)
    received_at = order.received_at or office.now
    name, phone = _blank(order.complainant_name), _blank(order.complainant_phone)
    work_order, code = _blank(order.work_order_no), _blank(order.project_code)
    called, matter = _blank(order.project_name), _blank(order.matter)
    _check(office, order, name, phone)
    domain.check_time(office.problems, "received_at", received_at, office.now)
    office.problems.refuse()
    assert person is not None  # otherwise there was a problem
    kept = Complaints(office.connection)
    if work_order and (before := kept.by_work_order(work_order)):
        raise Conflict(
            Problem(
                "work_order_no",
                "Work order {work_order_no} is registered already as complaint {complaint_no}.",
                {"work_order_no": work_order, "complaint_no": before},
            )
        )
    found = check(Record(office.connection), code, called, matter, office.now)
    year = office.now.astimezone(ZONE).year
    serial = kept.next_serial(year)
    number = f"{office.authority}-T{year}-{serial:06d}"

    # What somebody typed may name the person where nobody expects it; what travels is read as typed, but for that.
    def said(typed: str | None) -> str | None:
        return None if typed is None else domain.without_person(typed, name, phone)

    project = found.projects[0] if len(found.projects) == 1 else None
    matters = {(case["matter_code"], case["matter_name"]) for case in found.cases} if matter else set()
    matter_code, matter_name = matters.pop() if len(matters) == 1 else (None, said(matter))
    departments = {case["department"] for case in found.cases}
    department = said(order.department) or (departments.pop() if len(departments) == 1 else "")
    facts: dict[str, Any] = {
        "complaint_no": number,
        "kind": order.kind.value,
        "urgency": order.urgency.value,
        "channel": said(order.channel),
        "place": said(order.place),
        "work_order_no": work_order,
        "department": department,
        "matter_code": matter_code,
        "matter_name": matter_name,
        "project_code": project["project_code"] if project else code,
        "project_name": project["project_name"] if project else said(called),
        "check": found.verdict,
    }
    own = {
        "year": year,
        "serial": serial,
        "state": ComplaintState.REGISTERED.value,
        "received_at": received_at.timestamp(),
        "registered_at": office.now.timestamp(),
        "registered_by": person.label,
        "last_step_at": received_at.timestamp(),
        "text": order.text,
        "name": name,
        "phone": phone,
    }
    kept.add(facts | own, found.cases)
    event = ComplaintRegistered(**facts, cases=found.as_told())
    answer = views.complaint(office, number) | {"other_cases": found.other_cases}
    return Outcome(answer, [Said(event, received_at, person.label)])


def _blank(typed: str | None) -> str | None:
    return (typed or "").strip() or None


def _check(office: Office, order: RegisterComplaint, name: str | None, phone: str | None) -> None:
    """Everything about a new complaint that does not need the record."""
    problems = office.problems
    if not _blank(order.project_code) and not _blank(order.project_name):
        for field in ("project_code", "project_name"):
            if not problems.has(field):
                problems.add(field, "Give the project's code or its name: without one nothing can be checked.")
    for field, value in (("project_name", order.project_name), ("matter", order.matter)):
        if _blank(value) and len(domain.squeeze(value or "")) < domain.SHORTEST_NAME:
            problems.add(
                field, "This is too short to look for; at least {least} characters.", least=domain.SHORTEST_NAME
            )
    for field, value in (("text", order.text), ("place", order.place)):
        if not office.problems.has(field) and not value.strip():
            problems.add(field, "This may not be empty.")
    if name and len(name) > 60:
        problems.add("complainant_name", "This is longer than {max_length} characters.", max_length=60)
    if phone and not domain.looks_like_a_telephone(phone):
        problems.add("complainant_phone", "This does not look like a telephone number.")
    for field, value in (("work_order_no", order.work_order_no), ("project_code", order.project_code)):
        if value and domain.names_the_person(value, name, phone):
            problems.add(field, "This contains the complainant's name or telephone, which may not travel.")


# --- steps ------------------------------------------------------------------------------------------------------------


def take_step(office: Office, order: TakeComplaintStep) -> Outcome:
    """Dispatch, sign, answer, revisit or close: in order, by a named person, at a time that can be."""
    person = office.acting(order.actor)
    kept = Complaints(office.connection)
    row = _found(office.problems, kept, order.complaint_no)
    occurred_at = order.occurred_at or office.now
    place = domain.place_of(row["from_above"], row["held_by"])
    if order.step is ComplaintStepKind.DISPATCH:
        dispatch.check_dispatch(office, order, row)
    if not office.problems.has("step"):  # otherwise it could not be read, and the answer lists that already
        sent_to = order.department or order.authority
        domain.check_step(
            office.problems,
            order.step.value,
            ComplaintState(row["state"]),
            row["satisfied"],
            {"department": sent_to, "text": order.text, "upheld": order.upheld, "satisfied": order.satisfied},
            None if office.problems.has("occurred_at") else occurred_at,
            datetime.fromtimestamp(row["last_step_at"], ZONE),
            office.now,
            place,
        )
        if order.step is ComplaintStepKind.GIVE_BACK:
            clocks = Record(office.connection).clocks_about([row["complaint_no"]])
            arrival.check_giving_back(office.problems, clocks, office.now)
    office.problems.refuse()
    assert person is not None
    changes: dict[str, Any] = {
        "state": domain.STEPS[order.step.value].leads_to.value,
        "last_step_at": occurred_at.timestamp(),
    }
    if order.step is ComplaintStepKind.DISPATCH:
        changes |= {"department": _sent_to(office, order, row), "held_by": order.authority}
    elif order.step is ComplaintStepKind.ANSWER:
        changes |= {"upheld": order.upheld, "satisfied": None}
    elif order.step is ComplaintStepKind.REVISIT:
        changes["satisfied"] = order.satisfied
    kept.change(row["complaint_no"], changes)
    kept.add_step(
        row["complaint_no"],
        {
            "step": order.step.value,
            "occurred_at": occurred_at.timestamp(),
            "recorded_at": office.now.timestamp(),
            "person": person.name,
            "department": person.department,
            "dispatched_to": changes.get("department"),
            "text": order.text,
            "upheld": order.upheld if order.step is ComplaintStepKind.ANSWER else None,
            "satisfied": order.satisfied if order.step is ComplaintStepKind.REVISIT else None,
        },
    )
    said = [Said(_event(order, row | changes, person), occurred_at, person.label)]
    said += _to_other_levels(office, order, row, changes, person, occurred_at)
    return Outcome(views.complaint(office, row["complaint_no"]), said)


def _to_other_levels(
    office: Office,
    order: TakeComplaintStep,
    row: dict[str, Any],
    changes: dict[str, Any],
    person: RecordedPerson,
    at: datetime,
) -> list[Said]:
    """What those above and below are told of a step."""
    said = arrival.reply(office, row, order.step, person, order.text, order.upheld, at)
    moves = order.step is ComplaintStepKind.DISPATCH and order.authority != row["held_by"]
    if row["held_by"] and (moves or order.step is ComplaintStepKind.CLOSE):
        said += closure.close_below(office, row, person)
    if order.step is ComplaintStepKind.DISPATCH and order.authority:
        said += dispatch.send(office, order, row, changes["department"], person)
    return said


def _event(order: TakeComplaintStep, now: dict[str, Any], person: RecordedPerson) -> ComplaintStep:
    """What travels of a step: who and what became of it, never the words."""
    number = order.complaint_no
    if order.step is ComplaintStepKind.DISPATCH:
        sent_to = {"department": now["department"], "authority": now["held_by"]}
        return ComplaintDispatched.model_validate({"complaint_no": number, "person": person} | sent_to)
    if order.step is ComplaintStepKind.SIGN:
        return ComplaintSigned(complaint_no=number, person=person)
    if order.step is ComplaintStepKind.ANSWER:
        return ComplaintAnswered(complaint_no=number, person=person, upheld=now["upheld"])
    if order.step is ComplaintStepKind.REVISIT:
        return ComplaintRevisited(complaint_no=number, person=person, satisfied=now["satisfied"])
    if order.step is ComplaintStepKind.GIVE_BACK:
        reason = domain.without_person(order.text or "", now["name"], now["phone"])
        return ComplaintGivenBack(complaint_no=number, person=person, note=reason)
    return ComplaintClosed(complaint_no=number, person=person, upheld=bool(now["upheld"]))


def _sent_to(office: Office, order: TakeComplaintStep, row: dict[str, Any]) -> str:
    """The department as it is kept and told; of an authority without one, the authority's name."""
    if not order.department and order.authority:
        return dispatch.name_of(office, order.authority)
    return domain.without_person(order.department or "", row["name"], row["phone"])


def _found(problems: Problems, kept: Complaints, complaint_no: str | None) -> dict[str, Any]:
    """The complaint. Raises NotFound, or Refused when other things are wrong as well."""
    row: RowMapping | None = kept.get(complaint_no) if complaint_no else None
    if row is None:
        missing = Problem("complaint_no", "There is no complaint {complaint_no}.", {"complaint_no": complaint_no or ""})
        if problems:
            if complaint_no:
                problems.found.append(missing)
            problems.refuse()
        raise NotFound(missing)
    return dict(row)


# --- who complained ---------------------------------------------------------------------------------------------------


def show_person(office: Office, order: ShowPerson) -> Outcome:
    """Name and telephone in full, to a role that may, for a stated purpose; every showing is recorded."""
    if office.caller.role not in domain.MAY_SEE_PERSONS:
        raise NotAllowed(Problem("", "Only a supervisor may be shown who complained."))
    person = office.acting(order.actor)
    if not office.problems.has("purpose") and len(order.purpose.strip()) < 4:
        office.problems.add("purpose", "Say for what purpose, in at least {least} characters.", least=4)
    kept = Complaints(office.connection)
    row = _found(office.problems, kept, order.complaint_no)
    office.problems.refuse()
    assert person is not None
    if row["name"] is None and row["phone"] is None:
        raise NotFound(Problem("complaint_no", "Nobody gave a name or a telephone with this complaint."))
    purpose = domain.without_person(order.purpose.strip(), row["name"], row["phone"])
    kept.add_disclosure(
        row["complaint_no"],
        {
            "at": office.now.timestamp(),
            "shown_to": person.label,
            "token_id": office.caller.token_id,
            "purpose": purpose,
        },
    )
    event = PersonDisclosed(complaint_no=row["complaint_no"], shown_to=person.label, purpose=purpose)
    answer = {
        "complaint_no": row["complaint_no"],
        "complainant_name": row["name"],
        "complainant_phone": row["phone"],
        "shown_to": person.label,
        "purpose": purpose,
    }
    return Outcome(answer, [Said(event, office.now, person.label)])
