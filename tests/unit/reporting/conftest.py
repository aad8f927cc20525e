"""A desk of reporting on an empty store, with somebody who tells it facts."""

from pathlib import Path

import pytest

from services.reporting.service import BOARD
from tests.builders import a_desk
from tests.unit.complaints.facts import Teller


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path))
