"""What the superior says about the cases that we forwarded, and what follows here.

The superior's entries move the holder, at their own times, whatever state the case has here: a case that was withdrawn
below while its acknowledgement was on the way stays withdrawn until the holder's word, which comes and is recorded.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.contracts.cases import CaseFact
from services.contracts.forwarding import (
    CaseForwardAcknowledged,
    CaseForwardReturned,
    CaseHolderChanged,
    CaseOutcomeReturned,
    CaseStoodAbove,
    ForwardAcknowledged,
    ForwardDecided,
    ForwardFact,
    ForwardMoved,
    ForwardReturned,
    ForwardStood,
    ForwardUnclaimed,
    SuperiorNamed,
)
from services.contracts.links import EntriesLost
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import CaseState
from services.intake import forwarding
from services.intake.domain import Above, Case, Officer
from services.intake.forwarding import is_same_receipt
from services.intake.record import history_row, holding
from services.intake.steps import (
    FORWARD_ACKNOWLEDGED,
    FORWARD_RETURNED,
    HOLDER_CHANGED,
    OUTCOME_RETURNED,
    STOOD_ABOVE,
)
from services.intake.store import Records
from services.intake.wire import acting_authority, local, officer, person
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def superior_named(office: Office, fact: Fact[SuperiorNamed]) -> Outcome:
    """Who is above us from now on. Cases on record keep the way that they had at receipt."""
    event = fact.event
    Records(office.connection).name_superior(event.superior, event.name, office.now)
    return NOTHING


def record_lost(office: Office, fact: Fact[EntriesLost]) -> Outcome:
    """Our own record has lost what the superior has signed for, as after a restore. The numbers of the lost cases are
    not given out again: each took an entry at least, so as many numbers are left out as entries may have been lost."""
    event = fact.event
    Records(office.connection).leave_out_numbers(local(office.now).year, event.at_most)
    return NOTHING


@dataclass
class _Word:
    """One word of the superior about one case, and what follows from it."""

    office: Office
    fact: Fact[ForwardFact]
    records: Records
    case: Case

    @property
    def sender(self) -> str:
        return self.fact.envelope.authority

    @property
    def at(self) -> datetime:
        """The superior's own time."""
        return local(self.fact.envelope.time)

    def write(self, after: Case, step: str, who: Officer, at: datetime, event: CaseFact, **row: Any) -> list[Said]:
        """Write down the case as it is now; the fact that says it, first of what is to be said."""
        # A later step here may not be barred because the superior's clock runs ahead of ours.
        seen = min(max(after.last_at or at, at), max(after.last_at or self.office.now, self.office.now))
        held = holding(after) if after.holder != self.case.holder else {}
        line = history_row(self.case.case_no, step, at, self.office.now, who, **row, **held)
        self.records.change_case(replace(after, last_at=seen), [line])
        return [Said(event, at, who.label)]

    def moved(self, after: Case) -> list[Said]:
        """Our own child is told who has its case in hand now."""
        if not after.forwarded_from or after.holder == self.case.holder:
            return []
        facts = forwarding.to_child(after) | {"holder": after.holder, "since": after.since}
        return [Said(ForwardMoved.model_validate(facts), self.office.now)]

    def common(self, after: Case) -> dict[str, Any]:
        """What every fact about our own case says; its handler is ours."""
        return {"case_no": after.case_no, "handler": person(after.handler), "state": after.state}


def _word(office: Office, fact: Fact[ForwardFact]) -> _Word | None:
    """The case that our superior speaks of; None when it is not for us, or of a forwarding that is no longer."""
    event = fact.event
    records = Records(office.connection)
    case = records.case(event.case_no) if event.to == office.authority else None
    if case is None or case.forward_to != fact.envelope.authority or case.forward_round != event.round:
        return None
    return _Word(office, fact, records, case) if is_same_receipt(event.received_at, case.received_at) else None


def _of_no_case(office: Office, fact: Fact[ForwardFact]) -> Outcome:
    """A word that moves nothing. That of an earlier forwarding is no news; one of a case that is not on record, or that
    is another one now, is said aloud: after a restore a lost case has gone on above."""
    event = fact.event
    if event.to != office.authority:
        return NOTHING
    case = Records(office.connection).case(event.case_no)
    if case is not None and is_same_receipt(event.received_at, case.received_at):
        return NOTHING
    facts = {
        "case_no": event.case_no,
        "by": fact.envelope.authority,
        "round": event.round,
        "word": event.stem.rpartition(".")[2],
        "superior_case_no": event.about,
        "received_at": event.received_at,
        "outcome": event.outcome if isinstance(event, ForwardDecided) else None,
    }
    return Outcome(said=[Said(ForwardUnclaimed.model_validate(facts), office.now)])


def acknowledged(office: Office, fact: Fact[ForwardAcknowledged]) -> Outcome:
    """The superior has it: its holder since the superior's own time, and the forwarding clock stops there."""
    event, word = fact.event, _word(office, fact)
    if word is None:
        return _of_no_case(office, fact)
    after = word.case.goes_to(word.sender, word.at)
    if after.state is CaseState.FORWARDED:
        after = replace(after, state=CaseState.HELD_ABOVE)
    said = CaseForwardAcknowledged.model_validate(
        word.common(after)
        | {"by": word.sender, "round": event.round, "superior_case_no": event.about or "", "person": event.person}
    )
    told = word.write(after, FORWARD_ACKNOWLEDGED, officer(event.person), word.at, said)
    return Outcome(said=[*told, *word.moved(after)])


