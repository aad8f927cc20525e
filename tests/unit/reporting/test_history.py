"""History: what happened before the first day, or waits for a signature, is in no rate and raises one finding a day."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.beginning import Beginning
from services.contracts.cases import CaseAccepted, CaseConfirmed, CaseGranted, CorrectionRequested, LateEntryJudged
from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ZONE, Light
from services.reporting.service import BOARD
from tests.builders import a_desk, asked, done, refused, said
from tests.laws import examples
from tests.unit.complaints.facts import (
    CASE,
    WANG,
    Teller,
    a_case_no,
    a_defect_told,
    a_received_case,
    a_started_clock,
    of_clock,
)
from tests.unit.reporting.test_figures import stopped

FIRST_DAY = date(2026, 9, 10)
SUPERVISOR = {"role": "supervisor", "name": "赵监督", "department": "政务服务局"}


def on(day: int, month: int = 9, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return begun(tmp_path)


def begun(folder: Path, beginning: Beginning = Beginning(FIRST_DAY)) -> Teller:  # noqa: B008  # frozen
    desk = a_desk(BOARD, folder, at=datetime(2026, 11, 22, 12, 0, tzinfo=ZONE))
    desk.beginning = beginning
    return Teller(desk)


def figures(teller: Teller, month: str = "2026-09") -> dict[str, Any]:
    return dict(asked(teller.desk, "figures", month=month))


def a_life(teller: Teller, n: int, begins: datetime, days: int, *, late: bool, unconfirmed: bool | None = None) -> None:
    """The n-th case from receipt to grant, so many days later, in time or late."""
    number, ends = a_case_no(n), begins + timedelta(days=days)
    clock = a_started_clock(number)
    teller.tell(a_received_case(n, unconfirmed=unconfirmed), CaseAccepted(case_no=number, handler=WANG), at=begins)
    teller.tell(clock, at=begins)
    if late:
        teller.tell(LightChanged(**of_clock(clock), light=Light.RED, turned_at=ends), at=ends)
    teller.tell(CaseGranted(case_no=number, handler=WANG), at=ends)
    teller.tell(stopped(clock, ends, overdue=3 if late else 0), at=ends)


def confirm(teller: Teller, n: int, day: date) -> None:
    fact = CaseConfirmed(case_no=a_case_no(n), handler=WANG, confirmed_on=day)
    teller.tell(fact, at=datetime(day.year, day.month, day.day, 15, tzinfo=ZONE))


def counted(told: dict[str, Any]) -> dict[str, Any]:
    """Every figure and rate, without what is said of what was left out."""
    return {name: value for name, value in told.items() if name != "beginning"}


def test_what_happened_before_the_first_day_is_in_no_figure_and_is_told_beside_them(teller: Teller) -> None:
    a_life(teller, 1, on(1), 5, late=True)
    a_life(teller, 2, on(11), 5, late=False)
    told = figures(teller)
    totals = told["totals"]
    assert (totals["received"], totals["decided"], totals["on_time_rate"], totals["turned_red"]) == (1, 1, 1.0, 0)
    assert (totals["overdue_closed"], told["overdue"]) == (0, [])
    assert told["beginning"] == {
        "first_day": "2026-09-10",
        "counts_from": None,
        "is_trial": False,
        "history": 1,
        "unconfirmed": 0,
    }


def test_a_case_from_before_that_is_decided_since_is_judged_by_its_whole_clock(teller: Teller) -> None:
    a_life(teller, 1, on(1), 20, late=True)
    totals = figures(teller)["totals"]
    assert (totals["received"], totals["accepted"]) == (0, 0)
    assert (totals["decided"], totals["on_time_rate"], totals["overdue_closed"]) == (1, 0.0, 1)


@given(
    lives=st.lists(
        st.tuples(st.integers(1, 8), st.integers(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=6
    )
)
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_number_of_history_cases_changes_no_rate(
    lives: list[tuple[int, int, bool, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    teller = begun(tmp_path_factory.mktemp("history"))
    a_life(teller, 1, on(11), 5, late=False)
    a_life(teller, 2, on(12), 5, late=True)
    before = counted(figures(teller))
    for n, (day, days, late, unconfirmed) in enumerate(lives, start=3):
        a_life(teller, n, on(day), days, late=late, unconfirmed=unconfirmed or None)
    told = figures(teller)
    assert counted(told) == before
    assert told["beginning"]["history"] == len(lives)


def test_a_line_counts_from_the_day_of_its_signature_and_a_month_before_stays_as_it_was(teller: Teller) -> None:
    clock = a_started_clock(a_case_no(1), due=date(2026, 9, 20))
    teller.tell(a_received_case(1, unconfirmed=True), clock, at=on(11))
    teller.tell(LightChanged(**of_clock(clock), light=Light.RED, turned_at=on(21)), at=on(21))
    assert figures(teller)["totals"]["overdue_open"] == 0
    confirm(teller, 1, date(2026, 10, 12))
    september, october = figures(teller), figures(teller, "2026-10")
    assert (september["totals"]["overdue_open"], september["beginning"]["unconfirmed"]) == (0, 1)
    assert (october["totals"]["overdue_open"], october["totals"]["turned_red"]) == (1, 0)
    assert october["beginning"]["unconfirmed"] == 0


def test_what_was_done_before_the_signature_counts_in_no_month(teller: Teller) -> None:
    a_life(teller, 1, on(11), 3, late=True, unconfirmed=True)
    confirm(teller, 1, date(2026, 9, 20))
    totals = figures(teller)["totals"]
    assert {totals[name] for name in ("received", "accepted", "decided", "turned_red", "overdue_closed")} == {0}


def test_an_import_raises_one_finding_whatever_it_brings_in(teller: Teller) -> None:
    imported = on(20, month=11)
    for n in range(1, 31):
        facts = [
            a_received_case(n, unconfirmed=True, channel="import"),
            CaseAccepted(case_no=a_case_no(n), handler=WANG),
        ]
        for round in (1, 2):
            notice = {"round": round, "defects": (a_defect_told(old=True), a_defect_told(old=True))}
            facts.append(CorrectionRequested(case_no=a_case_no(n), handler=WANG, **notice))
        for fact in facts:
            teller.tell(fact, at=on(2), recorded_at=imported)
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"], finding["params"]["count"]) == ("taken-over", "2026-11-20", 30)
    assert finding["evidence"]["departments"] == {"发展改革委": 30}
    assert len(finding["evidence"]["case_nos"]) == 20
    assert len(said(teller.desk, "qidi.finding.raised")) == 1


def test_an_entry_into_the_past_after_the_signature_is_a_finding_of_its_own(teller: Teller) -> None:
    late = on(20, month=11)
    teller.tell(a_received_case(1, unconfirmed=True, channel="import"), at=on(2), recorded_at=on(19, month=11))
    confirm(teller, 1, date(2026, 11, 19))
    teller.tell(CaseGranted(case_no=a_case_no(1), handler=WANG), at=on(8), recorded_at=late)
    assert {one["rule"] for one in asked(teller.desk, "findings")["items"]} == {"taken-over", "late-entry"}


def test_in_the_trial_run_nothing_counts_and_nothing_is_sent(tmp_path: Path) -> None:
    teller = begun(tmp_path, Beginning(FIRST_DAY, date(2026, 12, 1)))
    a_life(teller, 1, on(5, month=11), 5, late=True)
    told = figures(teller, "2026-11")
    assert not any(told["totals"][name] for name in ("received", "decided", "turned_red", "overdue_closed"))
    assert (told["beginning"]["is_trial"], told["beginning"]["counts_from"]) == (True, "2026-12-01")
    letter = {"kind": "reminder", "department": "发展改革委", "subject": "提醒", "body": "请尽快办结", "about": []}
    wrong = refused(teller.desk, "reporting.issue-instruction", letter, **SUPERVISOR)
    assert "2026-12-01" in wrong["kind"]
    frozen = done(teller.desk, "reporting.freeze-month", {"month": "2026-11"}, **SUPERVISOR)
    assert frozen["figures"]["beginning"]["is_trial"]


# --- entered late -----------------------------------------------------------------------------------------------------


def months(teller: Teller) -> list[int]:
    """How many decisions count in August, September and November."""
    return [figures(teller, f"2026-{month:02}")["totals"]["decided"] for month in (8, 9, 11)]


def test_a_decision_counts_in_the_month_of_its_recording_until_its_day_is_confirmed(teller: Teller) -> None:
    teller.tell(a_received_case(), at=on(14))
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), at=on(30), recorded_at=on(20, 11))
    assert months(teller) == [0, 0, 1]
    word = {"case_no": CASE, "handler": WANG, "entry": CaseGranted.stem, "entry_at": on(30)}
    teller.tell(LateEntryJudged(**word, is_confirmed=False), at=on(21, 11))
    assert months(teller) == [0, 0, 1]
    teller.tell(LateEntryJudged(**word, is_confirmed=True), at=on(21, 11))
    assert months(teller) == [0, 1, 0]


def test_what_came_with_its_receipt_from_before_the_first_day_is_history_and_what_is_dated_there_later_is_not(
    teller: Teller,
) -> None:
    for n, recorded in ((1, on(12)), (2, on(20, 11))):
        teller.tell(a_received_case(n), at=on(20, 8), recorded_at=on(12))
        teller.tell(CaseGranted(case_no=a_case_no(n), handler=WANG), at=on(31, 8), recorded_at=recorded)
    assert months(teller) == [0, 0, 1]


def test_what_was_on_record_when_the_department_signed_counts_as_it_says(teller: Teller) -> None:
    for n, hour in ((1, 9), (2, 16)):  # one before the signature of that day, one after it
        teller.tell(a_received_case(n, unconfirmed=True), at=on(12), recorded_at=on(20, 11, 8))
        clock = a_started_clock(a_case_no(n))
        late = stopped(clock, on(20), overdue=30).model_copy(update={"entered_at": on(20, 11, hour)})
        facts = (CaseGranted(case_no=a_case_no(n), handler=WANG), late)
        if hour == 16:
            confirm(teller, 2, date(2026, 11, 20))
        teller.tell(clock, at=on(12), recorded_at=on(20, 11, hour))
        teller.tell(*facts, at=on(20), recorded_at=on(20, 11, hour))
        if hour == 9:
            confirm(teller, 1, date(2026, 11, 20))
    told = figures(teller, "2026-11")
    assert (told["totals"]["decided"], told["totals"]["overdue_closed"]) == (1, 1)
    assert [one["case_no"] for one in told["overdue"]] == [a_case_no(2)]
