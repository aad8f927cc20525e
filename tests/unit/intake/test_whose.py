"""Whose word it is: steps by the people of the department that holds the matter, and nobody in another's name."""

from typing import Any

import pytest

from services.contracts.actors import Caller
from services.contracts.vocabulary import StepKind
from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_step, asked, done, everything, name_people, refused, said, take

#: 李四 of the department that holds the case.
LISI = {"name": "李四", "department": "发展改革委"}
HANDLER = {"role": "handler", "token_id": "a1", **LISI}
HEAD = {"role": "head", "token_id": "a2", "name": "陈刚", "department": "发展改革委"}
WINDOW = {"role": "window", "token_id": "a3", "name": "赵敏", "department": "发展改革委"}
STRANGER = {"role": "handler", "token_id": "b1", "name": "周婷", "department": "住建局"}
HOTLINE_SYSTEM = {"role": "partner", "token_id": "c1", "owner": "12345热线"}
ANOTHER_SYSTEM = {"role": "partner", "token_id": "d1", "owner": "投资项目在线平台"}


def forbidden(desk: Desk, command: str, data: Any, **caller: str) -> tuple[str, str]:
    """The one field and the one sentence of an order that is refused for want of a right, without any trace."""
    before = everything(desk)
    reply = take(desk, command, data, **caller).reply
    assert reply is not None
    assert reply["status"] == 403, reply
    assert everything(desk) == before
    (one,) = reply["problems"]
    return one["field"], one["template"].format(**one["params"])


@pytest.fixture
def case_of(desk: Desk) -> Any:
    """Takes a case in, by default at the department's own desk; its number."""

    def received(**caller: str) -> str:
        return str(done(desk, "intake.receive-case", a_case(handler=LISI), **(caller or HANDLER))["case_no"])

    return received


# --- in another's name ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["accept", "refuse", "grant", "note", "reassign", "forward", "return"])
@pytest.mark.parametrize("role", ["ops", "admin", "supervisor", "hotline", "steward"])
def test_who_keeps_the_house_or_supervises_takes_no_step_in_whosever_name(
    desk: Desk, case_of: Any, role: str, step: str
) -> None:
    caller = {"role": role, "token_id": "o1", "name": "吴强", "department": "发展改革委"}
    for actor in (LISI, {"name": "吴强", "department": "发展改革委"}):
        field, why = forbidden(desk, "intake.take-step", a_step(case_of(), step, actor=actor), **caller)
        assert field == "step"
        assert why.startswith(f"吴强@发展改革委 ({role}) may not do this; it is for: ")


@pytest.mark.parametrize(("blzt", "more"), [(3, {}), (11, {}), (13, {"reason": "不符合规划", "remedies": "复议"})])
def test_a_number_instead_of_a_word_is_the_same_step(desk: Desk, case_of: Any, blzt: int, more: dict[str, str]) -> None:
    order = a_step(case_of(), None, blzt=blzt, actor=LISI, **more)
    assert forbidden(desk, "intake.take-step", order, role="ops", token_id="o1")[0] == "step"
    assert forbidden(desk, "intake.take-step", order, **HOTLINE_SYSTEM)[0] == "step"
    assert forbidden(desk, "intake.take-step", order | {"actor": None}, **STRANGER)[0] == "step"


def test_a_handler_acts_in_his_own_name_alone(desk: Desk, case_of: Any) -> None:
    field, why = forbidden(desk, "intake.take-step", a_step(case_of(), actor=WANG), **HANDLER)
    assert (field, why) == ("actor", "李四@发展改革委 may not act as 王芳 of 发展改革委.")


def test_a_refusal_for_want_of_a_right_says_nothing_of_what_else_is_wrong(desk: Desk, case_of: Any) -> None:
    order = a_step(case_of(), "refuse", actor=LISI, reason="", remedies=None, occurred_at="2030-01-01")
    assert forbidden(desk, "intake.take-step", order, **STRANGER)[0] == "step"


@pytest.mark.parametrize("department", ["发展改革委", " 发展改革委", "发展 改革委", "发展改革委\u3000"])
def test_blanks_in_the_name_of_a_department_make_no_other(desk: Desk, case_of: Any, department: str) -> None:
    done(desk, "intake.take-step", a_step(case_of(), actor=None), **(HANDLER | {"department": department}))


def test_wide_characters_make_no_other_department_and_the_record_has_the_known_name(desk: Desk, case_of: Any) -> None:
    admin = {"role": "admin", "name": "吴强", "department": "政务服务局"}
    done(desk, "intake.set-department", {"department": "12345热线中心(旗)"}, **admin)
    done(desk, "intake.adopt-matter", _matter("12345热线中心（旗）"), **admin)
    own = {"name": "李四", "department": "12345热线中心(旗)"}
    wide = {"name": "李四", "department": "１２３４５热线中心（旗）"}
    number = done(desk, "intake.receive-case", a_case(matter_code="ZZ-01", handler=own), **(HANDLER | own))["case_no"]
    done(desk, "intake.take-step", a_step(number, actor=wide), **(HANDLER | own))
    assert said(desk, "qidi.case.accepted")[0].actor == "李四@12345热线中心(旗)"


