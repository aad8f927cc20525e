"""A clock whose end was keyed in after it was due, for a day in time, is a finding, however small the difference."""

from datetime import datetime

from services.contracts.clocks import ClockStopped
from services.contracts.vocabulary import ZONE, SubjectKind
from tests.builders import asked
from tests.unit.complaints.facts import CASE, Teller, a_received_case
from tests.unit.reporting.suspects import raised


def stopped(kind: str = "decision", *, washed: bool = True) -> ClockStopped:
    return ClockStopped(
        clock_id=f"{CASE}/{kind}/1", clock_kind=kind, about_kind=SubjectKind.CASE, about=CASE, department="发展改革委",
        stopped_at=datetime(2026, 10, 12, 17, tzinfo=ZONE), overdue_working_days=33 if washed else 0,
        used_working_days=53, why="granted", on_time=not washed,
        entered_at=datetime(2026, 11, 27, 9, tzinfo=ZONE) if washed else None,
        on_time_as_entered=True if washed else None,
    )  # fmt: skip


def test_a_late_entry_that_names_a_day_in_time_is_a_finding(teller: Teller) -> None:
    teller.tell(a_received_case(), stopped())
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"]) == ("washed-light", CASE)
    assert (finding["params"]["named"], finding["params"]["entered"]) == ("2026-10-12", "2026-11-27")
    assert finding["evidence"]["overdue_working_days"] == 33


def test_each_clock_is_a_finding_of_its_own_and_one_in_time_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), stopped(), stopped("one_time_notice"), stopped("delivery", washed=False))
    assert raised(teller) == [("washed-light", CASE)] * 2


def test_what_names_a_late_day_itself_and_what_is_no_case_are_none(teller: Teller) -> None:
    late = stopped().model_copy(update={"on_time_as_entered": False})
    complaint = stopped("delivery").model_copy(update={"about_kind": SubjectKind.COMPLAINT})
    teller.tell(a_received_case(), late, complaint)
    assert raised(teller) == []
