"""Tokens: issued, listed and revoked from the command line, and what is kept of them."""

from getpass import getuser
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from typer.testing import CliRunner

from gateway.accounts.audit import Audit, Wanted
from gateway.store import BOARD, metadata
from gateway.tokens import BadToken, Tokens
from qidi.commands.token import app
from services.contracts.vocabulary import Role
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade, versions
from tests.builders import MORNING


@pytest.fixture
def run(tmp_path: Path) -> CliRunner:
    return CliRunner(env={"QIDI_VAR": str(tmp_path), "QIDI_AUTHORITY": "150424", "COLUMNS": "200"})


def the_tokens(tmp_path: Path) -> Tokens:
    engine = open_engine(f"sqlite:///{tmp_path}/150424/gateway.sqlite", "gateway")
    upgrade(BOARD, engine)
    return Tokens(engine, HandClock(MORNING))


@pytest.mark.parametrize("named", [["--owner", "import"], ["--owner", " Import "], ["--name", "IMPORT"]])
def test_no_system_is_called_what_the_authoritys_own_import_is(
    run: CliRunner, tmp_path: Path, named: list[str]
) -> None:
    issued = run.invoke(app, ["issue", "--role", "partner", *named])
    assert issued.exit_code == 2, issued.output
    assert the_tokens(tmp_path).list() == []


def test_a_token_that_is_called_so_already_owns_nothing_of_the_import(tmp_path: Path) -> None:
    token, text = the_tokens(tmp_path).issue(Role.PARTNER, owner="import")
    assert the_tokens(tmp_path).check(text).caller.bearer == token.id


def test_a_token_is_shown_once_opens_the_door_and_is_kept_only_as_a_hash(run: CliRunner, tmp_path: Path) -> None:
    issued = run.invoke(app, ["issue", "--role", "handler", "--name", "张三", "--department", "住建局", "--quiet"])
    assert issued.exit_code == 0, issued.output
    text = issued.output.strip()
    caller = the_tokens(tmp_path).check(text).caller
    assert (caller.role, caller.name, caller.department) == ("handler", "张三", "住建局")
    secret = text.split("_", 2)[2]
    stored = b"".join(file.read_bytes() for file in (tmp_path / "150424").iterdir())
    assert secret.encode() not in stored
    listed = run.invoke(app, ["list"])
    assert "张三" in listed.output
    assert secret not in listed.output
    assert run.invoke(app, ["revoke", caller.token_id]).exit_code == 0
    with pytest.raises(BadToken):
        the_tokens(tmp_path).check(text)
    assert run.invoke(app, ["revoke", caller.token_id]).exit_code == 1


def test_people_who_act_need_a_name(run: CliRunner) -> None:
    assert run.invoke(app, ["issue", "--role", "window"]).exit_code != 0
    assert run.invoke(app, ["issue", "--role", "king"]).exit_code != 0
    for role in Role:
        named = run.invoke(app, ["issue", "--role", role.value, "--owner", "热线平台", "--quiet"])
        assert (named.exit_code == 0) is (role in (Role.PARTNER, Role.OPS)), role


def test_somebody_answers_for_each_token_and_it_has_an_end(run: CliRunner, tmp_path: Path) -> None:
    assert run.invoke(app, ["issue", "--role", "ops"]).exit_code == 0
    assert run.invoke(app, ["issue", "--role", "partner", "--owner", "热线平台", "--days", "0"]).exit_code != 0
    issued = run.invoke(app, ["issue", "--role", "partner", "--owner", "热线平台", "--read-only", "--quiet"])
    person = ["issue", "--role", "window", "--name", "王芳", "--department", "发展改革委", "--quiet"]
    assert run.invoke(app, person).exit_code == 0
    one = the_tokens(tmp_path).check(issued.output.strip())
    assert (one.owner, one.read_only, one.expires_at is not None) == ("热线平台", True, True)
    found = {each.role: each.owner for each in the_tokens(tmp_path).list()}
    assert found == {Role.PARTNER: "热线平台", Role.WINDOW: "王芳@发展改革委", Role.OPS: getuser()}
    store = the_tokens(tmp_path)
    recorded = [(entry.occasion.value, entry.why) for entry in Audit(store.engine, HandClock(MORNING)).all(Wanted())]
    assert recorded == [("token-issued", role) for role in ("window", "partner", "ops")]


def test_a_revocation_elsewhere_counts_as_soon_as_the_store_is_asked_again(tmp_path: Path) -> None:
    here, elsewhere = the_tokens(tmp_path), the_tokens(tmp_path)
    token, text = here.issue(Role.OPS)
    assert here.believed(text) is None
    assert here.check(text) == here.believed(text)
    assert elsewhere.revoke(token.id)
    with pytest.raises(BadToken):
        here.check(text)


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/gateway.sqlite", "gateway")
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)
    with engine.connect().execution_options(reading=True) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    now, newest = versions(BOARD, engine)
    assert now == newest == "0003"
