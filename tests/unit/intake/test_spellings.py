"""Owners, people and projects by code and name: what stands in the papers, however it is written."""

import pytest

from services.intake.codes import check_character
from services.plumbing.desk import Desk
from tests.builders import (
    WANG,
    a_case,
    a_credit_code,
    a_project,
    a_project_code,
    a_step,
    asked,
    done,
    everything,
    name_people,
    refused,
    take,
)

# --- what the first two characters may be, and what is no credit code at all ------------------------------------------


@pytest.mark.parametrize("begin", ["91", "93", "N2", "A1", "12", "52", "Y1"])
def test_a_code_of_a_registering_authority_is_taken(desk: Desk, begin: str) -> None:
    done(desk, "intake.register-project", a_project(2, credit_code=_checked(f"{begin}150424000000017")))


@pytest.mark.parametrize("begin", ["15", "94", "00", "N4", "Z1"])
def test_a_code_that_no_authority_registers_is_refused(desk: Desk, begin: str) -> None:
    code = f"{begin}1504240000000170"
    assert set(refused(desk, "intake.register-project", a_project(2, credit_code=code))) == {"credit_code"}


@pytest.mark.parametrize("number", ["150424198001011239", "11010519491231002X", "１５０４２４１９８００１０１１２３９"])
def test_an_identity_number_is_refused_and_repeated_nowhere(desk: Desk, number: str) -> None:
    ruling = take(desk, "intake.register-project", a_project(2, credit_code=number, confirm=["credit_code"]))
    assert ruling.reply is not None
    assert "identity number" in ruling.reply["problems"][0]["template"]
    assert number not in str(ruling.reply)
    assert number not in str(everything(desk))


def test_a_failed_check_character_is_a_question_that_is_answered_by_saying_it_again(desk: Desk) -> None:
    code = a_credit_code(2)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    asks = refused(desk, "intake.register-project", a_project(2, credit_code=wrong))
    assert "confirm" in asks["credit_code"]
    done(desk, "intake.register-project", a_project(2, credit_code=wrong, confirm=["credit_code"]))
    assert asked(desk, "project", project_code=a_project_code(2))["credit_code"] == wrong


def test_one_person_is_one_person_however_the_blanks_and_dots_are_written(desk: Desk) -> None:
    name_people(desk, {"name": "阿拉坦·巴特尔", "department": WANG["department"]})
    for name, kept in (("王　芳", "王芳"), ("阿拉坦•巴特尔", "阿拉坦·巴特尔"), ("阿拉坦 ・ 巴特尔", "阿拉坦·巴特尔")):
        number = done(desk, "intake.receive-case", a_case(handler=WANG | {"name": name}))["case_no"]
        assert asked(desk, "case", case_no=number)["handler"]["name"] == kept
        done(desk, "intake.take-step", a_step(number, "withdraw-before-acceptance"))


def test_a_project_is_found_however_its_name_is_spaced_and_bracketed(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project(2, project_name="供水管网（二期）"))
    for words in ("供水管网(二期)", "供水 管网", "供水管网〔二期〕"):
        assert [one["project_code"] for one in asked(desk, "projects", q=words)["items"]] == [a_project_code(2)], words


def _checked(body: str) -> str:
    return body + check_character(body)
