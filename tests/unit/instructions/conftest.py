"""Four joined authorities, with which the tests about messages between levels start."""

from pathlib import Path

import pytest

from tests.unit.instructions.levels import Levels, empty_stores


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    empty_stores(folder)
    return folder


@pytest.fixture
def levels(template: Path, tmp_path: Path) -> Levels:
    return Levels(template, tmp_path)
