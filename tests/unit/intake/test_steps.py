"""The table of steps: it is whole and agrees with the contracts and the exchange standard."""

import pytest

from services.contracts.cases import CaseFact
from services.contracts.catalogue import all_events
from services.contracts.vocabulary import CaseState, StepKind
from services.intake.defects import with_age
from services.intake.domain import Defect, which_step
from services.intake.steps import BY_NUMBER, RULES, Way, allowed_steps, state_after
from services.plumbing.errors import Problems

FINAL = {
    CaseState.REFUSED,
    CaseState.NOT_REQUIRED,
    CaseState.ACCEPTANCE_REFUSED,
    CaseState.WITHDRAWN_BEFORE_ACCEPTANCE,
    CaseState.WITHDRAWN,
    CaseState.HANDED_BACK,
    CaseState.GIVEN_UP,
    CaseState.ENDED_WITH_PROJECT,
}
#: What may still be entered beside a decision that stands: in the register, or about the applicant.
BESIDE = {StepKind.CANCEL_PERMIT, StepKind.RECORD_BREACH, StepKind.NOTE}
WAYS = [Way(up, from_below) for up in (False, True) for from_below in (False, True)]


def test_every_step_that_can_be_sent_has_a_line_in_the_table() -> None:
    assert {step.value for step in RULES} == {kind.value for kind in StepKind}


def test_every_step_is_said_by_an_event_with_the_same_number() -> None:
    for rule in RULES.values():
        kind = all_events()[rule.event]
        assert issubclass(kind, CaseFact)
        assert kind.model_fields["blzt"].default == rule.blzt


def test_the_numbers_of_the_exchange_standard_are_those_taken_today() -> None:
    assert set(BY_NUMBER) == set(range(2, 16))


def test_from_a_final_state_nothing_follows_that_changes_it() -> None:
    for state in CaseState:
        steps = {step for way in WAYS for step in allowed_steps(state, False, way)}
        gone = state in FINAL or state in (CaseState.REVOKED, CaseState.PERMIT_WITHDRAWN)
        assert (steps <= BESIDE) == gone


def test_a_permit_that_is_out_may_be_revoked_withdrawn_and_cancelled_also_after_delivery() -> None:
    for state in CaseState:
        ends = {StepKind.REVOKE, StepKind.WITHDRAW_PERMIT, StepKind.CANCEL_PERMIT}
        is_out = state.is_granted or state is CaseState.DELIVERED
        assert (ends <= set(allowed_steps(state, False))) == is_out


def test_after_a_permit_was_granted_number_14_is_the_authoritys_own_word() -> None:
    for state in CaseState:
        known = which_step(None, 14, Problems(), state=state)
        is_out = state.is_granted or state in (CaseState.DELIVERED, CaseState.REVOKED, CaseState.PERMIT_WITHDRAWN)
        assert known is (StepKind.WITHDRAW_PERMIT if is_out else StepKind.WITHDRAW)


def test_who_forwards_a_case_does_not_decide_it_and_who_was_sent_it_does_not_deliver_it() -> None:
    for state in CaseState:
        assert not {StepKind.GRANT, StepKind.REFUSE} & set(allowed_steps(state, False, Way(up=True)))
        assert StepKind.DELIVER not in allowed_steps(state, False, Way(from_below=True))
        assert not {StepKind.FORWARD, StepKind.RETURN, StepKind.ASK_WITHDRAWAL} & set(allowed_steps(state, False))


def test_what_waits_for_the_superiors_word_can_only_be_withdrawn() -> None:
    for way in WAYS:
        assert set(allowed_steps(CaseState.FORWARDED, False, way)) == {
            StepKind.WITHDRAW,
            StepKind.REASSIGN,
            StepKind.NOTE,
        }


