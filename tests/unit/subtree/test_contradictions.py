"""Contradictions on every level: page, doctor and commands say in both languages what is wrong and what is next."""

import csv
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from deploy.checkup import Patient
from deploy.examination_links import links
from qidi.cli import app
from qidi.commands import export as export_command
from qidi.commands import verify as verify_command
from services.contracts.vocabulary import Role
from services.ledger.carrier.connection import Away, Connection
from services.ledger.link import forks
from tests.builders import MORNING, a_case, a_project, asked
from tests.unit.gateway.test_journeys import a_filed_case
from tests.unit.ledger_service.test_verify_command import run
from tests.unit.subtree.seats import BANNER, CITY, REGION, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


def copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)


@pytest.fixture
async def torn(tmp_path: Path) -> Seats:
    """A banner that was restored from a backup, noticed by itself and by its city; the region has been told."""
    seats = Seats(tmp_path)
    store, backup = tmp_path / BANNER / "ledger.sqlite", tmp_path / "ledger.backup"
    copied(store, backup)
    await a_filed_case(seats[BANNER])
    seats.carry()
    seats[BANNER].services.desks["ledger"].engine.dispose()
    copied(backup, store)
    seats.ask(BANNER)
    seats.ask(BANNER)
    seats.carry()
    return seats


async def page(seats: Seats, code: str, language: str = "zh") -> str:
    async with seats[code].client(Role.SUPERVISOR, Accept="text/html") as client:
        client.cookies.set("qidi_lang", language)
        answer = await client.get("/board/links")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_city_sees_that_the_banner_has_lost_entries_and_what_it_has_to_do(torn: Seats) -> None:
    zh, en = await page(torn, CITY), await page(torn, CITY, "en")
    assert "两级不一致" in zh
    assert "林西县已签名的条目中丢失了" in zh
    assert "export --lost lost.xlsx --origin 150424" in zh
    assert "lost from entry" not in zh
    assert "林西县 has lost" in en
    assert "Runbook restored-child, step 3" in en
    ledger = zh.partition('id="ledger-150424"')[2].partition("</dl>")[0]
    assert "在办件灯色" not in ledger  # nothing is compared with the branch that is in doubt


async def test_the_banner_sees_why_it_differs_from_whom_and_that_it_was_noticed(torn: Seats) -> None:
    zh, en = await page(torn, BANNER), await page(torn, BANNER, "en")
    assert "两级不一致" in zh
    assert "赤峰市已签收" in zh
    assert "qidi --authority 150400 link accept-fork 150424" in zh
    assert "不一致</span></dd>" in zh  # the roots here and above
    assert "至今没有" not in zh
    assert "上级不再接收本台账" in zh
    assert "Call 赤峰市" in en
    assert "None so far" not in en


async def test_the_region_says_that_the_way_is_interrupted_below_the_city(torn: Seats) -> None:
    zh, en = await page(torn, REGION), await page(torn, REGION, "en")
    ledger = zh.partition('id="ledger-150424"')[2].partition("</dl>")[0]
    assert "两级一致" not in ledger
    assert "下级之间上报中断：林西县丢失了条目，赤峰市暂不接收其台账。" in ledger
    assert "the way is interrupted further below" in en.lower()
    assert "赤峰市 decides first" in en


async def test_each_level_above_decides_and_then_all_agree_again(torn: Seats) -> None:
    def accept(code: str) -> None:
        torn.act(code, lambda office: forks.accept(office, BANNER, "王五", "恢复备份"))
        torn.ask(BANNER)
        torn.carry()

    accept(CITY)
    assert "内蒙古自治区所存的本台账历史与本级不同" in await page(torn, CITY)
    assert "林西县现在发来的内容与其此前签名的自 #" in await page(torn, REGION)
    accept(REGION)
    torn.ask(CITY)
    torn.carry()
    for code in (REGION, CITY, BANNER):
        shown = await page(torn, code)
        assert "不一致</span>" not in shown
        assert "下级之间上报中断" not in shown
    assert "由上级决定" in await page(torn, BANNER)


