"""Fixtures of intake: a desk that has been started, with one project in the library."""

from pathlib import Path

import pytest

from services.intake.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import LI, WANG, a_case, a_desk, a_project, done, name_people


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An intake desk with the reference catalogue, three named people of the first department, and project 1."""
    desk = a_desk(BOARD, tmp_path)
    name_people(desk, WANG, LI, {"name": "李四", "department": "发展改革委"})
    done(desk, "intake.register-project", a_project())
    return desk


@pytest.fixture
def case_no(desk: Desk) -> str:
    """A case of project 1, received this morning."""
    return str(done(desk, "intake.receive-case", a_case())["case_no"])
