"""One light: the evidence of a complaint shows for its case exactly what the list shows at that moment."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.complaints.service import BOARD
from services.contracts.cases import CaseAccepted, CaseDelivered, CaseGranted
from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.envelope import Event
from services.contracts.vocabulary import ZONE, Light
from services.ledger.service import BOARD as LEDGER
from services.plumbing.desk import Desk
from tests.builders import MORNING, a_desk, asked, done, said, the_clock
from tests.unit.complaints.facts import (
    CASE,
    WANG,
    Teller,
    a_received_case,
    a_registered_project,
    a_started_clock,
    of_clock,
)

CALLER = {"role": "hotline", "name": "赵敏", "department": "政务服务局"}
DUE = date(2026, 9, 22)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def a_clock(kind: str = "decision", due: date = DUE, yellow: date = date(2026, 9, 17)) -> ClockStarted:
    clock: ClockStarted = a_started_clock(CASE, kind, due=due, yellow_at=midnight(yellow))
    return clock


def turned(clock: ClockStarted, light: Light) -> LightChanged:
    return LightChanged(**of_clock(clock), light=light, turned_at=MORNING, due_on=clock.due_on)


def moved(clock: ClockStarted, due: date | None, yellow: date | None = None) -> ClockMoved:
    """A release of days moves the end; None: the clock is paused from now on."""
    return ClockMoved(
        **of_clock(clock),
        due_from=clock.due_on,
        due_on=due,
        due_at=midnight(due) + timedelta(days=1) if due else None,
        yellow_at=midnight(yellow) if yellow else None,
        calendar="cn-2026-2",
        why="new holiday",
    )


def stopped(clock: ClockStarted, why: str = "granted") -> ClockStopped:
    numbers: dict[str, Any] = {"overdue_working_days": 0, "used_working_days": 3, "on_time": True}
    return ClockStopped(**of_clock(clock), stopped_at=MORNING, due_on=clock.due_on, why=why, **numbers)


@pytest.fixture
def desks(tmp_path: Path) -> list[Desk]:
    """Complaints and the ledger, at the same time of the same authority."""
    return [a_desk(BOARD, tmp_path), a_desk(LEDGER, tmp_path)]


def lights(desks: Sequence[Desk], facts: Sequence[Event], at: datetime = MORNING) -> dict[str, str]:
    """What is shown at that moment: by the evidence of a complaint taken then, by its entry, and by the list."""
    for desk in desks:
        Teller(desk).tell(a_registered_project(), a_received_case(), *facts)
        the_clock(desk).at = at
    complaints, ledger = desks
    complaint = {"kind": "delay", "text": "没有回音", "place": "林西镇", "project_code": a_received_case().project_code}
    answer = done(complaints, "complaints.register-complaint", complaint, **CALLER)
    [entry] = said(complaints, "qidi.complaint.registered")
    ledger.tick(LEDGER.ticks[0])
    [line] = asked(ledger, "lines", state="all")["items"]
    return {
        "evidence": answer["evidence"][0]["light"],
        "entry": entry.data["cases"][0]["light"],
        "list": line["light"],
    }


def test_a_release_that_moves_the_end_takes_back_what_was_told_of_the_old_end(desks: list[Desk]) -> None:
    clock = a_clock()
    facts = [clock, turned(clock, Light.YELLOW), moved(clock, date(2026, 9, 29), date(2026, 9, 24))]
    assert lights(desks, facts) == dict.fromkeys(("evidence", "entry", "list"), "green")


def test_a_light_that_has_turned_and_was_not_told_yet_is_shown(desks: list[Desk]) -> None:
    at = MORNING + timedelta(days=2)
    assert lights(desks, [a_clock()], at) == dict.fromkeys(("evidence", "entry", "list"), "yellow")


CLOCK, NOTICE = a_clock(), a_clock("one_time_notice")
STORIES: dict[str, tuple[list[Event], str]] = {
    "nothing runs yet": ([], "grey"),
    "in time": ([CLOCK], "green"),
    "told yellow": ([CLOCK, turned(CLOCK, Light.YELLOW)], "yellow"),
    "told of an end that has come nearer": (
        [CLOCK, turned(CLOCK, Light.YELLOW), moved(CLOCK, date(2026, 9, 21), date(2026, 9, 18))], "yellow"
    ),
    "paused": ([CLOCK, moved(CLOCK, None)], "grey"),
    "told that it is paused": ([CLOCK, turned(CLOCK, Light.GREY)], "grey"),
    "one is paused, one runs": ([CLOCK, moved(CLOCK, None), NOTICE], "green"),
    "set aside": ([CLOCK, stopped(CLOCK, "set-aside")], "grey"),
    "set aside, and runs again": ([CLOCK, stopped(CLOCK, "set-aside"), CLOCK], "green"),
    "granted and not delivered": ([CLOCK, CaseGranted(case_no=CASE, handler=WANG), stopped(CLOCK)], "grey"),
    "delivered": (
        [CLOCK, CaseGranted(case_no=CASE, handler=WANG), stopped(CLOCK), CaseDelivered(case_no=CASE, handler=WANG)],
        "done",
    ),
    "a state that only a newer version knows": (
        [CLOCK, stopped(CLOCK), CaseAccepted(case_no=CASE, handler=WANG, state="half-accepted")], "grey"
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_evidence_and_list_tell_one_story(desks: list[Desk], story: str) -> None:
    facts, light = STORIES[story]
    assert lights(desks, facts) == dict.fromkeys(("evidence", "entry", "list"), light)