async def test_entries_are_counted_one_way(torn: Seats) -> None:
    shown = await page(torn, CITY)
    ledger = shown.partition('id="ledger-150422"')[2].partition("</dl>")[0]
    assert "条，已核验" in ledger
    assert "已核验至" not in ledger
    assert "截至第" not in ledger


# --- the doctor -------------------------------------------------------------------------------------------------------


def doctor(seats: Seats, code: str) -> list[dict[str, object]]:
    settings = seats[code].gateway.settings.model_copy(update={"var": seats.folder})
    return [one.as_data() for one in links(Patient(settings, None, (), (), MORNING))]


async def test_the_doctor_names_origin_side_and_remedy_on_both_sides(torn: Seats) -> None:
    [at_city] = doctor(torn, CITY)
    assert (at_city["check"], at_city["mark"]) == ("links", "bad")
    assert "林西县 has lost" in str(at_city["text_en"])
    assert "restored-child" in str(at_city["remedy_zh"])
    [at_banner] = doctor(torn, BANNER)
    assert at_banner["mark"] == "bad"
    assert "赤峰市 has signed for" in str(at_banner["text_en"])
    assert "qidi --authority 150400 link accept-fork 150424" in str(at_banner["remedy_en"])
    assert "restored-child" in str(at_banner["remedy_zh"])
    [at_region] = doctor(torn, REGION)
    assert at_region["mark"] == "warn"
    assert "interrupted further below" in str(at_region["text_en"])


async def test_the_doctor_finds_links_well_where_nothing_is_contradicted(tmp_path: Path) -> None:
    seats = Seats(tmp_path)
    assert [(one["mark"], one["text_zh"]) for one in doctor(seats, CITY)] == [
        ("ok", "台账无不一致；本级持有或转报 3 本台账。")
    ]


async def test_the_doctor_says_that_there_is_no_connection(torn: Seats) -> None:
    Connection(CITY, Away.PASSWORD, 0.0, MORNING.timestamp()).save(torn.folder / BANNER)
    assert ("bad", "与赤峰市没有连接。") in [(one["mark"], one["text_zh"]) for one in doctor(torn, BANNER)]


# --- commands at the superior -----------------------------------------------------------------------------------------


def at_the_city(seats: Seats, command: Callable[..., None], *arguments: str | Path) -> tuple[int, str]:
    code, out, err = run(command, "--store", seats.folder / CITY / "ledger.sqlite", "--origin", BANNER, *arguments)
    return code, out + err


async def test_verify_reports_the_open_contradiction_with_both_notes_until_somebody_decides(torn: Seats) -> None:
    [trouble] = asked(torn[CITY].services.desks["ledger"], "troubles")["items"]
    code, told = at_the_city(torn, verify_command.command, "--lang", "en")
    assert code == 1
    assert f"from entry {trouble['from_index']} on" in told
    assert trouble["known_note"].strip() in told
    assert trouble["told_note"].strip() in told
    assert trouble["known_note"] != trouble["told_note"]
    torn.act(CITY, lambda office: forks.accept(office, BANNER, "王五", "恢复备份"))
    assert at_the_city(torn, verify_command.command)[0] == 0


