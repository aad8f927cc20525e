"""Decides that a test which did not run to its end fails, in whatever way it withdrew."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def run(module: Path, text: str) -> str:
    module.write_text("import pytest\n" + text)
    order = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:xdist", str(module)]
    order += [f"--rootdir={module.parent}", f"--confcutdir={module.parent}", "-p", "no:pytest_nameko"]
    return subprocess.run(order, cwd=PROJECT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("withdrawn", "closing"),
    [
        ("@pytest.mark.skip(reason='later')\ndef test_it(): pass", "1 error"),
        ("def test_it(): pytest.skip('no broker')", "1 failed"),
        ("@pytest.mark.xfail\ndef test_it(): raise AssertionError", "1 failed"),
        ("pytest.importorskip('no_such_module')\ndef test_it(): pass", "1 error"),
    ],
)
def test_a_withdrawn_test_is_a_failure(tmp_path: Path, withdrawn: str, closing: str) -> None:
    output = run(tmp_path / "test_planted.py", withdrawn)
    assert closing in output
    assert "skipped" not in output.splitlines()[-1]


def test_an_honest_test_stays_passed(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path / "test_planted.py", "def test_it(): pass")
