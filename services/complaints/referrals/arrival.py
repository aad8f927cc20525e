"""Decides what becomes of a complaint that is sent down to us: registered and checked at once, or given back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.complaints import domain
from services.complaints.check import Checked, check
from services.complaints.referrals.seal import new_key, public_text, unseal
from services.complaints.referrals.store import OwnKey, Referrals
from services.complaints.store import Complaints, Record
from services.contracts.complaints import ComplaintDispatched, ComplaintRegistered
from services.contracts.forwarding import SuperiorNamed
from services.contracts.quantities import RecordedPerson
from services.contracts.referrals import (
    ConfidantNamed,
    ReferralAnswered,
    ReferralRegistered,
    ReferralReturned,
    ReferralSent,
    ReferralSigned,
)
from services.contracts.vocabulary import ZONE, ComplaintState, ComplaintStepKind
from services.plumbing.errors import Problems, Unreadable
from services.plumbing.log import log
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said

Row = dict[str, Any]


def superior_named(office: Office, fact: Fact[Any]) -> Outcome:
    """Whoever is above may have to tell us who complained: we name the key for that, once."""
    event, own = fact.event, OwnKey(office.connection)
    assert isinstance(event, SuperiorNamed)
    if not event.superior or own.get() is not None:
        return NOTHING
    private = new_key()
    own.keep(private, office.now.timestamp())
    return Outcome(said=[Said(ConfidantNamed(code=office.authority, public_key=public_text(private)), office.now)])


# --- it arrives -------------------------------------------------------------------------------------------------------


def arrives(office: Office, fact: Fact[Any]) -> Outcome:
    """Registered here under a number of our own and held against our record, whatever the record above has shown."""
    event, sender = fact.event, fact.envelope.authority
    assert isinstance(event, ReferralSent)
    if event.to != office.authority or not event.complaint_no.startswith(f"{sender}-"):
        return NOTHING
    kept, before = Complaints(office.connection), Referrals(office.connection).arrived_as(event.complaint_no)
    matter = event.matter_code or event.matter_name
    found = check(Record(office.connection), event.project_code, event.project_name, matter, office.now)
    department = event.department or _one_of(case["department"] for case in found.cases)
    said: list[Said] = []
    if before is None:
        number = _register(office, event, sender, found, department)
        registered = _registered(office, number, found)
        said.append(Said(registered, office.now, event.person.label))
    else:
        number = before
        kept.change(number, _open_again(office, event, department))
    kept.add_step(
        number,
        {
            "step": ComplaintStepKind.DISPATCH.value,
            "occurred_at": office.now.timestamp(),
            "recorded_at": office.now.timestamp(),
            "person": event.person.name,
            "department": event.person.department,
            "dispatched_to": department or None,
            "text": event.note,
            "upheld": None,
            "satisfied": None,
        },
    )
    dispatched = ComplaintDispatched(complaint_no=number, person=event.person, department=department)
    told = {"check": found.verdict, "cases_found": len(found.cases), "own_no": number}
    named = {"complaint_no": event.complaint_no, "to": event.to, "round": event.round}
    return Outcome(
        said=[
            *said,
            Said(dispatched, office.now, event.person.label),
            Said(ReferralRegistered.model_validate(named | told), office.now),
        ]
    )


def _register(office: Office, event: ReferralSent, sender: str, found: Checked, department: str) -> str:
    kept, year = Complaints(office.connection), office.now.astimezone(ZONE).year
    serial = kept.next_serial(year)
    number = f"{office.authority}-T{year}-{serial:06d}"
    name, phone = _person(office, event)
    project = found.projects[0] if len(found.projects) == 1 else None
    kept.add(
        {
            "complaint_no": number,
            "year": year,
            "serial": serial,
            "kind": event.kind.value,
            "urgency": event.urgency.value,
            "channel": event.channel,
            "place": event.place,
            "matter_code": event.matter_code,
            "matter_name": event.matter_name,
            "project_code": project["project_code"] if project else event.project_code,
            "project_name": project["project_name"] if project else event.project_name,
            "check": found.verdict,
            "received_at": office.now.timestamp(),
            "registered_at": office.now.timestamp(),
            "registered_by": event.person.label,
            "from_above": sender,
            "number_above": event.complaint_no,
            "text": event.text,
            "name": name,
            "phone": phone,
        }
        | _open_again(office, event, department),
        found.cases,
    )
    return number


def _open_again(office: Office, event: ReferralSent, department: str) -> dict[str, Any]:
    """As it stands after each sending; who complained may come with a later one."""
    changes = {
        "state": ComplaintState.DISPATCHED.value,
        "department": department,
        "last_step_at": office.now.timestamp(),
        "round_above": event.round,
        "upheld": None,
        "satisfied": None,
        "held_by": None,
    }
    if event.round > 1 and event.sealed_person is not None:
        changes["name"], changes["phone"] = _person(office, event)
    return changes


def _person(office: Office, event: ReferralSent) -> tuple[str | None, str | None]:
    """Who complained, where it came with it and is for us; what does not open is nobody's and stops nothing."""
    private = OwnKey(office.connection).get()
    if event.sealed_person is None or private is None:
        return None, None
    try:
        return unseal(private, event.sealed_person, event.complaint_no, office.authority)
    except Unreadable as wrong:
        log.error("complaint.person-does-not-open", complaint=event.complaint_no, why=str(wrong))
        return None, None


