"""Fixtures that the gateway's tests share."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority, Follow, Stream, an_authority, an_empty_folder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, str]]:
    folder = tmp_path_factory.mktemp("template")
    return folder, an_empty_folder(folder)


@pytest.fixture
def authority(template: tuple[Path, dict[Role, str]], tmp_path: Path) -> Authority:
    return an_authority(*template, tmp_path)


@pytest.fixture
async def follow(authority: Authority) -> AsyncIterator[Follow]:
    """Opens event streams on the app itself, because httpx's transport waits for the end of a response."""
    tasks: list[asyncio.Task[None]] = []

    async def open_stream(
        role: Role,
        query: str = "",
        last_event_id: str = "",
        accept_encoding: str = "",
        token: str = "",
        cookie: str = "",
    ) -> Stream:
        headers = [(b"authorization", f"Bearer {token or authority.tokens[role]}".encode())]
        if cookie:
            headers = [(b"cookie", cookie.encode())]
        if last_event_id:
            headers.append((b"last-event-id", last_event_id.encode()))
        if accept_encoding:
            headers.append((b"accept-encoding", accept_encoding.encode()))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": "/v1/events", "raw_path": b"/v1/events", "query_string": query.encode(), "root_path": "",
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("authority.test", 80),
        }  # fmt: skip
        began: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        pieces: asyncio.Queue[bytes] = asyncio.Queue()
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # stays connected
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                began.set_result(message)
            elif message.get("body") or not message.get("more_body"):
                pieces.put_nowait(message.get("body", b""))

        tasks.append(asyncio.create_task(authority.app(scope, receive, send)))
        start = await asyncio.wait_for(began, 10)
        return Stream(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, pieces)

    yield open_stream
    authority.gateway.feed.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
