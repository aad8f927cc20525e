"""A case that is accepted and decided within minutes is a finding, unless it is promised to be decided at once."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.cases import CaseAccepted, CaseGranted, CaseRefused
from services.contracts.permits import CaseGrantedWithDeficiencies
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import CaseState
from tests.builders import MORNING, asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised

GRANTED = CaseGranted(case_no=CASE, handler=WANG)
WITH_DEFICIENCIES = CaseGrantedWithDeficiencies(case_no=CASE, handler=WANG)
REFUSED = CaseRefused(case_no=CASE, handler=WANG, remedies="可申请行政复议")


def decided(teller: Teller, minutes: float, decision: Any = GRANTED, **case: Any) -> None:
    teller.tell(a_received_case(**case), at=MORNING - timedelta(days=1))
    teller.tell(CaseAccepted(case_no=CASE, handler=WANG))
    teller.tell(decision, at=MORNING + timedelta(minutes=minutes))


@pytest.mark.parametrize("decision", [GRANTED, WITH_DEFICIENCIES, REFUSED])
@pytest.mark.parametrize(("minutes", "findings"), [(0, 1), (9, 1), (10, 1), (11, 0), (600, 0)])
def test_ten_minutes_are_too_few(teller: Teller, decision: Any, minutes: float, findings: int) -> None:
    decided(teller, minutes, decision)
    assert raised(teller) == [("instant-decision", CASE)] * findings


def test_what_is_promised_at_once_may_be_decided_at_once(teller: Teller) -> None:
    decided(teller, 3, limit=WireLimit(amount=0))
    assert raised(teller) == []


def test_what_is_granted_on_a_commitment_may_be_granted_at_once(teller: Teller) -> None:
    decided(teller, 3, GRANTED.model_copy(update={"state": CaseState.GRANTED_ON_COMMITMENT}))
    assert raised(teller) == []


def test_a_ledger_that_was_taken_over_knows_days_and_no_minutes(teller: Teller) -> None:
    decided(teller, 0, channel="import")
    assert raised(teller) == []


def test_the_evidence_names_both_moments(teller: Teller) -> None:
    decided(teller, 4)
    [one] = asked(teller.desk, "findings")["items"]
    assert one["evidence"]["accepted_at"] == "2026-09-16T10:00:00+08:00"
    assert one["evidence"]["decided_at"] == "2026-09-16T10:04:00+08:00"
    assert one["params"]["minutes"] == 4
