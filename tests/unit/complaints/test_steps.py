"""A complaint goes step by step, by named persons, in time; everything that is wrong is said at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.complaints.service import BOARD
from services.contracts.actors import Caller
from services.plumbing.desk import Desk
from tests.builders import MORNING, a_desk, a_project_code, asked, done, everything, refused, said, take, the_clock

CALLER = {"role": "hotline", "name": "赵敏", "department": "政务服务局"}
#: Of the department that the complaints are about.
OFFICER = {"role": "handler", "token_id": "h1", "name": "李强", "department": "发展改革委"}
REGISTER = "complaints.register-complaint"
STEP = "complaints.take-complaint-step"


def a_complaint(**changes: Any) -> dict[str, Any]:
    complaint = {"kind": "delay", "text": "一直没有回音", "place": "林西镇", "project_code": a_project_code(1)}
    return complaint | changes


NEEDED: dict[str, dict[str, Any]] = {
    "dispatch": {"department": "发展改革委"},
    "answer": {"text": "已受理并致歉", "upheld": True},
    "revisit": {"satisfied": True},
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(BOARD, tmp_path)


def register(desk: Desk, **changes: Any) -> str:
    return str(done(desk, REGISTER, a_complaint(**changes), **CALLER)["complaint_no"])


def step(number: str, name: str, **changes: Any) -> dict[str, Any]:
    return {"complaint_no": number, "step": name} | NEEDED.get(name, {}) | changes


def by(name: str) -> dict[str, str]:
    """Whose word a step is: the department's, or that of whoever took the complaint."""
    return OFFICER if name in ("sign", "answer", "give-back") else CALLER


