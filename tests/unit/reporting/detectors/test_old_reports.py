"""A report that is older than the acceptance of its case is a finding."""

from datetime import date, timedelta

import pytest

from services.contracts.cases import CaseAccepted, CaseDeemedAccepted, CaseFact, ProcedureEnded
from tests.builders import MORNING
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised

ACCEPTED = CaseAccepted(case_no=CASE, handler=WANG)
DEEMED = CaseDeemedAccepted(case_no=CASE, handler=WANG, effective_on=MORNING.date(), clock_id=f"{CASE}/n/1")


def ended(day: date | None) -> ProcedureEnded:
    return ProcedureEnded(case_no=CASE, handler=WANG, document_no="评审〔2026〕3号", document_on=day)


@pytest.mark.parametrize("accepted", [ACCEPTED, DEEMED])
@pytest.mark.parametrize(("days", "findings"), [(-1, 1), (0, 0), (1, 0)])
def test_a_report_from_before_the_acceptance(teller: Teller, accepted: CaseFact, days: int, findings: int) -> None:
    teller.tell(a_received_case(), accepted)
    teller.tell(ended(MORNING.date() + timedelta(days=days)), at=MORNING + timedelta(days=9))
    assert raised(teller) == [("old-report", CASE)] * findings


def test_without_a_day_or_an_acceptance_nothing_can_be_said(teller: Teller) -> None:
    teller.tell(a_received_case(), ended(date(2020, 1, 1)), ACCEPTED, ended(None))
    assert raised(teller) == []
