"""Hand-overs from the front desk to the back office: two names and two moments."""

import pytest

from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_step, asked, done, refused, said, the_clock

WINDOW = {"role": "window", "name": "李四", "department": "发展改革委"}
LISI = {"name": "李四", "department": "发展改革委"}
HANDLER = {"role": "handler", **LI}


@pytest.fixture
def handed(desk: Desk) -> str:
    """In the hands of 李四 at the window, who hands the papers to 李强."""
    number = str(done(desk, "intake.receive-case", a_case(handler=LISI), **WINDOW)["case_no"])
    done(desk, "intake.take-step", a_step(number, "hand-over", actor=None), **WINDOW)
    return number


def test_who_hands_over_has_the_case_until_the_other_takes_it_over(desk: Desk, handed: str) -> None:
    case = asked(desk, "case", case_no=handed)
    assert (case["handler"], case["handed_to"]) == (LISI, LI)
    the_clock(desk).move(hours=2)
    done(desk, "intake.take-step", a_step(handed, "take-over", actor=None), **HANDLER)
    case = asked(desk, "case", case_no=handed)
    assert (case["handler"], case["handed_to"]) == (LI, None)
    (over,), (taken,) = said(desk, "qidi.case.handed-over"), said(desk, "qidi.case.taken-over")
    assert (over.data["handler"], over.data["to"]) == (LISI, LI)
    assert (taken.data["handler"], taken.data["previous"]) == (LI, LISI)
    assert (taken.time - over.time).total_seconds() == 7200


def test_nobody_takes_over_what_was_handed_to_another_or_to_nobody(desk: Desk, handed: str) -> None:
    other = refused(desk, "intake.take-step", a_step(handed, "take-over", actor=None), role="handler", **WANG)
    assert "handed to 李强" in other["step"]
    done(desk, "intake.take-step", a_step(handed, "take-over", actor=None), **HANDLER)
    again = refused(desk, "intake.take-step", a_step(handed, "take-over", actor=None), **HANDLER)
    assert "not allowed now" in again["step"]


def test_papers_that_are_handed_on_by_the_head_are_on_their_way_no_more(desk: Desk, handed: str) -> None:
    head = {"role": "head", "name": "陈刚", "department": "发展改革委"}
    done(desk, "intake.take-step", a_step(handed, "reassign", actor=None, new_handler=WANG), **head)
    case = asked(desk, "case", case_no=handed)
    assert (case["handler"], case["handed_to"]) == (WANG, None)


def test_papers_go_to_people_of_the_department_that_holds_the_case(desk: Desk, handed: str) -> None:
    stranger = a_step(handed, "hand-over", actor=None, new_handler={"name": "周婷", "department": "住建局"})
    assert set(refused(desk, "intake.take-step", stranger, **WINDOW)) == {"new_handler.department"}
