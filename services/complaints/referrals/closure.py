"""Decides how a complaint that was handled below ends there: its closing above closes every record on the way down."""

from typing import Any

from services.complaints.referrals.store import Referrals
from services.complaints.store import Complaints
from services.contracts.complaints import ComplaintClosed
from services.contracts.quantities import RecordedPerson
from services.contracts.referrals import ReferralClosed
from services.contracts.vocabulary import ZONE, ComplaintState, ComplaintStepKind
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def close_below(office: Office, row: dict[str, Any], person: RecordedPerson) -> list[Said]:
    """Whoever has it below is told that nothing is left to be done there; nothing when nobody has it."""
    ours = Referrals(office.connection).of(row["complaint_no"])
    times = [one["round"] for one in ours if one["addressee"] == row["held_by"]]
    if not times:
        return []
    event = ReferralClosed(
        complaint_no=row["complaint_no"],
        to=row["held_by"],
        round=times[-1],
        person=person,
        upheld=bool(row["upheld"]),
        satisfied=bool(row["satisfied"]),
    )
    return [Said(event, office.now, f"{person.name}@{person.department}")]


def closed_above(office: Office, fact: Fact[ReferralClosed]) -> Outcome:
    """Our record closes with it, and whoever has it below us is told; what we gave back stays given back."""
    event = fact.event
    kept = Complaints(office.connection)
    number = Referrals(office.connection).arrived_as(event.complaint_no) if event.to == office.authority else None
    row = kept.get(number) if number else None
    if row is None or fact.envelope.authority != row["from_above"] or row["state"] == ComplaintState.GIVEN_BACK:
        return NOTHING
    at, ended = fact.envelope.time.astimezone(ZONE), {"upheld": event.upheld, "satisfied": event.satisfied}
    now = office.now.timestamp()
    kept.change(row["complaint_no"], ended | {"state": ComplaintState.CLOSED.value, "last_step_at": now})
    kept.add_step(
        row["complaint_no"],
        {
            "step": ComplaintStepKind.CLOSE.value,
            "occurred_at": at.timestamp(),
            "recorded_at": now,
            "person": event.person.name,
            "department": event.person.department,
            "dispatched_to": None,
            "text": None,
            **ended,
        },
    )
    closed = ComplaintClosed(complaint_no=row["complaint_no"], person=event.person, upheld=event.upheld)
    told = Said(closed, at, f"{event.person.name}@{event.person.department}")
    return Outcome(said=[told, *close_below(office, dict(row) | ended, event.person)])
