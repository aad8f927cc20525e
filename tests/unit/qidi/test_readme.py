"""The worked example of the README is what the command prints."""

import re
from pathlib import Path

from typer.testing import CliRunner

from qidi.cli import app

README = Path(__file__).parents[3] / "README.md"


def test_the_count_with_a_pause_is_what_the_command_prints() -> None:
    text = README.read_text(encoding="utf-8")
    section = text.partition("## How time is counted")[2]
    found = re.search(r"```\n\$ qidi (due [^\n]*)\n(.*?)\n```", section, re.DOTALL)
    assert found is not None
    printed = CliRunner().invoke(app, found[1].split())
    assert printed.exit_code == 0
    assert "--pause" in found[1]
    assert "依法扣除" in printed.output
    assert [line.rstrip() for line in printed.output.rstrip().splitlines()] == found[2].splitlines()
