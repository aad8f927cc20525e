"""Costs of an idle authority: seconds to be ready the first and the second time, memory of all processes."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Figure
from bench.authority import authority


def figures() -> Iterator[Figure]:
    """Start-up seconds and idle memory; the references are the promised bounds."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        with authority(Path(folder)) as (_, first):
            yield Figure("start.first", first, "s", "none", 1.0)
        with authority(Path(folder)) as (state, second):
            yield Figure("start.second", second, "s", "promise=20s", second / 20)
            time.sleep(5)  # what start-up needed is given back
            pids = [state["supervisor"], *(one["pid"] for one in state["programs"].values())]
            for name, pid in (
                ("supervisor", state["supervisor"]),
                *((n, p["pid"]) for n, p in state["programs"].items()),
            ):
                yield Figure(f"memory.{name}", _megabytes(pid), "MB", "none", 1.0)
            whole = sum(_megabytes(pid) for pid in pids)
            yield Figure("memory.all_idle", whole, "MB", "promise=600MB", whole / 600)


def _megabytes(pid: int) -> float:
    """Proportional set size: shared pages are counted once over all who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
