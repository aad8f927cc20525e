"""The figures of a month follow from what had happened by then."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contracts.cases import (
    CaseAccepted,
    CaseDeemedAccepted,
    CaseGranted,
    CaseReassigned,
    CaseRefused,
    EntryCorrected,
)
from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.complaints import ComplaintAnswered, ComplaintClosed, ComplaintRegistered
from services.contracts.ledgers import LineStruckOff
from services.contracts.quantities import Person
from services.contracts.vocabulary import ZONE, ComplaintKind, Light, Urgency
from services.reporting.domain import Month, Span
from services.reporting.figures import ClockHistory, ClockWord, Heading, as_of
from services.reporting.service import BOARD
from tests.builders import a_desk, asked, the_clock
from tests.unit.complaints.facts import CASE, WANG, Teller, a_case_no, a_received_case, a_started_clock, of_clock

SEPTEMBER = datetime(2026, 9, 1, 9, 0, tzinfo=ZONE)
OCTOBER = datetime(2026, 10, 9, 9, 0, tzinfo=ZONE)
LI = Person(name="李强", department="发展改革委")


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path, at=datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)))


def figures(teller: Teller, month: str = "2026-09") -> dict[str, Any]:
    return dict(asked(teller.desk, "figures", month=month))


def totals(teller: Teller, month: str = "2026-09") -> dict[str, Any]:
    return dict(figures(teller, month)["totals"])


def stopped(clock: ClockStarted, at: datetime, overdue: int = 0, why: str = "granted") -> ClockStopped:
    return ClockStopped(
        **of_clock(clock),
        stopped_at=at,
        due_on=clock.due_on,
        overdue_working_days=overdue,
        used_working_days=5,
        why=why,
        on_time=overdue == 0,
    )


def a_complaint(n: int = 1, check: str = "no-case-exists") -> ComplaintRegistered:
    facts: dict[str, Any] = {"kind": ComplaintKind.BLOCKED, "urgency": Urgency.GENERAL, "check": check}
    return ComplaintRegistered(
        complaint_no=f"150424-T2026-{n:06d}", channel="12345", place="林西镇", department="住建局", **facts
    )


def test_a_case_counts_in_the_month_in_which_each_thing_happened(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    teller.tell(CaseAccepted(case_no=CASE, handler=WANG), at=SEPTEMBER + timedelta(days=2))
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), at=OCTOBER)
    teller.tell(LineStruckOff(case_no=CASE, evidence="许可证", person=WANG), at=OCTOBER)
    september, october = totals(teller), totals(teller, "2026-10")
    assert [september[name] for name in ("received", "accepted", "decided", "struck_off")] == [1, 1, 0, 0]
    assert [october[name] for name in ("received", "accepted", "decided", "struck_off")] == [0, 0, 1, 1]


def test_a_decision_that_was_a_mistake_counts_no_more_or_in_its_right_month(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), at=SEPTEMBER + timedelta(days=2))
    facts: dict[str, Any] = {"case_no": CASE, "handler": WANG, "reason": "误操作", "line": 2}
    slip = EntryCorrected(
        **facts, entry="qidi.case.granted", entry_at=SEPTEMBER + timedelta(days=2), corrected_at=OCTOBER
    )
    teller.tell(slip, at=OCTOBER)
    assert (totals(teller)["decided"], totals(teller, "2026-10")["decided"]) == (0, 1)
    teller.tell(slip.model_copy(update={"entry_at": OCTOBER, "corrected_at": None, "is_void": True}), at=OCTOBER)
    assert (totals(teller)["decided"], totals(teller, "2026-10")["decided"]) == (0, 0)


def test_a_case_that_was_accepted_by_law_and_then_by_word_counts_once(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    teller.tell(
        CaseDeemedAccepted(case_no=CASE, handler=WANG, effective_on=SEPTEMBER.date(), clock_id=f"{CASE}/x/1"),
        at=SEPTEMBER + timedelta(days=9),
    )
    teller.tell(CaseAccepted(case_no=CASE, handler=WANG), at=OCTOBER)
    assert (totals(teller)["accepted"], totals(teller, "2026-10")["accepted"]) == (1, 0)


def test_figures_stand_by_department_and_by_matter_and_add_up(teller: Teller) -> None:
    teller.tell(
        a_received_case(1),
        a_received_case(2, department="水利局", matter_code="NM-020", matter_name="取水许可"),
        a_received_case(3, department="水利局", matter_code="NM-021", matter_name="水土保持方案"),
        at=SEPTEMBER,
    )
    told = figures(teller)
    assert [(row["department"], row["matter_code"], row["received"]) for row in told["rows"]] == [
        ("发展改革委", "NM-001", 1),
        ("水利局", "NM-020", 1),
        ("水利局", "NM-021", 1),
    ]
    assert {row["department"]: row["received"] for row in told["by_department"]} == {"发展改革委": 1, "水利局": 2}
    assert len(told["by_matter"]) == 3
    assert told["totals"]["received"] == 3


def test_a_clock_is_overdue_at_the_end_of_the_month_only_when_its_last_day_is_over(teller: Teller) -> None:
    on_the_last_day = a_started_clock(due=date(2026, 9, 30))
    the_day_before = a_started_clock(a_case_no(2), due=date(2026, 9, 29))
    teller.tell(a_received_case(1), a_received_case(2), at=SEPTEMBER)
    teller.tell(on_the_last_day, the_day_before, at=SEPTEMBER)
    assert totals(teller)["overdue_open"] == 1
    [line] = figures(teller)["overdue"]
    assert (line["case_no"], line["due_on"], line["state"]) == (a_case_no(2), "2026-09-29", "open")
    assert line["overdue_working_days"] is None, "only timer counts days"
    assert totals(teller, "2026-10")["overdue_open"] == 2


def test_a_clock_that_stopped_late_counts_in_the_month_in_which_it_stopped(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 29))
    teller.tell(a_received_case(), clock, at=SEPTEMBER)
    teller.tell(stopped(clock, OCTOBER, overdue=2), at=OCTOBER)
    assert (totals(teller)["overdue_open"], totals(teller)["overdue_closed"]) == (1, 0)
    assert (totals(teller, "2026-10")["overdue_open"], totals(teller, "2026-10")["overdue_closed"]) == (0, 1)
    assert totals(teller, "2026-11")["overdue_closed"] == 0
    [line] = figures(teller, "2026-10")["overdue"]
    assert (line["overdue_working_days"], line["stopped_on"]) == (2, "2026-10-09")


def test_a_due_date_that_moved_counts_as_it_was_at_the_end_of_the_month(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 29))
    teller.tell(a_received_case(), clock, at=SEPTEMBER)
    later = a_started_clock(due=date(2026, 12, 1))
    teller.tell(
        ClockMoved(
            **of_clock(clock),
            due_from=clock.due_on,
            due_on=later.due_on,
            due_at=later.due_at,
            calendar="cn-2",
            why="new notice",
        ),
        at=OCTOBER,
    )
    assert (totals(teller)["overdue_open"], totals(teller, "2026-10")["overdue_open"]) == (1, 0)


def test_a_clock_that_should_never_have_run_counts_nowhere_until_it_runs_again(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 20))
    teller.tell(a_received_case(), clock, at=SEPTEMBER)
    teller.tell(stopped(clock, OCTOBER, why="set-aside"), at=OCTOBER)
    assert totals(teller)["overdue_open"] == 0
    teller.tell(clock, at=OCTOBER)
    assert totals(teller, "2026-10")["overdue_open"] == 1


def test_a_clock_that_is_set_aside_and_runs_again_in_one_batch_runs(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 20))
    teller.tell(a_received_case(), clock, stopped(clock, SEPTEMBER, why="set-aside"), clock, at=SEPTEMBER)
    assert totals(teller)["overdue_open"] == 1


def test_a_clock_is_looked_at_as_it_was_then_whatever_it_told_later() -> None:
    span = Span(Month.of("2026-09"), datetime(2026, 10, 1, tzinfo=ZONE))
    due = datetime(2026, 9, 21, tzinfo=ZONE)
    told = [
        ClockWord("started", SEPTEMBER, due_on="2026-09-20", due_at=due),
        ClockWord("red", due),
        ClockWord("stopped", OCTOBER, overdue_working_days=9, on_time=False),
    ]
    heading = Heading("发展改革委", "NM-001", "企业投资项目核准")
    clock = ClockHistory(f"{CASE}/decision/1", "decision", "case", CASE, heading, "", "", "王芳", told)
    seen = as_of(clock, span)
    assert (seen.running, seen.stopped_at, seen.due_on, seen.red_at) == (True, None, "2026-09-20", [due])


def test_the_on_time_rate_is_that_of_decisions(teller: Teller) -> None:
    for n, late in ((1, 0), (2, 3), (3, 0), (4, 0)):
        clock = a_started_clock(a_case_no(n))
        notice = a_started_clock(a_case_no(n), "one_time_notice")
        outcome = CaseRefused(case_no=a_case_no(n), handler=WANG, remedies="复议") if n == 3 else None
        teller.tell(a_received_case(n), clock, notice, at=SEPTEMBER)
        teller.tell(outcome or CaseGranted(case_no=a_case_no(n), handler=WANG), at=SEPTEMBER + timedelta(days=20))
        if n != 4:  # the clock's word on the fourth has not come
            teller.tell(stopped(clock, SEPTEMBER + timedelta(days=20), overdue=late))
        teller.tell(stopped(notice, SEPTEMBER + timedelta(days=9), overdue=1))
    told = totals(teller)
    assert (told["decided"], told["decided_judged"], told["decided_on_time"]) == (4, 3, 2)
    assert told["on_time_rate"] == 0.6667
    assert totals(teller, "2026-10")["on_time_rate"] is None


def test_a_decision_is_judged_by_its_clock_also_when_that_stopped_before_the_month(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 30))
    teller.tell(a_received_case(), clock, at=SEPTEMBER)
    teller.tell(stopped(clock, SEPTEMBER + timedelta(days=5)))
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), at=OCTOBER)
    assert totals(teller, "2026-10")["on_time_rate"] == 1


def test_a_line_names_who_held_the_case_at_the_end_of_the_month(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(due=date(2026, 9, 20)), at=SEPTEMBER)
    teller.tell(CaseReassigned(case_no=CASE, handler=LI, previous=WANG), at=OCTOBER)
    assert figures(teller)["overdue"][0]["responsible"] == "王芳"
    assert figures(teller, "2026-10")["overdue"][0]["responsible"] == "李强"


def test_red_lights_count_when_they_turned_not_when_they_were_told(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 20))
    teller.tell(a_received_case(), clock, at=SEPTEMBER)
    turned = datetime(2026, 9, 21, tzinfo=ZONE)
    teller.tell(LightChanged(**of_clock(clock), light=Light.RED, turned_at=turned, due_on=clock.due_on), at=OCTOBER)
    assert (totals(teller)["turned_red"], totals(teller, "2026-10")["turned_red"]) == (1, 0)


def test_a_clock_whose_case_has_not_been_heard_of_is_shown_all_the_same(teller: Teller) -> None:
    teller.tell(a_started_clock(due=date(2026, 9, 20)), at=SEPTEMBER)
    [line] = figures(teller)["overdue"]
    assert (line["case_no"], line["department"], line["matter_name"]) == (CASE, "发展改革委", "")
    teller.tell(a_received_case(), at=SEPTEMBER)
    assert figures(teller)["overdue"][0]["matter_name"] == "企业投资项目核准"


def test_complaints_are_counted_beside_the_cases(teller: Teller) -> None:
    number = a_complaint().complaint_no
    teller.tell(a_complaint(), a_complaint(2, "case-found"), at=SEPTEMBER)
    clock = a_started_clock(number, "complaint_answer", due=date(2026, 9, 8), about_kind="complaint")
    teller.tell(clock, at=SEPTEMBER)
    for _ in range(2):
        teller.tell(ComplaintAnswered(complaint_no=number, person=WANG, upheld=True), at=SEPTEMBER)
    teller.tell(ComplaintClosed(complaint_no=number, person=WANG, upheld=True), at=OCTOBER)
    told = figures(teller)
    assert told["complaints"] == {
        "registered": 2,
        "without_case": 1,
        "answered": 1,
        "closed": 0,
        "upheld": 0,
        "overdue_open": 1,
        "overdue_closed": 0,
    }
    assert told["totals"]["overdue_open"] == 0
    assert (figures(teller, "2026-10")["complaints"]["closed"], told["overdue"]) == (1, [])


def test_a_running_month_says_so_and_knows_nothing_of_tomorrow(teller: Teller) -> None:
    the_clock(teller.desk).at = SEPTEMBER + timedelta(days=10)
    teller.tell(a_received_case(), a_started_clock(due=date(2026, 9, 20)), at=SEPTEMBER)
    told = asked(teller.desk, "figures")
    assert (told["month"], told["running"], told["totals"]["overdue_open"]) == ("2026-09", True, 0)
    the_clock(teller.desk).at = datetime(2026, 9, 21, tzinfo=ZONE)
    assert totals(teller)["overdue_open"] == 1


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "September", "202609", "2026-9", ""])
def test_a_month_that_has_not_begun_or_is_none_is_refused(teller: Teller, month: str) -> None:
    reply = teller.desk.answer("figures", {"month": month or "x"})
    assert reply["status"] == 422
    assert [one["field"] for one in reply["problems"]] == ["month"]


def test_one_fact_at_a_time_or_all_in_one_batch_gives_the_same_figures(teller: Teller, tmp_path: Path) -> None:
    clock = a_started_clock(due=date(2026, 9, 20))
    teller.tell(a_received_case(), at=SEPTEMBER)
    teller.tell(clock, at=SEPTEMBER)
    teller.tell(stopped(clock, OCTOBER, why="set-aside"), at=OCTOBER)
    teller.tell(clock, at=OCTOBER)
    teller.tell(stopped(clock, OCTOBER, overdue=3), at=OCTOBER)
    (tmp_path / "other").mkdir()
    other = Teller(a_desk(BOARD, tmp_path / "other", at=the_clock(teller.desk).at))
    other.deliver(teller.told)
    for month in ("2026-09", "2026-10", "2026-11"):
        assert figures(other, month) == figures(teller, month)
    assert {one.verdict.value for one in other.desk.take_events(teller.told)} == {"repeated"}
    assert figures(other, "2026-10") == figures(teller, "2026-10")
