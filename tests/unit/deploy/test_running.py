"""Tests that ask whether a command finds the authority that it is meant for."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.processes import free_port
from deploy.runs import gateway_of_running, settings_of_running
from qidi.cli import app

CITY = {"authority": "150400", "gateway": "http://127.0.0.1:8151", "name": "赤峰市", "level": "city"}
BANNER = {"authority": "150424", "gateway": "http://127.0.0.1:8150", "name": "林西县", "level": "banner"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which a banner and its city run."""
    state = {"supervisor": os.getpid(), **BANNER, "authorities": {"150424": BANNER, "150400": CITY}}
    (tmp_path / "run.json").write_text(json.dumps(state))
    for code in ("150424", "150400"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "supervisor.token").write_text(f"token-{code}\n")
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    monkeypatch.delenv("QIDI_AUTHORITY", raising=False)
    return tmp_path


def test_a_command_speaks_to_the_authority_that_the_run_is_about(run: Path) -> None:
    assert gateway_of_running() == ("http://127.0.0.1:8150", "token-150424")


def test_or_to_the_one_that_is_named(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_AUTHORITY", "150400")
    assert gateway_of_running() == ("http://127.0.0.1:8151", "token-150400")
    assert settings_of_running().authority_name == "赤峰市"


def test_to_nobody_when_nothing_runs(run: Path) -> None:
    (run / "run.json").unlink()
    assert gateway_of_running() is None


def test_to_nobody_when_whoever_wrote_the_state_is_dead(run: Path) -> None:
    state = json.loads((run / "run.json").read_text()) | {"supervisor": 2**22 + 1}
    (run / "run.json").write_text(json.dumps(state))
    assert gateway_of_running() is None


def test_the_option_before_the_command_names_the_authority(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_AUTHORITY", "150424")  # what the command sets is put back after the test
    issued = {}
    for code in ("150424", "150400"):
        answer = CliRunner().invoke(app, ["--authority", code, "token", "issue", "--role", "partner", "--quiet"])
        assert answer.exit_code == 0, answer.output
        issued[code] = (run / code / "gateway.sqlite").exists()
    assert issued == {"150424": True, "150400": True}


def test_no_port_is_chosen_twice_even_before_anybody_listens() -> None:
    chosen = [free_port() for _ in range(2000)]
    assert len(set(chosen)) == len(chosen)


# --- the doctor -------------------------------------------------------------------------------------------------------


def examined(*arguments: str) -> list[dict[str, str]]:
    answer = CliRunner().invoke(app, [*arguments, "doctor", "--json"])
    found: list[dict[str, str]] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize(("code", "port"), [("150424", 8150), ("150400", 8151)])
def test_the_doctor_looks_at_the_gateway_of_the_authority_that_is_named(
    run: Path, monkeypatch: pytest.MonkeyPatch, code: str, port: int
) -> None:
    monkeypatch.setenv("QIDI_AUTHORITY", "150424")  # what the command sets is put back after the test
    monkeypatch.setenv("QIDI_AMQP_URL", "amqp://nobody@127.0.0.1:1/")
    [gateway] = [one for one in examined("--authority", code) if one["check"] == "gateway"]
    assert f"127.0.0.1:{port} " in gateway["text_en"]
    assert gateway["remedy_en"].endswith("/gateway.log" if port == 8150 else "/gateway-150400.log")


def test_the_doctor_says_which_authorities_run_when_another_one_is_named(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIDI_AUTHORITY", "150424")
    [found] = examined("--authority", "150781")
    assert (found["check"], found["mark"]) == ("run", "bad")
    assert "these do: 150424, 150400" in found["text_en"]
    assert "qidi --authority" in found["remedy_zh"]
