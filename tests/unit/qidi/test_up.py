"""What `qidi up` prints: a token at a terminal, the name of its file anywhere else."""

import stat
from pathlib import Path
from typing import Literal

import pytest

from gateway.store import BOARD
from qidi.commands.up import issue_token, shown, token_file
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings


def an_authority(folder: Path, show: Literal["terminal", "always", "never"]) -> Settings:
    settings = Settings(var=folder, show_tokens=show)
    upgrade(BOARD, open_engine(settings.store_url(BOARD.name), BOARD.name))
    return settings


@pytest.mark.parametrize(
    ("show", "is_terminal", "is_shown"),
    [("terminal", True, True), ("terminal", False, False), ("never", True, False), ("always", False, True)],
)
def test_a_token_is_shown_where_it_may_be_and_else_its_file_is_named(
    show: Literal["terminal", "always", "never"], is_terminal: bool, is_shown: bool, tmp_path: Path
) -> None:
    settings = an_authority(tmp_path, show)
    token, file = issue_token(settings, Role.SUPERVISOR), token_file(settings, Role.SUPERVISOR)
    assert shown(settings, is_terminal=is_terminal) == (token if is_shown else str(file))
    assert shown(settings, "$(cat {})", is_terminal=is_terminal) == (token if is_shown else f"$(cat {file})")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() == token
