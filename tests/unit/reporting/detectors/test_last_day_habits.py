"""An officer most of whose decisions fall on the last day of their limit is a finding, once a month."""

from datetime import timedelta

import pytest

from tests.builders import asked
from tests.unit.complaints.facts import Teller, a_case_no, a_received_case, a_started_clock
from tests.unit.reporting.keyed_in import a_stop, moment, watch
from tests.unit.reporting.suspects import raised

SEPTEMBER = moment("2026-09-16 10:00")
OCTOBER = moment("2026-10-01 00:10")


def decided(teller: Teller, lefts: list[int]) -> None:
    """One case decided for each number, with so many working days left."""
    for number, left in enumerate(lefts, start=1):
        case = a_case_no(number)
        teller.tell(a_received_case(number), a_started_clock(case))
        teller.tell(a_stop(case, SEPTEMBER, left_working_days=left), at=SEPTEMBER + timedelta(hours=1))


@pytest.mark.parametrize(("on_last", "of", "findings"), [(4, 10, 0), (5, 10, 1), (10, 10, 1), (9, 9, 0), (5, 11, 0)])
def test_half_of_ten_or_more_make_a_habit(teller: Teller, on_last: int, of: int, findings: int) -> None:
    decided(teller, [0] * on_last + [4] * (of - on_last))
    watch(teller, OCTOBER)
    assert raised(teller) == [("last-day-habit", "王芳@发展改革委")] * findings


def test_it_is_told_once_a_month_and_not_of_the_running_one(teller: Teller) -> None:
    decided(teller, [0] * 12)
    watch(teller, moment("2026-09-30 23:00"))
    assert raised(teller) == []
    watch(teller, OCTOBER)
    watch(teller, OCTOBER + timedelta(days=20))
    [one] = asked(teller.desk, "findings")["items"]
    assert one["evidence"] == {"month": "2026-10", "decided": 12, "on_last": 12}
    # the ninety days before January hold none of it
    watch(teller, moment("2027-01-02 00:10"))
    assert [month["evidence"]["month"] for month in asked(teller.desk, "findings")["items"]] == ["2026-10"]
