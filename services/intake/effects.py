"""Effects of time and law on a case, each as a line of its history and as what is said of it."""

import json
from datetime import date, datetime

from services.contracts.cases import (
    CaseAcceptanceUndone,
    CaseDeemedAccepted,
    CorrectionExpired,
)
from services.contracts.permits import DeficiencyBreached
from services.contracts.vocabulary import CaseState
from services.intake import forwarding, phrases
from services.intake.domain import Case, Missing
from services.intake.record import Taken, history_row, missing_told
from services.intake.steps import (
    CORRECTION_EXPIRED,
    DEEM_ACCEPTED,
    DEFICIENCY_BREACHED,
    UNDO_ACCEPTANCE,
)
from services.intake.wire import acting_authority, person
from services.plumbing.switchboard import Said

# --- what the clocks say ----------------------------------------------------------------------------------------------


def correction_expired(case: Case, clock_id: str, at: datetime, now: datetime) -> Taken:
    """The applicant's time for the correction is over: a line in the history, and the fact."""
    who = person(case.handler)
    event = CorrectionExpired(case_no=case.case_no, handler=who, state=case.state, round=case.round, clock_id=clock_id)
    row = history_row(case.case_no, CORRECTION_EXPIRED, at, now, case.handler, round=case.round, clock_id=clock_id)
    return Taken(case, (row,), (Said(event, at),))


def deficiency_breached(case: Case, missing: Missing, clock_id: str, at: datetime, now: datetime) -> Taken:
    """The day of a missing material has passed without it: a line in the history, and the fact."""
    told = missing_told(missing)
    common = {"case_no": case.case_no, "handler": person(case.handler), "state": case.state}
    event = DeficiencyBreached.model_validate(common | told | {"clock_id": clock_id})
    details = json.dumps({name: value for name, value in told.items() if value is not None}, ensure_ascii=False)
    row = history_row(case.case_no, DEFICIENCY_BREACHED, at, now, case.handler, clock_id=clock_id, details=details)
    return Taken(case, (row,), (Said(event, at),))


# --- acceptance by law ------------------------------------------------------------------------------------------------


def deem_accepted(case: Case, effective_on: date, clock_id: str, at: datetime, now: datetime) -> Taken:
    """Accepted by law: the case afterwards, its line in the history, and the fact. Who handles the case answers."""
    after, reason = case.deemed_accepted(effective_on), phrases.DEEMED_ACCEPTED
    event = CaseDeemedAccepted(
        case_no=case.case_no,
        handler=person(case.handler),
        state=after.state,
        reason=reason,
        effective_on=effective_on,
        clock_id=clock_id,
    )
    more = {"blzt": after.blzt, "round": case.round, "reason": reason, "clock_id": clock_id}
    row = history_row(case.case_no, DEEM_ACCEPTED, at, now, case.handler, **more)
    return Taken(after, (row,), (Said(event, at), *_stood(after, at)))


def undo_acceptance(case: Case, before: CaseState, clock_id: str, due_on: date, now: datetime) -> Taken:
    """The acceptance by law is undone: the case as it stood before, its line in the history, and the fact."""
    after, reason = case.acceptance_undone(before), phrases.ACCEPTANCE_UNDONE.format(day=due_on.isoformat())
    event = CaseAcceptanceUndone(
        case_no=case.case_no,
        handler=person(case.handler),
        state=after.state,
        reason=reason,
        clock_id=clock_id,
        due_on=due_on,
    )
    more = {"blzt": after.blzt, "round": case.round, "reason": reason, "clock_id": clock_id}
    row = history_row(case.case_no, UNDO_ACCEPTANCE, now, now, case.handler, **more)
    return Taken(after, (row,), (Said(event, now), *_stood(after, now)))


def _stood(case: Case, at: datetime) -> list[Said]:
    """What the law did to a case from below is told there as well."""
    return [forwarding.stood(case, acting_authority(case.own_authority), at)] if case.forwarded_from else []
