"""Forms of steps: they ask for what the domain needs, and send what was typed and nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.board.steps import ASKED, MOST_DEFECTS, NOT_TRIED, Tried, forms, order_of
from locales.labels import FIELDS
from locales.words import STEPS
from services.contracts.commands import StepTaken
from services.contracts.vocabulary import StepKind
from services.intake.steps import RULES

OFFERS = [{"step": step, "may": True} for step in ("note", "accept", "forward")]
CASE: dict[str, Any] = {
    "end_grounds": {},
    "forward_to": "150400",
    "held_by": "150424",
    "forwarded_from": None,
}


def test_every_step_has_a_word_and_a_form_with_all_that_the_domain_needs() -> None:
    assert set(ASKED) == set(StepKind) == {StepKind(step) for step in STEPS}
    needed = {step: {name for name, is_needed in asked.items() if is_needed} for step, asked in ASKED.items()}
    assert needed == {StepKind(step): {*rule.needs, *rule.needs_of_people} for step, rule in RULES.items()}


def test_a_form_asks_for_nothing_that_the_command_does_not_have() -> None:
    names = {name for asked in ASKED.values() for name in asked}
    assert names <= set(StepTaken.model_fields) & set(FIELDS)


def test_what_is_allowed_is_offered_in_the_order_of_the_work_and_names_the_other_authority() -> None:
    offered = forms(OFFERS, CASE, NOT_TRIED)
    assert [(one["step"], one["to"]) for one in offered] == [("accept", ""), ("forward", "150400"), ("note", "")]


def test_a_form_that_comes_back_is_shown_even_where_its_step_is_not_allowed_any_more() -> None:
    back = [one for one in forms(OFFERS, CASE, Tried({"step": "grant", "reason": "合格"}, ["x"])) if one["is_tried"]]
    assert [(one["step"], one["fields"]["reason"], one["problems"]) for one in back] == [("grant", "合格", ["x"])]


def test_fields_of_other_steps_and_blanks_are_not_sent() -> None:
    fields = {"step": "accept", "reason": " ", "remedies": "x", "document_no": " 5 ", "new_handler.name": "李强"}
    assert order_of("1", fields) == {"case_no": "1", "step": "accept", "document_no": "5"}
    assert order_of("1", {"step": "burn", "reason": "x"}) == {"case_no": "1", "step": "burn"}


def test_a_length_is_sent_with_its_unit_and_a_unit_alone_is_none() -> None:
    fields = {"step": "begin-procedure", "planned.amount": "10", "planned.unit": "calendar_days", "ground": "hearing"}
    assert order_of("1", fields)["planned"] == {"amount": "10", "unit": "calendar_days"}
    notice = {"step": "request-correction", "given.amount": " ", "given.unit": "working_days"}
    assert "given" not in order_of("1", notice)
    assert order_of("1", notice | {"given.amount": "5"})["given"] == {"amount": "5", "unit": "working_days"}


def test_a_person_is_sent_as_such_and_nobody_is_named_who_acts() -> None:
    fields = {"step": "reassign", "new_handler.name": "李强", "new_handler.department": "住建局", "actor.name": "甲"}
    sent = order_of("1", fields)
    assert sent["new_handler"] == {"name": "李强", "department": "住建局"}
    assert "actor" not in sent


@given(st.lists(st.sampled_from(["", " ", "缺少"]), max_size=40))
def test_a_notice_names_exactly_the_rows_in_which_something_was_typed(problems: list[str]) -> None:
    fields = {"step": "request-correction"} | {f"defects.{n}.problem": one for n, one in enumerate(problems)}
    sent = order_of("1", fields)["defects"]
    assert sent == [{"problem": "缺少"} for one in problems if one.strip()]
    shown = forms([], CASE, Tried(fields | {"more": "1"}))[0]["rows"]
    assert len(sent) < len(shown) <= MOST_DEFECTS
