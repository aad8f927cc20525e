"""Whoever sends slowly is cut off, with a token or without one, while others are served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from gateway.patience import PATIENCE, ImpatientProtocol, Patience
from services.contracts.vocabulary import Role
from tests.builders import a_project
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
#: As the gateway's own, thirty times as fast.
QUICK = Patience(
    head_seconds=0.4, body_seconds=0.8, least_bytes_a_second=100_000, grace_seconds=0.4, most_connections=60
)
HEAD = b"POST /v1/projects HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n"


class Quick(ImpatientProtocol):
    patience = QUICK


class Served:
    """An authority's app behind a real socket."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.open: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection over which so much has been sent, and no more."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text)
        await writer.drain()
        self.open.append((reader, writer))
        return reader, writer


@asynccontextmanager
async def serving(app: FastAPI, protocol: type[ImpatientProtocol] = Quick) -> AsyncIterator[Served]:
    watch = next(one for one in app.user_middleware if "counted" in one.kwargs)
    watch.kwargs["patience"] = protocol.patience
    config = uvicorn.Config(
        app, port=0, access_log=False, log_level="error", timeout_keep_alive=1, http=protocol, lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)
    served = Served(server.servers[0].sockets[0].getsockname()[1])
    try:
        yield served
    finally:
        for _, writer in served.open:
            writer.close()
        server.should_exit = True
        await task


async def rest(reader: asyncio.StreamReader, within: float = 5.0) -> bytes:
    """What still comes until the other side closes. Fails when it does not."""
    got = b""
    async with asyncio.timeout(within):
        try:
            while piece := await reader.read(65536):
                got += piece
        except ConnectionError:
            pass
    return got


def bearer(authority: Authority, role: Role = Role.WINDOW) -> bytes:
    return f"Authorization: Bearer {authority.tokens[role]}\r\n".encode()


async def test_half_a_head_is_cut_off_with_or_without_a_first_byte(authority: Authority) -> None:
    async with serving(authority.app) as served:
        halves = [await served.send(text) for text in (b"", b"P", HEAD, HEAD + bearer(authority)) for _ in range(10)]
        assert [await rest(reader) for reader, _ in halves] == [b""] * 40


async def test_half_a_body_is_answered_with_408_and_cut_off(authority: Authority) -> None:
    async with serving(authority.app) as served:
        known = [await served.send(HEAD + bearer(authority) + b"Content-Length: 100\r\n\r\n{") for _ in range(20)]
        chunked = [
            await served.send(HEAD + bearer(authority) + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
            for _ in range(5)
        ]
        strangers = [await served.send(HEAD + b"Content-Length: 100\r\n\r\n{") for _ in range(20)]
        told = [await rest(reader) for reader, _ in [*known, *chunked]]
        refused = [await rest(reader) for reader, _ in strangers]
    assert all(one.startswith(b"HTTP/1.1 408 ") and b"/problems/too-slow" in one for one in told), told[0]
    assert all(one.startswith(b"HTTP/1.1 401 ") for one in refused), (
        "and who gets his refusal at once is cut off as well"
    )
    print(f"half-sent {len(told) + len(refused)}, closed {len(told) + len(refused)}")


async def test_a_byte_now_and_then_buys_no_time(authority: Authority) -> None:
    async with serving(authority.app) as served:
        for begun in (HEAD, HEAD + bearer(authority) + b"Content-Length: 1000\r\n\r\n"):
            reader, writer = await served.send(begun)

            async def drip(writer: Any = writer) -> None:
                while not writer.is_closing():
                    writer.write(b"x")
                    await asyncio.sleep(0.05)

            dripping = asyncio.create_task(drip())
            await rest(reader, 4)
            dripping.cancel()


async def test_a_second_request_on_the_same_connection_is_hurried_too(authority: Authority) -> None:
    async with serving(authority.app) as served:
        reader, writer = await served.send(b"GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n")
        assert b"200" in await reader.readuntil(b"\r\n\r\n")
        assert (await reader.readuntil(b"}")).startswith(b'{"status":"alive"')
        writer.write(b"GET /healthz HT")
        assert await rest(reader) == b""


async def test_whoever_goes_on_sending_is_waited_for_and_served(authority: Authority) -> None:
    """A slow line that keeps the least rate: the body takes longer than the time that a silent one has."""
    body = b" " * 200_000 + str(a_project()).replace("'", '"').encode()
    async with serving(authority.app) as served:
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        reader, writer = await served.send(HEAD + bearer(authority) + length)
        for start in range(0, len(body), 20_000):
            writer.write(body[start : start + 20_000])
            await asyncio.sleep(0.11)
        assert (await reader.readline()).startswith(b"HTTP/1.1 201")


async def test_an_event_stream_stays_open_however_long_nothing_is_sent(authority: Authority) -> None:
    async with serving(authority.app) as served:
        request = b"GET /v1/events HTTP/1.1\r\nHost: g\r\n" + bearer(authority, Role.SUPERVISOR) + b"\r\n"
        reader, _ = await served.send(request)
        assert b"200" in await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"retry: 3000")
        with pytest.raises(TimeoutError):
            await rest(reader, 3 * QUICK.body_seconds)
        authority.gateway.feed.close()


async def test_while_slow_ones_wait_others_are_served_and_too_many_are_told_so(authority: Authority) -> None:
    async with serving(authority.app) as served:
        for _ in range(50):
            await served.send(HEAD)
        reader, _ = await served.send(b"GET /healthz HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 200")
        readers = [(await served.send(HEAD))[0] for _ in range(QUICK.most_connections)]
        told = [await rest(one) for one in readers]
        assert any(one.startswith(b"HTTP/1.1 503") and b"Retry-After" in one for one in told)
        reader, _ = await served.send(b"GET /healthz HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 200")


def test_the_gateways_own_patience_ends_within_35_seconds() -> None:
    assert PATIENCE.head_seconds <= 35
    assert PATIENCE.for_body(0) + PATIENCE.grace_seconds <= 35
