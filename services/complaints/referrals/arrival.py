"""Complaints that are sent down to us: registered and checked at once, and what goes up of their steps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping

from services.complaints import domain
from services.complaints.check import Checked, check
from services.complaints.notebook import Notebook
from services.complaints.referrals.confidant import Confidant
from services.complaints.referrals.seal import unseal
from services.complaints.referrals.store import Referrals
from services.complaints.store import ComplaintRow, Complaints, Record
from services.contracts.complaints import ComplaintDispatched, ComplaintRegistered
from services.contracts.forwarding import SuperiorNamed
from services.contracts.quantities import RecordedPerson
from services.contracts.referrals import (
    ReferralAnswered,
    ReferralRegistered,
    ReferralReturned,
    ReferralSent,
    ReferralSigned,
)
from services.contracts.vocabulary import ZONE, ClockKind, ComplaintState, ComplaintStepKind
from services.plumbing.errors import Problems, Unreadable
from services.plumbing.log import log
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def superior_named(office: Office, fact: Fact[SuperiorNamed]) -> Outcome:
    """Whoever is above may have to tell us who complained: we name the key for that, once."""
    own = Confidant(office.connection, office.keys)
    return NOTHING if not fact.event.superior or own.is_named() else own.name(office)


# --- it arrives -------------------------------------------------------------------------------------------------------


def arrives(office: Office, fact: Fact[ReferralSent]) -> Outcome:
    """Registered here under a number of our own and held against our record, whatever the record above has shown."""
    event, sender = fact.event, fact.envelope.authority
    if event.to != office.authority or not event.complaint_no.startswith(f"{sender}-"):
        return NOTHING
    matter = event.matter_code or event.matter_name
    Notebook.of(office).close()  # what the same batch has told of the record is looked at as well
    found = check(Record(office.connection), event.project_code, event.project_name, matter, office.now)
    department = event.department or found.only_department
    number, said = _kept(office, event, sender, found, department)
    Complaints(office.connection).add_step(
        number,
        ComplaintStepKind.DISPATCH,
        event.person,
        office.now,
        office.now,
        dispatched_to=department or None,
        text=event.note,
    )
    dispatched = ComplaintDispatched(complaint_no=number, person=event.person, department=department)
    told = {**found.as_said(), "cases_found": len(found.cases), "own_no": number}
    named = {"complaint_no": event.complaint_no, "to": event.to, "round": event.round}
    registered = ReferralRegistered.model_validate(named | told)
    return Outcome(said=[*said, Said(dispatched, office.now, event.person.label), Said(registered, office.now)])


def _kept(office: Office, event: ReferralSent, sender: str, found: Checked, department: str) -> tuple[str, list[Said]]:
    """Our number of it, and what is said of a new one; one that was sent before is open again."""
    before = Referrals(office.connection).arrived_as(event.complaint_no)
    if before is not None:
        Complaints(office.connection).change(before, _open_again(office, event, department))
        return before, []
    registered = _register(office, event, sender, found, department)
    return registered.complaint_no, [Said(registered, office.now, event.person.label)]


def _register(office: Office, event: ReferralSent, sender: str, found: Checked, department: str) -> ComplaintRegistered:
    """Keep it under the next number of ours; what is said of that."""
    kept = Complaints(office.connection)
    name, phone = _person(office, event)
    project = found.projects[0] if len(found.projects) == 1 else None
    told = {
        "kind": event.kind.value,
        "urgency": event.urgency.value,
        "channel": event.channel,
        "place": event.place,
        "matter_code": event.matter_code,
        "matter_name": event.matter_name,
        "project_code": project["project_code"] if project else event.project_code,
        "project_name": project["project_name"] if project else event.project_name,
        "check": found.verdict.value,
        "from_above": sender,
        "number_above": event.complaint_no,
    }
    own = {
        "received_at": office.now.timestamp(),
        "registered_at": office.now.timestamp(),
        "registered_by": event.person.label,
        "text": event.text,
        "name": name,
        "phone": phone,
    }
    numbered = kept.next_number(office.authority, office.now)
    kept.add(numbered | told | own | _open_again(office, event, department), found.cases)
    named = {"complaint_no": numbered["complaint_no"], "department": department, "cases": found.as_told()}
    return ComplaintRegistered.model_validate(told | named | found.as_said())


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
    if event.sealed_person is None or (private := Confidant(office.connection, office.keys).key()) is None:
        return None, None
    try:
        return unseal(private, event.sealed_person, event.complaint_no, office.authority)
    except Unreadable as wrong:
        log.error("complaint.person-does-not-open", complaint=event.complaint_no, why=str(wrong))
        return None, None


# --- what we say of it ------------------------------------------------------------------------------------------------


def reply(
    office: Office,
    row: ComplaintRow,
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


#: Signing has the same working day as giving back, so its clock counts for both.
_GIVING_BACK: Final = ClockKind.COMPLAINT_SIGN


def check_giving_back(problems: Problems, clocks: Iterable[RowMapping], now: datetime) -> None:
    """Adds a problem when the working day for giving it back is over."""
    due = max((one["due_at"] for one in clocks if one["clock_kind"] == _GIVING_BACK and one["due_at"]), default=None)
    if due is not None and due <= now.timestamp():
        ended = datetime.fromtimestamp(due, ZONE).isoformat(timespec="minutes")
        problems.add("step", "The time for giving it back ended at {ended}: sign for it and answer.", ended=ended)
