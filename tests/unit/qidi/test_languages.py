"""Commands in both languages: what a person reads is in the language asked for, and the frame stands straight."""

import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.levels import seats
from gateway.store import BOARD
from qidi.cli import app
from qidi.commands.up import banner
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings


@pytest.fixture(autouse=True)
def a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    (tmp_path / Settings().authority).mkdir()


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"LANG": "C.UTF-8", "COLUMNS": "120", **environ})


SPOKEN = [
    (("token", "revoke", "nobody"), "没有编号为 nobody 的有效令牌", "there is no good token with the id nobody"),
    (("token", "list"), "签发", "issued"),
    (("enrol", "1504"), "六位数字", "six digits"),
    (("enrol", "150424", "--level", "village"), "只能是 city 或 banner", "either city or banner"),
    (("token", "issue", "--role", "window"), "须填写姓名和部门", "nothing happens anonymously"),
]


@pytest.mark.parametrize(("order", "chinese", "english"), SPOKEN)
def test_a_command_speaks_one_language(order: tuple[str, ...], chinese: str, english: str) -> None:
    for environ in ({}, {"QIDI_LANG": "zh", "LANG": "en_GB.UTF-8"}):
        said = run(*order, **environ).output
        assert (chinese in said, english in said) == (True, False)
    for environ in ({"LANG": "en_GB.UTF-8"}, {"QIDI_LANG": "en"}):
        said = run(*order, **environ).output
        assert (chinese in said, english in said) == (False, True)


@pytest.mark.parametrize(("language", "board"), [("zh", "看板"), ("en", "board")])
def test_the_addresses_of_a_run_stand_in_one_column(monkeypatch: pytest.MonkeyPatch, language: str, board: str) -> None:
    monkeypatch.setenv("QIDI_LANG", language)
    settings = Settings(gateway_port=8080)
    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    upgrade(BOARD, engine)
    engine.dispose()
    lines = str(banner(seats(settings, 1)).renderable).splitlines()
    assert lines[0].split() == [board, "http://127.0.0.1:8080/board"]
    names = [
        line[: len(line) - len(line.split()[-1])] for line in lines if len(line.split()) == 2 and "Ctrl" not in line
    ]
    assert {sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in name) for name in names} == {10}
