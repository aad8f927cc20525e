"""An application that is withdrawn on the last days of its limit is a finding."""

import pytest

from tests.unit.complaints.facts import CASE, Teller, a_received_case
from tests.unit.reporting.keyed_in import a_stop, moment
from tests.unit.reporting.suspects import raised

AT = moment("2026-09-29 16:00")


@pytest.mark.parametrize(("left", "findings"), [(0, 1), (1, 1), (2, 0), (None, 0)])
def test_the_due_day_and_the_day_before_are_suspicious(teller: Teller, left: int | None, findings: int) -> None:
    teller.tell(a_received_case(), a_stop(CASE, AT, why="withdrawn", left_working_days=left))
    assert raised(teller) == [("late-withdrawal", CASE)] * findings


def test_before_the_acceptance_it_is_the_notice_that_counts(teller: Teller) -> None:
    stop = a_stop(CASE, AT, "one_time_notice", why="withdrawn-before-acceptance", left_working_days=1)
    teller.tell(a_received_case(), stop)
    assert raised(teller) == [("late-withdrawal", CASE)]


def test_a_decision_on_the_last_day_and_another_clock_are_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_stop(CASE, AT, why="granted", left_working_days=0))
    teller.tell(a_stop(CASE, AT, "correction", why="withdrawn", left_working_days=0))
    assert raised(teller) == []
