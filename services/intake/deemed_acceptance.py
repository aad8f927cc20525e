"""Acceptance by law: the clock of the one-time notice ran out without a word in time (Licensing Law 32(4))."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from services.contracts.clocks import ClockFact, ClockMoved, ClockStopped, LightChanged
from services.contracts.vocabulary import ZONE, CaseState, ClockKind, Light, StepKind, SubjectKind
from services.intake import effects
from services.intake.corrections import effective
from services.intake.domain import Case
from services.intake.rounds import round_of_clock
from services.intake.steps import DEEM_ACCEPTED, OPEN_BEFORE_ACCEPTANCE
from services.intake.store import Records, moment
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A red light on the one-time notice: nothing was told until the last day ended."""
    event = fact.event
    if event.light is not Light.RED:
        return NOTHING
    return _deem(office, event, event.due_on, event.turned_at)


def clock_stopped(office: Office, fact: Fact[ClockStopped]) -> Outcome:
    """The one-time notice was told, but late. Told late is not told (Licensing Law 32(4))."""
    event = fact.event
    if event.on_time:
        return NOTHING
    ended = datetime.combine(event.due_on + timedelta(days=1), time(), ZONE) if event.due_on else event.stopped_at
    return _deem(office, event, event.due_on, ended)


def clock_moved(office: Office, fact: Fact[ClockMoved]) -> Outcome:
    """The end of a one-time notice was moved into the future: what the law had done at the old one is undone.

    Only while nothing was done on the strength of it (DOMAIN 3, rule 12).
    """
    event = fact.event
    if event.clock_kind != ClockKind.ONE_TIME_NOTICE or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    if event.due_on is None or event.due_at is None or event.due_at <= fact.envelope.recordedtime:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    if case is None or case.state is not CaseState.DEEMED_ACCEPTED:
        return NOTHING
    history = records.history([case.case_no])[case.case_no]
    if not any(row["step"] == DEEM_ACCEPTED and row["clock_id"] == event.clock_id for row in history):
        return NOTHING
    corrected = round_of_clock(event.clock_id) > 1
    before = CaseState.CORRECTION_COMPLETED if corrected else CaseState.RECEIVED
    taken = effects.undo_acceptance(case, before, event.clock_id, event.due_on, office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def _deem(office: Office, event: ClockFact, due_on: date | None, at: datetime) -> Outcome:
    if event.clock_kind != ClockKind.ONE_TIME_NOTICE or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about) if event.about in office.shared(_before_acceptance) else None
    # Decided in one way or the other in the meantime, or accepted by this very clock before: nothing to add.
    if case is None or case.state not in OPEN_BEFORE_ACCEPTANCE:
        return NOTHING
    history = records.history([case.case_no])[case.case_no]
    history = effective(history)
    round = round_of_clock(event.clock_id)
    if _told_in_time(history, round, due_on):
        return NOTHING
    taken = effects.deem_accepted(case, _effective_on(case, history, round), event.clock_id, at, office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def _before_acceptance(office: Office) -> frozenset[str]:
    """Which of the cases whose time for the notice is told of in this batch may still be accepted by law: an import
    tells of thousands that were accepted long ago."""
    told = (fact.event for fact in office.heard if isinstance(fact.event, ClockFact))
    abouts = [event.about for event in told if event.clock_kind == ClockKind.ONE_TIME_NOTICE]
    # one that the law has accepted may be put back by a fact of the same batch
    return Records(office.connection).standing(abouts, {*OPEN_BEFORE_ACCEPTANCE, CaseState.DEEMED_ACCEPTED})


def _days(history: Iterable[Mapping[str, Any]], step: StepKind) -> dict[int, date]:
    return {row["round"]: moment(row["occurred_at"]).date() for row in history if row["step"] == step}


def _told_in_time(history: Iterable[Mapping[str, Any]], round: int, due_on: date | None) -> bool:
    """A notice that was told, and recorded, in time, while the light was already on its way (DOMAIN 3, rule 12)."""
    told = next(
        (
            moment(max(row["occurred_at"], row["recorded_at"])).date()
            for row in history
            if row["step"] == StepKind.REQUEST_CORRECTION and row["round"] == round
        ),
        None,
    )
    return told is not None and due_on is not None and told <= due_on


def _effective_on(case: Case, history: Iterable[Mapping[str, Any]], round: int) -> date:
    """The day on which the papers came in: receipt, or the completion of the correction before this round."""
    return _days(history, StepKind.COMPLETE_CORRECTION).get(round - 1, case.received_on)
