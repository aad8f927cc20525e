"""Imports by this build and by an earlier one, in turn: `AGAINST=REVISION python -m bench imports`, `ROWS=N` for fewer.

Both builds are driven by the commands of the README, HTTP and files alone, by the same interpreter, with the same
workbook. "Up to the gateway" ends when the last batch was answered by a stub, "to the list" when every line stands in
the list of a running authority. Printed is each round, and at the end the median of the ratios.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import Figure
from bench.authority import PROJECT, authority
from bench.imports import a_ledger, a_stub, imported

ROUNDS: Final = 3
#: A running authority takes a row in milliseconds: so many rows show its pace, unless ROWS says otherwise.
ROWS_LISTED: Final = 10_000
MOST_SECONDS: Final = 3_600.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Build:
    """One checkout, and the command that its own description names."""

    name: str
    folder: Path

    @property
    def command(self) -> list[str]:
        """`qidi`, without what an installation would add."""
        about = tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))
        module, function = about["project"]["scripts"]["qidi"].split(":")
        return [sys.executable, "-c", f"from {module} import {function}; {function}()"]


@dataclass(frozen=True)
class Pace:
    """What one run took: seconds by the clock and processor seconds, both for one row, and megabytes at most."""

    seconds: float
    work: float
    megabytes: float = 0.0


def figures(revision: str, rows: int) -> Iterator[Figure]:
    """Rounds of both builds, then the medians; a ratio above one says how many times as fast this build is."""
    listed = int(os.environ.get("ROWS", ROWS_LISTED))
    with _earlier(revision) as earlier, tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder, a_stub() as url:
        here, place = Build("this", PROJECT), Path(folder)
        ledger = a_ledger(place / "ledger.xlsx", rows)
        yield from _in_turn("import.gateway", rows, (here, earlier), lambda build: _to_the_gateway(build, ledger, url))
        few = a_ledger(place / "few.xlsx", listed)
        yield from _in_turn("import.listed", listed, (here, earlier), lambda build: _to_the_list(build, few, listed))


def _in_turn(name: str, rows: int, builds: tuple[Build, Build], run: Callable[[Build], Pace]) -> Iterator[Figure]:
    faster, lighter = [], []
    for _ in range(ROUNDS):
        paces = []
        for build in builds:
            pace = run(build)
            paces.append(pace)
            work = f"{pace.work / rows * 1e6:.0f}us_of_processor_a_row"
            yield Figure(f"{name}.{build.name}", rows / pace.seconds, "1/s", work, 1.0)
            if pace.megabytes:
                yield Figure(f"{name}.{build.name}.memory", pace.megabytes, "MB", "none", 1.0)
        ours, theirs = paces
        faster.append(theirs.seconds / ours.seconds)
        lighter.append(theirs.work / ours.work)
    yield Figure(f"{name}.times_as_fast", statistics.median(faster), "x", builds[1].name, statistics.median(faster))
    yield Figure(f"{name}.times_less_work", statistics.median(lighter), "x", builds[1].name, statistics.median(lighter))


@contextmanager
def _earlier(revision: str) -> Iterator[Build]:
    """A checkout of the revision, gone afterwards."""
    git = ["git", "-C", str(PROJECT), "worktree"]
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        place = Path(folder) / "earlier"
        subprocess.run([*git, "add", "--quiet", "--detach", str(place), revision], check=True)
        try:
            yield Build(revision, place)
        finally:
            subprocess.run([*git, "remove", "--force", str(place)], check=True)


def _to_the_gateway(build: Build, ledger: Path, url: str) -> Pace:
    before = _ended_work()
    seconds, most = imported(ledger, url, build.command, build.folder)
    return Pace(seconds, _ended_work() - before, most)


def _to_the_list(build: Build, ledger: Path, rows: int) -> Pace:
    with (
        tempfile.TemporaryDirectory(prefix="qidi-bench-") as var,
        authority(Path(var), command=build.command, folder=build.folder) as (state, _),
    ):
        environ = {**os.environ, "QIDI_VAR": var, "PYTHONPATH": str(build.folder)}
        issue = [*build.command, "token", "issue", "--quiet", "--role", "supervisor", "--name", "王芳"]
        issue += ["--department", "发展改革委"]
        options: dict[str, Any] = {"cwd": build.folder, "env": environ, "capture_output": True, "text": True}
        token = subprocess.run(issue, check=True, **options).stdout.strip()
        pids = [one["pid"] for one in state["programs"].values()]
        begun, before, own = time.monotonic(), sum(map(_work, pids)), _ended_work()
        done = subprocess.run([*build.command, "import", str(ledger), "--yes", "--lang", "zh"], check=False, **options)
        if done.returncode:
            raise RuntimeError(done.stdout[-1000:] + done.stderr[-1000:])
        own = _ended_work() - own
        while _listed(f"{state['gateway']}/v1/lines/summary", token) != rows:
            if time.monotonic() - begun > MOST_SECONDS:
                raise RuntimeError("the lines do not come into the list")
            time.sleep(0.2)
        return Pace(time.monotonic() - begun, sum(map(_work, pids)) - before + own)


def _listed(address: str, token: str) -> int:
    """How many lines stand in the list; minus one where the authority has no time to say."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # our own gateway
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # our own gateway on loopback
            counts = json.load(answer)
            return int(counts["open"] + counts["closed"] + counts["struck"])
    except (urllib.error.URLError, TimeoutError):
        return -1


def _ended_work() -> float:
    """Processor seconds of all children of ours that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _work(pid: int) -> float:
    """Processor seconds of a running process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
