"""Everything of an authority belongs to one user: new files, files that came back open, and another user's folder."""

import ast
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from services.plumbing import ownership
from services.plumbing.db import open_engine, reading, transaction

PROJECT = Path(__file__).parents[3]
#: Every program of an authority: each begins by taking its folder.
PROGRAMS = ("deploy/host.py", "deploy/courier.py", "gateway/__main__.py", "services/ledger/carrier/process.py")


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """As an ordinary login has it, and as it was before."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.lstat().st_mode))


def restored(folder: Path) -> Path:
    """A folder as a careless copy brings it back: 0755 and 0644, with keys, logs and a socket in it."""
    for name in ("150424/keys/authority.key", "150424/complaints.sqlite", "150424/complaints.sqlite-wal", "log/up.log"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
        file.chmod(0o644)
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket may not be long
        listening.bind("s")
        os.chdir(here)
    (folder / "s").chmod(0o777)
    return folder


def test_a_copy_that_came_back_open_is_closed_and_what_was_closed_is_named(tmp_path: Path) -> None:
    folder = restored(tmp_path / "var")
    mended = ownership.settle(folder)
    everything = [folder, *folder.rglob("*")]
    assert {path.relative_to(tmp_path) for path in mended} == {path.relative_to(tmp_path) for path in everything}
    assert {mode(path) for path in everything if path.is_dir()} == {"0o700"}
    assert {mode(path) for path in everything if path.is_file()} == {"0o600"}
    assert ownership.open_to_others(folder) == []
    assert ownership.settle(folder) == [], "it is said once"


def test_what_is_behind_a_link_is_another_place(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("everybody's")
    outside.chmod(0o644)
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    (folder / "link").symlink_to(outside)
    assert ownership.settle(folder) == []
    assert mode(outside) == "0o644"


def test_a_folder_of_another_user_is_refused_with_the_way_out_and_nothing_is_changed(tmp_path: Path) -> None:
    folder = restored(tmp_path / "var")
    with pytest.raises(ownership.NotOurs) as refused:
        ownership.settle(folder, uid=65534)
    assert f"chown -R {ownership._name(65534)} {folder}" in str(refused.value)
    assert mode(folder / "150424" / "complaints.sqlite") == "0o644"


def test_a_folder_for_everybody_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(ownership.NotOurs, match="for everybody"):
        ownership.settle(tmp_path)
    assert mode(tmp_path) == "0o1777"


def test_a_store_and_what_sqlite_lays_beside_it_are_closed_whatever_the_umask_is(tmp_path: Path) -> None:
    store = tmp_path / "authority" / "complaints.sqlite"
    for umask in (0o022, 0o000):
        os.umask(umask)
        engine = open_engine(f"sqlite:///{store}", "complaints")
        with transaction(engine) as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS people (name TEXT)"))
            connection.execute(text("INSERT INTO people VALUES ('韩继业')"))
            made = {path.name: mode(path) for path in store.parent.iterdir()}
        engine.dispose()
        assert made == {f"complaints.sqlite{end}": "0o600" for end in ("", "-wal", "-shm")}
        assert mode(store.parent) == "0o700"
        store.chmod(0o644)  # and a copy of the store alone, which came back open, is closed by opening it


def test_every_program_takes_its_folder_before_it_opens_anything() -> None:
    for program in PROGRAMS:
        tree = ast.parse((PROJECT / program).read_text())
        main = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")
        called = [ast.unparse(node.func) for node in ast.walk(main) if isinstance(node, ast.Call)]
        assert "ownership.take" in called, program


def test_what_a_command_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    write = "from qidi import cli; cli.app = lambda: open('out.xlsx', 'w').close(); cli.main()"
    subprocess.run(
        [sys.executable, "-c", write], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PROJECT)}, check=True
    )
    assert mode(tmp_path / "out.xlsx") == "0o600"


def test_a_store_that_is_opened_a_second_time_keeps_the_locks_of_the_first(tmp_path: Path) -> None:
    """Else another process that comes and goes deletes what was written ahead, and what we commit next is lost."""
    file = tmp_path / "store.sqlite"
    url = f"sqlite:///{file}"
    engine = open_engine(url, "toy")
    with closing(engine.raw_connection()) as first:
        first.cursor().execute("CREATE TABLE toy (number INTEGER)")
        again = open_engine(url, "toy")
        assert elsewhere(file) == "0"
        with transaction(engine) as connection:
            connection.exec_driver_sql("INSERT INTO toy VALUES (1)")
        assert elsewhere(file) == "1"
        with reading(again) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM toy").scalar() == 1
        again.dispose()
    engine.dispose()
    assert elsewhere(file) == "1"


def elsewhere(file: Path) -> str:
    """How many rows another process sees, which opens the store and closes it."""
    look = (
        "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]);"
        "print(store.execute('SELECT count(*) FROM toy').fetchone()[0]); store.close()"
    )
    command = [sys.executable, "-c", look, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
