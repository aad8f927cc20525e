"""What holds for every test: nothing is skipped, random examples can be repeated, servers are private."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from deploy.broker import PrivateBroker
from deploy.postgres import PrivatePostgres
from tests.laws import examples

hypothesis.settings.register_profile("qidi", deadline=None, print_blob=True, database=None, max_examples=examples(100))
hypothesis.settings.load_profile("qidi")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped, or was expected to fail, has not shown anything: it fails."""
    report = yield
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} did not run to its end ({reason}): a test that cannot run fails"
        vars(report).pop("wasxfail", None)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module that skips itself fails as well."""
    report = yield
    if report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skipped itself: a test that cannot run fails"
    return report


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    """A RabbitMQ node of this test session (and xdist worker) alone; virtual hosts `/` and `superior`."""
    with PrivateBroker(tmp_path_factory.mktemp("broker"), port=0, vhosts=("/", "superior")) as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A PostgreSQL server of this test session (and xdist worker) alone; `postgres.url("name")` creates databases."""
    folder = Path(tempfile.mkdtemp(prefix="qidi-postgres-"))  # pytest's own folders are closed to other users
    try:
        with PrivatePostgres(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which works offline and as root."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"],
    }
