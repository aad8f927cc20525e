"""How a test gets a whole authority: `qidi up` in a folder of its own, real processes that can be killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import pika
from sqlalchemy import text
from sqlalchemy.engine import Engine

from deploy.authority import BOARDS
from gateway.store import BOARD as GATEWAY
from gateway.tokens import Tokens
from services.contracts.vocabulary import Role
from services.plumbing import topology
from services.plumbing.clock import SystemClock
from services.plumbing.db import open_engine, reading
from services.plumbing.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]


T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], seconds: float = 60.0, every: float = 0.05) -> T:
    """Look until something true comes back; fail with what was awaited."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds:g} s for {what}")


class Stack:
    """One authority, started by the project's own command."""

    #: What is put before our commands: where they run.
    prefix: tuple[str, ...] = ()

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self._environ = folder, dict(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[tuple[str, str, str], str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- life -------------------------------------------------------------------------------------------------------

    def start(self, *arguments: str, seconds: float = 90.0) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        environ = {**self.environ, "QIDI_GATEWAY_PORT": "0", "QIDI_BROKER_PORT": "0", **self._environ}
        qidi = [*self.prefix, sys.executable, "-c", "from qidi.cli import main; main()"]
        command = [*qidi, "up", *(arguments or ("--no-sample",))]
        with (self.folder / "up.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=log, stderr=log)
        until("the banner", self._has_banner, seconds)

    def _has_banner(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"qidi up ended:\n{(self.folder / 'up.log').read_text()[-3000:]}")
        return "gateway" in self.state() and self.answers("/readyz")

    def stop(self) -> int:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def kill(self) -> None:
        """End everything at once; the kernel takes what the command had started with it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def state(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
            return found
        except (OSError, ValueError):
            return {}

    def pid(self, program: str) -> int:
        return int(self.state()["programs"][program]["pid"])

    def signal(self, program: str, number: signal.Signals) -> int:
        """Send a signal to one of the processes; its pid."""
        pid = self.pid(program)
        os.kill(pid, number)
        return pid

    def back(self, program: str, old: int, seconds: float = 40.0) -> None:
        """Wait until the supervisor has started the program again and everything answers."""
        until(f"{program} to be back", lambda: self.state()["programs"][program]["pid"] != old, seconds)
        until("readiness", lambda: self.answers("/readyz"), seconds)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment in which `qidi` speaks to this authority."""
        return {**os.environ, "QIDI_VAR": str(self.folder), **self._environ}

    # --- asking -----------------------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        return str(self.state()["gateway"])

    @property
    def settings(self) -> Settings:
        state = self.state()
        known = {"var": self.folder, "amqp_url": state["amqp_url"], "authority": state["authority"]}
        return Settings(database_url=self._environ.get("QIDI_DATABASE_URL", ""), **known)

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(self.base + path, timeout=5).status_code == 200
        except (httpx.HTTPError, KeyError):
            return False

    def token(self, role: str, name: str = "", department: str = "") -> str:
        if (role, name, department) not in self._tokens:
            settings = self.settings
            engine = open_engine(settings.store_url(GATEWAY.name), GATEWAY.name)
            _, self._tokens[role, name, department] = Tokens(engine, SystemClock()).issue(Role(role), name, department)
            engine.dispose()
        return self._tokens[role, name, department]

    def forget_tokens(self) -> None:
        """After a restore: what was issued since the backup is none any more."""
        self._tokens.clear()

    def client(self, role: str = "partner", name: str = "", department: str = "", **options: Any) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token(role, name, department)}", "Accept-Language": "en"}
        return httpx.Client(base_url=self.base, headers=headers, timeout=30, **options)

    def name(self, *people: Mapping[str, str]) -> None:
        """Their departments name these people, for all duties and since long ago: systems may act in their names."""
        with self.client("admin", "吴强", "政务服务局") as admin:
            for one in people:
                order = {"officer": one["name"], "department": one["department"], "appointed_on": "2000-01-01"}
                answer = admin.post("/v1/officers", json=order | {"duties": ["window", "handler", "head"]})
                assert answer.is_success, answer.text

    def engine(self, service: str) -> Engine:
        return open_engine(self.settings.store_url(service), service)

    def rows(self, service: str, query: str, **params: Any) -> list[Any]:
        """Read a service's store directly, as an auditor would."""
        engine = self.engine(service)
        with reading(engine) as connection:
            found = list(connection.execute(text(query), params))
        engine.dispose()
        return found

    def number(self, service: str, query: str) -> int:
        return int(self.rows(service, query)[0][0])

    def quiet(self, seconds: float = 60.0) -> None:
        """Wait until nothing is on its way: no outbox row, no message in a queue or in a service's hands (I6)."""
        looks: list[int] = []

        def still() -> bool:
            # What a service has taken and not yet handled is in no queue; it shows when it is done.
            looks.append(sum(self.number(board.name, "SELECT COUNT(*) FROM inbox") for board in BOARDS))
            return self._waiting() == 0 and looks[-3:] == [looks[-1]] * 3

        until("quiet", still, seconds, every=0.3)

    def _waiting(self) -> int:
        rows = sum(self.number(board.name, "SELECT COUNT(*) FROM outbox") for board in BOARDS)
        return rows + sum(depth for name, depth in self.depths().items() if not name.endswith(".dead"))

    def depths(self) -> Mapping[str, int]:
        """Messages ready in every queue."""
        parameters = pika.URLParameters(self.state()["amqp_url"])
        connection = pika.BlockingConnection(parameters)
        try:
            channel = connection.channel()
            names = [row.name for row in topology.table(BOARDS)]
            return {name: channel.queue_declare(name, passive=True).method.message_count for name in names}
        finally:
            connection.close()

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over the samples that carry these labels."""
        total = 0.0
        for line in httpx.get(f"{self.base}/metrics", timeout=10).text.splitlines():
            sample, _, value = line.rpartition(" ")
            if sample.split("{")[0] == name and all(f'{k}="{v}"' in sample for k, v in labels.items()):
                total += float(value)
        return total

    @contextmanager
    def locked(self, service: str) -> Iterator[None]:
        """Hold the write lock of a service's SQLite store: for everybody else it is unavailable."""
        path = self.settings.store_url(service).removeprefix("sqlite:///")
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
