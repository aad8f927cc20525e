"""A frozen month gives the same figures for ever, and says so when later facts changed the picture."""

import hashlib
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.month import workbook
from services.contracts.cases import CaseAccepted, CaseGranted, CaseReassigned
from services.contracts.clocks import ClockMoved, ClockStopped
from services.contracts.envelope import Event
from services.contracts.quantities import Person
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.reporting.service import BOARD
from tests.builders import AUTHORITY, a_desk, asked, done, refused, said, the_clock
from tests.laws import examples
from tests.unit.complaints.facts import CASE, WANG, Teller, a_case_no, a_received_case, a_started_clock, of_clock

SEPTEMBER = datetime(2026, 9, 1, 9, 0, tzinfo=ZONE)
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=ZONE)
SUPERVISOR = {"role": "supervisor", "name": "周正", "department": "督查室"}
FREEZE = "reporting.freeze-month"


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path, at=NOW))


def freeze(teller: Teller, month: str = "2026-09") -> dict[str, Any]:
    return done(teller.desk, FREEZE, {"month": month}, **SUPERVISOR)


def test_a_frozen_month_has_a_number_and_a_digest_that_anybody_can_check(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    first, second = freeze(teller), freeze(teller)
    assert [first["snapshot_no"], second["snapshot_no"]] == ["150424-2026-09-1", "150424-2026-09-2"]
    assert first["digest"] == hashlib.sha256(rfc8785.dumps(first["figures"])).hexdigest() == second["digest"]
    assert (first["running"], first["frozen_by"], first["changed_since"]) == (False, "周正@督查室", False)
    event = said(teller.desk, "qidi.snapshot.frozen")[0]
    assert (event.subject, event.data["period"], event.data["digest"]) == (
        "150424-2026-09-1",
        "2026-09",
        first["digest"],
    )
    listed = asked(teller.desk, "snapshots")["items"]
    assert [one["snapshot_no"] for one in listed] == ["150424-2026-09-2", "150424-2026-09-1"]


def test_a_late_fact_changes_the_live_figures_and_not_the_frozen_ones(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    frozen = freeze(teller)
    teller.tell(a_received_case(2), at=SEPTEMBER + timedelta(days=3), recorded_at=NOW)
    later = asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"])
    assert later["figures"] == frozen["figures"]
    assert later["digest"] == frozen["digest"]
    assert (later["changed_since"], later["changed_by_late_facts"]) == (True, True)
    assert asked(teller.desk, "figures", month="2026-09")["totals"]["received"] == 2


def test_what_happens_in_the_next_month_does_not_change_the_picture(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(due=date(2026, 9, 20)), at=SEPTEMBER)
    number = freeze(teller)["snapshot_no"]
    teller.tell(a_received_case(2), CaseGranted(case_no=CASE, handler=WANG), at=NOW)
    assert asked(teller.desk, "snapshot", snapshot_no=number)["changed_since"] is False


def test_a_running_month_may_be_frozen_and_says_so(teller: Teller) -> None:
    teller.tell(a_received_case(), at=NOW - timedelta(days=1))
    frozen = freeze(teller, "2026-10")
    assert (frozen["running"], frozen["figures"]["running"]) == (True, True)
    assert frozen["as_of"] == NOW.isoformat()
    the_clock(teller.desk).move(days=2)
    teller.tell(a_received_case(2), at=NOW + timedelta(days=1))
    later = asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"])
    assert (later["changed_since"], later["changed_by_late_facts"]) == (True, False), "the month went on"
    teller.tell(a_received_case(3), at=NOW - timedelta(days=3), recorded_at=NOW + timedelta(days=2))
    assert asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"])["changed_by_late_facts"] is True


def test_a_month_that_has_not_begun_is_not_frozen_and_everything_is_said_at_once(teller: Teller) -> None:
    assert set(refused(teller.desk, FREEZE, {"month": "2026-11"}, role="supervisor")) == {"month", "actor"}
    assert set(refused(teller.desk, FREEZE, {"month": "2026-13", "year": 1}, role="ops")) == {"month", "year", "actor"}
    assert asked(teller.desk, "snapshots")["items"] == []
    assert teller.desk.answer("snapshot", {"snapshot_no": "150424-2026-09-1"})["status"] == 404


# --- the workbook -----------------------------------------------------------------------------------------------------


def opened(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def test_the_workbook_has_the_summary_and_the_overdue_lines(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 20))
    late = a_started_clock(a_case_no(2), due=date(2026, 9, 15))
    teller.tell(a_received_case(1), a_received_case(2), clock, late, at=SEPTEMBER)
    teller.tell(CaseGranted(case_no=a_case_no(2), handler=WANG), at=SEPTEMBER + timedelta(days=20))
    teller.tell(_stopped(late, SEPTEMBER + timedelta(days=20)))
    book = opened(workbook(freeze(teller)))
    assert book.sheetnames == ["汇总", "逾期清单"]
    summary = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    [total] = [row for row in summary if row[0] == "合计"]
    assert total[3:] == [2, 0, 1, 0, 1, 1, 0, 0]
    lines = [[cell.value for cell in row] for row in book["逾期清单"].iter_rows()]
    assert lines[0][:4] == ["序号", "办件编号", "项目代码", "项目名称"]
    assert [line[1] for line in lines[1:]] == [a_case_no(2), CASE]
    assert lines[1][-1] == 3


def test_no_cell_is_ever_a_formula(teller: Teller) -> None:
    evil = '=HYPERLINK("http://x")'
    teller.tell(
        a_received_case(project_name=evil, matter_name="+1+1", department="@SUM(A1)"),
        a_started_clock(due=date(2026, 9, 20), responsible="-1"),
        at=SEPTEMBER,
    )
    cells = [cell for sheet in opened(workbook(freeze(teller))) for row in sheet.iter_rows() for cell in row]
    assert evil in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_the_same_snapshot_makes_the_same_file(teller: Teller) -> None:
    teller.tell(a_received_case(), at=SEPTEMBER)
    frozen = freeze(teller)
    assert workbook(frozen) == workbook(asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"]))


# --- laws -------------------------------------------------------------------------------------------------------------


def _stopped(clock: Any, at: datetime) -> ClockStopped:
    return ClockStopped(
        **of_clock(clock),
        stopped_at=at,
        due_on=clock.due_on,
        overdue_working_days=3,
        used_working_days=9,
        why="granted",
        on_time=False,
    )


def _moved(clock: Any) -> ClockMoved:
    return ClockMoved(
        **of_clock(clock), due_from=clock.due_on, due_on=None, due_at=None, calendar="cn-2", why="another calendar"
    )


LI = Person(name="李强", department="水利局")


def story(n: int, what: str) -> list[Event]:
    """What may happen to the n-th case, whose receipt and clock have been told."""
    case_no = a_case_no(n)
    clock = a_started_clock(case_no, due=date(2026, 9, 10))
    stories: dict[str, list[Event]] = {
        "accepted": [CaseAccepted(case_no=case_no, handler=WANG)],
        "granted": [CaseGranted(case_no=case_no, handler=WANG)],
        "reassigned": [CaseReassigned(case_no=case_no, handler=LI, previous=WANG)],
        "stopped": [_stopped(clock, SEPTEMBER)],
        "moved": [_moved(clock)],
    }
    return stories[what]


happenings = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.sampled_from(["accepted", "granted", "reassigned", "stopped", "moved"]),
        st.integers(-20, 80),
    ),
    max_size=6,
)


def in_memory() -> Teller:
    engine = open_engine("sqlite:///:memory:", "reporting")
    BOARD.metadata.create_all(engine)
    return Teller(Desk(BOARD, engine, HandClock(NOW), AUTHORITY))


def begin(teller: Teller) -> None:
    for n in (1, 2):
        teller.tell(a_received_case(n), a_started_clock(a_case_no(n), due=date(2026, 9, 10)), at=SEPTEMBER)


def go_on(teller: Teller, facts: list[tuple[int, str, int]], first_day: int = -100) -> None:
    for n, what, days in facts:
        at = SEPTEMBER + timedelta(days=max(days, first_day))
        for event in story(n, what):
            event = _stopped(event, at) if isinstance(event, ClockStopped) else event
            teller.tell(event, at=at, recorded_at=NOW)


@settings(max_examples=examples(25))
@given(before=happenings, after=happenings)
def test_whatever_facts_follow_a_frozen_month_stays_as_it_was(
    before: list[tuple[int, str, int]], after: list[tuple[int, str, int]]
) -> None:
    teller = in_memory()
    begin(teller)
    go_on(teller, before)
    frozen = freeze(teller)
    go_on(teller, after)
    the_clock(teller.desk).move(days=60)
    later = asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"])
    assert rfc8785.dumps(later["figures"]) == rfc8785.dumps(frozen["figures"])
    assert hashlib.sha256(rfc8785.dumps(later["figures"])).hexdigest() == later["digest"] == frozen["digest"]


@settings(max_examples=examples(25))
@example(before=[(1, "granted", 0), (1, "stopped", -1)], after=[(1, "stopped", 40)])
@given(before=happenings, after=happenings)
def test_what_happens_after_a_month_changes_none_of_its_figures(
    before: list[tuple[int, str, int]], after: list[tuple[int, str, int]]
) -> None:
    teller = in_memory()
    begin(teller)
    go_on(teller, before)
    frozen = freeze(teller)
    go_on(teller, after, first_day=30)  # 1 October and later
    assert asked(teller.desk, "snapshot", snapshot_no=frozen["snapshot_no"])["changed_since"] is False


@settings(max_examples=examples(20))
@given(facts=happenings, at=st.data())
def test_handling_twice_and_in_any_portions_equals_once(facts: list[tuple[int, str, int]], at: st.DataObject) -> None:
    once, other = in_memory(), in_memory()
    begin(once)
    go_on(once, facts)
    bodies, start = once.told, 0
    while start < len(bodies):
        size = at.draw(st.integers(1, len(bodies)))
        other.desk.take_events(bodies[start : start + size])
        other.desk.take_events(bodies[: at.draw(st.integers(0, len(bodies)))])
        start += size
    for month in ("2026-08", "2026-09", "2026-10"):
        assert asked(other.desk, "figures", month=month) == asked(once.desk, "figures", month=month)
    assert len(asked(other.desk, "findings")["items"]) == len(asked(once.desk, "findings")["items"])