def test_every_state_can_be_reached_from_receipt_or_by_law() -> None:
    # the last three come with the superior's word
    told = {CaseState.HELD_ABOVE, CaseState.ASKED_ABOVE, CaseState.RETURNED}
    reached, edge = set(), {CaseState.RECEIVED, CaseState.DEEMED_ACCEPTED, *told}
    while edge:
        reached |= edge
        edge = {
            state_after(step, state)
            for state in reached
            for open in (True, False)
            for way in WAYS
            for step in allowed_steps(state, open, way)
        } - reached
    assert reached == set(CaseState)


def test_a_late_notice_does_not_undo_acceptance_by_law() -> None:
    for step in (StepKind.REQUEST_CORRECTION, StepKind.COMPLETE_CORRECTION):
        assert state_after(step, CaseState.DEEMED_ACCEPTED) is CaseState.DEEMED_ACCEPTED


def test_a_case_accepted_by_law_can_neither_be_turned_away_nor_withdrawn_as_if_it_were_not() -> None:
    allowed = set(allowed_steps(CaseState.DEEMED_ACCEPTED, False))
    assert not allowed & {StepKind.NOT_REQUIRED, StepKind.REFUSE_ACCEPTANCE, StepKind.WITHDRAW_BEFORE_ACCEPTANCE}
    assert allowed >= {
        StepKind.ACCEPT,
        StepKind.REQUEST_CORRECTION,
        StepKind.BEGIN_REVIEW,
        StepKind.GRANT,
        StepKind.REFUSE,
        StepKind.WITHDRAW,
    }


def test_one_notice_is_answered_before_the_next_is_told() -> None:
    assert StepKind.COMPLETE_CORRECTION not in allowed_steps(CaseState.DEEMED_ACCEPTED, False)
    assert StepKind.REQUEST_CORRECTION not in allowed_steps(CaseState.DEEMED_ACCEPTED, True)
    assert StepKind.REQUEST_CORRECTION not in allowed_steps(CaseState.CORRECTION_REQUESTED, True)


def found(step: str | None, blzt: int | None) -> tuple[StepKind | None, list[str]]:
    problems = Problems()
    return which_step(step, blzt, problems), [str(one) for one in problems.found]


@pytest.mark.parametrize("number", sorted(BY_NUMBER))
def test_a_partner_may_send_the_number_instead_of_the_word(number: int) -> None:
    assert found(None, number) == (BY_NUMBER[number], [])
    assert found(BY_NUMBER[number].value, number) == (BY_NUMBER[number], [])


def test_a_word_and_a_number_that_disagree_are_a_problem() -> None:
    assert found("accept", 8)[1] == ["blzt: Number 8 is begin-review, not accept."]


def test_number_one_is_the_receipt() -> None:
    assert found(None, 1)[1] == ["blzt: Number 1 is the receipt itself, which the case has already."]


def test_no_step_at_all_is_a_problem() -> None:
    assert found(None, None)[1] == ["step: Say which step: its word in `step` or its number in `blzt`."]


def ages(round: int, told_before: list[str], *defects: Defect) -> list[bool | None]:
    return [one.old for one in with_age(defects, round, told_before)]


def test_in_the_first_notice_nothing_is_old() -> None:
    assert ages(1, [], Defect("营业执照", "缺页", "补齐")) == [False]


def test_a_later_notice_about_a_material_that_no_notice_named_is_about_something_old() -> None:
    assert ages(2, ["项目申请报告"], Defect("营业执照", "缺页", "补齐")) == [True]


def test_a_material_that_was_named_and_is_still_wrong_is_not_old() -> None:
    assert ages(2, ["项目申请 报告"], Defect("项目申请报告", "仍缺公章", "盖章")) == [False]


def test_whoever_asks_may_say_that_it_is_old_and_never_that_it_is_not() -> None:
    named = Defect("项目申请报告", "缺章", "盖章", old=True)
    assert ages(2, ["项目申请报告"], named, Defect("营业执照", "缺", "补", old=False)) == [True, True]
