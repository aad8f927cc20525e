"""Days of a case as intake hands them up: whose they were since the first receipt (DOMAIN 3.16)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from services.contracts.attribution import HANDED_UP, STOOD, Span, Turn, attribute, handed_up
from services.contracts.beginning import Beginning
from services.contracts.vocabulary import ZONE, StepKind
from services.intake.corrections import effective
from services.intake.domain import Case
from services.intake.steps import JUDGED, RECEIVE, RULES, STOOD_ABOVE

_STEPS: Final = {step.value: RULES[step].event.removeprefix("qidi.") for step in StepKind} | {RECEIVE: "case.received"}


def so_far(case: Case, history: Sequence[Mapping[str, Any]], now: datetime, beginning: Beginning) -> tuple[Span, ...]:
    """Whose the days of a case were until now, for the superior to whom it is handed up."""
    judged = [json.loads(row["details"]) for row in history if row["step"] == JUDGED]
    proven = {history[one["entry"] - 1]["id"] for one in judged if one["is_confirmed"]}
    rows = effective(history)
    turns = [
        _went_up(case, rows[:number], _turn(case, row, proven=row["id"] in proven, beginning=beginning))
        for number, row in enumerate(rows, 1)
    ]
    days = attribute(turns, now.astimezone(ZONE).date(), case.own_authority, before=case.days_below)
    return handed_up(days, case.own_authority, case.department) if days else ()


def _turn(case: Case, row: Mapping[str, Any], *, proven: bool, beginning: Beginning) -> Turn:
    """A line of the history as a turn; those of other authorities are called like their facts."""
    step, at = row["step"], datetime.fromtimestamp(row["occurred_at"], ZONE)
    if step == STOOD_ABOVE:
        above = json.loads(row["details"])
        return Turn(f"{STOOD}{above['state_above']}", at.date(), authority=above["by"])
    own = step in _STEPS and not proven and not beginning.is_history(at)
    return Turn(
        _STEPS.get(step, f"case.{_OTHERS.get(step, step)}"),
        datetime.fromtimestamp(row["held_at"] or row["occurred_at"], ZONE).date(),
        case.department,
        row["held_by"] or "",
        datetime.fromtimestamp(row["recorded_at"], ZONE).date() if own else None,
    )


def _went_up(case: Case, history: Sequence[Mapping[str, Any]], turn: Turn) -> Turn:
    """A correction that was asked for above goes there, not to our own department."""
    asked = [row["step"] for row in history if row["step"] in (STOOD_ABOVE, StepKind.REQUEST_CORRECTION)]
    if history[-1]["step"] != StepKind.COMPLETE_CORRECTION or asked[-1:] != [STOOD_ABOVE]:
        return turn
    return replace(turn, what=HANDED_UP, authority=case.forward_to)


_OTHERS: Final = {"deem-accepted": "deemed-accepted", "undo-acceptance": "acceptance-undone"}
