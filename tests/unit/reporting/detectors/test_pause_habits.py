"""An officer most of whose cases stand still at some time is a finding, once a month."""

import pytest

from services.contracts.cases import CaseGranted, ProcedureBegun
from services.contracts.permits import CaseGrantedWithDeficiencies
from tests.builders import asked
from tests.unit.complaints.facts import WANG, Teller, a_case_no, a_received_case
from tests.unit.reporting.keyed_in import moment, watch
from tests.unit.reporting.suspects import raised

SEPTEMBER = moment("2026-09-16 10:00")
OCTOBER = moment("2026-10-01 00:10")


@pytest.mark.parametrize(("paused", "of", "findings"), [(4, 10, 0), (5, 10, 1), (9, 9, 0), (6, 12, 1), (6, 13, 0)])
def test_half_of_ten_or_more_make_a_habit(teller: Teller, paused: int, of: int, findings: int) -> None:
    for number in range(1, of + 1):
        case = a_case_no(number)
        teller.tell(a_received_case(number), at=SEPTEMBER)
        if number <= paused:
            begun = ProcedureBegun(case_no=case, handler=WANG, ground="expert-review", law="行政许可法45条")
            teller.tell(begun, at=SEPTEMBER)
        teller.tell(CaseGranted(case_no=case, handler=WANG), at=SEPTEMBER)
    watch(teller, OCTOBER)
    watch(teller, moment("2026-10-20 09:00"))
    assert raised(teller) == [("pause-habit", "王芳@发展改革委")] * findings
    for one in asked(teller.desk, "findings")["items"]:
        assert one["evidence"] == {"month": "2026-10", "decided": of, "paused": paused}


def test_a_grant_with_deficiencies_is_a_decision_of_the_officer_too(teller: Teller) -> None:
    for number in range(1, 11):
        begun = ProcedureBegun(case_no=a_case_no(number), handler=WANG, ground="expert-review", law="行政许可法45条")
        granted = CaseGrantedWithDeficiencies(case_no=a_case_no(number), handler=WANG)
        teller.tell(a_received_case(number), begun, granted, at=SEPTEMBER)
    watch(teller, OCTOBER)
    assert raised(teller) == [("pause-habit", "王芳@发展改革委")]
