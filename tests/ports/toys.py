"""How a test runs the toy services for real: edge host and courier as processes, own queues, own stores."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import pika
from sqlalchemy import text
from sqlalchemy.engine import Engine

from deploy.broker import PrivateBroker
from deploy.processes import end, tied
from services.plumbing import topology
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.settings import Settings
from tests.ports.toy import BOARDS
from tests.stack import PROJECT, until

READY = b"services.ready"


class Toys:
    """The toy authority. `start` and `stop` its two processes one by one, or use it as a context manager for both.

    With `heartbeat` (seconds) the time of its connections runs faster than the ten of every day.
    """

    def __init__(
        self, broker: PrivateBroker, folder: Path, database_url: str = "", heartbeat: int | None = None
    ) -> None:
        self.broker, self.folder = broker, folder
        url = broker.url() if heartbeat is None else f"{broker.url()}?heartbeat={heartbeat}"
        self.settings = Settings(amqp_url=url, var=folder, authority="150424", database_url=database_url)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ready = 0

    def __enter__(self) -> Self:
        self.prepare()
        self.start_host()
        self.start_courier()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._processes):
            self.stop(name)

    def prepare(self) -> None:
        """Empty stores and empty queues."""
        for board in BOARDS:
            engine = self.engine(board.name)
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(text(f'DROP SCHEMA IF EXISTS "{board.name}" CASCADE'))
                    connection.execute(text(f'CREATE SCHEMA "{board.name}"'))
            board.metadata.create_all(engine)
            engine.dispose()
        topology.apply(self.broker.url(), BOARDS)
        self.purge()

    def engine(self, service: str) -> Engine:
        return open_engine(self.settings.store_url(service), service)

    # --- processes --------------------------------------------------------------------------------------------------

    def start_host(self, *arguments: str) -> None:
        self._start("host", *arguments)
        self._ready += 1
        until("the host", lambda: self.log("host").count(READY) >= self._ready, 60)

    def start_courier(self) -> None:
        self._start("courier")

    def _start(self, name: str, *arguments: str) -> None:
        environ = {
            **os.environ,
            "QIDI_AMQP_URL": self.settings.amqp_url,
            "QIDI_VAR": str(self.folder),
            "QIDI_AUTHORITY": self.settings.authority,
            "QIDI_DATABASE_URL": self.settings.database_url,
            "QIDI_INSTANCE": "toys",
        }
        command = [sys.executable, "-m", f"tests.ports.toy_{name}", *arguments]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(tied(command), cwd=PROJECT, env=environ, stdout=log, stderr=log)

    def stop(self, name: str, sign: signal.Signals = signal.SIGTERM) -> None:
        """End a process and wait until it is gone."""
        end(self._processes.pop(name, None), 20, sign)

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def runs(self, name: str) -> bool:
        return self._processes[name].poll() is None

    def log(self, name: str) -> bytes:
        file = self.folder / f"{name}.log"
        return file.read_bytes() if file.exists() else b""

    # --- looking ----------------------------------------------------------------------------------------------------

    def rows(self, service: str, query: str, **params: Any) -> list[Any]:
        engine = self.engine(service)
        with reading(engine) as connection:
            found = list(connection.execute(text(query), params))
        engine.dispose()
        return found

    def number(self, service: str, query: str, **params: Any) -> int:
        return int(self.rows(service, query, **params)[0][0])

    def depth(self, queue: str) -> int:
        """Messages ready in a queue."""
        connection = pika.BlockingConnection(pika.URLParameters(self.broker.url()))
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        finally:
            connection.close()

    def purge(self) -> None:
        """Empty every queue."""
        connection = pika.BlockingConnection(pika.URLParameters(self.broker.url()))
        channel = connection.channel()
        for row in topology.table(BOARDS):
            channel.queue_purge(row.name)
        connection.close()

    def clear(self) -> None:
        """Leave no dead letter and no parked message behind for the next test."""
        self.purge()
        for board in BOARDS:
            engine = self.engine(board.name)
            with transaction(engine) as connection:
                for table in ("parked", "dead_letters", "dead_letter_acts"):
                    connection.execute(text(f"DELETE FROM {table}"))
            engine.dispose()
