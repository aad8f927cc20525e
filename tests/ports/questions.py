"""How a test asks over the real broker: the gateway's own wire and client, on an event loop of their own."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from services.contracts.actors import Caller
from services.plumbing.rpc import Reply, Rpc
from services.plumbing.wire import Wire

T = TypeVar("T")
CALLER = Caller(token_id="tests", role="partner")


class Asking:
    """A wire and a client that a test calls without being asynchronous itself."""

    def __init__(self, url: str, name: str = "tests") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asking", daemon=True)
        self._thread.start()
        self.wire, self.rpc = self.run(self._open(url, name))

    async def _open(self, url: str, name: str) -> tuple[Wire, Rpc]:
        wire = await Wire(url, name).__aenter__()
        rpc = Rpc(wire)
        await wire.until_ready(20)
        return wire, rpc

    def run(self, work: Coroutine[Any, Any, T], within: float = 60) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    def close(self) -> None:
        self.run(self.wire.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def command(self, service: str, command: str, id: str, data: Any, timeout: float = 20) -> Reply:
        return self.run(self.rpc.command(service, command, id, data, CALLER, timeout))

    def ask(self, service: str, question: str, **params: Any) -> Any:
        reply = self.run(self.rpc.ask(service, question, params, CALLER, 20))
        assert reply["status"] == 200, reply
        return reply["body"]

    def publish(self, queue: str, body: bytes, **options: Any) -> None:
        """Put a body into a queue; returns after the broker's word."""
        self.run(self.wire.publish("", queue, body, **options))

    def publish_all(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Put many bodies into a queue, in order; returns when the broker has all of them."""

        async def send() -> None:
            await asyncio.gather(*[self.wire.submit("", queue, body) for body in bodies])

        self.run(send())
