"""Acceptance by law: the clock of the one-time notice ran out without a word in time (Licensing Law 32(4))."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from services.contracts.clocks import ClockFact, ClockStopped, LightChanged
from services.contracts.vocabulary import ZONE, ClockKind, Light, StepKind, SubjectKind
from services.intake import record
from services.intake.domain import Case, round_of_clock
from services.intake.steps import OPEN_BEFORE_ACCEPTANCE
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


def _deem(office: Office, event: ClockFact, due_on: date | None, at: datetime) -> Outcome:
    if event.clock_kind != ClockKind.ONE_TIME_NOTICE or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    # Decided in one way or the other in the meantime, or accepted by this very clock before: nothing to add.
    if case is None or case.state not in OPEN_BEFORE_ACCEPTANCE:
        return NOTHING
    history = records.history([case.case_no])[case.case_no]
    round = round_of_clock(event.clock_id)
    if _told_in_time(history, round, due_on):
        return NOTHING
    taken = record.deem_accepted(case, _effective_on(case, history, round), event.clock_id, at, office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def _days(history: Iterable[Mapping[str, Any]], step: StepKind) -> dict[int, date]:
    return {row["round"]: moment(row["occurred_at"]).date() for row in history if row["step"] == step}


def _told_in_time(history: Iterable[Mapping[str, Any]], round: int, due_on: date | None) -> bool:
    """A notice that was told in time and entered late, while the light was already on its way."""
    told = _days(history, StepKind.REQUEST_CORRECTION).get(round)
    return told is not None and due_on is not None and told <= due_on


def _effective_on(case: Case, history: Iterable[Mapping[str, Any]], round: int) -> date:
    """The day on which the papers came in: receipt, or the completion of the correction before this round."""
    return _days(history, StepKind.COMPLETE_CORRECTION).get(round - 1, case.received_on)
