"""Corrections and confirmations as intake, the timer and reporting hear them: they are of one mind."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.contracts.vocabulary import ZONE
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.ledger.store import lines
from services.plumbing.desk import Desk
from services.reporting.entering import by_person
from services.reporting.service import BOARD as REPORTING
from services.timer.service import BOARD as TIMER
from tests.builders import LI, WANG, a_case, a_project, an_engine, asked, done, name_people
from tests.unit.forwarding.levels import BANNER, Node

HEAD = {"role": "head", "token_id": "h1", **WANG}
OTHER_HEAD = {"role": "head", "token_id": "h2", **LI}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


class Place:
    """An authority with one case, received on 1 September 2026 and accepted the same morning: due on 30 September."""

    def __init__(self, folder: Path) -> None:
        self.node = Node(BANNER, folder, at("09-01 09:00"), (INTAKE, TIMER, LEDGER, REPORTING))
        name_people(self.node.intake, WANG, LI)
        done(self.node.intake, "intake.register-project", a_project())
        self.case_no = str(
            done(self.node.intake, "intake.receive-case", a_case(received_at="2026-09-01T09:00"))["case_no"]
        )
        self.node.turn()
        self.step("accept", "09-01 10:00")

    def step(self, step: str, named: str, recorded: str = "", **more: Any) -> None:
        self.node.clock.at = at(recorded or named)
        self.node.step(self.case_no, step, occurred_at=at(named).isoformat(), **more)

    def correct(self, line: int, when: str, **what: Any) -> None:
        order = {"case_no": self.case_no, "entry": line, "reason": "误操作"} | (what or {"is_void": True})
        self.said("intake.correct-entry", order, when, HEAD)

    def confirm(self, line: int, day: str, when: str) -> None:
        order = {"case_no": self.case_no, "entry": line, "is_confirmed": True, "document_no": "林发改〔2026〕8号"}
        self.said("intake.judge-late-entry", order | {"document_on": f"2026-{day}"}, when, OTHER_HEAD)

    def said(self, command: str, order: dict[str, Any], when: str, who: dict[str, str]) -> None:
        self.node.clock.at = at(when)
        done(self.node.intake, command, order, **who)
        self.node.turn()

    def clock(self, name: str = "decision/1") -> dict[str, Any]:
        items = asked(self.node.desks["timer"], "clocks", about=self.case_no)["items"]
        return dict({one["clock_id"].removeprefix(f"{self.case_no}/"): one for one in items}[name])

    def limit(self) -> list[int]:
        """Of the case, as intake and the ledger have it."""
        with self.node.desks["ledger"].engine.connect().execution_options(reading=True) as connection:
            line = connection.execute(select(lines.c.limit_amount)).scalar_one()
        return [asked(self.node.intake, "case", case_no=self.case_no)["limit"]["amount"], line]

    def decided(self, month: str = "2026-09") -> int:
        self.node.clock.at = max(self.node.clock.at, at("11-22 12:00"))
        return int(asked(self.node.desks["reporting"], "figures", month=month)["totals"]["decided"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_line_that_was_moved_and_then_taken_back_is_gone_everywhere(place: Place) -> None:
    place.step("grant", "09-15 10:00")
    place.correct(3, "09-15 11:00", occurred_at="2026-09-14T10:00")
    place.correct(3, "09-15 12:00")
    assert asked(place.node.intake, "case", case_no=place.case_no)["state"] == "accepted"
    assert place.clock()["light"] == "green"
    assert place.decided() == 0


def test_a_line_that_was_moved_twice_is_moved_from_where_it_stood(place: Place) -> None:
    place.step("grant", "09-15 10:00")
    place.correct(3, "09-15 11:00", occurred_at="2026-09-14T10:00")
    place.correct(3, "09-15 12:00", occurred_at="2026-09-11T10:00")
    assert place.clock()["stopped_at"][:10] == "2026-09-11"


def test_a_late_line_that_was_moved_first_is_confirmed_where_it_stands(place: Place) -> None:
    place.step("grant", "09-30 10:00", recorded="10-14 10:00")
    place.correct(3, "10-14 11:00", occurred_at="2026-09-29T10:00")
    place.confirm(3, "09-29", "10-15 10:00")
    place.confirm(4, "09-29", "10-15 11:00")
    assert place.clock()["on_time"] is True
    assert place.decided("2026-09") == 1


def test_a_day_that_was_put_right_counts_once_a_second_person_has_confirmed_that(place: Place) -> None:
    place.step("grant", "10-14 10:00")
    place.correct(3, "10-14 11:00", occurred_at="2026-09-28T10:00")
    assert (place.clock()["on_time"], place.decided("2026-09")) == (False, 0)
    place.confirm(4, "09-28", "10-15 10:00")
    clock = place.clock()
    assert (clock["on_time"], clock["overdue_working_days"]) == (True, 0)
    assert place.decided("2026-09") == 1


def test_a_day_that_was_confirmed_and_then_moved_waits_for_another_word(place: Place) -> None:
    place.step("grant", "10-10 10:00", recorded="10-14 10:00")
    place.confirm(3, "10-10", "10-14 11:00")
    place.correct(3, "10-15 10:00", occurred_at="2026-09-28T10:00")
    assert (place.clock()["on_time"], place.decided("2026-09")) == (False, 0)


def again(place: Place) -> None:
    """A grant that was dated back and confirmed is taken back, and entered once more for the same second."""
    place.step("grant", "09-28 10:00", recorded="10-14 10:00")
    place.confirm(3, "09-28", "10-14 11:00")
    assert place.clock()["on_time"] is True
    place.correct(3, "10-15 10:00")
    place.confirm(5, "10-15", "10-15 11:00")
    place.step("grant", "09-28 10:00", recorded="10-16 10:00")


def test_a_confirmation_ends_with_the_line_that_it_was_for(place: Place) -> None:
    again(place)
    assert place.clock()["on_time"] is False
    assert (place.decided("2026-09"), place.decided("2026-10")) == (0, 1)


def test_a_store_that_hears_it_all_at_once_comes_to_the_same(place: Place, tmp_path: Path) -> None:
    again(place)
    heard = [one for one in place.node.said if any(one["type"].startswith(f"qidi.{it}.") for it in REPORTING.hears)]
    place.node.desks["reporting"] = other = Desk(
        REPORTING, an_engine(tmp_path, REPORTING, "other"), place.node.clock, BANNER
    )
    other.take_events([json.dumps(one, ensure_ascii=False).encode() for one in heard])
    assert (place.decided("2026-09"), place.decided("2026-10")) == (0, 1)


def test_what_was_entered_under_a_wrong_name_is_the_other_persons(place: Place) -> None:
    place.step("grant", "09-15 10:00")
    place.correct(3, "09-15 11:00", person=LI)
    with place.node.desks["reporting"].engine.connect().execution_options(reading=True) as connection:
        entered = {who: [one.kind for one in entries] for who, _, entries in by_person(connection, at("09-02 00:00"))}
    assert entered == {"李强@发展改革委": ["granted"]}


def test_joint_handling_that_was_a_slip_leaves_the_limit_of_the_receipt_everywhere(place: Place) -> None:
    place.step("handle-jointly", "09-10 10:00", due_on="2026-09-29", document_on="2026-09-10")
    place.step("change-limit", "09-11 10:00", due_on="2026-11-10", limit={"amount": 15})
    assert (place.limit(), place.clock()["limit"]["amount"]) == ([15, 15], 15)
    place.correct(4, "09-12 10:00")
    assert place.limit() == [45, 45]
    place.correct(3, "09-12 11:00")
    assert (place.limit(), place.clock()["limit"]["amount"]) == ([20, 20], 15)
    for line in (5, 6):
        place.confirm(line, "09-12", "09-14 10:00")
    assert (place.limit(), place.clock()["limit"]["amount"]) == ([20, 20], 20)
