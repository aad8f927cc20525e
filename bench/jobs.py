"""Timed jobs scheduled and fired, against APScheduler and procrastinate, all three durable, in one run.

Ours: a letter that arrives starts two clocks (signing, answering); here every event starts one clock whose yellow light
is the job. It is heard, counted by the calendar, written down with what is said of it, and each light is said once, in
order. APScheduler (SQLAlchemy store on SQLite, one thread) runs a function that does nothing at a moment; procrastinate
(PostgreSQL) defers and runs an empty task. Measured is processor time of this process alone, so that PostgreSQL's own
work counts for nobody. JOBS=N in the environment for more: the others write each job to disk before the next one, so
that a hundred thousand take them an hour.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Final

import procrastinate
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text
from uuid6 import uuid7

from bench import Figure
from deploy.postgres import PrivatePostgres
from services.contracts.cases import CaseReceived
from services.contracts.envelope import seal
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.timer.service import BOARD

JOBS: Final = int(os.environ.get("JOBS", 2_000))
#: So many events come in one delivery, as the broker hands them over.
BATCH: Final = 100
NOW: Final = datetime(2026, 9, 16, 10, 0, tzinfo=ZONE)
#: The others fire at once what was due before.
LONG_DUE: Final = datetime(2020, 1, 1, tzinfo=UTC)
_DONE: Final[list[int]] = [0]


def figures() -> Iterator[Figure]:
    """Jobs a second of processor time, scheduled and fired, and how many times as many as the others."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        place = Path(folder)
        ours = JOBS / _ours(place)
        for name, theirs in (("apscheduler", JOBS / _apscheduler(place)), ("procrastinate", JOBS / _procrastinate())):
            yield Figure("jobs.scheduled_and_fired", ours, "1/s", f"{name}={theirs:.0f}/s", ours / theirs)


def _ours(folder: Path) -> float:
    engine = open_engine(f"sqlite:///{folder}/timer.sqlite", BOARD.name)
    BOARD.metadata.create_all(engine)
    clock = HandClock(NOW)
    desk = Desk(BOARD, engine, clock, "150424")
    bodies = [_received(number) for number in range(JOBS)]
    took = process_time()
    for start in range(0, JOBS, BATCH):
        desk.take_events(bodies[start : start + BATCH])
    clock.at = NOW + timedelta(days=5)  # yellow, the last day of the notice's five
    told = -1
    while told != (told := _lights(desk)):
        desk.tick(BOARD.ticks[0])
    took = process_time() - took
    engine.dispose()
    if told != JOBS:
        raise RuntimeError(f"{told} of {JOBS} lights were told")
    return took


def _received(number: int) -> bytes:
    event = CaseReceived(
        case_no=f"150424-2026-{number:06d}",
        handler=Person(name="王芳", department="发展改革委"),
        project_code="2509-150424-89-01-000001",
        project_name="风电项目",
        owner_name="赤峰新能源有限公司",
        matter_code="NM-001",
        matter_name="企业投资项目核准",
        department="发展改革委",
        limit=WireLimit(amount=20),
    )
    source = "/authorities/150424/intake"
    return seal(event, id=str(uuid7()), source=source, occurred_at=NOW, recorded_at=NOW, sequence=1)


def _lights(desk: Desk) -> int:
    with desk.engine.connect().execution_options(reading=True) as connection:
        return int(connection.execute(text("SELECT COUNT(*) FROM rungs")).scalar() or 0)


def done() -> None:
    """The job."""
    _DONE[0] += 1


def _apscheduler(folder: Path) -> float:
    store = SQLAlchemyJobStore(url=f"sqlite:///{folder}/apscheduler.sqlite")
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": ThreadPoolExecutor(1)}, timezone=UTC
    )
    _DONE[0], took = 0, process_time()
    scheduler.start(paused=True)
    for _ in range(JOBS):
        scheduler.add_job(done, "date", run_date=LONG_DUE, misfire_grace_time=None)
    scheduler.resume()
    while _DONE[0] < JOBS:
        time.sleep(0.05)
    scheduler.shutdown()
    return process_time() - took


def _procrastinate() -> float:
    # PostgreSQL runs as another user, who must reach its folder
    folder = Path(tempfile.mkdtemp(prefix="qidi-bench-pg-"))
    with PrivatePostgres(folder) as server:
        address = server.url("jobs").replace("postgresql+psycopg2://", "postgresql://")
        return asyncio.run(_deferred_and_run(address))


async def _deferred_and_run(address: str) -> float:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
    ran = [0]

    @app.task(name="done")
    async def task() -> None:
        ran[0] += 1

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        took = process_time()
        for _ in range(JOBS):
            await task.configure(schedule_at=LONG_DUE).defer_async()
        await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
        took = process_time() - took
    if ran[0] != JOBS:
        raise RuntimeError(f"{ran[0]} of {JOBS} tasks ran")
    return took


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
