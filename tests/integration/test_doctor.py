"""`qidi doctor` finds a running authority well, and names what is wrong together with what to do."""

import ast
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pika
import pytest
from sqlalchemy import text

from deploy import examination, examination_stores
from deploy.authority import BOARDS
from deploy.checkup import Found, Mark, Patient, told
from deploy.runs import running
from gateway.store import BOARD as GATEWAY
from locales.texts import catalogue
from services.contracts.vocabulary import ZONE
from services.plumbing import topology
from services.plumbing.db import transaction
from tests.ports.channels import an_event
from tests.stack import PROJECT, Stack, until

Report = list[dict[str, Any]]


def doctor(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the command prints, and how it ends."""
    order = [sys.executable, "-c", "from qidi.cli import main; main()", "doctor", *arguments]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("QIDI_")}
    environ = {**ours, "QIDI_VAR": str(folder), "COLUMNS": "200"}
    done = subprocess.run(order, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=90, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def report(stack: Stack) -> tuple[int, Report]:
    code, said = doctor(stack.folder, "--json")
    return code, json.loads(said)


def lines(found: Report, check: str, mark: str = "bad") -> Report:
    return [line for line in found if line["check"] == check and line["mark"] == mark]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("patient")) as stack:
        yield stack


@pytest.fixture
def patient(stack: Stack) -> Patient:
    return Patient(stack.settings, running(stack.settings), BOARDS, (*BOARDS, GATEWAY), datetime.now(ZONE))


def publish(stack: Stack, queue: str, body: bytes) -> None:
    with pika.BlockingConnection(pika.URLParameters(stack.state()["amqp_url"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", queue, body, mandatory=True)


def test_a_well_authority_is_found_well(stack: Stack) -> None:
    until("the first counts", lambda: stack.metric("qidi_tick_seconds", service="timer"))
    code, found = report(stack)
    assert [line for line in found if line["mark"] == "bad"] == []
    # how far the calendar reaches depends on the day on which the test runs
    assert {line["check"] for line in found if line["mark"] == "warn"} <= {"calendar"}
    assert code == 0
    assert {line["check"] for line in found} == {
        "processes", "broker", "queues", "dead letters", "stores", "outbox", "parked", "links", "gateway", "sweep",
        "calendar", "clock", "disk", "files", "beginning",
    }  # fmt: skip
    [node] = lines(found, "broker", "ok")
    assert str(stack.state()["node"]) in node["text_en"]
    code, said = doctor(stack.folder)
    assert code == 0
    assert "✓ 正常 ok   消息服务 broker: 本实例自己的节点应答" in said


def test_what_had_no_effect_is_named_with_the_command_that_shows_it(stack: Stack) -> None:
    queue = topology.events_queue("ledger")
    publish(stack, queue, b"no event at all")
    publish(stack, topology.events_queue("intake"), an_event("doctor", 1, type="qidi.clock.melted.v9"))
    until("the dead letter", lambda: stack.number("ledger", "SELECT COUNT(*) FROM dead_letters") == 1)
    until("the parked message", lambda: stack.number("intake", "SELECT COUNT(*) FROM parked") == 1)
    code, found = report(stack)
    assert code == 1
    [dead] = lines(found, "dead letters")
    assert dead["text_en"] == f"{queue} 1"
    assert "qidi replay list" in dead["remedy_en"]
    assert "qidi replay resend dead:" in dead["remedy_zh"]
    [parked] = lines(found, "parked", "warn")
    assert parked["text_en"] == "intake unknown 1"
    assert "qidi replay list" in parked["remedy_en"]
    with transaction(stack.engine("ledger")) as connection:
        connection.execute(text("DELETE FROM dead_letters"))
    with transaction(stack.engine("intake")) as connection:
        connection.execute(text("DELETE FROM parked"))
    assert report(stack)[0] == 0


def test_a_stopped_process_is_named_with_its_remedy(stack: Stack) -> None:
    pid = stack.signal("services", signal.SIGSTOP)
    try:
        code, found = report(stack)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert code == 1
    [stopped] = lines(found, "processes")
    assert stopped["text_en"] == f"services: process {pid} is stopped."
    assert stopped["remedy_en"] == f"Let it go on: kill -CONT {pid}"
    [silent] = lines(found, "gateway")
    assert silent["text_en"].startswith("These services do not answer: intake, timer")
    until("everybody to answer again", lambda: stack.answers("/readyz"))


def test_a_process_that_was_started_again_is_pointed_at(stack: Stack) -> None:
    old = stack.signal("courier", signal.SIGKILL)
    stack.back("courier", old)
    _, found = report(stack)
    [again] = lines(found, "processes", "warn")
    assert "restarted 1 times" in again["text_en"]
    assert "courier.log" in again["remedy_en"]


def test_a_broker_of_another_name_is_not_taken_for_ours(patient: Patient) -> None:
    assert patient.run is not None
    [found] = examination.broker(replace(patient, run={**patient.run, "node": "qidi-somebody@localhost"}))
    assert found.mark is Mark.BAD
    [found] = examination.broker(replace(patient, run=None))
    assert found.text == "An external node answers: {name}."


def test_a_missing_queue_is_named(patient: Patient, stack: Stack) -> None:
    queue = topology.questions_queue("planted")
    board = replace(BOARDS[0], name="planted", commands={}, hears=())
    found = list(examination.queues(replace(patient, boards=(*BOARDS, board))))
    assert [(one.mark, one.facts["names"]) for one in found if one.mark is Mark.BAD] == [(Mark.BAD, queue)]


def test_a_store_that_is_missing_or_behind_is_named(patient: Patient, stack: Stack) -> None:
    engine = stack.engine("complaints")
    with transaction(engine) as connection:
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        nowhere = replace(BOARDS[0], name="planted")
        found = list(examination_stores.stores(replace(patient, stores=(*patient.stores, nowhere))))
    finally:
        with transaction(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": newest})
    missing, behind = [one for one in found if one.mark is Mark.BAD]
    assert missing.facts["name"] == "planted"
    assert behind.facts["names"] == f"complaints 0000 → {newest}"


def test_nothing_running_says_how_to_start(tmp_path: Path) -> None:
    code, said = doctor(tmp_path)
    assert code == 1
    assert "没有正在运行的实例" in said
    assert "make run" in said


@pytest.mark.parametrize(("seconds", "mark"), [(0.5, Mark.OK), (-10, Mark.WARN), (90, Mark.BAD)])
def test_a_clock_that_is_off_is_flagged(seconds: float, mark: Mark) -> None:
    now = datetime.now(UTC)
    assert examination._skew("gateway", now + timedelta(seconds=seconds), now).mark is mark


@pytest.mark.parametrize(("days", "mark"), [(60.0, Mark.OK), (59.0, Mark.WARN), (-3.0, Mark.WARN)])
def test_the_end_of_the_announced_calendar_is_seen_coming(days: float, mark: Mark) -> None:
    found = examination._calendar({"qidi_calendar_days_left": days})
    assert found.mark is mark


def test_a_look_that_fails_is_a_line_and_not_the_end(tmp_path: Path, patient: Patient) -> None:
    settings = patient.settings.model_copy(update={"amqp_url": "amqp://nobody@127.0.0.1:1/"})
    found = examination.examine(replace(patient, settings=settings))
    assert {one.check for one in found if one.mark is Mark.BAD} == {"broker"}
    assert any(one.check == "disk" for one in found)


def test_every_message_has_its_chinese() -> None:
    module = ast.parse((PROJECT / "deploy" / "examination.py").read_text())
    calls = [n for n in ast.walk(module) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    said = {
        argument.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("ok", "warn", "bad")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert len(said) > 40
    known = {message.id for message in catalogue("zh")}
    assert said - {"{names}", *known} == set()
    assert told("zh", "None.") == "无。"
    assert Found("disk", Mark.OK, "None.").remedy == ""
