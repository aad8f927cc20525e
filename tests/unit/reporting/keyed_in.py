"""Officers who key in steps, and clocks that stop: shared by the tests of the detectors that look at habits."""

from datetime import datetime, timedelta
from typing import Any

from services.contracts.cases import CaseReviewBegun
from services.contracts.clocks import ClockStopped
from services.contracts.quantities import Person
from services.contracts.vocabulary import ZONE, SubjectKind
from tests.builders import the_clock
from tests.unit.complaints.facts import WANG, Teller, a_case_no, a_received_case

LI = Person(name="李强", department="发展改革委")


def moment(text: str) -> datetime:
    """A moment in Shanghai: `2026-09-16 23:05`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def keyed_in(
    teller: Teller, numbers: range, since: datetime, *, every: timedelta, by: Person = WANG, **case: Any
) -> None:
    """Cases, each with one step that this officer keys in, one after another."""
    for place, number in enumerate(numbers):
        at = since + place * every
        teller.tell(a_received_case(number, **case), at=at.replace(hour=9))
        teller.tell(CaseReviewBegun(case_no=a_case_no(number), handler=by), at=at)


def a_stop(about: str, at: datetime, kind: str = "decision", **changes: Any) -> ClockStopped:
    """A clock of a case that stops in time."""
    facts: dict[str, Any] = {
        "clock_id": f"{about}/{kind}/1",
        "clock_kind": kind,
        "about_kind": SubjectKind.CASE,
        "about": about,
        "department": "发展改革委",
        "stopped_at": at,
        "overdue_working_days": 0,
        "used_working_days": 5,
        "why": "granted",
        "on_time": True,
        "left_working_days": 3,
    }
    return ClockStopped(**(facts | changes))


def watch(teller: Teller, at: datetime) -> None:
    """Time goes on to this moment, and every detector that time drives looks at the record."""
    the_clock(teller.desk).at = at
    for tick in teller.desk.board.ticks:
        teller.desk.tick(tick)
