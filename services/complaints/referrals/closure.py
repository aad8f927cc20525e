"""Closings of complaints that were handled below: the one above closes every record on the way down."""

from services.complaints.referrals.store import Referrals
from services.complaints.store import ComplaintRow, Complaints
from services.contracts.complaints import ComplaintClosed
from services.contracts.quantities import RecordedPerson
from services.contracts.referrals import ReferralClosed
from services.contracts.vocabulary import ZONE, ComplaintState, ComplaintStepKind
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def close_below(office: Office, row: ComplaintRow, person: RecordedPerson) -> list[Said]:
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
    return [Said(event, office.now, person.label)]


def closed_above(office: Office, fact: Fact[ReferralClosed]) -> Outcome:
    """Our record closes with it, and whoever has it below us is told; what we gave back stays given back."""
    event, row = fact.event, _our_record(office, fact)
    if row is None:
        return NOTHING
    kept, at = Complaints(office.connection), fact.envelope.time.astimezone(ZONE)
    ended = {"upheld": event.upheld, "satisfied": event.satisfied}
    closed_now = {"state": ComplaintState.CLOSED.value, "last_step_at": office.now.timestamp()}
    kept.change(row["complaint_no"], ended | closed_now)
    kept.add_step(
        row["complaint_no"],
        ComplaintStepKind.CLOSE,
        event.person,
        at,
        office.now,
        upheld=event.upheld,
        satisfied=event.satisfied,
    )
    closed = ComplaintClosed(complaint_no=row["complaint_no"], person=event.person, upheld=event.upheld)
    return Outcome(said=[Said(closed, at, event.person.label), *close_below(office, row | ended, event.person)])


def _our_record(office: Office, fact: Fact[ReferralClosed]) -> ComplaintRow | None:
    """Our record of what is closed above; None when it did not come from there, or was given back."""
    event = fact.event
    number = Referrals(office.connection).arrived_as(event.complaint_no) if event.to == office.authority else None
    row = Complaints(office.connection).get(number) if number else None
    if row is None or fact.envelope.authority != row["from_above"] or row["state"] == ComplaintState.GIVEN_BACK:
        return None
    return dict(row)