def moved(office: Office, fact: Fact[ForwardMoved]) -> Outcome:
    """Further up it changed hands."""
    event, word = fact.event, _word(office, fact)
    if word is None:
        return _of_no_case(office, fact)
    if event.holder == word.case.holder:
        return NOTHING
    since = local(event.since)
    after = word.case.goes_to(event.holder, since)
    said = CaseHolderChanged.model_validate(word.common(after) | {"holder": event.holder})
    told = word.write(after, HOLDER_CHANGED, acting_authority(event.holder), since, said)
    return Outcome(said=[*told, *word.moved(after)])


def stood(office: Office, fact: Fact[ForwardStood]) -> Outcome:
    """Where it stands above; a correction that is asked for is the window's to tell, and to hand up (rule 17)."""
    event, word = fact.event, _word(office, fact)
    if word is None:
        return NOTHING  # of a case that is not on record, what it decides is said aloud
    before, since = word.case, local(event.since)
    above = Above(
        event.by, since, event.state, event.department, event.person.name,
        event.accepted_on, event.due_on, event.provisional,
    )  # fmt: skip
    after = replace(before, above=above, state=_asked(before.state, event))
    if after.state is not before.state:
        after = replace(after, blzt=after.state.blzt or after.blzt)
    said = CaseStoodAbove.model_validate(
        word.common(after)
        | {"by": event.by, "state_above": event.state, "department_above": event.department}
        | {"accepted_on": event.accepted_on, "due_on": event.due_on, "document_no": event.document_no}
        | {"defects": event.defects, "given": event.given, "blzt": after.blzt if event.defects else None}
    )
    told = [one.model_dump() for one in event.defects]
    more = {
        "details": json.dumps({"state_above": event.state, "by": event.by, "state": after.state}),
        "defects": json.dumps(told, ensure_ascii=False) if told else None,
        "document_no": event.document_no,
    }
    heard = word.write(after, STOOD_ABOVE, officer(event.person), since, said, **more)
    if after.forwarded_from:
        passed = event.model_dump() | forwarding.to_child(after)
        heard.append(Said(ForwardStood.model_validate(passed), office.now))
    return Outcome(said=heard)


def _asked(state: CaseState, event: ForwardStood) -> CaseState:
    """The applicant has the ball from the notice on until the superior has what it asked for."""
    if state is CaseState.HELD_ABOVE and event.asks and event.defects:
        return CaseState.ASKED_ABOVE
    if state is CaseState.ASKED_ABOVE and not event.asks:
        return CaseState.HELD_ABOVE
    return state


def returned(office: Office, fact: Fact[ForwardReturned]) -> Outcome:
    """Given back with the reason: we hold it again and may put it right and forward it once more."""
    event, word = fact.event, _word(office, fact)
    if word is None:
        return _of_no_case(office, fact)
    after = word.case
    if after.holder != after.own_authority:
        after = after.goes_to(after.own_authority, word.at)
    if after.state in (CaseState.FORWARDED, CaseState.HELD_ABOVE, CaseState.ASKED_ABOVE):
        after = replace(after, state=CaseState.RETURNED)
    said = CaseForwardReturned.model_validate(
        word.common(after) | {"by": word.sender, "round": event.round, "reason": event.reason, "person": event.person}
    )
    told = [*word.write(after, FORWARD_RETURNED, officer(event.person), word.at, said, reason=event.reason)]
    told += word.moved(after)
    if after.forwarded_from and after.state is CaseState.WITHDRAWN:
        # Withdrawn here while it waited for the superior's word: now that it is ours again, that goes down.
        told += _outcome_goes_down(word, after, after.own_authority, word.at, event.person)
    return Outcome(said=told)


def decided(office: Office, fact: Fact[ForwardDecided]) -> Outcome:
    """The outcome has come: it stands, also against a withdrawal below that the holder had not heard of in time."""
    event, word = fact.event, _word(office, fact)
    if word is None:
        return _of_no_case(office, fact)
    since = local(event.decided_at)
    after = word.case.goes_to(word.case.origin, since)
    state = CaseState(event.outcome)
    after = replace(after, state=state, blzt=state.blzt)
    told = {"reason": event.reason, "document_no": event.document_no, "remedies": event.remedies}
    said = CaseOutcomeReturned.model_validate(
        word.common(after)
        | told
        | {"blzt": after.blzt, "by": event.by, "decided_at": since, "outcome": event.outcome, "person": event.person}
    )
    # It happens here when it arrives: what counts from it, delivery, could not have begun before.
    arrived = local(office.now)
    heard = word.write(after, OUTCOME_RETURNED, officer(event.person), arrived, said, blzt=after.blzt, **told)
    if after.forwarded_from:
        heard += _outcome_goes_down(word, after, event.by, since, event.person, **told)
    return Outcome(said=heard)


def _outcome_goes_down(
    word: _Word, after: Case, by: str, since: datetime, who: RecordedPerson, **told: str | None
) -> list[Said]:
    """What our own child is told once the case ends here in its state; the authority where it came in holds it."""
    outcome = {"outcome": after.state.value, "by": by, "decided_at": since, "person": who}
    facts = forwarding.to_child(after) | told | outcome
    now = local(word.office.now)
    if after.holder != after.origin:
        back = after.goes_to(after.origin, since)
        row = history_row(after.case_no, HOLDER_CHANGED, since, word.office.now, acting_authority(by), **holding(back))
        word.records.change_case(back, [row])
    return [
        Said(forwarding.handed_back(after, after.handler, after.state), now),
        Said(ForwardDecided.model_validate(facts), now),
    ]
