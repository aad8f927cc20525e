"""Speed of the gateway: reads and commands per second and their p99, against a bare FastAPI route."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import Figure
from bench.authority import PROJECT, authority
from deploy.processes import free_port
from gateway.store import BOARD as GATEWAY
from gateway.tokens import Tokens
from services.contracts.vocabulary import Role
from services.plumbing.clock import SystemClock
from services.plumbing.db import open_engine
from services.plumbing.settings import Settings

CLIENTS = 20
REQUESTS = 2000
PROJECT_CODE = "2020-150424-44-03-000001"
CLERK = {"name": "李四", "department": "发展改革委"}


@dataclass(frozen=True)
class Pace:
    """What a load showed."""

    per_second: float
    p99_ms: float


def figures() -> Iterator[Figure]:
    """Requests per second over keep-alive connections of twenty clients."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder, authority(Path(folder)) as (state, _):
        base, token = str(state["gateway"]), token_of(Path(folder), state)
        with _bare() as bare:
            yield from _compared(base, bare, token)


def _compared(base: str, bare: str, token: str) -> Iterator[Figure]:
    project = {"project_code": PROJECT_CODE, "project_name": "扩建", "owner_name": "林西水务", "actor": CLERK}
    asyncio.run(_load(base, lambda n: _post("/v1/projects", token, project), 1))
    kinds: dict[str, Callable[[int], bytes]] = {
        "command": lambda n: _post("/v1/cases", token, _case(n)),
        "read_case": lambda n: _get("/v1/cases/150424-2026-000001", token),
        "read_lines": lambda n: _get("/v1/lines?limit=20", token),
    }
    for name, request in kinds.items():
        reference = asyncio.run(_load(bare, lambda n: _get("/", ""), REQUESTS))
        ours = asyncio.run(_load(base, request, REQUESTS))
        against, against99 = f"bare={reference.per_second:.0f}/s", f"bare={reference.p99_ms:.1f}ms"
        yield Figure(f"gateway.{name}", ours.per_second, "1/s", against, ours.per_second / reference.per_second)
        yield Figure(f"gateway.{name}_p99", ours.p99_ms, "ms", against99, ours.p99_ms / reference.p99_ms)


def token_of(folder: Path, state: dict[str, Any]) -> str:
    """A token with which commands may be given."""
    settings = Settings(var=folder, authority=state["authority"], database_url="")
    engine = open_engine(settings.store_url(GATEWAY.name), GATEWAY.name)
    _, text = Tokens(engine, SystemClock()).issue(Role.WINDOW, CLERK["name"], CLERK["department"])
    engine.dispose()
    return text


@contextmanager
def _bare() -> Iterator[str]:
    """The bare route's address, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=PROJECT)
    base = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 20
        while not _is_up(base):
            if time.monotonic() > end:
                raise RuntimeError("the bare route did not start")
            time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def _is_up(base: str) -> bool:
    try:
        asyncio.run(_load(base, lambda n: _get("/", ""), 1))
    except OSError:
        return False
    return True


def _case(number: int) -> dict[str, Any]:
    return {
        "project_code": PROJECT_CODE,
        "matter_code": "NM-001",
        "handler": CLERK,
        "actor": CLERK,
        "external_no": f"bench-{number}",
        "again_because": "压力测试",
    }


def _get(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


def _post(path: str, token: str, body: dict[str, Any]) -> bytes:
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _load(base: str, request: Callable[[int], bytes], number: int) -> Pace:
    """Send so many requests over keep-alive connections; an answer that is no success ends the bench."""
    address = urlsplit(base)
    took: list[float] = []

    async def client(which: int) -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for n in range(which, number, CLIENTS):
            begun = time.perf_counter()
            writer.write(request(n))
            status = await _answer(reader)
            took.append(time.perf_counter() - begun)
            if status >= 300:
                raise RuntimeError(f"{base} answered {status}")
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client(which) for which in range(min(CLIENTS, number))))
    seconds = time.perf_counter() - begun
    return Pace(number / seconds, sorted(took)[int(len(took) * 0.99)] * 1000)


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if "transfer-encoding: chunked" in head:
        while (size := int((await reader.readline()).strip() or b"0", 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    elif "content-length:" in head:
        await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
    return int(head.split(" ", 2)[1])


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
