"""Calls from the gateway to the services: commands and questions, with time-outs and one kind of answer."""

import asyncio
import json
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import pika

from services.contracts.actors import Caller
from services.plumbing import topology
from services.plumbing.errors import Unavailable
from services.plumbing.wire import Wire

Reply = dict[str, Any]


class Rpc:
    """Asks over the broker. A reply is {"status": 200, "body": ...} or {"status": 4xx, "problems": [...]}.

    Where the broker is away or frozen everybody hears so at once; only who asked just before waits for his time-out.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._asked: dict[str, asyncio.Future[Reply]] = {}
        wire.take_replies(self._answered)

    async def command(
        self, service: str, command: str, id: str, data: Any, caller: Caller, timeout: float = 10.0
    ) -> Reply:
        """Give a command; the same id is one effect however often it is sent. Raises Unavailable without an answer."""
        body = {"id": id, "command": f"{service}.{command}", "data": data, "caller": asdict(caller)}
        return await self._ask(topology.COMMANDS, service, body, timeout, persistent=True)

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller | None = None, timeout: float = 5.0
    ) -> Reply:
        """Ask a question; nothing changes. Raises Unavailable without an answer."""
        body = {"question": question, "params": params, "caller": asdict(caller or Caller())}
        return await self._ask(topology.QUESTIONS, service, body, timeout, persistent=False)

    async def _ask(self, exchange: str, service: str, body: Any, timeout: float, persistent: bool) -> Reply:
        correlation = str(uuid4())
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[correlation] = future
        try:
            async with asyncio.timeout(timeout):
                if not self._wire.is_ready:
                    await self._wire.until_ready(min(timeout, self._wire.grace))
                sent = self._wire.submit(
                    exchange,
                    service,
                    json.dumps(body, ensure_ascii=False, default=str).encode(),
                    message_id=correlation,
                    correlation_id=correlation,
                    reply_to="amq.rabbitmq.reply-to",
                    persistent=persistent,
                )
                sent.add_done_callback(lambda done: self._sent(correlation, done))
                return await future
        except TimeoutError:
            raise Unavailable(f"{service} did not answer within {timeout:g} s") from None
        finally:
            self._asked.pop(correlation, None)

    def _sent(self, correlation: str, done: asyncio.Future[None]) -> None:
        """A message that the broker did not take gets no answer: say so at once."""
        error = None if done.cancelled() else done.exception()
        future = self._asked.get(correlation)
        if error is not None and future is not None and not future.done():
            future.set_exception(error)

    def _answered(self, body: bytes, properties: pika.BasicProperties) -> None:
        future = self._asked.get(properties.correlation_id or "")
        if future is not None and not future.done():
            reply = json.loads(body)
            if reply.get("status") == 503:
                future.set_exception(Unavailable("the service's store is away"))
            else:
                future.set_result(reply)
