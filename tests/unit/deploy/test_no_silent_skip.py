"""A test which did not run to its end fails, in whatever way it withdrew."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.lengthy

PROJECT = Path(__file__).resolve().parents[3]
WITHDRAWN = {
    "marked": "@pytest.mark.skip(reason='later')\ndef test_it(): pass",
    "on_the_way": "def test_it(): pytest.skip('no broker')",
    "expected": "@pytest.mark.xfail\ndef test_it(): raise AssertionError",
    "whole_module": "pytest.importorskip('no_such_module')\ndef test_it(): pass",
}
HONEST = "def test_it(): pass"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One run over planted modules: what became of the test of each."""
    folder = tmp_path_factory.mktemp("planted")
    for name, text in {**WITHDRAWN, "honest": HONEST}.items():
        (folder / f"test_{name}.py").write_text("import pytest\n" + text)
    report = folder / "report.xml"
    order = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:xdist", str(folder)]
    order += [f"--rootdir={folder}", f"--confcutdir={folder}", "-p", "no:pytest_nameko", f"--junitxml={report}"]
    order += ["--continue-on-collection-errors"]
    subprocess.run(order, cwd=PROJECT, capture_output=True, check=False)
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own pytest has just written it
        module = f"{case.get('classname')}.{case.get('name')}".partition("test_")[2].partition(".")[0]
        found[module] = "+".join(sorted(child.tag for child in case)) or "passed"
    return found


@pytest.mark.parametrize("way", WITHDRAWN)
def test_a_withdrawn_test_is_a_failure(verdicts: dict[str, str], way: str) -> None:
    assert verdicts[way] in {"failure", "error"}


def test_an_honest_test_stays_passed(verdicts: dict[str, str]) -> None:
    assert verdicts["honest"] == "passed"
