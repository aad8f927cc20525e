"""A store's file system is full, or somebody holds it: the cause's name is said soon, and nothing is lost."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.contracts.ailments import Ailment
from tests.faults.load import PEOPLE, PROJECT_CODE, Load
from tests.stack import PROJECT, Stack, until

BANNER = "150424"
STORES = ["complaints", "gateway", "intake", "ledger", "notices", "projects", "reporting", "timer"]
#: On its own file system, small enough to be filled; broker and logs are elsewhere, as in an office with two disks.
MOUNT = 'mkdir -p "$0" && mount -t tmpfs -o size=64m,mode=700 tmpfs "$0" && exec "$@"'
USER = () if os.geteuid() == 0 else ("--user",)

READ = """import json, sqlite3, sys
file, query, params = sys.argv[1:]
print(json.dumps(sqlite3.connect(file).execute(query, json.loads(params)).fetchall()))"""
EMPTY = """import contextlib, sqlite3, sys
with contextlib.suppress(sqlite3.Error):
    sqlite3.connect(sys.argv[1], timeout=5).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()"""
HOLD = """import sqlite3, sys
held = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()"""


class OnASmallDisk(Stack):
    """An authority whose stores lie on a file system of 64 MB, in a mount namespace of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        mapped = ("--map-root-user", *USER) if USER else ()
        self.prefix = ("unshare", *mapped, "--mount", "sh", "-c", MOUNT, str(folder / BANNER))

    def seen(self, path: Path) -> Path:
        """A file in the namespace, as it is reached from outside."""
        return Path(f"/proc/{self.state()['supervisor']}/root{path}")

    def order(self, *order: str) -> list[str]:
        """A command as it runs in the namespace."""
        into = ("nsenter", "-t", str(self.state()["supervisor"]), "--mount", *USER)
        return [*into, *(("--preserve-credentials",) if USER else ()), "--", *order]

    def inside(self, *order: str) -> str:
        """What a command prints there."""
        environ = dict(self.environ)
        done = subprocess.run(self.order(*order), cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=90)
        assert done.stderr == "", done.stderr
        return done.stdout

    def qidi(self, *arguments: str) -> str:
        return self.inside(sys.executable, "-c", "from qidi.cli import main; main()", *arguments)

    def token(self, role: str, name: str = "", department: str = "") -> str:
        holder = (role, name, department)
        if holder not in self._tokens:
            named = (*(("--name", name) if name else ()), *(("--department", department) if department else ()))
            self._tokens[holder] = self.qidi("token", "issue", "--quiet", "--role", role, *named).strip()
        return self._tokens[holder]

    def rows(self, service: str, query: str, **params: Any) -> list[Any]:
        """SQLite finds out where a path leads and opens that, so the stores have to be read from inside."""
        file = str(self.folder / BANNER / f"{service}.sqlite")
        return list(json.loads(self.inside(sys.executable, "-c", READ, file, query, json.dumps(params))))

    @contextmanager
    def locked(self, service: str) -> Iterator[None]:
        file = str(self.folder / BANNER / f"{service}.sqlite")
        order = self.order(sys.executable, "-c", HOLD, file)
        with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
            assert holding.stdout is not None
            assert holding.stdout.readline() == b"held\n"
            yield
            holding.communicate()

    def doctor(self) -> list[dict[str, Any]]:
        """The bad lines of its report."""
        found: list[dict[str, Any]] = json.loads(self.qidi("doctor", "--json"))
        return [line for line in found if line["mark"] == "bad"]

    def causes(self) -> dict[str, list[str]]:
        """Cause -> of what it is true, as readiness says; empty when it is ready."""
        answer = httpx.get(f"{self.base}/readyz", timeout=10)
        causes = {one["cause"]: sorted(one["of"]) for one in answer.json()["causes"]}
        assert answer.status_code == (503 if causes else 200)
        return causes

    def until_ready(self, seconds: float) -> None:
        until("readiness", lambda: not self.causes(), seconds, every=0.5)

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Not a byte is left for the stores, nor room in what SQLite has written ahead."""
        fill = self.seen(self.folder / BANNER / "fill")
        try:
            self._take_all(fill)
            for store in STORES:
                self.inside(sys.executable, "-c", EMPTY, str(self.folder / BANNER / f"{store}.sqlite"))
            self._take_all(fill)
            yield
        finally:
            fill.unlink()

    def _take_all(self, fill: Path) -> None:
        with fill.open("ab", buffering=0) as stream:
            for size in (2**20, 4096, 1):
                try:
                    while stream.write(b"\0" * size):
                        pass
                except OSError:
                    continue


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnASmallDisk]:
    with OnASmallDisk(tmp_path_factory.mktemp("small")) as stack:
        stack.name(*PEOPLE)
        with stack.client() as client:
            project = {
                "project_code": PROJECT_CODE,
                "project_name": "林西县污水处理厂扩建",
                "owner_name": "林西水务有限公司",
            }
            assert client.post("/v1/projects", json=project).is_success
        yield stack


def test_a_full_disk_is_named_once_by_readiness_and_doctor_and_every_case_is_there_afterwards(
    stack: OnASmallDisk,
) -> None:
    load = Load(stack, 400, "full", clients=8)

    def disturb() -> None:
        begun = time.monotonic()
        with stack.filled():
            until("the cause's name", lambda: stack.causes() == {Ailment.FULL: STORES}, 30, every=0.5)
            print(f"named after {time.monotonic() - begun:.1f} s")
            until("a refusal", lambda: load.retries > 0, 30)
            named = [line for line in stack.doctor() if line["check"] != "outbox"]
        assert [line["check"] for line in named] == ["stores"], named
        assert named[0]["text_en"].startswith("The file system is full where these stores lie")
        assert all(store in named[0]["text_en"] for store in STORES)
        stack.until_ready(30)

    load.run(disturb)
    counts = load.counts()
    print(counts)
    assert (counts["lost"], counts["doubled"], counts["unexpected"]) == (0, 0, 0)
    assert {line["check"] for line in stack.doctor()} <= {"disk"}, "64 MB are few, but not none"


def test_a_store_that_somebody_holds_locked_is_named_with_that_store_alone(stack: OnASmallDisk) -> None:
    with stack.locked("timer"):
        until("the cause's name", lambda: stack.causes() == {Ailment.LOCKED: ["timer"]}, 30, every=0.5)
        [named] = [line for line in stack.doctor() if line["check"] == "stores"]
    assert "holds these stores locked" in named["text_en"]
    assert named["text_en"].endswith(": timer")
    stack.until_ready(30)
