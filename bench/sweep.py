"""Costs of an idle second of the timer: a tick with nothing due, over a million open clocks and ten thousand.

The rows are those of real clocks, written straight into two SQLite files on disk; the ticks are the service's own, with
their transaction. Ticks on both stores alternate, so that whatever else the machine does hits both alike.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import Figure
from services.contracts.ladder import Rung
from services.contracts.vocabulary import ZONE, SubjectKind
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.timer.calendar import state_council
from services.timer.derivation import derive
from services.timer.domain import Occurrence
from services.timer.limits import WorkingDays
from services.timer.rows import clock_row
from services.timer.service import BOARD

MANY: Final = 1_000_000
FEW: Final = 10_000
TICKS: Final = 2_000
NOW: Final = datetime(2026, 9, 16, 10, 0, tzinfo=ZONE)
DEPARTMENTS: Final = ("发展改革委", "自然资源局", "生态环境局", "住房城乡建设局", "水利局", "林业和草原局")


def figures() -> Iterator[Figure]:
    """Microseconds of an idle tick with a million open clocks; ratio: to that with ten thousand (aim: <= 1.5)."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        many, few = _desk(Path(folder), MANY), _desk(Path(folder), FEW)
        tick = BOARD.ticks[0]
        taken: dict[int, list[float]] = {MANY: [], FEW: []}
        for _ in range(TICKS):
            for size, desk in ((MANY, many), (FEW, few)):
                begun = perf_counter()
                desk.tick(tick)
                taken[size].append(perf_counter() - begun)
        answer = many.answer("lights", {})
        if answer["body"]["by_light"]["green"] != MANY:
            raise RuntimeError("not every clock was counted as open and green")
        many.engine.dispose()
        few.engine.dispose()
    idle, reference = median(taken[MANY]), median(taken[FEW])
    yield Figure("idle-sweep-1000000", idle * 1e6, "us/tick", "idle-sweep-10000", idle / reference)


def _desk(folder: Path, size: int) -> Desk:
    """A timer with so many open clocks, all green at NOW and due over the following weeks."""
    engine = open_engine(f"sqlite:///{folder}/timer-{size}.sqlite", BOARD.name)
    BOARD.metadata.create_all(engine)
    names = [column.name for column in BOARD.metadata.tables["clocks"].columns]
    insert = f"INSERT INTO clocks ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    with engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.executemany(insert, _rows(size))
    return Desk(BOARD, engine, HandClock(NOW), "150424")


def _rows(size: int) -> Iterator[dict[str, Any]]:
    started = [NOW - timedelta(days=day) for day in range(20)]
    patterns: list[dict[str, Any]] = []
    for number, at in enumerate(started):
        facts = [
            Occurrence(SubjectKind.CASE, "x", 1, "case.received", at, at, "王芳", "", WorkingDays(40)),
            Occurrence(SubjectKind.CASE, "x", 2, "case.accepted", at, at, "王芳", DEPARTMENTS[number % 6]),
        ]
        clock = next(clock for clock in derive(facts, state_council(), NOW) if clock.open)
        patterns.append(clock_row(clock, clock.fires_at(Rung.YELLOW)) | {"department": DEPARTMENTS[number % 6]})
    for number in range(size):
        case = f"150424-2026-{number:07d}"
        yield patterns[number % 20] | {"clock_id": f"{case}/decision/1", "about": case}


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
