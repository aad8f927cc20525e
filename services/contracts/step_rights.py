"""Rights to single steps of cases, complaints and letters: who may take which, and how far that goes."""

from collections.abc import Mapping
from typing import Final

from services.contracts.scopes import Row, department, every, own
from services.contracts.vocabulary import DUTIES, ComplaintStepKind, InstructionStepKind, Role, StepKind

_DECIDES: Final[Row] = own(Role.PARTNER) | department(Role.HANDLER, Role.HEAD)
_CHECKS: Final[Row] = own(Role.PARTNER) | department(*DUTIES)

#: The steps of a case: the window receives, checks completeness, hands over and delivers; decisions belong to the
#: department's handlers; only its head, or whoever has the case, gives it to somebody else (DOMAIN 3, rule 13).
_CASE_STEPS: Final[Mapping[StepKind, Row]] = {
    StepKind.ACCEPT: _CHECKS,
    StepKind.ACCEPT_WITH_DEFICIENCIES: _CHECKS,
    StepKind.SUPPLY_MATERIAL: _CHECKS,
    StepKind.REQUEST_CORRECTION: _CHECKS,
    StepKind.COMPLETE_CORRECTION: _CHECKS,
    StepKind.GIVE_UP: _CHECKS,
    StepKind.BEGIN_REVIEW: _DECIDES,
    StepKind.FORWARD: _CHECKS,
    StepKind.BEGIN_PROCEDURE: _DECIDES,
    StepKind.END_PROCEDURE: _DECIDES,
    StepKind.EXTEND: own(Role.PARTNER) | department(Role.HEAD),
    StepKind.HANDLE_JOINTLY: own(Role.PARTNER) | department(Role.HEAD),
    StepKind.CHANGE_LIMIT: own(Role.PARTNER) | department(Role.HEAD),
    StepKind.GRANT: _DECIDES,
    StepKind.GRANT_WITH_DEFICIENCIES: _DECIDES,
    StepKind.GRANT_ON_COMMITMENT: _DECIDES,
    StepKind.CHECK_COMMITMENT: _DECIDES,
    StepKind.RECORD_BREACH: _DECIDES,
    StepKind.REVOKE: _DECIDES,
    StepKind.WITHDRAW_PERMIT: _DECIDES,
    StepKind.CANCEL_PERMIT: _DECIDES,
    StepKind.REFUSE: _DECIDES,
    StepKind.DELIVER: _CHECKS,
    StepKind.NOT_REQUIRED: _CHECKS,
    StepKind.REFUSE_ACCEPTANCE: _CHECKS,
    StepKind.RETURN: _DECIDES,
    StepKind.WITHDRAW_BEFORE_ACCEPTANCE: _CHECKS,
    StepKind.WITHDRAW: _CHECKS,
    StepKind.ASK_WITHDRAWAL: _CHECKS,
    StepKind.END_WITH_PROJECT: _DECIDES,
    StepKind.HAND_OVER: _CHECKS,
    StepKind.TAKE_OVER: _DECIDES,
    StepKind.REASSIGN: own(Role.PARTNER, Role.HANDLER) | department(Role.HEAD),
    # what the department means to have finished by is its handlers' word, and its head's
    StepKind.NAME_COMPLETION: _DECIDES,
    StepKind.NOTE: _CHECKS,
}

_ANSWERS: Final[Row] = department(*DUTIES) | every(Role.SUPERVISOR)
#: Whoever is reminded does not close the reminder, also where both sit in one authority.
_INSTRUCTION_STEPS: Final[Mapping[InstructionStepKind, Row]] = {
    InstructionStepKind.SIGN: _ANSWERS,
    InstructionStepKind.ANSWER: _ANSWERS,
    InstructionStepKind.CLOSE: every(Role.SUPERVISOR),
}

_SPEAKS: Final[Row] = own(Role.PARTNER) | department(*DUTIES)
_WATCHES: Final[Row] = own(Role.PARTNER) | every(Role.HOTLINE, Role.SUPERVISOR)
#: Whom a complaint is about answers it; whether the answer will do, and that it is over, says whoever took it. No
#: department does both (DOMAIN 6).
_COMPLAINT_STEPS: Final[Mapping[ComplaintStepKind, Row]] = {
    ComplaintStepKind.DISPATCH: _WATCHES,
    ComplaintStepKind.SIGN: _SPEAKS,
    ComplaintStepKind.ANSWER: _SPEAKS,
    ComplaintStepKind.REVISIT: _WATCHES,
    ComplaintStepKind.CLOSE: _WATCHES,
    ComplaintStepKind.GIVE_BACK: _SPEAKS,
}

#: `case-step.grant`, `instruction-step.sign`: what is decided step by step.
STEPS: Final[Mapping[str, Row]] = {
    **{f"case-step.{step.value}": row for step, row in _CASE_STEPS.items()},
    **{f"complaint-step.{step.value}": row for step, row in _COMPLAINT_STEPS.items()},
    **{f"instruction-step.{step.value}": row for step, row in _INSTRUCTION_STEPS.items()},
}
