"""Stores that are away: every trouble of SQLite's own is waited out, and a wait for one's turn holds nobody else."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from deploy.processes import tied
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.errors import Unavailable
from tests.stack import PROJECT, until

Spoil = Callable[[Path, Engine], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """A store with one table, whose writers are not patient."""
    engine = open_engine(f"sqlite:///{path}", "store", patience=0.05)
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE heaps (heap TEXT)"))
    yield engine
    engine.dispose()


def write(engine: Engine, size: int = 20_000) -> None:
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO heaps (heap) VALUES (:h)"), {"h": "x" * size})


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM heaps")).scalar_one())


def on_each_connection(engine: Engine, pragma: str) -> None:
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))


def full(path: Path, engine: Engine) -> None:
    on_each_connection(engine, "max_page_count=3")


def read_only(path: Path, engine: Engine) -> None:
    on_each_connection(engine, "query_only=ON")


def garbage(path: Path, engine: Engine) -> None:
    engine.dispose()
    path.write_bytes(b"no database at all, " * 500)


def a_page_of_rubbish(path: Path, engine: Engine) -> None:
    write(engine, 4000)
    engine.dispose()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096))


def a_folder_in_its_place(path: Path, engine: Engine) -> None:
    engine.dispose()
    path.unlink()
    path.mkdir()


def its_folder_gone(path: Path, engine: Engine) -> None:
    engine.dispose()
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("spoil", [full, read_only, garbage, a_page_of_rubbish, a_folder_in_its_place, its_folder_gone])
def test_a_store_in_trouble_is_away_and_no_message_is_to_blame(path: Path, engine: Engine, spoil: Spoil) -> None:
    spoil(path, engine)
    with pytest.raises(Unavailable):
        write(engine)


def test_a_disk_that_takes_no_more_bytes_makes_the_store_away_and_more_space_brings_it_back(
    path: Path, engine: Engine
) -> None:
    write(engine)
    with no_file_larger_than(path.stat().st_size + 50_000), pytest.raises(Unavailable):
        write(engine, 200_000)
    before = count(engine)
    write(engine)
    assert count(engine) == before + 1


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("mistake", ["SELECT nothing FROM heaps", "INSERT INTO nowhere VALUES (1)", "NO SQL"])
def test_a_mistake_of_ours_is_not_taken_for_a_store_that_is_away(engine: Engine, mistake: str) -> None:
    with pytest.raises(OperationalError), transaction(engine) as connection:
        connection.execute(text(mistake))


# --- waiting for one's turn -----------------------------------------------------------------------------------------


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection]:
    """Another one writes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def test_a_store_that_another_one_holds_too_long_is_away(path: Path, engine: Engine) -> None:
    begun = time.monotonic()
    with held(path), pytest.raises(Unavailable):
        write(engine)
    assert time.monotonic() - begun < 1
    write(engine)


def test_readers_do_not_wait_for_a_writer(path: Path, engine: Engine) -> None:
    begun = time.monotonic()
    with held(path):
        assert count(engine) == 0
    assert time.monotonic() - begun < 0.2


#: Two green threads of one process: one writes as soon as it may, the other one counts its own turns meanwhile.
GREEN = """
    import eventlet
    eventlet.monkey_patch()
    import sys, time
    from sqlalchemy import text
    from services.plumbing.db import open_engine, transaction

    engine = open_engine("sqlite:///" + sys.argv[1], "store")
    gaps, done = [], []

    def others():
        last = time.monotonic()
        while not done:
            eventlet.sleep(0.01)
            gaps.append(time.monotonic() - last)
            last = time.monotonic()

    watcher = eventlet.spawn(others)
    eventlet.sleep(0.05)
    print("waiting", flush=True)
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO heaps (heap) VALUES ('mine')"))
    done.append(True)
    watcher.wait()
    print(max(gaps), len(gaps), flush=True)
"""


def test_a_writer_who_waits_for_its_turn_holds_no_other_green_thread(path: Path, engine: Engine) -> None:
    command = tied([sys.executable, "-W", "ignore", "-c", textwrap.dedent(GREEN), str(path)])
    with held(path) as holder, subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "waiting\n"
        end = time.monotonic() + 2
        until("two seconds of waiting", lambda: time.monotonic() > end)
        assert waiting.poll() is None
        holder.execute("ROLLBACK")
        freed = time.monotonic()
        longest, turns = waiting.stdout.readline().split()
    assert time.monotonic() - freed < 1
    assert float(longest) < 0.15
    assert int(turns) > 100
    assert count(engine) == 1