def the_list(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


async def test_what_was_lost_is_listed_so_that_a_clerk_can_file_it_again(torn: Seats, tmp_path: Path) -> None:
    [trouble] = asked(torn[CITY].services.desks["ledger"], "troubles")["items"]
    code, told = at_the_city(torn, export_command.command, "--lost", tmp_path / "lost.csv", "--lang", "zh")
    assert code == 0, told
    assert f"自第 {trouble['from_index']} 条起" in told
    rows = the_list(tmp_path / "lost.csv")
    numbers = [int(row["序号"]) for row in rows]
    assert numbers == list(range(trouble["from_index"], trouble["known_size"]))
    [project] = [row for row in rows if row["事项"] == "项目入库"]
    [case] = [row for row in rows if row["事项"] == "已接件"]
    filed = a_case()
    assert (case["项目代码"], project["项目"]) == (filed["project_code"], a_project()["project_name"])
    assert case["项目"] == project["项目"]
    assert filed["handler"]["name"] in case["经办"]
    assert case["审批事项"]
    # the clock that began with the case says of what it is
    assert {row["项目代码"] for row in rows if row["编号"] == case["编号"]} == {case["项目代码"]}
    # and the same after somebody has decided: the former branch stays
    torn.act(CITY, lambda office: forks.accept(office, BANNER, "王五", "恢复备份"))
    assert at_the_city(torn, export_command.command, "--lost", tmp_path / "later.csv", "--lang", "zh")[0] == 0
    assert the_list(tmp_path / "later.csv") == rows


async def test_the_list_is_an_excel_file_where_its_name_says_so(torn: Seats, tmp_path: Path) -> None:
    assert at_the_city(torn, export_command.command, "--lost", tmp_path / "lost.xlsx", "--lang", "en")[0] == 0
    head, *rows = CalamineWorkbook.from_path(tmp_path / "lost.xlsx").get_sheet_by_index(0).to_python()
    assert head[:4] == ["Entry", "Happened", "Recorded", "What"]
    assert "Received" in {row[3] for row in rows}


async def test_what_cannot_be_listed_is_said(torn: Seats, tmp_path: Path) -> None:
    place = torn.folder / CITY / "ledger.sqlite"
    code, _, told = run(export_command.command, "--lost", tmp_path / "lost.csv", "--store", place, "--lang", "en")
    assert (code, told) == (2, "--lost: say whose ledger with --origin CODE.")
    never = ("--lost", tmp_path / "lost.csv", "--store", place, "--origin", SIBLING, "--lang", "en")
    code, _, told = run(export_command.command, *never)
    assert (code, "never contradicted" in told) == (2, True)
    assert run(export_command.command, *never, "--since", "0")[0] == 0


# --- commands at the wrong authority ----------------------------------------------------------------------------------


@pytest.fixture
def qidi(torn: Seats, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command that must fail, with what it says to the person."""
    monkeypatch.setenv("QIDI_VAR", str(torn.folder))
    monkeypatch.setenv("QIDI_AUTHORITY", BANNER)
    monkeypatch.setenv("LANG", "C.UTF-8")
    own = {"name": "", "level": "banner"}
    everyone = {code: {**own, "authority": code} for code in (REGION, CITY, BANNER)}
    state = {"supervisor": os.getpid(), "authority": BANNER, "authorities": everyone}
    (torn.folder / "run.json").write_text(json.dumps(state))

    def invoke(code: str, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["--authority", code, "link", *arguments])

    return invoke


async def test_accepting_at_the_wrong_authority_says_at_which_one(torn: Seats, qidi: Callable[..., Result]) -> None:
    decided = ("accept-fork", BANNER, "--person", "王五", "--reason", "恢复备份")
    for code in (BANNER, REGION):
        done = qidi(code, *decided)
        assert done.exit_code == 1
        assert f".venv/bin/qidi --authority {CITY} link accept-fork {BANNER}" in done.stderr
    assert qidi(CITY, *decided).exit_code == 0
    done = qidi(CITY, *decided)
    assert (done.exit_code, "林西县（150424） 的台账没有任何矛盾" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("order", ["rotate", "suspend", "resume", "remove"])
async def test_what_is_done_to_an_authority_that_is_not_below_says_where_or_how_to_invite_it(
    torn: Seats, qidi: Callable[..., Result], order: str
) -> None:
    more = () if order == "rotate" else ("--person", "王五", "--reason", "核查")
    done = qidi(REGION, order, BANNER, *more)
    assert done.exit_code == 1
    assert f".venv/bin/qidi --authority {CITY} link {order} {BANNER}" in done.stderr
    done = qidi(CITY, order, "150423", *more)
    assert (done.exit_code, f".venv/bin/qidi --authority {CITY} enrol 150423" in done.stderr) == (1, True)
    done = qidi(CITY, order, "999999", *more)
    assert (done.exit_code, "从未邀请过 999999" in done.stderr) == (1, True)
