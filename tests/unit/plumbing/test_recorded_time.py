"""Recorded time never goes back: not in a store, not in a process, not in the ledger, whatever the clock does."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from deploy.authority import BOARDS
from services.plumbing.clock import HandClock, Latest
from services.plumbing.desk import READY, Desk
from services.plumbing.fakes import InProcess
from tests.builders import AUTHORITY, MORNING, WANG, a_case, a_project, a_project_code, an_engine, done, said


class House:
    """All services of one process on one clock that can be set; `again` is a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.number = folder, HandClock(MORNING), 0
        self.again(MORNING)

    def again(self, at: datetime) -> None:
        self.clock.at, latest = at, Latest()
        self.desks = {
            board.name: Desk(board, an_engine(self.folder, board), self.clock, AUTHORITY, latest=latest)
            for board in BOARDS
        }
        for desk in self.desks.values():
            desk.recall()
        self.services = InProcess(self.desks)
        self.services.tick()

    def work(self) -> None:
        """A project and a case, heard by everybody."""
        self.number += 1
        n, now = self.number, self.clock.at.isoformat()
        done(self.desks["intake"], "intake.register-project", a_project(n) | {"actor": WANG})
        case = a_case(n, project_code=a_project_code(n), received_at=now)
        done(self.desks["intake"], "intake.receive-case", case)
        self.services.tick()

    def recorded(self) -> list[float]:
        with self.desks["ledger"].engine.connect().execution_options(reading=True) as connection:
            return [row[0] for row in connection.execute(text("SELECT recorded FROM entries ORDER BY idx"))]

    def goes_back(self) -> list[float]:
        return [after - before for before, after in itertools.pairwise(self.recorded()) if after < before]

    def behind(self) -> float:
        return max(float(desk.answer(READY, {})["body"]["behind"]) for desk in self.desks.values())


def test_a_clock_at_plus_eight_hours_then_minus_two_then_right_records_in_order(tmp_path: Path) -> None:
    house = House(tmp_path)
    for hours in (0, 8, -2, 0):
        house.again(MORNING + timedelta(hours=hours))
        for _ in range(3):
            house.work()
            house.clock.move(seconds=7)
        assert house.goes_back() == []
        told = {8: 0.0, 0: 0.0, -2: 10 * 3600.0}.get(hours, 0.0) if house.number <= 9 else 8 * 3600.0
        assert abs(house.behind() - told) < 60, "and by how much the clock is behind is told"
    assert len(house.recorded()) > 24
    assert house.recorded()[-1] >= (MORNING + timedelta(hours=8)).timestamp()


def test_a_clock_that_is_set_back_while_everything_runs_records_in_order_whoever_spoke_last(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.work()
    house.clock.move(hours=5)
    for name in ("timer", "reporting", "ledger"):  # time itself speaks; intake has been silent for hours
        for tick in house.desks[name].board.ticks:
            house.desks[name].tick(tick)
    house.services.deliver()
    house.clock.move(hours=-6)
    house.work()
    assert house.goes_back() == []


def test_after_the_clock_has_come_up_with_the_record_time_goes_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.work()
    house.clock.move(hours=-1)
    house.work()
    assert house.behind() > 3000
    house.clock.move(hours=3)
    house.work()
    assert house.behind() == 0.0
    assert house.recorded()[-1] == house.clock.at.timestamp()
    assert said(house.desks["intake"]) == []
