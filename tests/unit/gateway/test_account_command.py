"""The command `qidi account`: the first administrator, and the way back in."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qidi.commands.account import app

PLAIN = {"QIDI_AUTHORITY": "150424", "COLUMNS": "200", "QIDI_PASSWORD_MEMORY_KIB": "19456", "LANG": "zh_CN.UTF-8"}
ADMIN = ["create", "Wu.Qiang", "--admin", "--name", "吴强", "--department", "政务服务局"]


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    return CliRunner(env=PLAIN | {"QIDI_VAR": str(tmp_path)})


def listed(run: CliRunner) -> list[dict[str, object]]:
    result = run.invoke(app, ["list", "--json"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.output)["items"]
    return found


def test_the_first_administrator_is_made_at_the_machine(run: CliRunner) -> None:
    made: Result = run.invoke(app, ADMIN)
    assert made.exit_code == 0, made.output
    assert "初始密码" in made.output
    (account,) = listed(run)
    assert (account["login"], account["name"], account["must_change"]) == ("wu.qiang", "吴强", True)
    assert "吴强" in run.invoke(app, ["list"]).output
    again = run.invoke(app, ADMIN)
    assert again.exit_code == 1
    assert "账号名已被使用" in again.output


def test_what_is_wrong_is_said_and_nothing_is_made(run: CliRunner) -> None:
    assert run.invoke(app, ["create", "a", "--name", " ", "--department", "政务服务局"]).exit_code == 2
    assert listed(run) == []
    for command in (["reset", "nobody"], ["lock", "nobody"], ["unlock", "nobody"]):
        assert run.invoke(app, command).exit_code == 1


def test_the_last_administrator_cannot_be_locked_out_here_either(run: CliRunner) -> None:
    run.invoke(app, ADMIN)
    assert run.invoke(app, ["lock", "wu.qiang"]).exit_code == 1
    run.invoke(app, ["create", "liu", "--admin", "--name", "刘洋", "--department", "政务服务局"])
    assert run.invoke(app, ["lock", "wu.qiang"]).exit_code == 0
    assert [one["state"] for one in listed(run)] == ["active", "locked"]
    assert run.invoke(app, ["unlock", "wu.qiang"]).exit_code == 0


def test_a_forgotten_password_is_set_anew_and_printed_once(run: CliRunner) -> None:
    first = run.invoke(app, [*ADMIN, "--quiet"]).output.strip()
    second = run.invoke(app, ["reset", "wu.qiang", "--quiet"]).output.strip()
    assert len({first, second}) == 2
    assert len(second) == 19


def test_a_post_is_given_until_a_day(run: CliRunner) -> None:
    run.invoke(app, ADMIN)
    more = ["post", "wu.qiang", "--role", "steward", "--department", "政务服务局", "--until", "2099-12-31"]
    assert run.invoke(app, more).exit_code == 0
    posts = listed(run)[0]["posts"]
    assert isinstance(posts, list)
    assert [(one["role"], one["until_day"]) for one in posts] == [("admin", None), ("steward", "2099-12-31")]
    assert run.invoke(app, [*more[:-1], "soon"]).exit_code == 2
