"""A special procedure without one working day is a finding."""

import pytest

from services.reporting.facts import SET_ASIDE
from tests.unit.complaints.facts import CASE, Teller, a_received_case
from tests.unit.reporting.keyed_in import a_stop, moment
from tests.unit.reporting.suspects import raised

SUNDAY = moment("2026-09-20 17:00")


@pytest.mark.parametrize(("days", "findings"), [(0, 1), (1, 0)])
def test_a_procedure_without_working_time_is_one(teller: Teller, days: int, findings: int) -> None:
    teller.tell(a_received_case(), a_stop(CASE, SUNDAY, "special_procedure", used_working_days=days))
    assert raised(teller) == [("empty-pause", CASE)] * findings


def test_one_that_should_never_have_run_and_another_clock_are_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_stop(CASE, SUNDAY, "delivery", used_working_days=0))
    teller.tell(a_stop(CASE, SUNDAY, "special_procedure", used_working_days=0, why=SET_ASIDE, on_time=True))
    assert raised(teller) == []
