"""Problems: everything at once, as far as people read, and never more than was asked for."""

import pytest

from services.contracts.commands import RegisterProject
from services.contracts.validation import read
from services.contracts.vocabulary import MORE, MOST_PROBLEMS
from services.plumbing.errors import Conflict, Problem, Problems, Refused
from services.plumbing.orders import refusal


def test_a_hundred_are_told_the_others_counted_and_none_is_forgotten() -> None:
    problems = Problems()
    for n in range(150_000):
        problems.add(f"entries.{n}.row", "wrong")
    assert len(problems) == 150_000
    with pytest.raises(Refused) as refused:
        problems.refuse()
    told = refusal(refused.value)["problems"]
    assert len(told) == MOST_PROBLEMS + 1
    assert told[-1] == {"field": "", "template": MORE, "params": {"number": 150_000 - MOST_PROBLEMS}}
    assert problems.has("entries.149999")
    assert problems.has("entries")
    assert not problems.has("entries.150000")
    assert not problems.has("entries.1499990")


def test_what_is_told_once_more_counts_those_before() -> None:
    first = Problems(Problem("a", "wrong") for _ in range(MOST_PROBLEMS + 7))
    again = Conflict(*first.found, Problem("b", "wrong as well"))
    assert again.problems[-1].params == {"number": 8}
    assert len(again.problems) == MOST_PROBLEMS + 1


@pytest.mark.parametrize("number", [1, MOST_PROBLEMS, MOST_PROBLEMS + 1, 40_000])
def test_unknown_fields_and_texts_that_cannot_be_stored_are_told_up_to_a_hundred(number: int) -> None:
    for data in ({f"f{n}": 1 for n in range(number)}, {"names": ["\x00"] * number}):
        _, wrong = read(RegisterProject, data)
        assert len(wrong) <= MOST_PROBLEMS + 1
        assert (wrong[-1][1] == MORE) == (len(wrong) > MOST_PROBLEMS)
