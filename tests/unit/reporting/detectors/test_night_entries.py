"""Steps that an officer keys in at night are a finding for the officer and the day."""

from datetime import timedelta

import pytest

from services.contracts.cases import CorrectionCompleted
from tests.builders import asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.keyed_in import keyed_in, moment, watch
from tests.unit.reporting.suspects import raised

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "findings"), [("21:59", 0), ("22:00", 1), ("23:30", 1), ("00:10", 1), ("05:59", 1), ("06:00", 0)]
)
def test_from_ten_to_six_is_night(teller: Teller, at: str, findings: int) -> None:
    keyed_in(teller, range(1, 2), moment(f"2026-09-16 {at}"), every=HOUR)
    watch(teller, moment("2026-09-17 08:00"))
    assert raised(teller) == [("night-entry", "王芳@发展改革委")] * findings


def test_a_day_is_told_once_when_it_is_over_and_names_all_of_it(teller: Teller) -> None:
    keyed_in(teller, range(1, 3), moment("2026-09-16 22:10"), every=HOUR)
    watch(teller, moment("2026-09-16 23:55"))
    assert raised(teller) == []
    watch(teller, moment("2026-09-17 00:05"))
    watch(teller, moment("2026-09-20 09:00"))
    [one] = asked(teller.desk, "findings")["items"]
    assert one["params"] == {"about": "王芳@发展改革委", "person": "王芳@发展改革委", "day": "2026-09-16", "count": 2}
    assert one["department"] == "发展改革委"


def test_what_applicants_and_other_systems_send_at_night_is_none(teller: Teller) -> None:
    keyed_in(teller, range(1, 4), moment("2026-09-16 23:00"), every=timedelta(minutes=1), channel="partner")
    keyed_in(teller, range(4, 7), moment("2026-09-16 23:00"), every=timedelta(minutes=1), channel="import")
    teller.tell(a_received_case(9, channel="online"), at=moment("2026-09-16 23:20"))
    teller.tell(CorrectionCompleted(case_no=CASE, handler=WANG), at=moment("2026-09-16 23:30"))
    watch(teller, moment("2026-09-17 08:00"))
    assert raised(teller) == []
