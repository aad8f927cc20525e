"""The pulse of a store: it is well when it takes a write, and else the cause has its own name."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from services.contracts.ailments import Ailment
from services.plumbing.db import PATIENCE_SECONDS, open_engine, transaction
from services.plumbing.store_pulse import EVERY_SECONDS, LOCKED_SECONDS, StorePulse, beat

PROJECT = Path(__file__).parents[3]
#: What a process that may not write the store finds; where we are root, somebody else has to look.
LOOK = """
import os, sys
from services.plumbing.db import open_engine
from services.plumbing.store_pulse import beat
engine = open_engine("sqlite:///" + sys.argv[1], "intake")
os.chmod(sys.argv[1], 0o444)
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
print(beat(engine))
"""


def a_store(folder: Path, pragma: str = "") -> Engine:
    """A store with something in it, on connections that have this set."""
    file = folder / "intake.sqlite"
    made = open_engine(f"sqlite:///{file}", "intake")
    with transaction(made) as connection:
        connection.execute(text("CREATE TABLE cases (case_no TEXT)"))
    made.dispose()
    engine = open_engine(f"sqlite:///{file}", "intake")
    if pragma:
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    return engine


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_well_store_has_taken_a_write_and_grows_by_none(tmp_path: Path) -> None:
    engine = a_store(tmp_path)
    assert beat(engine) is None
    for _ in range(50):
        assert beat(engine) is None
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA user_version")).scalar_one() == 51
    engine.dispose()
    assert (tmp_path / "intake.sqlite").stat().st_size <= 3 * 4096


def test_a_store_that_can_only_be_read_is_called_so(tmp_path: Path) -> None:
    assert beat(a_store(tmp_path, "query_only = ON")) is Ailment.READ_ONLY


def test_a_store_that_another_program_holds_is_locked_after_a_while_and_well_at_once_afterwards(tmp_path: Path) -> None:
    engine, seconds = a_store(tmp_path), Seconds()
    pulse = StorePulse(engine, seconds)
    other = sqlite3.connect(tmp_path / "intake.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert beat(engine) is Ailment.LOCKED
    assert pulse.feel() is None, "every writer holds it for a moment"
    seconds.at += LOCKED_SECONDS
    assert pulse.feel() is Ailment.LOCKED
    other.execute("ROLLBACK")
    other.close()
    assert pulse.feel() is Ailment.LOCKED, "nobody is asked more often than every few seconds"
    seconds.at += EVERY_SECONDS
    assert pulse.feel() is None


def test_who_asks_after_a_locked_store_does_not_wait_as_long_as_a_writer(tmp_path: Path) -> None:
    engine = a_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "intake.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert beat(engine) is Ailment.LOCKED
        assert time.monotonic() - begun < PATIENCE_SECONDS / 2


def test_a_store_that_is_gone_is_away_and_none_is_made_in_its_place(tmp_path: Path) -> None:
    engine = a_store(tmp_path)
    engine.dispose()
    file = tmp_path / "intake.sqlite"
    for one in tmp_path.iterdir():
        one.unlink()
    assert beat(engine) is Ailment.AWAY
    assert not file.exists()
    tmp_path.rmdir()
    assert beat(engine) is Ailment.AWAY
    tmp_path.mkdir()


def test_a_damaged_store_is_called_so(tmp_path: Path) -> None:
    engine = a_store(tmp_path)
    engine.dispose()
    (tmp_path / "intake.sqlite").write_bytes(b"no database at all, but longer than a header of one" * 100)
    assert beat(engine) is Ailment.DAMAGED


def test_a_store_that_this_user_may_not_write_is_called_so() -> None:
    # a folder below nobody's but ours: every run of pytest closes the ones above its own again
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "intake.sqlite"
        a_store(file.parent).dispose()
        file.chmod(0o444)
        file.parent.chmod(0o555)
        order = [sys.executable, "-c", LOOK, str(file)]
        said = subprocess.run(order, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60).stdout
        file.parent.chmod(0o700)
    assert said.strip() == Ailment.FORBIDDEN


@pytest.mark.parametrize("pragma", ["max_page_count = 1", "query_only = ON"])
def test_the_state_of_a_store_is_said_once_and_not_at_every_look(tmp_path: Path, pragma: str) -> None:
    seconds = Seconds()
    pulse = StorePulse(a_store(tmp_path, pragma), seconds)
    found = set()
    for _ in range(5):
        found.add(pulse.feel())
        seconds.at += EVERY_SECONDS
    assert len(found) == 1
