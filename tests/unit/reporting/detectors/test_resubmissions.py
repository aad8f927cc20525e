"""An application that is turned away and taken in again soon, so that the count begins anew, is a finding."""

from datetime import timedelta

import pytest

from services.contracts.cases import (
    CaseAcceptanceRefused,
    CaseFact,
    CaseRefused,
    CaseWithdrawnBeforeAcceptance,
)
from tests.builders import MORNING
from tests.unit.complaints.facts import CASE, WANG, Teller, a_case_no, a_received_case
from tests.unit.reporting.suspects import raised

SECOND = a_case_no(2)


def follow(teller: Teller, ended: CaseFact, days: int) -> list[tuple[str, str]]:
    teller.tell(a_received_case(1))
    teller.tell(ended, at=MORNING + timedelta(days=1))
    teller.tell(a_received_case(2, follows=CASE), at=MORNING + timedelta(days=1 + days))
    return raised(teller)


@pytest.mark.parametrize("kind", [CaseAcceptanceRefused, CaseWithdrawnBeforeAcceptance])
@pytest.mark.parametrize(("days", "found"), [(30, [("return-and-resubmit", SECOND)]), (31, [])])
def test_an_application_that_is_turned_away_and_taken_in_again_soon_is_a_finding(
    teller: Teller, kind: type[CaseFact], days: int, found: list[tuple[str, str]]
) -> None:
    assert follow(teller, kind(case_no=CASE, handler=WANG, reason="材料不全"), days) == found


def test_a_new_application_after_a_decision_is_none(teller: Teller) -> None:
    assert follow(teller, CaseRefused(case_no=CASE, handler=WANG, remedies="行政复议"), 3) == []
