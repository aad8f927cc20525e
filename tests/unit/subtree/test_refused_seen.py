"""A refused ledger is seen by page, interface, doctor and commands, with why and the remedy; a person lets it go on."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.checkup import Patient
from deploy.examination_links import links
from qidi.cli import app
from services.contracts.vocabulary import Role
from services.ledger.carrier.measures import measure
from services.ledger.carrier.metrics import LINK_STOPPED
from services.ledger.link import child
from services.plumbing.settings import Settings
from tests.builders import MORNING
from tests.unit.gateway.test_journeys import a_filed_case
from tests.unit.link.refusals import altered
from tests.unit.subtree.seats import BANNER, CITY, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


def over_newest_case(store: Path, body: bytes | None = None) -> tuple[str, bytes]:
    """Somebody writes over a kept entry (`body`, or another name in it); event id and bytes as they were."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        query = "SELECT event_id, body FROM entries WHERE stem LIKE 'qidi.case.%' ORDER BY idx DESC LIMIT 1"
        event, sound = connection.execute(query).fetchone()
        new = body or altered(json.loads(sound))
        connection.execute("UPDATE entries SET body = ? WHERE event_id = ?", (new, event))
    return event, sound


@pytest.fixture
async def refused(tmp_path: Path) -> tuple[Seats, bytes]:
    """A banner with one entry that was changed before its superior had it, and the sound bytes."""
    seats = Seats(tmp_path)
    await a_filed_case(seats[BANNER])
    seats[BANNER].services.deliver()
    _, sound = over_newest_case(tmp_path / BANNER / "ledger.sqlite")
    seats.carry()
    return seats, sound


async def page(seats: Seats, code: str, language: str) -> str:
    async with seats[code].client(Role.SUPERVISOR, Accept="text/html") as client:
        client.cookies.set("qidi_lang", language)
        answer = await client.get("/board/links")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_page_of_other_levels_says_what_is_refused_why_and_what_to_do(refused: tuple[Seats, bytes]) -> None:
    seats, _ = refused
    zh, en = await page(seats, BANNER, "zh"), await page(seats, BANNER, "en")
    assert "两级不一致" in zh
    assert "赤峰市不接收上报的内容" in zh
    assert "link resume 150424 --person 姓名 --reason 原因" in zh
    assert "nothing more of this ledger goes up until a person here has put it right" in en
    above = await page(seats, CITY, "en")
    assert "nothing more of this ledger comes until a person at 林西县 has put it right" in above


async def test_the_interface_and_the_metric_say_that_it_has_stopped(refused: tuple[Seats, bytes]) -> None:
    seats, _ = refused
    async with seats[BANNER].client(Role.SUPERVISOR) as client:
        [own] = (await client.get("/v1/links/reconciliation")).json()["items"]
    assert own["up"]["state"] == "refused"
    assert own["up"]["problem"].endswith("was changed")
    [trouble] = own["troubles"]
    assert (trouble["side"], trouble["kind"], trouble["facts"]["stopped"]) == ("above", "refused", True)
    seats.act(BANNER, measure)
    assert LINK_STOPPED.labels(BANNER)._value.get() == 1
    seats.act(CITY, measure)
    assert LINK_STOPPED.labels(SIBLING)._value.get() == 0


async def test_the_doctor_calls_it_bad_and_names_the_command(refused: tuple[Seats, bytes], tmp_path: Path) -> None:
    patient = Patient(Settings(authority=BANNER, var=tmp_path), None, (), (), MORNING)
    [found] = [one for one in links(patient) if one.mark.value != "ok"]
    assert found.mark.value == "bad"
    assert "link resume" in found.remedy


async def test_the_command_shows_it_and_a_named_person_lets_it_go_on(
    refused: tuple[Seats, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats, sound = refused
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))

    def qidi(*order: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--authority", BANNER, *order])
        return done.exit_code, done.output

    # the store of a seat lies where the command looks for it
    told = json.loads(qidi("links", "--json")[1])
    [own] = told["ledgers"]
    assert (own["up_state"], own["troubles"][0]["kind"]) == ("refused", "refused")
    shown = "".join(qidi("links")[1].split())
    assert "赤峰市不接收上报的内容" in shown
    assert "linkresume150424" in shown
    resume = ("link", "resume", BANNER, "--person", "王五", "--reason")
    assert qidi(*resume[:-1])[0] != 0  # not without a reason
    # the cause is still there: it stops once more, and says so once more
    assert qidi(*resume, "再试")[0] == 0
    seats.carry()
    assert json.loads(qidi("links", "--json")[1])["ledgers"][0]["up_state"] == "refused"
    over_newest_case(tmp_path / BANNER / "ledger.sqlite", sound)
    assert qidi(*resume, "记录已从备份恢复")[0] == 0
    seats.carry()
    assert json.loads(qidi("links", "--json")[1])["ledgers"][0]["up_state"] == "ok"
    assert seats.act(BANNER, lambda office: child.next_pages(office, seats.key(BANNER))) == []
    assert qidi(*resume, "nothing waits any more")[0] == 1