def _registered(office: Office, number: str, found: Checked) -> ComplaintRegistered:
    row = Complaints(office.connection).get(number)
    assert row is not None
    names = ("complaint_no", "kind", "urgency", "channel", "place", "department", "matter_code", "matter_name")
    more = ("project_code", "project_name", "check", "from_above", "number_above")
    return ComplaintRegistered(**{name: row[name] for name in (*names, *more)}, cases=found.as_told())


def _one_of(departments: Iterable[str]) -> str:
    known = set(departments)
    return known.pop() if len(known) == 1 else ""


# --- what we say of it ------------------------------------------------------------------------------------------------


def reply(
    office: Office,
    row: Row,
    step: ComplaintStepKind,
    person: RecordedPerson,
    text: str | None = None,
    upheld: bool | None = None,
    at: datetime | None = None,
) -> list[Said]:
    """What goes up of a step on a complaint that came from above; nothing for any other complaint or step."""
    if row["from_above"] is None:
        return []
    words = domain.without_person(text or "", row["name"], row["phone"])
    facts: dict[str, Any] = {
        "complaint_no": row["number_above"],
        "to": office.authority,
        "round": row["round_above"],
        "own_no": row["complaint_no"],
        "person": person,
    }
    event: ReferralSigned | ReferralAnswered | ReferralReturned
    match step:
        case ComplaintStepKind.SIGN:
            event = ReferralSigned(**facts)
        case ComplaintStepKind.ANSWER:
            event = ReferralAnswered(**facts, upheld=bool(upheld), text=words)
        case ComplaintStepKind.GIVE_BACK:
            event = ReferralReturned(**facts, reason=words)
        case _:
            return []
    return [Said(event, at or office.now, person.label)]


SIGN_CLOCK = "complaint_sign"


def check_giving_back(problems: Problems, clocks: Iterable[RowMapping], now: datetime) -> None:
    """Adds a problem when the working day for giving it back is over; signing has the same day, so its clock counts."""
    due = max((one["due_at"] for one in clocks if one["clock_kind"] == SIGN_CLOCK and one["due_at"]), default=None)
    if due is not None and due <= now.timestamp():
        ended = datetime.fromtimestamp(due, ZONE).isoformat(timespec="minutes")
        problems.add("step", "The time for giving it back ended at {ended}: sign for it and answer.", ended=ended)