def walk(desk: Desk, number: str, *names: str, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name in names:
        the_clock(desk).move(hours=1)
        answer = done(desk, STEP, step(number, name, **changes), **by(name))
    return answer


def test_a_complaint_goes_from_registration_to_its_close(desk: Desk) -> None:
    number = register(desk)
    answer = walk(desk, number, "dispatch", "sign", "answer", "revisit", "close")
    assert (answer["state"], answer["upheld"], answer["allowed_steps"]) == ("closed", True, [])
    assert [one["step"] for one in answer["steps"]] == ["dispatch", "sign", "answer", "revisit", "close"]
    assert answer["department"] == "发展改革委"
    assert [one.stem.rsplit(".", 1)[1] for one in said(desk)] == [
        *("registered", "dispatched", "signed", "answered", "revisited", "closed")
    ]
    assert [one.sequence for one in said(desk)] == [1, 2, 3, 4, 5, 6]
    assert asked(desk, "counts") == {
        "open": 0,
        "by_kind": {},
        "by_state": {"closed": 1},
        "without_case": 1,
    }


@pytest.mark.parametrize(
    ("before", "wrong"),
    [
        ((), "sign"),
        ((), "close"),
        (("dispatch",), "answer"),
        (("dispatch",), "dispatch"),
        (("dispatch", "sign"), "revisit"),
        (("dispatch", "sign", "answer"), "close"),
        (("dispatch", "sign", "answer", "revisit"), "answer"),
        (("dispatch", "sign", "answer", "revisit", "close"), "answer"),
    ],
)
def test_no_step_is_taken_out_of_turn(desk: Desk, before: tuple[str, ...], wrong: str) -> None:
    number = register(desk, department="发展改革委")
    walk(desk, number, *before)
    kept = everything(desk)
    assert set(refused(desk, STEP, step(number, wrong), **by(wrong))) == {"step"}
    assert everything(desk) == kept


def test_whoever_is_not_satisfied_may_be_answered_again(desk: Desk) -> None:
    number = register(desk)
    walk(desk, number, "dispatch", "sign", "answer")
    answer = walk(desk, number, "revisit", satisfied=False)
    assert answer["allowed_steps"] == ["close"], "to whoever took it"
    officers = desk.answer("complaint", {"complaint_no": number}, Caller(**OFFICER))["body"]["allowed_steps"]
    assert officers == ["answer"], "to the department"
    assert walk(desk, number, "answer", upheld=False)["satisfied"] is None
    assert walk(desk, number, "revisit", "close")["state"] == "closed"
    assert said(desk)[-1].data["upheld"] is False, "the last answer counts"


@pytest.mark.parametrize(
    ("before", "name", "missing"),
    [
        ((), "dispatch", {"department"}),
        (("dispatch", "sign"), "answer", {"text", "upheld"}),
        (("dispatch", "sign", "answer"), "revisit", {"satisfied"}),
    ],
)
def test_a_step_brings_what_it_is_about(desk: Desk, before: tuple[str, ...], name: str, missing: set[str]) -> None:
    number = register(desk)
    walk(desk, number, *before)
    assert set(refused(desk, STEP, {"complaint_no": number, "step": name}, **by(name))) == missing


def test_a_step_is_neither_before_the_last_one_nor_in_the_future(desk: Desk) -> None:
    number = register(desk)
    walk(desk, number, "dispatch")
    early, late = MORNING, MORNING + timedelta(hours=2)
    assert "before the previous step" in refused(desk, STEP, step(number, "sign", occurred_at=early.isoformat()),
                                                 **OFFICER)["occurred_at"]  # fmt: skip
    assert "future" in refused(desk, STEP, step(number, "sign", occurred_at=late.isoformat()), **OFFICER)["occurred_at"]
    kept = done(desk, STEP, step(number, "sign", occurred_at=(MORNING + timedelta(hours=1)).isoformat()), **OFFICER)
    assert kept["steps"][-1]["occurred_at"] == "2026-09-16T11:00:00+08:00"


def test_a_bad_step_is_answered_once_with_everything(desk: Desk) -> None:
    number = register(desk)
    wrong = {
        "complaint_no": number,
        "step": "revisit",
        "occurred_at": "2027-01-01T00:00",
        "satisfied": "perhaps",
        "colour": "red",
    }
    assert set(refused(desk, STEP, wrong, role="hotline")) == {
        "step",
        "occurred_at",
        "satisfied",
        "colour",
        "actor",
    }
    unknown = wrong | {"complaint_no": "150424-T2026-999999", "step": "sing"}
    assert {"complaint_no", "step", "satisfied"} <= set(refused(desk, STEP, unknown))


def test_a_bad_complaint_is_answered_once_with_everything(desk: Desk) -> None:
    kept = everything(desk)
    wrong = {
        "kind": "gossip",
        "text": "  ",
        "place": "林西镇",
        "matter": "准",
        "complainant_phone": "ring me",
        "received_at": "2026-10-01T00:00",
    }
    assert set(refused(desk, REGISTER, wrong)) == {
        *("kind", "text", "matter", "complainant_phone", "received_at"),
        *("project_code", "project_name", "actor"),
    }
    assert everything(desk) == kept


@pytest.mark.parametrize("body", [{}, [], "text", None, {"complaint_no": 7}])
@pytest.mark.parametrize("command", [REGISTER, STEP, "complaints.show-person"])
def test_nonsense_is_refused_and_never_a_failure(desk: Desk, command: str, body: object) -> None:
    ruling = take(desk, command, body, role="supervisor")
    assert ruling.reply is not None
    assert ruling.reply["status"] == 422


def test_a_complaint_that_is_not_there_is_not_found(desk: Desk) -> None:
    ruling = take(desk, STEP, step("150424-T2026-000009", "sign"), **CALLER)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404
    assert desk.answer("complaint", {"complaint_no": "150424-T2026-000009"})["status"] == 404


def test_a_work_order_is_registered_once_and_the_second_time_names_the_first(desk: Desk) -> None:
    number = register(desk, work_order_no="CF20260916-0001")
    ruling = take(desk, REGISTER, a_complaint(work_order_no=" CF20260916-0001 "), **CALLER)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert ruling.reply["problems"][0]["params"]["complaint_no"] == number
    assert register(desk, work_order_no="CF20260916-0002") == "150424-T2026-000002"


def test_nobody_acts_in_another_s_name_but_a_partner_names_who_it_was(desk: Desk) -> None:
    other = {"name": "李强", "department": "发展改革委"}
    assert set(refused(desk, STEP, step(register(desk), "dispatch", actor=other), **CALLER)) == {"actor"}
    number = done(desk, REGISTER, a_complaint(actor=other))["complaint_no"]
    assert set(refused(desk, STEP, step(number, "dispatch"))) == {"actor"}
    answer = done(desk, STEP, step(number, "dispatch", actor=other))
    assert answer["steps"][0]["person"] == other


# --- whose complaint it is --------------------------------------------------------------------------------------------

#: Two systems that bring complaints in, and people of the department that is to answer, and of another.
OURS = {"role": "partner", "token_id": "c1", "owner": "12345热线"}
THEIRS = {"role": "partner", "token_id": "d1", "owner": "另一平台"}
STRANGER = {"role": "handler", "token_id": "h2", "name": "周婷", "department": "住建局"}


def status(desk: Desk, command: str, body: dict[str, Any], caller: dict[str, str]) -> int:
    before = everything(desk)
    reply = take(desk, command, body, **caller).reply
    assert reply is not None
    assert reply["status"] == 200 or everything(desk) == before
    return int(reply["status"])


def test_a_system_neither_reads_nor_steps_what_others_brought_in_and_learns_no_number_by_trying(desk: Desk) -> None:
    named = {"name": "赵敏", "department": "12345热线"}
    theirs = done(desk, REGISTER, a_complaint(), **THEIRS)["complaint_no"]
    own_desk, nobodys = register(desk), "150424-T2026-000099"
    for body in ({"actor": named}, {"actor": named, "occurred_at": "2030-01-01T00:00"}):
        answers = []
        for number in (theirs, own_desk, nobodys):
            reply = take(desk, STEP, step(number, "dispatch", **body), **OURS).reply
            assert reply is not None
            answers.append(repr(reply).replace(number, "NUMBER"))
        assert len(set(answers)) == 1, "what is there and what is not answer alike"
        assert "There is no complaint" in answers[0]
    for number in (theirs, own_desk, nobodys):
        assert desk.answer("complaint", {"complaint_no": number}, Caller(**OURS))["status"] == 404
    assert desk.answer("complaint", {"complaint_no": theirs}, Caller(**THEIRS))["status"] == 200
    renewed = THEIRS | {"token_id": "d2"}
    assert desk.answer("complaint", {"complaint_no": theirs}, Caller(**renewed))["status"] == 200


def test_a_system_says_the_departments_word_in_the_name_of_its_people(desk: Desk) -> None:
    named = {"name": "赵敏", "department": "12345热线"}
    number = done(desk, REGISTER, a_complaint(actor=named), **OURS)["complaint_no"]
    done(desk, STEP, step(number, "dispatch", actor=named, department="发展改革委"), **OURS)
    assert status(desk, STEP, step(number, "sign", actor=named), OURS) == 403
    officer = {"name": "李强", "department": "发展改革委"}
    assert status(desk, STEP, step(number, "sign", actor=officer), OURS) == 200


def test_people_of_the_department_answer_and_no_others(desk: Desk) -> None:
    number = register(desk)
    assert status(desk, STEP, step(number, "dispatch"), OFFICER) == 403
    done(desk, STEP, step(number, "dispatch", department="发展 改革委"), **CALLER)
    for word in ("sign", "dispatch", "answer"):
        assert status(desk, STEP, step(number, word), STRANGER) == 403
        assert status(desk, STEP, step(number, word), OFFICER | {"role": "admin"}) == 403
        assert status(desk, STEP, step(number, word), OFFICER | {"role": "ops"}) == 403
    assert desk.answer("complaint", {"complaint_no": number}, Caller(**STRANGER))["body"]["allowed_steps"] == []
    assert desk.answer("complaint", {"complaint_no": number}, Caller(**OFFICER))["body"]["allowed_steps"] == ["sign"]
    assert status(desk, STEP, step(number, "sign"), OFFICER) == 200


def test_a_system_speaks_as_its_own_people_or_the_departments_and_else_as_itself(desk: Desk) -> None:
    mayor = {"name": "王县长", "department": "县政府"}
    about = {"department": "发展改革委"}
    assert status(desk, REGISTER, a_complaint(actor=mayor, **about), OURS) == 403
    number = str(done(desk, REGISTER, a_complaint(**about), **OURS)["complaint_no"])
    assert said(desk)[-1].actor == "12345热线@12345热线"
    officer = {"name": "李强", "department": "发展改革委"}
    operator = {"name": "孙七", "department": "12345 热线"}
    ours = OURS | {"department": "12345热线"}
    assert status(desk, REGISTER, a_complaint(actor=operator), ours) == 200
    assert status(desk, REGISTER, a_complaint(actor=officer, **about), OURS) == 200
    for word in ("dispatch", "sign", "answer", "revisit", "close"):
        assert status(desk, STEP, step(number, word, actor=mayor), OURS) == 403, word
        if by(word) is OFFICER:
            assert status(desk, STEP, step(number, word), OURS) == 403, "the system itself is nobody of the department"
            done(desk, STEP, step(number, word, actor=officer), **OURS)
        else:
            done(desk, STEP, step(number, word, **({"actor": operator} if word == "close" else {})), **OURS)
    answer = desk.answer("complaint", {"complaint_no": number}, Caller(**OURS))["body"]
    assert [one["person"]["name"] for one in answer["steps"]] == ["12345热线", "李强", "李强", "12345热线", "孙七"]


def test_no_department_judges_its_own_answer_and_nobody_answers_for_it(desk: Desk) -> None:
    number = register(desk)
    head, leader = OFFICER | {"role": "head"}, CALLER | {"role": "supervisor"}
    for word in ("dispatch", "sign", "answer", "revisit", "close"):
        theirs = by(word) is OFFICER
        for caller in (OFFICER, head, CALLER, leader):
            if (caller in (OFFICER, head)) is not theirs:
                assert status(desk, STEP, step(number, word), caller) == 403, (word, caller["role"])
        walk(desk, number, word)


def test_numbers_begin_again_with_the_year(desk: Desk) -> None:
    assert [register(desk), register(desk)] == ["150424-T2026-000001", "150424-T2026-000002"]
    the_clock(desk).at = MORNING.replace(year=2027, month=1, day=4)
    assert register(desk) == "150424-T2027-000001"


def test_complaints_are_listed_newest_first_by_page_and_filter(desk: Desk) -> None:
    numbers = [register(desk, kind=kind) for kind in ("delay", "attitude", "delay")]
    walk(desk, numbers[0], "dispatch")
    first = asked(desk, "complaints", limit=2)
    assert [one["complaint_no"] for one in first["items"]] == [numbers[2], numbers[1]]
    second = asked(desk, "complaints", limit=2, cursor=first["next"])
    assert ([one["complaint_no"] for one in second["items"]], second["next"]) == ([numbers[0]], None)
    by_kind = asked(desk, "complaints", kind="delay", state="registered")
    assert [one["complaint_no"] for one in by_kind["items"]] == [numbers[2]]
    assert len(asked(desk, "complaints", department="发展改革委")["items"]) == 1
    assert len(asked(desk, "complaints", q="林西")["items"]) == 3
    assert asked(desk, "complaints", q="100%")["items"] == []
    assert asked(desk, "counts")["by_kind"] == {"delay": 2, "attitude": 1}


def test_a_bad_page_is_refused_with_everything(desk: Desk) -> None:
    reply = desk.answer("complaints", {"cursor": "§§", "limit": 500, "state": "lost", "kind": "gossip"})
    assert {one["field"] for one in reply["problems"]} == {"cursor", "limit", "state", "kind"}
