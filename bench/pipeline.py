"""Speed of facts: outbox row to committed ledger entry, against the raw broker's confirmed publishes."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Engine

from bench import Figure
from deploy.authority import BOARDS
from deploy.broker import PrivateBroker
from services.contracts.cases import CaseReceived
from services.contracts.quantities import Person, WireLimit
from services.plumbing import outbox, topology
from services.plumbing.clock import SystemClock
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Said, Switchboard
from services.plumbing.wire import Wire

PROJECT = Path(__file__).resolve().parents[1]
EVENTS = 20_000
#: A lower authority that never comes: nobody takes from its mailbox.
NOBODY = "000000"


def figures() -> Iterator[Figure]:
    """Events per second through outbox, courier, broker and ledger."""
    with (
        tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder,
        PrivateBroker(Path(folder) / "broker", port=0) as broker,
    ):
        settings = Settings(amqp_url=broker.url(), var=Path(folder) / "var", database_url="")
        topology.apply(settings.amqp_url, BOARDS, [NOBODY])
        engines = {board.name: _store(settings, board) for board in BOARDS}
        body = _fill(engines["intake"])
        raw = asyncio.run(raw_publishes(settings.amqp_url, body, EVENTS))
        seconds = _pipeline(settings, engines["ledger"])
        rate = EVENTS / seconds
        yield Figure("pipeline.outbox_to_ledger", rate, "events/s", f"raw_publish={raw:.0f}/s", rate / raw)
        for engine in engines.values():
            engine.dispose()


def _store(settings: Settings, board: Switchboard) -> Engine:
    engine = open_engine(settings.store_url(board.name), board.name)
    upgrade(board, engine)
    return engine


def _fill(engine: Engine) -> bytes:
    """Put facts about as many cases as events into intake's outbox; gives one of them for its size."""
    now, clerk = SystemClock().now(), Person(name="李四", department="发展改革委")
    said = [
        Said(
            CaseReceived(
                case_no=f"150424-2026-{number:06d}",
                handler=clerk,
                project_code="2020-150424-44-03-000001",
                project_name="林西县污水处理厂扩建工程",
                owner_name="林西县水务投资有限公司",
                matter_code="NM-001",
                matter_name="企业投资项目核准",
                department="发展改革委",
                limit=WireLimit(amount=20),
            ),
            now - timedelta(minutes=5),
            "李四@发展改革委",
        )
        for number in range(EVENTS)
    ]
    with transaction(engine) as connection:
        outbox.say(connection, said, source="/authorities/150424/intake", recorded_at=now)
        return outbox.waiting(connection, 1)[0].body


async def raw_publishes(url: str, body: bytes, number: int) -> float:
    """Confirmed persistent publishes per second of the same bytes to one quorum queue that nobody reads."""
    async with Wire(url, "bench") as wire:
        await wire.until_ready(20)
        done = 0
        begun = time.monotonic()
        while done < number:
            window = [wire.submit("", topology.down_queue(NOBODY), body, mandatory=False) for _ in range(1000)]
            await asyncio.gather(*window)
            done += len(window)
        return done / (time.monotonic() - begun)


def _pipeline(settings: Settings, ledger: Engine) -> float:
    """Seconds from the moment the courier may begin until the last event is a committed entry."""
    environ = {**os.environ, "QIDI_AMQP_URL": settings.amqp_url, "QIDI_VAR": str(settings.var), "QIDI_DATABASE_URL": ""}
    environ["PYTHONWARNINGS"] = "ignore"

    def run(*module: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", *module], cwd=PROJECT, env=environ, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )

    host = run("deploy.host", "ledger")
    assert host.stderr is not None
    while b"services.ready" not in host.stderr.readline():
        pass
    courier = run("deploy.courier")
    assert courier.stderr is not None
    while b"broker.connected" not in courier.stderr.readline():
        pass
    begun = time.monotonic()
    try:
        while _entries(ledger) < EVENTS:
            time.sleep(0.02)
            if time.monotonic() - begun > 300:
                raise RuntimeError("the pipeline stands still")
        return time.monotonic() - begun
    finally:
        for process in (courier, host):
            process.terminate()
            process.wait(30)


def _entries(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT COALESCE(MAX(idx) + 1, 0) FROM entries")).scalar_one())


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
