"""`qidi doctor` names a cause once and by its own name: an answer that comes late is no clock that is off."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy import examination, examination_stores
from deploy.authority import BOARDS
from deploy.checkup import Found, Mark, Patient, bad, dependent, ok, warn
from gateway.store import BOARD as GATEWAY
from services.contracts.vocabulary import ZONE
from services.plumbing.settings import Settings
from tests.builders import an_engine

NOT_READY = b'{"services": {"intake": false}, "causes": [{"cause": "silent", "of": ["intake"]}]}'


@dataclass
class Machine:
    """A gateway's machine: how long it takes to answer, and by how much its clock is off."""

    late: float = 0.0
    off: float = 0.0
    address: str = ""


@pytest.fixture
def machine() -> Iterator[Machine]:
    told = Machine()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = datetime.now(UTC) + timedelta(seconds=told.off)
            time.sleep(told.late)  # the machine under test is slow: this is what it is about
            alive = json.dumps({"status": "alive", "now": began.isoformat()}).encode()
            body = {"/readyz": NOT_READY, "/healthz": alive}.get(self.path, b"")
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def a_patient(folder: Path, machine: Machine, broker: str = "amqp://nobody@127.0.0.1:1/") -> Patient:
    settings = Settings(authority="150424", var=folder, amqp_url=broker)
    return Patient(settings, {"gateway": machine.address}, BOARDS, (*BOARDS, GATEWAY), datetime.now(ZONE))


def clocks(patient: Patient) -> list[Found]:
    return [one for one in examination.gateway(patient) if one.check == "clock"]


def test_an_answer_that_comes_late_is_no_clock_that_is_off(machine: Machine, tmp_path: Path) -> None:
    machine.late = examination.QUICK_SECONDS + 0.2
    assert clocks(a_patient(tmp_path, machine)) == []


@pytest.mark.parametrize(
    ("off", "late", "mark"),
    [(0, 0, Mark.OK), (0, 0.8, Mark.OK), (-5.6, 0, Mark.WARN), (5.6, 0.5, Mark.WARN), (90, 0, Mark.BAD)],
)
def test_a_clock_that_is_off_is_flagged_however_quick_the_answer(
    machine: Machine, tmp_path: Path, off: float, late: float, mark: Mark
) -> None:
    machine.off, machine.late = off, late
    [clock] = clocks(a_patient(tmp_path, machine))
    assert clock.mark is mark, clock.facts


def test_a_broker_that_is_away_is_named_once_and_nothing_else_is_blamed(machine: Machine, tmp_path: Path) -> None:
    for board in (*BOARDS, GATEWAY):
        (tmp_path / "150424").mkdir(mode=0o700, exist_ok=True)
        an_engine(tmp_path / "150424", board).dispose()
    found = examination.examine(a_patient(tmp_path, machine))
    wrong = [one for one in found if one.mark is not Mark.OK and one.text != "Not at the newest migration: {names}"]
    assert [(one.check, one.mark) for one in wrong] == [("broker", Mark.BAD), ("broker", Mark.WARN)]
    assert wrong[1].facts["names"] == "queues, gateway, sweep, calendar"
    assert not any("chrony" in one.remedy for one in wrong)


def test_what_does_not_follow_from_the_cause_is_told_beside_it() -> None:
    alone = bad("disk", "{free} GB are free at {folder}.", "Make room.")
    slow = dependent(warn("outbox", "The oldest event has waited for {seconds} s.", "See."))
    away = bad("broker", "No broker answers: {error}", "Start it.")
    assert examination._each_cause_once([away, slow, alone], [])[0::2] == [away, alone]
    assert examination._each_cause_once([slow, alone], []) == [slow, alone]
    assert examination._each_cause_once([ok("broker", "Fine."), slow], [])[1:] == [slow]


def test_a_database_server_that_is_away_is_one_line(machine: Machine, tmp_path: Path) -> None:
    patient = a_patient(tmp_path, machine)
    away = patient.settings.model_copy(update={"database_url": "postgresql+psycopg2://nobody@127.0.0.1:1/qidi"})
    nobody = Patient(away, patient.run, patient.boards, patient.stores, patient.now)
    found = [one for one in examination_stores.stores(nobody) if one.mark is Mark.BAD]
    assert len(found) == 1, [one.said("en") for one in found]
    assert all(board.name in found[0].facts["names"] for board in patient.stores)


def test_a_store_that_is_gone_is_named_once_and_not_made_anew_by_who_looks_for_dead_letters(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "150424").mkdir(mode=0o700)
    for board in (*BOARDS, GATEWAY):
        an_engine(tmp_path / "150424", board).dispose()
    gone = tmp_path / "150424" / "intake.sqlite"
    gone.unlink()
    found = examination.examine(a_patient(tmp_path, machine))
    assert not gone.exists()
    bad_lines = [one for one in found if one.mark is Mark.BAD and "newest migration" not in one.text]
    assert [one.check for one in bad_lines] == ["broker", "stores"]
    assert any("dead letters" in str(one.facts.get("names")) for one in found if one.text.startswith("Not judged"))
