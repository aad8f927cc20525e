"""What was recorded long after it happened is a finding; a history taken over in bulk is one finding a case."""

from datetime import timedelta

import pytest

from services.contracts.cases import (
    CaseAccepted,
    CaseDeemedAccepted,
    CaseFact,
    CaseGranted,
    CaseNoted,
    CaseReassigned,
    CorrectionExpired,
)
from services.contracts.forwarding import (
    CaseDeliveredBelow,
    CaseForwardAcknowledged,
    CaseHolderChanged,
    CaseOutcomeReturned,
    CaseStoodAbove,
)
from services.contracts.permits import DeficiencyBreached
from services.contracts.vocabulary import CaseState
from tests.builders import MORNING, an_event, asked, said
from tests.unit.complaints.facts import CASE, WANG, Teller, a_case_no, a_received_case
from tests.unit.reporting.suspects import raised


@pytest.mark.parametrize(("hours", "findings"), [(47, 0), (48, 0), (49, 1)])
def test_what_is_recorded_long_after_it_happened_is_a_finding(teller: Teller, hours: int, findings: int) -> None:
    teller.tell(a_received_case(), recorded_at=MORNING + timedelta(hours=1))
    teller.tell(CaseAccepted(case_no=CASE, handler=WANG), recorded_at=MORNING + timedelta(hours=hours))
    assert raised(teller) == [("late-entry", CASE)] * findings


def test_each_late_entry_at_the_window_is_a_finding_of_its_own(teller: Teller) -> None:
    late = MORNING + timedelta(days=5)
    teller.tell(a_received_case(), CaseAccepted(case_no=CASE, handler=WANG), recorded_at=late)
    assert raised(teller) == [("late-entry", CASE)] * 2


def test_a_history_taken_over_in_bulk_is_one_finding_a_case_that_lists_it_all(teller: Teller) -> None:
    late = MORNING + timedelta(days=200)
    teller.tell(
        a_received_case(1, channel="import"),
        CaseAccepted(case_no=CASE, handler=WANG),
        a_received_case(2, channel="import"),
        recorded_at=late,
    )
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), recorded_at=late)
    assert raised(teller) == [("late-entry", CASE), ("late-entry", a_case_no(2))]
    finding = asked(teller.desk, "finding", finding_no="150424-F2026-000001")
    assert [one["type"].split(".")[2] for one in finding["evidence"]["entries"]] == ["received", "accepted", "granted"]
    assert finding["template"].format(**finding["params"]).startswith("3 entries")
    assert len(said(teller.desk, "qidi.finding.raised")) == 2


def test_notes_and_what_the_law_deems_are_nobody_s_late_entry(teller: Teller) -> None:
    late = MORNING + timedelta(days=5)
    teller.tell(a_received_case())
    deemed = CaseDeemedAccepted(case_no=CASE, handler=WANG, effective_on=MORNING.date(), clock_id=f"{CASE}/n/1")
    teller.tell(deemed, CaseNoted(case_no=CASE, handler=WANG, note="电话"), recorded_at=late)
    assert raised(teller) == []


HERE, ABOVE = {"case_no": CASE, "handler": WANG}, {"case_no": CASE, "handler": WANG, "by": "150400"}


@pytest.mark.parametrize(
    "word",
    [
        CorrectionExpired(**HERE, round=1, clock_id=f"{CASE}/correction/1"),
        DeficiencyBreached(**HERE, number=1, material="用地预审意见", clock_id=f"{CASE}/material/1"),
        CaseForwardAcknowledged(**ABOVE, round=1, superior_case_no="150400-2026-000001", person=WANG),
        CaseHolderChanged(**HERE, holder="150000"),
        CaseStoodAbove(**ABOVE, state_above="accepted", department_above="市发展改革委"),
        CaseOutcomeReturned(**ABOVE, decided_at=MORNING, outcome=CaseState.GRANTED, person=WANG),
        CaseDeliveredBelow(**{**ABOVE, "by": "150424"}),
    ],
)
def test_a_cut_line_or_a_standstill_makes_no_officer_late(teller: Teller, word: CaseFact) -> None:
    teller.tell(a_received_case())
    teller.tell(word, recorded_at=MORNING + timedelta(days=5))
    assert ("late-entry", CASE) not in raised(teller)


@pytest.mark.parametrize(("actor", "findings"), [("林西县", 0), ("王芳@发展改革委", 1), (None, 1)])
def test_what_the_authority_does_of_itself_is_no_officers_late_entry(
    teller: Teller, actor: str | None, findings: int
) -> None:
    teller.tell(a_received_case())
    named = CaseReassigned(**HERE, previous=WANG)
    late = an_event(named, sequence=2, at=MORNING, recorded_at=MORNING + timedelta(days=5), actor=actor)
    teller.deliver([late])
    assert raised(teller) == [("late-entry", CASE)] * findings
