"""Every service is in the listed places, and a new one that is begun like the last two is hosted like all others."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData

from deploy.authority import BOARDS
from services import SERVICES
from services.plumbing import topology
from services.plumbing.clock import HandClock
from services.plumbing.desk import READY, Desk
from services.plumbing.switchboard import Switchboard
from services.plumbing.tables import plumbing_tables
from tests.architecture.tree import PROJECT
from tests.builders import AUTHORITY, MORNING, an_engine

#: What every service's folder has.
PARTS = ("__init__.py", "service.py", "store.py", "migrations/env.py")


def contracts() -> dict[str, Any]:
    """The import contracts by their id."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return {one["id"]: one for one in settings["tool"]["importlinter"]["contracts"]}


def lacking(folder: Path, service: str) -> list[str]:
    """Parts that a service's folder does not have."""
    return [part for part in PARTS if not (folder / service / part).is_file()]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_every_part(service: str) -> None:
    assert lacking(PROJECT / "services", service) == []


def test_a_service_without_its_parts_would_be_found(tmp_path: Path) -> None:
    assert lacking(tmp_path, "planted") == list(PARTS)


def test_every_folder_with_a_switchboard_is_in_the_one_list() -> None:
    assert {file.parent.name for file in (PROJECT / "services").glob("*/service.py")} == set(SERVICES)
    assert [board.name for board in BOARDS] == list(SERVICES)


def test_the_import_contracts_name_every_service() -> None:
    named = {f"services.{service}" for service in SERVICES}
    assert set(contracts()["independence"]["modules"]) == named
    assert named <= set(contracts()["shared-ground"]["forbidden_modules"])


def a_new_service() -> Switchboard:
    """A service as it begins: nothing but its switchboard, inbox and outbox."""
    metadata = MetaData()
    plumbing_tables(metadata)
    return Switchboard(name="planted", metadata=metadata)


@pytest.mark.parametrize("board", [*(one for one in BOARDS if one.name == "projects"), a_new_service()])
def test_a_service_that_only_begins_has_a_queue_for_questions_and_says_that_it_is_there(
    board: Switchboard, tmp_path: Path
) -> None:
    assert [row.name for row in topology.table([board])] == [topology.questions_queue(board.name)]
    engine = an_engine(tmp_path, board)
    desk = Desk(board, engine, HandClock(MORNING), AUTHORITY)
    assert desk.answer(READY, {})["body"] == {"now": MORNING.isoformat(), "behind": 0.0, "ailment": None}
    engine.dispose()
