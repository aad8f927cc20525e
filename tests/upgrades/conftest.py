"""The samples of all versions, restored once and brought to today's shape, and a copy of each for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.subtree.seats import Seats
from tests.upgrades.kept import Sample, brought_up_to_date, every_sample


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", params=every_sample(), ids=lambda sample: sample.version)
def sample(request: pytest.FixtureRequest) -> Sample:
    found: Sample = request.param
    return found


@pytest.fixture(scope="session")
def as_left(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stores as that version left them."""
    folder = tmp_path_factory.mktemp("as-left")
    sample.restored(folder)
    return folder


@pytest.fixture(scope="session")
def up_to_date(sample: Sample, as_left: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same stores after the present build has brought them to its shape."""
    folder = tmp_path_factory.mktemp("up-to-date") / "stores"
    shutil.copytree(as_left, folder)
    for code in sample.codes:
        brought_up_to_date(folder / code)
    return folder


@pytest.fixture
def seats(sample: Sample, up_to_date: Path, tmp_path: Path) -> Iterator[Seats]:
    """The authorities of a sample, run by the present build, at the moment at which they were left."""
    folder = tmp_path / "stores"
    shutil.copytree(up_to_date, folder)
    opened = sample.opened(folder)
    yield opened
    opened.close()
