"""Standing of cases between levels: the day on which the decision here is due is told below (DOMAIN 3, rule 17)."""

from dataclasses import replace

from services.contracts.clocks import ClockMoved, ClockStarted
from services.contracts.vocabulary import ClockKind, SubjectKind
from services.intake import deemed_acceptance, forwarding
from services.intake.store import Records
from services.intake.wire import acting_authority
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome


def clock_started(office: Office, fact: Fact[ClockStarted]) -> Outcome:
    """The decision on a case from below is due on a day."""
    return _due(office, fact.event)


def clock_moved(office: Office, fact: Fact[ClockMoved]) -> Outcome:
    """Another day, or none while it stands still; of a one-time notice what the law had done may be undone."""
    if fact.event.clock_kind == ClockKind.DECISION:
        return _due(office, fact.event)
    return deemed_acceptance.clock_moved(office, fact)


def _due(office: Office, event: ClockStarted | ClockMoved) -> Outcome:
    if event.clock_kind != ClockKind.DECISION or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    if case is None or not case.forwarded_from or case.state.is_finished:
        return NOTHING
    after = replace(case, decision_due=event.due_on, is_provisional=event.provisional)
    if after == case:
        return NOTHING
    records.change_case(after, ())
    return Outcome(said=[forwarding.stood(after, acting_authority(office.authority), office.now)])
