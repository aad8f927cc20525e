"""`qidi replay`: messages that had no effect, listed, sent again and given up from the stores alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from typer.testing import CliRunner, Result

from deploy.authority import BOARDS
from qidi.cli import app
from services.plumbing import outbox
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine, reading
from services.plumbing.desk import Desk
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings
from tests.ports.channels import NOON, an_event

INTAKE = next(board for board in BOARDS if board.name == "intake")
GIVE_UP = ("--by", "张三@发展改革委", "--reason", "已电话核实，无需处理")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    monkeypatch.delenv("QIDI_AMQP_URL", raising=False)
    return tmp_path


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    engine = open_engine(Settings().store_url("intake"), "intake")
    upgrade(INTAKE, engine)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """The desk of intake, to which bad messages came: one without fields, one from far behind its predecessor."""
    desk = Desk(INTAKE, engine, HandClock(NOON), "150424")
    desk.take_events([b"{}", an_event("heap", 5, type="qidi.clock.started.v1")])
    desk.take_commands([b"[" * 100_000])
    return desk


def run(*arguments: str, language: str = "zh") -> Result:
    return CliRunner().invoke(app, ["replay", *arguments], env={"QIDI_LANG": language, "COLUMNS": "220"})


def listed(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("list", "--json", *arguments).stdout)
    return found


@pytest.mark.parametrize(
    ("order", "language", "said"),
    [
        (("list",), "zh", "尚无数据"),
        (("list",), "en", "has no stores yet: start the authority"),
        (("show", "dead:"), "zh", "尚无数据"),
        (("resend", "dead:"), "zh", "尚无数据"),
        (("give-up", "dead:", *GIVE_UP), "zh", "尚无数据"),
    ],
)
def test_where_nothing_ever_ran_one_sentence_says_so(
    folder: Path, order: tuple[str, ...], language: str, said: str
) -> None:
    result = run(*order, language=language)
    assert result.exit_code == 1
    assert said in result.output
    assert str(folder) in result.output.replace("\n", "")
    assert len(result.output.strip().splitlines()) == 1
    assert list(folder.rglob("*.sqlite")) == []  # and no store was made by asking


def test_a_store_of_an_earlier_version_is_said_in_one_sentence(folder: Path) -> None:
    engine = open_engine(Settings().store_url("intake"), "intake")
    upgrade(INTAKE, engine, "0004")
    engine.dispose()
    result = run("list")
    assert (result.exit_code, len(result.output.strip().splitlines())) == (1, 1)
    assert "旧版本" in result.output


@pytest.mark.usefixtures("desk")
def test_what_had_no_effect_is_listed_in_the_readers_language_without_a_broker() -> None:
    chinese, english = run("list").output, run("list", language="en").output
    assert "无法读取：id：此项必填" in chinese
    assert "无法读取：body：嵌套层次过深" in chinese
    assert "早到，前一条尚未到达" in chinese
    assert "unreadable: id: This field is required." in english
    assert "unreadable: body: This is nested too deeply." in english


@pytest.mark.usefixtures("desk")
def test_each_is_listed_once_with_its_queue() -> None:
    assert {(one["state"], one["queue"], one["deaths"]) for one in listed()} == {
        ("dead", "qidi.intake.events", 1),
        ("dead", "qidi.intake.commands", 1),
        ("parked", "qidi.intake.events", 0),
    }


def test_what_is_sent_again_leaves_through_the_outbox_and_the_list_and_comes_back_to_both(
    desk: Desk, engine: Engine
) -> None:
    assert "已重发 2 条" in run("resend", "dead:").output
    assert [one["state"] for one in listed()] == ["parked"]
    assert "已重发 1 条" in run("resend", "parked:intake").output
    assert listed() == []
    with reading(engine) as connection:
        rows = outbox.waiting(connection, 10)
    assert {row.routing_key for row in rows} == {"into:qidi.intake.events", "into:qidi.intake.commands"}
    desk.take_events([row.body for row in rows if row.routing_key.endswith("events")])
    desk.take_commands([row.body for row in rows if row.routing_key.endswith("commands")])
    assert sorted((one["state"], one["deaths"]) for one in listed()) == [("dead", 2), ("dead", 2), ("parked", 0)]


@pytest.mark.usefixtures("desk")
def test_who_gives_up_does_so_by_name_and_with_a_reason_and_it_is_kept() -> None:
    [letter] = [one for one in listed() if one["queue"] == "qidi.intake.commands"]
    result = run("give-up", letter["id"], *GIVE_UP)
    assert (result.exit_code, "张三@发展改革委 已放弃 1 条：已电话核实" in result.output) == (0, True)
    assert letter["id"] not in {one["id"] for one in listed()}
    [kept] = [one for one in listed("--all") if one["id"] == letter["id"]]
    assert kept["state"] == "given-up"
    [act] = kept["acts"]
    assert (act["person"], act["why"]) == ("张三@发展改革委", "已电话核实，无需处理")
    shown = run("show", letter["id"]).output
    assert "已放弃" in shown
    assert "已电话核实" in shown


@pytest.mark.usefixtures("desk")
def test_a_parked_message_can_be_given_up_too() -> None:
    assert run("give-up", "parked:", *GIVE_UP).exit_code == 0
    assert {one["state"] for one in listed()} == {"dead"}
    [kept] = [one for one in listed("--all") if one["state"] == "given-up"]
    assert (kept["reason"], kept["type"]) == ("early", "qidi.clock.started.v1")


def test_what_waits_behind_a_given_up_message_is_said(desk: Desk) -> None:
    desk.take_events([an_event("heap", 7, type="qidi.clock.started.v1")])
    first = next(one for one in listed() if one["subject"] == "heap")
    assert "另有 1 条后续消息" in run("give-up", first["id"], *GIVE_UP).output


def test_a_decision_can_be_taken_back_by_the_whole_id(desk: Desk, engine: Engine) -> None:
    run("give-up", "dead:intake.events", *GIVE_UP)
    [letter] = [one for one in listed("--all") if one["state"] == "given-up"]
    assert run("resend", "dead:intake.events").exit_code == 1  # a beginning means only what still waits
    assert run("resend", letter["id"], "--by", "李四@发展改革委").exit_code == 0
    [again] = [one for one in listed("--all") if one["id"] == letter["id"]]
    assert (again["state"], [act["person"] for act in again["acts"]]) == (
        "resent",
        ["张三@发展改革委", "李四@发展改革委"],
    )


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("by", ["张三", "@发展改革委", "张三@", "张三@ ", "", "\u200b@发展改革委"])
def test_nobody_gives_up_without_name_and_department(by: str) -> None:
    assert run("give-up", "dead:", "--by", by, "--reason", "已核实").exit_code == 1
    assert len(listed()) == 3


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("reason", ["", ".", " ", "。", "\u200b"])
def test_nobody_gives_up_without_a_reason_in_words(reason: str) -> None:
    assert run("give-up", "dead:", "--by", "张三@发展改革委", "--reason", reason).exit_code == 1
    assert len(listed()) == 3


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("id", ["", "nothing", "dead:timer"])
def test_an_id_that_names_nothing_does_nothing(id: str) -> None:
    for order in (("resend", id), ("give-up", id, *GIVE_UP), ("show", id)):
        assert run(*order).exit_code == 1
    assert len(listed()) == 3
