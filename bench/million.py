"""Costs of a day on a million open clocks: ten thousand lights that change, a release that moves a hundred thousand.

The rows are those of real clocks, written straight into one SQLite file on disk, with the facts of every case whose
clock changes or moves; sweep and release are the service's own. Measured is processor time, of this process alone, and
the most memory that it ever had. The reference of the sweep is a plain UPDATE of the same rows, each by its key, in one
transaction.
"""

import resource
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from sqlalchemy import text

from bench import Figure
from services.contracts.ladder import Rung
from services.contracts.vocabulary import ZONE, SubjectKind
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.switchboard import Office
from services.timer.calendar import state_council
from services.timer.derivation import derive
from services.timer.desktop import Desktop
from services.timer.domain import LegalClock, Occurrence
from services.timer.limits import WorkingDays
from services.timer.recount import lay_down
from services.timer.releases import Release
from services.timer.rows import clock_row, fact_row
from services.timer.rule_table import IN_FORCE
from services.timer.service import BOARD

OPEN: Final = 1_000_000
TURNING: Final = 10_000
MOVING: Final = 100_000
#: Today; the lights turn with the midnight after it.
NOW: Final = datetime(2026, 9, 16, 10, 0, tzinfo=ZONE)
MIDNIGHT: Final = datetime(2026, 9, 17, 0, 0, 1, tzinfo=ZONE)
#: The day that is released as a day off.
RELEASED: Final = date(2026, 10, 21)
DEPARTMENTS: Final = ("发展改革委", "自然资源局", "生态环境局", "住房城乡建设局", "水利局", "林业和草原局")
#: A case's pattern: its clock, and the facts from which it follows.
Pattern = tuple[LegalClock, Sequence[Occurrence]]


def figures() -> Iterator[Figure]:
    """Seconds of processor time of the sweep and of the release, and the most memory of both."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        desk = _desk(Path(folder))
        plain = _plain_update(desk)
        took, began = process_time(), perf_counter()
        told = _sweep(desk)
        took, wall = process_time() - took, perf_counter() - began
        if told != TURNING:
            raise RuntimeError(f"{told} lights turned")
        yield Figure("million.sweep_10000", took, "s", f"plain_update={plain:.2f}s", took / plain)
        yield Figure("million.sweep_10000_by_the_clock", wall, "s", "aim=60s", wall / 60)
        took, began = process_time(), perf_counter()
        moved = _release(desk)
        took, wall = process_time() - took, perf_counter() - began
        if moved != MOVING:
            raise RuntimeError(f"{moved} clocks moved")
        yield Figure("million.release_100000", took, "s", "none", 1.0)
        yield Figure("million.release_100000_by_the_clock", wall, "s", "aim=120s", wall / 120)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield Figure("million.memory", most, "MB", "aim=500MB", most / 500)
        desk.engine.dispose()


def _sweep(desk: Desk) -> int:
    """Ticks until nothing is left to say; how many lights they told."""
    clock = desk.clock
    if not isinstance(clock, HandClock):
        raise TypeError(clock)
    clock.at = MIDNIGHT
    before = _said(desk)
    while True:
        known = _said(desk)
        desk.tick(BOARD.ticks[0])
        if _said(desk) == known:
            return known - before


def _said(desk: Desk) -> int:
    with desk.engine.connect().execution_options(reading=True) as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM outbox")).scalar() or 0)


def _release(desk: Desk) -> int:
    """A day off is released, in one transaction, with everything that is said of it; how many clocks moved."""
    with desk.engine.begin() as connection:
        office = Office(connection, MIDNIGHT, "150424")
        desktop = Desktop(office, IN_FORCE)
        rows = desktop.shelf.releases()
        row = Release(
            number=1, authority="150424", release_no=1, notice="林政发〔2026〕9号", days={RELEASED: "holiday"},
            known_until=None, released_at=MIDNIGHT, released_by="李强@政务服务局",
        )  # fmt: skip
        recount, said = lay_down(office, desktop, rows, row)
        moved = len(recount.moved)
        if len(said) < moved:
            raise RuntimeError("not every clock that moved was said")
    return moved


def _plain_update(desk: Desk) -> float:
    """Processor seconds of writing the same columns of the same rows, one by one, in one transaction; then undone."""
    with desk.engine.connect() as connection:
        query = "SELECT clock_id FROM clocks WHERE next_change_at <= :now"
        names = connection.execute(text(query), {"now": MIDNIGHT.timestamp()}).scalars().all()
        connection.rollback()
        took = process_time()
        update = text("UPDATE clocks SET told = :told, next_change_at = :next WHERE clock_id = :id")
        connection.execute(update, [{"told": "yellow", "next": MIDNIGHT.timestamp(), "id": name} for name in names])
        took = process_time() - took
        connection.rollback()
    return took


def _desk(folder: Path) -> Desk:
    engine = open_engine(f"sqlite:///{folder}/timer.sqlite", BOARD.name)
    BOARD.metadata.create_all(engine)
    turning, moving, others = _patterns()
    sizes = ((turning, TURNING, True), (moving, MOVING, True), (others, OPEN - TURNING - MOVING, False))
    with engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        number = 0
        for patterns, size, with_facts in sizes:
            cursor.executemany(_insert("clocks"), _clocks(patterns, number, size))
            if with_facts:
                cursor.executemany(_insert("facts"), _facts(patterns, number, size))
            number += size
    return Desk(BOARD, engine, HandClock(NOW), "150424")


def _insert(table: str) -> str:
    names = [column.name for column in BOARD.metadata.tables[table].columns]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"


def _patterns() -> tuple[list[Pattern], list[Pattern], list[Pattern]]:
    """Clocks that turn yellow with the next midnight; those that the released day moves; all the others."""
    found: tuple[list[Pattern], list[Pattern], list[Pattern]] = ([], [], [])
    for days in range(1, 16):
        for limit in (10, 15, 20, 25, 30, 40):
            at = NOW - timedelta(days=days)
            facts = [
                Occurrence(SubjectKind.CASE, "x", 1, "case.received", at, at, "王芳", DEPARTMENTS[days % 6],
                           WorkingDays(limit), recorded_at=at),
                Occurrence(SubjectKind.CASE, "x", 2, "case.accepted", at, at, "王芳", DEPARTMENTS[days % 6],
                           recorded_at=at),
            ]  # fmt: skip
            clock = next(one for one in derive(facts, state_council(), NOW) if one.open)
            if clock.yellow_at is None or clock.due_on is None or clock.yellow_at <= NOW:
                continue
            turns = clock.yellow_at <= MIDNIGHT
            if turns and clock.due_on < RELEASED:
                found[0].append((clock, facts))
            elif not turns:
                found[1 if clock.due_on >= RELEASED else 2].append((clock, facts))
    return found


def _clocks(patterns: Sequence[Pattern], first: int, size: int) -> Iterator[dict[str, Any]]:
    rows = [clock_row(clock, clock.fires_at(Rung.YELLOW)) for clock, _ in patterns]
    for number in range(size):
        case = f"150424-2026-{first + number:07d}"
        yield rows[number % len(rows)] | {"clock_id": f"{case}/decision/1", "about": case}


def _facts(patterns: Sequence[Pattern], first: int, size: int) -> Iterator[dict[str, Any]]:
    rows = [[fact_row(fact) for fact in facts] for _, facts in patterns]
    for number in range(size):
        case = f"150424-2026-{first + number:07d}"
        yield from (row | {"about": case} for row in rows[number % len(rows)])


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
