"""Tables of commands: whatever a person needs from one stands in it whole, at 80 columns, at 40, and for machines."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from gateway.store import BOARD
from gateway.tokens import Tokens
from qidi import tables
from qidi.cli import app
from qidi.commands import token as command
from services.contracts.vocabulary import Role
from services.plumbing.clock import SystemClock
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings

NOTE = "县政务服务中心综合窗口的排队叫号系统，2026年9月起试用"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tokens:
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    (tmp_path / Settings().authority).mkdir()
    engine = open_engine(Settings().store_url(BOARD.name), BOARD.name)
    upgrade(BOARD, engine)
    return Tokens(engine, SystemClock())


def run(*arguments: str, columns: int = 80, lang: str = "zh") -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": str(columns), "QIDI_LANG": lang, "TERM": "dumb"})


@pytest.mark.parametrize("columns", [200, 80, 40, 20])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_of_tokens_cuts_no_id_at_any_width(store: Tokens, columns: int, lang: str) -> None:
    issued = [store.issue(Role.WINDOW, "阿拉坦图雅", "行政审批政务服务与数据管理局", NOTE)[0].id for _ in range(3)]
    said = run("token", "list", columns=columns, lang=lang).output
    assert [one for one in issued if not re.search(rf"\b{one}\b", said)] == []
    assert "…" not in said
    assert NOTE in said


def test_the_list_of_tokens_is_there_for_machines_without_secrets(store: Tokens) -> None:
    token, text = store.issue(Role.PARTNER, note="12345")
    answer = run("token", "list", "--json", columns=20)
    [one] = json.loads(answer.stdout)
    assert one["id"] == token.id
    assert one["role"] == "partner"
    assert one["revoked_at"] is None
    assert text.rpartition("_")[2] not in answer.stdout
    assert token.hash not in answer.stdout


def test_a_token_is_revoked_by_the_beginning_of_its_id_if_only_one_begins_so(store: Tokens) -> None:
    token, other = (store.issue(Role.PARTNER)[0] for _ in range(2))
    said = run("token", "revoke", token.id[:6])
    assert said.exit_code == 0, said.output
    assert token.id in said.output
    assert {one.id: one.revoked_at is not None for one in store.list()} == {token.id: True, other.id: False}


def test_a_beginning_of_several_ids_revokes_none_and_names_them(store: Tokens) -> None:
    found: dict[str, list[str]] = {}
    while not any(len(ids) > 1 for ids in found.values()):
        id = store.issue(Role.PARTNER)[0].id
        found.setdefault(id[:1], []).append(id)
    start, ids = next((start, ids) for start, ids in found.items() if len(ids) > 1)
    said = run("token", "revoke", start, columns=200)
    assert said.exit_code == 1
    assert [one for one in ids if one not in said.output] == []
    assert all(one.revoked_at is None for one in store.list())
    assert run("token", "revoke", ids[0]).exit_code == 0


@pytest.mark.parametrize("id", ["", "2", "zzzz", "qidi", "*", "%"])
def test_what_is_no_beginning_of_an_id_revokes_nothing(store: Tokens, id: str) -> None:
    store.issue(Role.PARTNER)
    assert run("token", "revoke", id).exit_code == 1
    assert all(one.revoked_at is None for one in store.list())


def test_a_revoked_token_stands_in_nobodys_way(store: Tokens) -> None:
    token = store.issue(Role.PARTNER)[0]
    assert run("token", "revoke", token.id[:6]).exit_code == 0
    assert run("token", "revoke", token.id[:6]).exit_code == 1


@pytest.mark.parametrize("columns", [120, 80, 40])
def test_the_walk_of_a_due_date_is_whole_at_any_width(columns: int) -> None:
    order = ("due", "--from", "2026-09-16", "--working-days", "12", "--explain")
    said = run(*order, columns=columns).output
    assert "…" not in said
    assert [day for day in range(17, 31) if date(2026, 9, day).isoformat() not in said] == []


@pytest.mark.parametrize("width", [120, 80, 40, 10])
def test_a_cell_is_text_and_stands_whole(width: int) -> None:
    cells = ("dead:intake:0123456789ab", "unreadable: [Errno 2] id: Field required", "[red]x[/red]")
    console = Console(file=StringIO(), width=width, force_terminal=False)
    tables.show(console, ("id", "reason", "note"), [cells])
    assert isinstance(console.file, StringIO)
    said = console.file.getvalue()
    assert [one for one in cells if one not in said] == []


def test_a_token_of_a_newer_version_is_shown_with_all_that_is_kept(store: Tokens) -> None:
    token = store.issue(Role.OPS)[0]
    assert set(command._as_data(token)) == set(vars(token)) - {"hash"}
