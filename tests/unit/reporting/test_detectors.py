"""Detectors: each module is one, what it looks at is heard, and one that time drives raises each thing once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from services.contracts.findings import SnapshotFrozen
from services.plumbing.desk import Desk
from services.plumbing.switchboard import Fact, Office
from services.reporting import detectors
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold, at
from services.reporting.service import BOARD, switchboard
from services.reporting.store import case_steps
from tests.builders import MORNING, a_desk, asked, said, the_clock
from tests.unit.complaints.facts import CASE, Teller, a_case_no, a_received_case

FORGOTTEN = Rule(
    name="forgotten-case",
    title="Forgotten case",
    about_kind=FindingSubject.CASE,
    template="Nothing was done about case {about} for {days} days.",
    source="a toy",
    what="a toy",
    law="a toy",
    evidence={"days": "Days"},
    threshold=Threshold(10, "forgotten_days", "days"),
)


def forgotten(office: Office, days: float) -> Iterator[Suspicion]:
    """Every case that came in so many days ago: the toy does not look at what was done since."""
    before = (office.now - timedelta(days=days)).timestamp()
    for case_no in office.connection.execute(
        select(case_steps.c.case_no).where(case_steps.c.occurred_at <= before).order_by(case_steps.c.case_no)
    ).scalars():
        yield Suspicion(about=case_no, params={"days": days}, evidence={"days": days})


def frozen(office: Office, fact: Fact[SnapshotFrozen], threshold: float) -> Iterator[Suspicion]:
    yield Suspicion(about=fact.event.period, params={"days": 0}, evidence={"days": 0})


TOY = Detector(FORGOTTEN, (at(SnapshotFrozen, frozen),), tick=forgotten)


def found(desk: Desk) -> list[str]:
    return [one["about"] for one in asked(desk, "findings")["items"]][::-1]


def watch(desk: Desk) -> None:
    [tick] = desk.board.ticks
    desk.tick(tick)


def test_every_module_of_the_package_is_a_detector_with_a_rule_and_a_test_of_its_own() -> None:
    modules = {path.stem for path in Path(detectors.__file__).parent.glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "detectors").glob("test_*.py")}
    assert len(detectors.DETECTORS) == len(detectors.RULES) == len(modules)
    assert tested == modules


def test_what_a_detector_looks_at_is_heard_without_another_line() -> None:
    assert "snapshot" not in BOARD.hears
    board = switchboard((TOY,))
    assert "snapshot" in board.hears
    assert SnapshotFrozen in board.facts
    assert "catalogue" not in board.hears, "nobody looks at lists of matters here"


def test_nothing_ticks_where_no_detector_is_driven_by_time() -> None:
    driven = {one.every_seconds for one in detectors.DETECTORS if one.tick is not None}
    assert {tick.every_seconds for tick in BOARD.ticks} == driven
    assert list(switchboard(tuple(one for one in detectors.DETECTORS if one.tick is None)).ticks) == []
    [tick] = switchboard((TOY,)).ticks
    assert tick.every_seconds == 60


def test_what_time_makes_suspicious_is_raised_once_also_after_a_standstill(tmp_path: Path) -> None:
    desk = a_desk(switchboard((TOY,)), tmp_path)
    teller = Teller(desk)
    teller.tell(a_received_case(1))
    teller.tell(a_received_case(2), at=MORNING + timedelta(days=1))
    watch(desk)
    assert found(desk) == []
    the_clock(desk).move(days=10)
    watch(desk)
    watch(desk)
    assert found(desk) == [CASE]
    # nobody looked for a month, and then another process does, with the same store
    teller.tell(a_received_case(3), at=MORNING + timedelta(days=2))
    again = Desk(switchboard((TOY,)), desk.engine, desk.clock, desk.authority)
    the_clock(again).move(days=30)
    watch(again)
    watch(desk)
    assert found(desk) == [CASE, a_case_no(2), a_case_no(3)]
    events = said(desk, "qidi.finding.raised")
    assert [event.data["about"] for event in events] == [CASE, a_case_no(2), a_case_no(3)]
    assert [event.data["finding_no"][-1] for event in events] == ["1", "2", "3"]


def test_a_finding_of_a_rule_that_is_no_more_is_shown_by_the_name_of_the_rule(tmp_path: Path) -> None:
    desk = a_desk(switchboard((TOY,)), tmp_path)
    Teller(desk).tell(a_received_case())
    the_clock(desk).move(days=10)
    watch(desk)
    [one] = asked(desk, "findings")["items"]
    assert one["template"].format(**one["params"]) == f"forgotten-case: {CASE}"
    assert one["about_kind"] == ""
    assert json.dumps(one)
