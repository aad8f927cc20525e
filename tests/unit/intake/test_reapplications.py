"""Re-applications: the record links an application to the one for the same project and matter that came to nothing."""

import pytest

from services.plumbing.desk import Desk
from tests.builders import a_case, a_project, a_step, asked, done, said, the_clock


def again(desk: Desk) -> str:
    the_clock(desk).move(days=1)
    order = a_case(received_at=the_clock(desk).at.isoformat())
    return str(done(desk, "intake.receive-case", order)["case_no"])


@pytest.mark.parametrize("steps", [("refuse-acceptance",), ("withdraw-before-acceptance",), ("accept", "refuse")])
def test_what_follows_a_failed_application_is_linked_to_it_on_both_sides(
    desk: Desk, case_no: str, steps: tuple[str, ...]
) -> None:
    for step in steps:
        done(desk, "intake.take-step", a_step(case_no, step))
    second = again(desk)
    assert said(desk, "qidi.case.received")[-1].data["follows"] == case_no
    assert asked(desk, "case", case_no=second)["follows"] == case_no
    assert asked(desk, "case", case_no=case_no)["followed_by"] == [second]
    third = again(desk)
    assert asked(desk, "case", case_no=third)["follows"] is None, "the second is still open"


def test_what_was_granted_or_is_of_another_matter_or_project_is_followed_by_nothing(desk: Desk, case_no: str) -> None:
    for step in ("accept", "grant"):
        done(desk, "intake.take-step", a_step(case_no, step))
    assert asked(desk, "case", case_no=again(desk))["follows"] is None
    failed = again(desk)
    done(desk, "intake.take-step", a_step(failed, "refuse-acceptance"))
    done(desk, "intake.register-project", a_project(2))
    other = done(desk, "intake.receive-case", a_case(2))["case_no"]
    assert asked(desk, "case", case_no=other)["follows"] is None
