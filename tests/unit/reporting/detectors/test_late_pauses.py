"""A count that is stopped on the last two days of its limit is a finding; one with more left is none."""

import pytest

from services.contracts.clocks import ClockMoved
from tests.builders import asked
from tests.unit.complaints.facts import CASE, Teller, a_received_case, a_started_clock, of_clock
from tests.unit.reporting.suspects import raised


def moved(budget: int | None, kind: str = "decision") -> ClockMoved:
    clock = a_started_clock(CASE, kind)
    return ClockMoved(**of_clock(clock), due_from=clock.due_on, calendar="cn-2026", why="paused", budget=budget)


@pytest.mark.parametrize(("budget", "findings"), [(0, 1), (1, 1), (2, 1), (3, 0), (None, 0)])
def test_the_last_two_days_are_suspicious(teller: Teller, budget: int | None, findings: int) -> None:
    teller.tell(a_received_case(), a_started_clock(), moved(budget))
    assert raised(teller) == [("late-pause", CASE)] * findings


def test_only_the_decision_stands_still_and_each_pause_is_one_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(), moved(2), moved(None), moved(1))
    teller.tell(a_started_clock(CASE, "delivery"), moved(1, "delivery"))
    findings = asked(teller.desk, "findings")["items"]
    assert [one["evidence"]["left"] for one in findings] == [1, 2]