def _matter(department: str, **more: Any) -> dict[str, Any]:
    return {
        "code": "ZZ-01",
        "matter_name": "另一事项",
        "department": department,
        "promised": {"amount": 5, "unit": "working_days"},
    } | more


# --- another department's case ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [step.value for step in StepKind])
@pytest.mark.parametrize("role", ["window", "handler", "head"])
def test_no_step_with_the_case_of_another_department(desk: Desk, case_of: Any, role: str, step: str) -> None:
    caller = STRANGER | {"role": role}
    field, why = forbidden(desk, "intake.take-step", a_step(case_of(), step, actor=None), **caller)
    assert field == "step"
    assert "周婷@住建局" in why


def test_the_window_hands_over_and_does_not_decide(desk: Desk, case_of: Any) -> None:
    number = case_of()
    done(desk, "intake.take-step", a_step(number, actor=None), **WINDOW)
    for step in ("begin-review", "grant", "refuse", "reassign"):
        assert forbidden(desk, "intake.take-step", a_step(number, step, actor=None), **WINDOW)[0] == "step"
    done(desk, "intake.take-step", a_step(number, "grant", actor=None), **HANDLER)
    done(desk, "intake.take-step", a_step(number, "deliver", actor=None), **WINDOW)


@pytest.mark.parametrize("step", ["accept", "not-required", "refuse-acceptance"])
def test_where_the_matter_says_so_the_department_itself_decides_on_acceptance(desk: Desk, step: str) -> None:
    keeps = _matter("发展改革委", accepted_by="department")
    done(desk, "intake.adopt-matter", keeps, role="admin", name="吴强", department="政务服务局")
    number = done(desk, "intake.receive-case", a_case(matter_code="ZZ-01", handler=LISI), **WINDOW)["case_no"]
    order = a_step(number, step, actor=None)
    assert "发展改革委 itself decides" in forbidden(desk, "intake.take-step", order, **WINDOW)[1]
    done(desk, "intake.take-step", order, **HANDLER)


def test_only_who_has_a_case_or_the_head_gives_it_to_somebody_else(desk: Desk, case_of: Any) -> None:
    number = case_of()
    order = a_step(number, "reassign", actor=None, new_handler=LI)
    colleague = HANDLER | {"token_id": "a9", "name": "王芳"}
    assert "those of 李四@发展改革委" in forbidden(desk, "intake.take-step", order, **colleague)[1]
    done(desk, "intake.take-step", order, **HANDLER)
    assert forbidden(desk, "intake.take-step", order | {"new_handler": LISI}, **HANDLER)[0] == "step"
    done(desk, "intake.take-step", order | {"new_handler": LISI}, **HEAD)


def test_a_case_stays_in_the_department_that_holds_it(desk: Desk, case_of: Any) -> None:
    order = a_step(case_of(), "reassign", actor=None)
    for elsewhere in ({"name": "周婷", "department": "住建局"}, {"name": "甲", "department": "不存在的局"}):
        wrong = refused(desk, "intake.take-step", order | {"new_handler": elsewhere}, **HEAD)
        assert list(wrong) == ["new_handler.department"]


# --- receipt ----------------------------------------------------------------------------------------------------------


def test_a_building_permit_is_taken_in_by_the_department_of_the_matter_and_not_by_animal_husbandry(desk: Desk) -> None:
    herder = {"role": "handler", "token_id": "h1", "name": "巴特尔", "department": "畜牧局"}
    zhou = {"name": "周婷", "department": "住建局"}
    own = {"name": "巴特尔", "department": "畜牧局"}
    permit = a_case(matter_code="NM-025", handler=own, department="畜牧局")
    name_people(desk, zhou)
    assert forbidden(desk, "intake.receive-case", permit, **herder)[0] == "matter_code"
    assert forbidden(desk, "intake.receive-case", permit | {"department": None}, **herder)[0] == "matter_code"
    partner = permit | {"actor": zhou}
    assert set(refused(desk, "intake.receive-case", partner, **HOTLINE_SYSTEM)) == {"department", "handler.department"}
    assert (
        forbidden(desk, "intake.receive-case", permit | {"handler": zhou, "actor": own}, **HOTLINE_SYSTEM)[0] == "actor"
    )
    number = done(desk, "intake.receive-case", a_case(matter_code="NM-025", handler=zhou), **STRANGER)["case_no"]
    assert asked(desk, "case", case_no=number)["department"] == "住建局"


# --- partners ---------------------------------------------------------------------------------------------------------


def test_a_partner_acts_with_what_it_brought_in_in_the_name_of_the_departments_people(desk: Desk, case_of: Any) -> None:
    number = case_of(**HOTLINE_SYSTEM)
    done(desk, "intake.take-step", a_step(number, actor=LISI), **HOTLINE_SYSTEM)
    for actor in ({"name": "周婷", "department": "住建局"}, {"name": "王县长", "department": "县政府"}):
        field, why = forbidden(desk, "intake.take-step", a_step(number, "grant", actor=actor), **HOTLINE_SYSTEM)
        assert field == "actor"
        assert f"of 发展改革委, which {actor['name']}@" in why
    done(desk, "intake.take-step", a_step(number, "grant", actor=LISI), **HOTLINE_SYSTEM)
    granted = said(desk, "qidi.case.granted")[0]
    assert (granted.actor, granted.caller) == ("李四@发展改革委", "partner/token/c1/12345热线")


