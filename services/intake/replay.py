"""Replay of a case from the lines of its history, as it stands without what was a mistake (DOMAIN 3, rule 11)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.contracts.vocabulary import CaseState, StepKind, Unit
from services.intake.case_limits import LIMITING
from services.intake.catalogues.receipt import matter_at_receipt
from services.intake.domain import Case, Limit, Officer
from services.intake.record import Row
from services.intake.steps import (
    DEEM_ACCEPTED,
    FORWARD_ACKNOWLEDGED,
    FORWARD_RETURNED,
    HELD_ELSEWHERE,
    STOOD_ABOVE,
    UNDO_ACCEPTANCE,
)
from services.intake.store import Records, moment

_HEARD: Final = {FORWARD_ACKNOWLEDGED: CaseState.HELD_ABOVE, FORWARD_RETURNED: CaseState.RETURNED}


def limit_at_receipt(records: Records, case: Case, history: Sequence[Row]) -> Limit:
    """The limit before the first line that has changed it; where an earlier version has not said it, the list does."""
    first = next((told for row in history if (told := _relimits(row))), None)
    if first is None:
        return case.limit
    before = first.get("limit_before")
    return _limit(before) if before else matter_at_receipt(records, case).promised


def _relimits(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a line says that has changed the limit; nothing for another line, and for a word against the list."""
    told: dict[str, Any] = json.loads(row["details"]) if row["step"] in LIMITING and row["details"] else {}
    return told if told.get("limit") and not told.get("objection") else {}


def _limit(told: Mapping[str, Any]) -> Limit:
    return Limit(told["amount"], Unit(told["unit"]))


def _new_handler(row: Mapping[str, Any]) -> Officer | None:
    if row["step"] != StepKind.HAND_OVER:
        return None
    return Officer(row["new_handler_name"], row["new_handler_department"])


def replayed(case: Case, history: Sequence[Mapping[str, Any]]) -> Case:
    """The case as these lines of its history leave it, from its limit at receipt on; who has it in hand stays."""
    found = replace(
        case, state=CaseState.RECEIVED, blzt=CaseState.RECEIVED.blzt, round=0, notice_open=False, last_at=None,
        forward_round=0, effective_on=None, accepted_on=None, handed_to=None,
    )  # fmt: skip
    before_law = found.state
    for row in history:
        step = row["step"]
        if step in set(StepKind):
            told = _relimits(row)
            limit = _limit(told["limit"]) if told else None
            found = found.after(StepKind(step), moment(row["occurred_at"]), _new_handler(row), limit=limit)
        elif step == DEEM_ACCEPTED:
            before_law = found.state
            found = found.deemed_accepted(case.effective_on or case.received_on)
        elif step == UNDO_ACCEPTANCE:
            found = found.acceptance_undone(before_law)
        elif step == STOOD_ABOVE and found.state in HELD_ELSEWHERE:
            found = replace(found, state=CaseState(json.loads(row["details"])["state"]))
        elif step in _HEARD:
            found = replace(found, state=_HEARD[step], blzt=_HEARD[step].blzt)
    return replace(found, handler=case.handler)
