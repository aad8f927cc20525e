"""Waivers: no approval is needed, because a regional assessment or another approval covers it (plan of 2021, P1).

Each names what it rests on: a waiver without its reference is refused, as anybody could claim one.
"""

from typing import Final

from services.contracts.grounds import Waiver
from services.contracts.vocabulary import CaseNo, CaseState, StepKind
from services.intake.domain import Case, Proposal
from services.intake.store import Records
from services.plumbing.errors import Problems

_NEEDED: Final = {
    Waiver.REGIONAL_ASSESSMENT: ("document_no", "document_on"),
    Waiver.COVERED: ("covered_by",),
    Waiver.NO_LICENCE: (),
}
NO_REFERENCE: Final = "A waiver names what it rests on: {waiver} needs this."
NOT_THERE: Final = "There is no case {case_no} here that could cover this one."
OTHER_PROJECT: Final = "Case {case_no} is of another project, {project}: it covers nothing of this one."
NOT_GRANTED: Final = "Case {case_no} is {state}: only what was granted covers something."


def check(records: Records, case: Case, proposed: Proposal, problems: Problems) -> None:
    """Whether a waiver names what it rests on, and whether that is there."""
    if proposed.step is not StepKind.NOT_REQUIRED:
        return
    for name in _NEEDED[proposed.waiver] if proposed.waiver else ():
        if not getattr(proposed, name) and not problems.has(name):
            problems.add(name, NO_REFERENCE, waiver=proposed.waiver)
    number = proposed.covered_by
    if number is None:
        return
    if proposed.waiver is not Waiver.COVERED:
        problems.add("covered_by", "This belongs to the waiver {waiver} only.", waiver=Waiver.COVERED)
    elif CaseNo(number).authority == case.own_authority and number.count("-") == 2:
        _check_covering(records, case, number, problems)


def _check_covering(records: Records, case: Case, number: str, problems: Problems) -> None:
    covering = records.case(number)
    if covering is None or number == case.case_no:
        problems.add("covered_by", NOT_THERE, case_no=number)
    elif covering.project_code != case.project_code:
        problems.add("covered_by", OTHER_PROJECT, case_no=number, project=covering.project_code)
    elif not (covering.state.is_granted or covering.state is CaseState.DELIVERED):
        problems.add("covered_by", NOT_GRANTED, case_no=number, state=covering.state)
