"""Offers of steps: what is offered is accepted, and what is not is refused with the same reason as the command's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.actors import Caller
from services.contracts.vocabulary import StepKind
from services.intake.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_desk, a_project, a_step, asked, done, name_people, take

DUE = "2026-10-20"
HANDLER = {"role": "handler", "name": "王芳", "department": "发展改革委"}
HEAD = HANDLER | {"role": "head"}
WINDOW = HANDLER | {"role": "window"}
STRANGER = {"role": "handler", "name": "赵六", "department": "住建局"}
SUPERVISOR = {"role": "supervisor", "name": "李四", "department": "政务服务局"}
CALLERS = (HANDLER, HEAD, WINDOW, STRANGER, SUPERVISOR)


def offers(desk: Desk, case_no: str, caller: dict[str, str], **more: Any) -> dict[str, dict[str, Any]]:
    reply = desk.answer("steps", {"case_no": case_no, **more}, Caller(**caller))
    assert reply["status"] == 200, reply
    return {one["step"]: one for one in reply["body"]["items"]}


def whole(case_no: str, step: StepKind, caller: dict[str, str], turn: int = 0) -> dict[str, Any]:
    """An order that says everything which the step asks for; a limit is another one at each turn."""
    said: dict[str, Any] = {"complete_by": "2026-09-30"} if step is StepKind.NAME_COMPLETION else {}
    said |= {"reason": "申请人未在期限内补正"} if step is StepKind.GIVE_UP else {}
    said |= {"limit": {"amount": 10 - turn}} if step is StepKind.CHANGE_LIMIT else {}
    named = {"name": caller["name"], "department": caller["department"]}
    return a_step(case_no, step.value, **{"actor": named, "due_on": DUE} | said)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = a_desk(BOARD, tmp_path_factory.mktemp("offers"))
    name_people(made, WANG, LI, {"name": "李四", "department": "发展改革委"})
    done(made, "intake.register-project", a_project())
    return made


@given(walk=st.lists(st.tuples(st.sampled_from(StepKind), st.sampled_from(CALLERS)), min_size=1, max_size=9))
def test_what_is_offered_is_accepted_and_what_is_refused_says_the_same_reason(
    filled: Desk, walk: list[tuple[StepKind, dict[str, str]]]
) -> None:
    order = a_case(again_because="另一标段单独申请", matter_code="NM-001")
    case_no = done(filled, "intake.receive-case", order)["case_no"]
    for turn, (step, caller) in enumerate(walk):
        offer = offers(filled, case_no, caller, due_on=DUE)[step.value]
        reply = take(filled, "intake.take-step", whole(case_no, step, caller, turn), **caller).reply
        assert reply is not None
        if offer["may"]:
            assert reply["status"] == 200, (step, reply)
        else:
            assert reply["status"] in (403, 409, 422)
            assert {key: reply["problems"][0][key] for key in ("template", "params")} == offer["why"]


def test_every_step_is_there_with_who_may_and_what_it_asks_for(desk: Desk, case_no: str) -> None:
    found = offers(desk, case_no, HANDLER)
    assert list(found) == [step.value for step in StepKind]
    assert found["accept"]["may"]
    assert (found["extend"]["roles"], found["extend"]["needs"]) == (
        ["partner", "head"],
        ["reason", "longer_by", "document_no", "document_on"],
    )
    assert {step for step, one in found.items() if one["is_elsewhere"]} >= {"forward", "return", "ask-withdrawal"}
    assert not any(one["may"] or one["is_later"] for one in found.values() if one["is_elsewhere"])
    assert {"accepted", "under-review", "procedure-ended"} <= set(found["grant"]["from_states"])
    assert "received" not in found["grant"]["from_states"]


def test_a_matter_whose_count_stands_still_for_nothing_is_told_so(desk: Desk) -> None:
    order = a_case(matter_code="NM-002")
    case_no = done(desk, "intake.receive-case", order)["case_no"]
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    found = offers(desk, case_no, HANDLER)["begin-procedure"]
    assert (found["may"], found["is_later"]) == (False, False)
    assert "may not stand still for anything" in found["why"]["template"]


def test_an_extension_is_offered_once_and_only_while_a_day_is_due(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "accept"))
    assert not offers(desk, case_no, HEAD)["extend"]["may"]
    assert offers(desk, case_no, HEAD, due_on=DUE)["extend"]["may"]
    done(desk, "intake.take-step", a_step(case_no, "extend", due_on=DUE), **HEAD)
    assert "once only" in offers(desk, case_no, HEAD, due_on=DUE)["extend"]["why"]["template"]


def test_giving_up_is_offered_only_after_the_time_for_the_correction(desk: Desk, case_no: str) -> None:
    done(desk, "intake.take-step", a_step(case_no, "request-correction"))
    found = offers(desk, case_no, HANDLER)["give-up"]
    assert (found["may"], found["is_later"]) == (False, False)
    assert "still has time" in found["why"]["template"]


def test_asking_changes_nothing(desk: Desk, case_no: str) -> None:
    before = asked(desk, "case", case_no=case_no)
    offers(desk, case_no, HANDLER)
    assert asked(desk, "case", case_no=case_no) == before
