"""Codes: they are judged as GB 32100 and the two forms of project codes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.intake.codes import ALPHABET, check_character, is_credit_code, is_project_code
from tests.builders import a_credit_code

BODIES = st.builds(
    lambda head, tail: head + tail,
    st.text("0123456789", min_size=8, max_size=8),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def is_valid(code: str) -> bool:
    return is_credit_code(code) and check_character(code) == code[-1]


@given(BODIES, st.sampled_from(ALPHABET))
def test_a_credit_code_is_judged_as_the_standards_library_judges_it(body: str, last: str) -> None:
    assert is_valid(body + last) == uscc.is_valid(body + last)


@given(BODIES)
def test_the_check_character_agrees_with_the_standards_library(body: str) -> None:
    assert check_character(body) == uscc.calc_check_digit(body)
    assert is_valid(body + check_character(body))


@given(BODIES, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@pytest.mark.parametrize(
    "code", ["", "91110000600037341l", "9111000060003734IL", "91110000600037341", "９1110000600037341L"]
)
def test_lower_case_forbidden_letters_and_other_lengths_are_no_credit_codes(code: str) -> None:
    assert not is_credit_code(code)


def test_the_place_in_a_credit_code_may_have_been_renamed_long_ago() -> None:
    assert is_valid("91110000600037341L")
    assert is_valid("91999999600037341" + check_character("91999999600037341"))


def test_the_builder_gives_valid_codes() -> None:
    assert all(is_valid(a_credit_code(n)) for n in range(200))


@pytest.mark.parametrize("code", ["2020-150102-44-03-000001", "2509-150424-89-01-544060"])
def test_both_forms_of_project_codes_are_in_use(code: str) -> None:
    assert len(code) == 24
    assert is_project_code(code)


@pytest.mark.parametrize(
    "code",
    ["", "2020-150102-44-03-00001", "2020-150102-44-03-0000012", "2020_150102-44-03-000001", "202X-150102-44-03-000001",
     "２020-150102-44-03-000001", "2020-150102-44-03-000001\n"],
)  # fmt: skip
def test_anything_else_is_no_project_code(code: str) -> None:
    assert not is_project_code(code)