@pytest.mark.parametrize(
    ("duty", "may"),
    [
        ("window", {"accept": True, "grant": False, "extend": False, "reassign": False}),
        ("handler", {"accept": True, "grant": True, "extend": False, "reassign": True}),
        ("head", {"accept": True, "grant": True, "extend": True, "reassign": True}),
    ],
)
def test_a_partner_does_in_a_name_what_its_bearer_may_do_himself(
    desk: Desk, case_of: Any, duty: str, may: dict[str, bool]
) -> None:
    named = {"officer": "赵敏", "department": "发展改革委", "duties": [duty], "appointed_on": "2026-01-01"}
    done(desk, "intake.appoint-officer", named, role="admin", name="吴强", department="政务服务局")
    zhao = {"name": "赵敏", "department": "发展改革委"}
    for step, is_allowed in may.items():
        number = done(desk, "intake.receive-case", a_case(actor=LISI, again_because="试验"), **HOTLINE_SYSTEM)[
            "case_no"
        ]
        if step != "accept":
            done(desk, "intake.take-step", a_step(number, actor=LISI), **HOTLINE_SYSTEM)
        order = a_step(number, step, actor=zhao, due_on="2026-10-20")
        if is_allowed:
            done(desk, "intake.take-step", order, **HOTLINE_SYSTEM)
        else:
            field, why = forbidden(desk, "intake.take-step", order, **HOTLINE_SYSTEM)
            assert (field, "in the name of one who may do it himself" in why) == ("actor", True)


def test_a_partners_import_extends_in_a_heads_name_alone(desk: Desk) -> None:
    named = {"officer": "赵敏", "department": "发展改革委", "duties": ["handler"], "appointed_on": "2026-01-01"}
    done(desk, "intake.appoint-officer", named, role="admin", name="吴强", department="政务服务局")
    case = a_case()
    entry = {
        **{name: case[name] for name in ("project_code", "received_at")},
        "project_name": "风电项目1期",
        "owner_name": "赤峰新能源有限公司",
        "matter": "NM-001",
        "handler": LISI,
        "steps": [
            a_step("", "extend", actor={"name": "赵敏", "department": "发展改革委"})
            | {"occurred_at": case["received_at"]}
        ],
    }
    del entry["steps"][0]["case_no"]
    (told,) = done(desk, "intake.enter-cases", {"entries": [entry]}, **HOTLINE_SYSTEM)["results"]
    wrong = {one["field"]: one["template"] for one in told["problems"]}
    assert "in the name of one who may do it himself" in wrong["steps.0.actor"]


@pytest.mark.parametrize("step", [step.value for step in StepKind])
def test_a_partner_takes_no_step_with_what_others_brought_in(desk: Desk, case_of: Any, step: str) -> None:
    for number in (case_of(), case_of(**ANOTHER_SYSTEM)):
        field, why = forbidden(desk, "intake.take-step", a_step(number, step, actor=LISI), **HOTLINE_SYSTEM)
        assert field == "step"
        assert "12345热线 (partner)" in why


def test_a_new_token_of_the_same_partner_goes_on_with_its_cases(desk: Desk, case_of: Any) -> None:
    number = case_of(**HOTLINE_SYSTEM)
    done(desk, "intake.take-step", a_step(number, actor=LISI), **(HOTLINE_SYSTEM | {"token_id": "c2"}))
    nobodys = case_of(role="partner", token_id="e1")
    order = a_step(nobodys, actor=LISI)
    assert forbidden(desk, "intake.take-step", order, role="partner", token_id="e2")[0] == "step"
    assert forbidden(desk, "intake.take-step", order, role="partner")[0] == "step"


def test_what_a_person_does_himself_names_him_once(desk: Desk, case_of: Any) -> None:
    done(desk, "intake.take-step", a_step(case_of(), actor=None), **HANDLER)
    accepted = said(desk, "qidi.case.accepted")[0]
    assert (accepted.actor, accepted.caller) == ("李四@发展改革委", "handler/token/a1/李四@发展改革委")


# --- what may come next -----------------------------------------------------------------------------------------------


def _offered(desk: Desk, number: str, **caller: str) -> list[str]:
    reply = desk.answer("case", {"case_no": number}, Caller(**caller))
    return list(reply["body"]["allowed_steps"])


def test_the_answer_lists_what_this_caller_may_do_with_this_case(desk: Desk, case_of: Any) -> None:
    number = case_of()
    assert _offered(desk, number, **STRANGER) == []
    assert _offered(desk, number, role="ops", token_id="o1") == []
    assert _offered(desk, number, **HOTLINE_SYSTEM) == []
    assert "reassign" in _offered(desk, number, **HANDLER)
    more = set(_offered(desk, number, **HANDLER)) - set(_offered(desk, number, **WINDOW))
    assert more == {"reassign", "name-completion"}
