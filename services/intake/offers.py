"""Offers: every step of a case, whether whoever asks may take it now, by whom else it may be taken, and why not.

The judgement is that of the command itself, tried without what the step would say: what it finds about the step, and
not about the words that are missing, stands against it for everybody who would send it now.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from services.contracts.commands import TakeStep
from services.contracts.rights import holders
from services.contracts.vocabulary import CaseState, StepKind
from services.intake.cases import check_step
from services.intake.domain import NOT_ALLOWED_NOW, Case
from services.intake.steps import RULES, fits
from services.intake.store import Records
from services.plumbing.errors import NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office


def steps(office: Office, *, case_no: str, due_on: str | None = None) -> dict[str, Any]:
    """Each step in the order of the work. `due_on`: when its decision is due, as the timer counts. Raises NotFound."""
    records, due = Records(office.connection), date.fromisoformat(due_on) if due_on else None
    case = records.case(case_no)
    if case is None:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": case_no}))
    items = [_offer(office, records, case, TakeStep(case_no=case_no, step=step, due_on=due)) for step in StepKind]
    return {"case_no": case_no, "state": case.state.value, "items": items}


def _offer(office: Office, records: Records, case: Case, order: TakeStep) -> dict[str, Any]:
    step = StepKind(order.step or "")
    rule, against = RULES[step], against_step(office, records, order)
    return {
        "step": step.value,
        "may": against is None,
        "why": None if against is None else {"template": against.template, "params": dict(against.params)},
        "is_later": against is not None and against.template == NOT_ALLOWED_NOW and fits(step, case.way),
        "is_elsewhere": not fits(step, case.way),
        "from_states": [state.value for state in CaseState if state in rule.allowed_from],
        "needs": [*rule.needs, *rule.needs_of_people],
        "roles": [role.value for role in holders(f"case-step.{step.value}")],
    }


def against_step(office: Office, records: Records, order: TakeStep) -> Problem | None:
    """Why this step cannot be taken now, whatever is said with it; None when it can."""
    try:
        check_step(replace(office, problems=Problems()), records, order)
    except Refused as refused:
        return next((one for one in refused.problems if one.field == "step"), None)
    return None
