"""Fixtures of offices: an intake desk that has been started, with some projects in the library."""

from pathlib import Path

import pytest

from services.intake.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import a_desk, a_project, done


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An intake desk with the reference catalogue of a banner and projects 1 to 5."""
    desk = a_desk(BOARD, tmp_path)
    for n in range(1, 6):
        done(desk, "intake.register-project", a_project(n))
    return desk
