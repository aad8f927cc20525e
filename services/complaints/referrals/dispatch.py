"""Complaints that go down, and what comes back; who complained goes only where that is stated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.complaints import domain
from services.complaints.entitlement import check_may_see_persons
from services.complaints.referrals import arrival
from services.complaints.referrals.seal import seal
from services.complaints.referrals.store import Below, Referrals
from services.complaints.store import ComplaintRow, Complaints
from services.contracts.complaint_orders import TakeComplaintStep
from services.contracts.complaints import (
    ComplaintAnswered,
    ComplaintReturned,
    ComplaintSigned,
    ComplaintStep,
    PersonDisclosed,
)
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.quantities import RecordedPerson
from services.contracts.referrals import (
    ConfidantNamed,
    ReferralAnswered,
    ReferralRegistered,
    ReferralReply,
    ReferralReturned,
    ReferralSent,
    ReferralSigned,
)
from services.contracts.vocabulary import ZONE, CheckVerdict, ComplaintKind, ComplaintState, ComplaintStepKind, Urgency
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said

# --- down -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Addressee:
    """An authority below that a complaint goes to."""

    code: str
    name: str
    #: The key with which it is told who complained; empty where it need not know.
    person_key: str = ""


def check_addressee(office: Office, order: TakeComplaintStep, row: ComplaintRow) -> Addressee | None:
    """The authority that it goes to; None, perhaps with problems, when it goes to none.

    Adds what is wrong with it, and with letting it know who complained. Raises NotAllowed.
    """
    problems, needed = office.problems, order.person_needed_because is not None
    if needed:
        check_may_see_persons(office, "person_needed_because")
    if order.authority is None:
        if needed and not problems.has("authority"):
            problems.add("authority", "Say which authority has to know who complained.")
        return None
    one = Below(office.connection).get(order.authority)
    if one is None or one["standing"] in ("unknown", "superior"):
        problems.add("authority", "{code} is no authority below {own}.", code=order.authority, own=office.authority)
        return None
    if one["standing"] != "joined":
        problems.add("authority", "{place} is not joined at present; nothing reaches it.", place=order.authority)
    key = _person_key(office, row, one) if needed else ""
    return Addressee(order.authority, one["name"], key)


def _person_key(office: Office, row: ComplaintRow, one: RowMapping) -> str:
    """The key with which that authority can be told who complained; empty with a problem."""
    field = "person_needed_because"
    if row["name"] is None and row["phone"] is None:
        office.problems.add(field, "Nobody gave a name or a telephone with this complaint.")
    elif one["public_key"] is None:
        office.problems.add(
            field,
            "{place} has not named its key yet, so nobody could be kept from reading it on the way.",
            place=one["code"],
        )  # fmt: skip
    return one["public_key"] or ""


def send(
    office: Office, order: TakeComplaintStep, row: ComplaintRow, to: Addressee, person: RecordedPerson
) -> list[Said]:
    """Everything that the addressee needs, and nothing of who complained unless that was stated and is on record."""

    def unnamed(typed: str | None) -> str | None:
        return None if typed is None else domain.without_person(typed, row["name"], row["phone"])

    said, sealed = [], {}
    if to.person_key:
        why = unnamed((order.person_needed_because or "").strip()) or ""
        closed = seal(to.person_key, row["name"], row["phone"], row["complaint_no"], to.code)
        sealed = {"sealed_person": closed, "person_needed_because": why}
        said.append(_disclosed(office, row["complaint_no"], f"{to.name} {to.code}", why))
    named = ("complaint_no", "channel", "place", "matter_code", "matter_name", "project_code", "project_name")
    sent = ReferralSent(
        **{name: row[name] for name in named},
        to=to.code,
        round=Referrals(office.connection).add(row["complaint_no"], to.code, office.now.timestamp()),
        kind=ComplaintKind(row["kind"]),
        urgency=Urgency(row["urgency"]),
        text=unnamed(row["text"]) or "",
        department=unnamed(order.department) or "",
        received_at=datetime.fromtimestamp(row["received_at"], ZONE),
        person=person,
        note=unnamed(order.text),
        **sealed,
    )
    return [*said, Said(sent, office.now, person.label)]


def _disclosed(office: Office, complaint_no: str, to: str, why: str) -> Said:
    kept = {"at": office.now.timestamp(), "shown_to": to, "token_id": office.caller.token_id, "purpose": why}
    Complaints(office.connection).add_disclosure(complaint_no, kept)
    return Said(PersonDisclosed(complaint_no=complaint_no, shown_to=to, purpose=why), office.now)


# --- and back ---------------------------------------------------------------------------------------------------------


@dataclass
class _BelowSays:
    """A word of the authority that has one of our complaints."""

    office: Office
    event: ReferralReply
    row: ComplaintRow
    at: datetime

    def note(self, **values: Any) -> None:
        Referrals(self.office.connection).change(self.row["complaint_no"], self.event.round, values)

    def step(
        self,
        step: ComplaintStepKind,
        person: RecordedPerson,
        said: ComplaintStep,
        text: str | None = None,
        **changes: Any,
    ) -> Outcome:
        """It happened below at their time; here it follows on the step before, whatever their clock says."""
        last = datetime.fromtimestamp(self.row["last_step_at"], ZONE)
        at, kept = max(self.at, last), Complaints(self.office.connection)
        seen = max(last, min(at, self.office.now))
        kept.change(self.row["complaint_no"], changes | {"last_step_at": seen.timestamp()})
        kept.add_step(
            self.row["complaint_no"], step, person, at, self.office.now, text=text, upheld=changes.get("upheld")
        )
        return Outcome(said=[Said(said, at, person.label)])


def _word(office: Office, fact: Fact[ReferralReply]) -> _BelowSays | None:
    """None for what is not about ours, or of a time that is over: a superior hears its whole subtree."""
    event = fact.event
    row = Complaints(office.connection).get(event.complaint_no)
    if row is None or not fact.envelope.authority == event.to == row["held_by"]:
        return None
    if Referrals(office.connection).of(event.complaint_no)[-1]["round"] != event.round:
        return None
    return _BelowSays(office, event, dict(row), fact.envelope.time.astimezone(ZONE))


def registered(office: Office, fact: Fact[ReferralRegistered]) -> Outcome:
    """It has arrived there, and this is what the record there shows."""
    event, word = fact.event, _word(office, fact)
    if word is not None:
        check = CheckVerdict.NOT_CHECKED.value if event.unchecked else event.check
        word.note(number_below=event.own_no, check=check, cases_found=event.cases_found,
                  arrived_at=word.at.timestamp())  # fmt: skip
    return NOTHING


def signed(office: Office, fact: Fact[ReferralSigned]) -> Outcome:
    """Signed for below; where it came from above, that is told further up."""
    event, word = fact.event, _word(office, fact)
    if word is None or word.row["state"] != ComplaintState.DISPATCHED:
        return NOTHING
    word.note(signed_at=word.at.timestamp())
    said = ComplaintSigned(complaint_no=event.complaint_no, person=event.person)
    outcome = word.step(ComplaintStepKind.SIGN, event.person, said, state=ComplaintState.SIGNED.value)
    return _and_up(outcome, arrival.reply(office, word.row, ComplaintStepKind.SIGN, event.person))


def answered(office: Office, fact: Fact[ReferralAnswered]) -> Outcome:
    """Answered below: now the complainant is asked, by whoever took the complaint."""
    event, word = fact.event, _word(office, fact)
    if word is None or word.row["state"] not in (ComplaintState.DISPATCHED, ComplaintState.SIGNED):
        return NOTHING
    word.note(answered_at=word.at.timestamp())
    said = ComplaintAnswered(complaint_no=event.complaint_no, person=event.person, upheld=event.upheld)
    changes = {"state": ComplaintState.ANSWERED.value, "upheld": event.upheld, "satisfied": None}
    outcome = word.step(ComplaintStepKind.ANSWER, event.person, said, event.text, **changes)
    up = arrival.reply(office, word.row, ComplaintStepKind.ANSWER, event.person, event.text, event.upheld)
    return _and_up(outcome, up)


def returned(office: Office, fact: Fact[ReferralReturned]) -> Outcome:
    """Not theirs: it is with us again and has to go elsewhere."""
    event, word = fact.event, _word(office, fact)
    if word is None or word.row["state"] != ComplaintState.DISPATCHED:
        return NOTHING
    word.note(returned_at=word.at.timestamp(), reason=event.reason)
    said = ComplaintReturned(complaint_no=event.complaint_no, person=event.person, note=event.reason)
    state = ComplaintState.DISPATCHED if word.row["from_above"] else ComplaintState.REGISTERED
    return word.step(ComplaintStepKind.GIVE_BACK, event.person, said, event.reason, state=state.value, held_by=None)


def _and_up(outcome: Outcome, said: list[Said]) -> Outcome:
    return Outcome(said=[*outcome.said, *said])


# --- who is below -----------------------------------------------------------------------------------------------------


def authority_joined(office: Office, fact: Fact[AuthorityJoined]) -> Outcome:
    """An authority of the subtree has joined: it can be sent complaints."""
    Below(office.connection).put(fact.event.code, fact.event.name)
    return NOTHING


def standing_changed(office: Office, fact: Fact[AuthorityStandingChanged]) -> Outcome:
    """An authority of the subtree was suspended, taken on again or removed."""
    Below(office.connection).stands(fact.event.code, fact.event.standing)
    return NOTHING


def confidant_named(office: Office, fact: Fact[ConfidantNamed]) -> Outcome:
    """An authority names the key with which it can be told who complained; only its own word counts."""
    event = fact.event
    if fact.envelope.authority == event.code:
        Below(office.connection).has_key(event.code, event.public_key)
    return NOTHING
