"""The wire between asyncio processes and the broker: pika, every publish confirmed, never hanging on a frozen one."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Self, Unpack

import pika
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel

from services.plumbing.absences import absences
from services.plumbing.deliveries import PATIENCE, Delivery, TakeDelivery
from services.plumbing.errors import Unavailable
from services.plumbing.log import log
from services.plumbing.options import Options, properties
from services.plumbing.pulse import LOOK_SECONDS, Pulse

#: A frozen broker is noticed after two missed beats; a publish that gets no word fails earlier.
HEARTBEAT_SECONDS = 10
#: A connection that is of no use for twice as long is given up, whatever its close still waits for.
USELESS_SECONDS = 3.0
CONFIRM_SECONDS = 10.0
#: A connection that was lost just now is waited for; after that everybody hears at once that there is none.
GRACE_SECONDS = 0.4
#: A connection that held this long counts as good: the next attempt after it comes at once.
CALM_SECONDS = 5.0

Callback = Callable[[bytes, pika.BasicProperties], None]


class Unroutable(Unavailable):
    """No queue wanted the message: the topology is not (yet) there."""


@dataclass
class _Listening:
    exchange: str
    pattern: str
    callback: Callback


@dataclass
class _Consuming:
    queue: str
    prefetch: int
    take: TakeDelivery


class Wire:
    """One connection with one channel in confirm mode; reconnects by itself until it is closed."""

    def __init__(
        self, url: str, name: str, *, tls: ssl.SSLContext | None = None, server_name: str | None = None
    ) -> None:
        self._url, self._name = url, name
        self._tls, self._server_name = tls, server_name
        self._connection: AsyncioConnection | None = None
        self._channel: Channel | None = None
        self._ready = asyncio.Event()
        self._blocked = False
        self._closing = False
        self._unconfirmed: dict[int, asyncio.Future[None]] = {}
        self._by_message: dict[str, int] = {}
        self._tag = 0
        self._listening: list[_Listening] = []
        self._consuming: list[_Consuming] = []
        self._replies: Callback | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._lost: asyncio.Event = asyncio.Event()
        self._pulse = Pulse()
        self._away_since = time.monotonic()
        self.away = ""  #: Why there is no connection; empty while there is.
        #: Called after every (re)connection.
        self.on_ready: Callable[[], Awaitable[None]] | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        if self._keeper is not None:
            self._keeper.cancel()
        connection = self._connection
        if connection is not None and connection.is_open:
            self._lost.clear()
            connection.close()
            try:
                await asyncio.wait_for(self._lost.wait(), 2)
            except TimeoutError:
                log.warning("broker.close-unanswered", process=self._name)
        self._fail(Unavailable("the connection is closed"))

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set() and not self._blocked and not self._is_frozen

    @property
    def grace(self) -> float:
        """Seconds for which it is still worth waiting for the connection; 0 when it has been away for longer."""
        return max(0.0, self._away_since + GRACE_SECONDS - time.monotonic())

    @property
    def _is_frozen(self) -> bool:
        return self._pulse.is_frozen(self._heard)

    @property
    def _heard(self) -> int:
        """Bytes that came over this connection."""
        return int(self._connection.bytes_received) if self._connection is not None else 0

    async def until_ready(self, timeout: float) -> None:
        """Raises Unavailable when there is no broker within `timeout` seconds."""
        try:
            await asyncio.wait_for(self._ready.wait(), timeout)
        except TimeoutError:
            raise Unavailable("the broker is away") from None

    async def publish(self, exchange: str, routing_key: str, body: bytes, **options: Unpack[Options]) -> None:
        """Publish and wait for the broker's word. Raises Unavailable, or Unroutable when no queue took it."""
        future = self.submit(exchange, routing_key, body, **options)
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):  # wait_for may forget a cancellation
                await future
        except TimeoutError:
            raise Unavailable("the broker did not confirm in time") from None

    def submit(self, exchange: str, routing_key: str, body: bytes, **options: Unpack[Options]) -> asyncio.Future[None]:
        """Publish now; the future ends with the broker's word. Raises Unavailable at once when there is no broker."""
        if self._channel is None or not self._ready.is_set():
            raise Unavailable("the broker is away")
        if self._blocked:
            raise Unavailable("the broker takes nothing now: its memory or disk alarm is on")
        if self._is_frozen:
            raise Unavailable("the broker is frozen: nothing comes from it")
        self._tag += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unconfirmed[self._tag] = future
        message_id, mandatory = options.get("message_id"), options.get("mandatory", True)
        if message_id is not None and mandatory:
            self._by_message[message_id] = self._tag
            future.add_done_callback(lambda _: self._by_message.pop(message_id, None))
        self._channel.basic_publish(exchange, routing_key, body, properties(options), mandatory=mandatory)
        return future

    async def listen(self, exchange: str, pattern: str, callback: Callback) -> None:
        """Hear copies of what passes, on a queue of our own that ends with the connection."""
        listening = _Listening(exchange, pattern, callback)
        self._listening.append(listening)
        if self._ready.is_set():
            self._subscribe(listening)

    def consume(self, queue: str, take: TakeDelivery, prefetch: int = 32) -> None:
        """Take a queue's messages, `prefetch` at most without our word on them, on a channel of their own."""
        consuming = _Consuming(queue, prefetch, take)
        self._consuming.append(consuming)
        if self._ready.is_set():
            self._take_from(consuming)

    def take_replies(self, callback: Callback) -> None:
        """Where answers go (direct reply-to)."""
        self._replies = callback
        if self._ready.is_set():
            self._ready.clear()
            self._subscribe_replies()

    async def depth(self, queue: str) -> int | None:
        """Messages ready in a queue; None when it does not exist. Uses a channel of its own."""
        if self._connection is None or not self._ready.is_set():
            raise Unavailable("the broker is away")
        loop = asyncio.get_running_loop()
        found: asyncio.Future[int | None] = loop.create_future()

        def settle(value: int | None) -> None:
            if not found.done():
                found.set_result(value)

        def opened(channel: Channel) -> None:
            channel.add_on_close_callback(lambda _c, _why: settle(None))
            channel.queue_declare(queue, passive=True, callback=lambda frame: settle(frame.method.message_count))

        channel = self._connection.channel(on_open_callback=opened)
        try:
            return await asyncio.wait_for(found, 5)
        except TimeoutError:
            raise Unavailable("the broker does not answer") from None
        finally:
            if channel.is_open:
                channel.close()

    # --- keeping the connection -------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        pause, loop = 0.1, asyncio.get_running_loop()
        while not self._closing:
            self._lost.clear()
            try:
                await self._connect()
                since = loop.time()
                self.away = ""
                log.info("broker.connected", name=self._name)
                if self.on_ready is not None:
                    await self.on_ready()
                await self._until_lost()
                if loop.time() - since > CALM_SECONDS:
                    pause = 0.1
            except (OSError, Unavailable, pika.exceptions.AMQPError) as away:
                self.away = repr(away)[:200]
                absences.met("broker.away", self._name, repr(away), name=self._name)
            except Exception as failed:  # a mistake is loud, and tried again
                log.error("broker.failed", name=self._name, error=repr(failed)[:300], exc_info=True)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _until_lost(self) -> None:
        useless = 0.0
        while not self._lost.is_set():
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._lost.wait()
            except TimeoutError:
                self._look()
                useless = 0.0 if self._ready.is_set() else useless + LOOK_SECONDS
                if useless >= 2 * USELESS_SECONDS:
                    given_up: Any = self._connection
                    self._connection = None
                    log.warning("broker.given-up", name=self._name)
                    given_up._terminate_stream(pika.exceptions.StreamLostError("given up"))
                    return

    def _look(self) -> None:
        channel = self._channel
        if channel is not None and not self._blocked:
            # a word that changes nothing here and that every broker answers at once, without its disk
            self._pulse.look(self._heard, bool(self._unconfirmed), lambda: channel.basic_qos(callback=lambda _: None))
        if self._is_frozen:
            absences.met("broker.away", self._name, "frozen: nothing comes from it", name=self._name)
        elif self.is_ready:
            absences.over("broker.away", self._name, name=self._name)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[Channel] = loop.create_future()

        def fail(error: Any) -> None:
            if not opened.done():
                opened.set_exception(Unavailable(str(error) or repr(error)))

        def settle(channel: Channel) -> None:
            if not opened.done():
                opened.set_result(channel)

        def connected(connection: AsyncioConnection) -> None:
            if not self._is_current(connection):
                connection.close()  # too late: another attempt is under way
                return
            connection.channel(on_open_callback=settle)

        self._connection = AsyncioConnection(
            self._parameters(),
            on_open_callback=connected,
            on_open_error_callback=lambda _c, error: fail(error),
            on_close_callback=self._closed,
        )
        channel = await asyncio.wait_for(opened, 10)
        self._connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        self._connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        channel.add_on_close_callback(self._channel_closed)
        channel.add_on_return_callback(self._returned)
        confirming = asyncio.Event()
        channel.confirm_delivery(self._confirmed, callback=lambda _: confirming.set())
        await asyncio.wait_for(confirming.wait(), 10)
        self._channel, self._tag, self._blocked = channel, 0, False
        self._resume()

    def _parameters(self) -> pika.URLParameters:
        parameters = pika.URLParameters(self._url)
        if self._tls is not None:
            parameters.ssl_options = pika.SSLOptions(self._tls, self._server_name or parameters.host)
        parameters.stack_timeout = 8
        parameters.heartbeat = HEARTBEAT_SECONDS
        parameters.blocked_connection_timeout = 3600
        parameters.client_properties = {"connection_name": self._name}
        return parameters

    def _resume(self) -> None:
        """Everything that was listened to and taken before goes on over the new connection."""
        if self._replies is not None:
            self._subscribe_replies()
        else:
            self._ready.set()
        for listening in self._listening:
            self._subscribe(listening)
        for consuming in self._consuming:
            self._take_from(consuming)

    def _take_from(self, consuming: _Consuming) -> None:
        def opened(channel: Channel) -> None:
            # A queue that is not there closes the channel; then everything is tried anew, at growing distances.
            channel.add_on_close_callback(self._channel_closed)
            channel.add_on_cancel_callback(lambda _: channel.close())  # so does one that is deleted
            channel.basic_qos(prefetch_count=consuming.prefetch)
            channel.basic_consume(
                consuming.queue,
                lambda ch, method, props, body: consuming.take(
                    Delivery(body, props.user_id or "", method.routing_key, ch, method.delivery_tag)
                ),
                arguments=PATIENCE,
            )

        assert self._connection is not None  # only called while connected
        self._connection.channel(on_open_callback=opened)

    def _subscribe(self, listening: _Listening) -> None:
        channel = self._channel
        assert channel is not None  # only called while connected

        def named(frame: Any) -> None:
            queue = frame.method.queue
            channel.queue_bind(queue, listening.exchange, listening.pattern)
            channel.basic_consume(
                queue, lambda _ch, _method, props, body: listening.callback(body, props), auto_ack=True
            )

        channel.queue_declare("", exclusive=True, auto_delete=True, callback=named)

    def _subscribe_replies(self) -> None:
        assert self._channel is not None  # only called while connected
        assert self._replies is not None
        callback = self._replies
        # Ready only after the broker's word: a request sent before the consumer exists closes the whole channel.
        self._channel.basic_consume(
            "amq.rabbitmq.reply-to",
            lambda _ch, _method, props, body: callback(body, props),
            auto_ack=True,
            callback=lambda _: self._ready.set(),
        )

    def _set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked
        log.warning("broker.blocked" if blocked else "broker.unblocked", name=self._name)

    def _confirmed(self, frame: Any) -> None:
        tag, several = frame.method.delivery_tag, frame.method.multiple
        # Tags count up, and dicts keep that order: the confirmed ones are a prefix.
        tags = list(takewhile(lambda one: one <= tag, self._unconfirmed)) if several else [tag]
        taken = isinstance(frame.method, pika.spec.Basic.Ack)
        for one in tags:
            future = self._unconfirmed.pop(one, None)
            if future is not None and not future.done():
                if taken:
                    future.set_result(None)
                else:
                    future.set_exception(Unavailable("the broker refused the message"))

    def _returned(self, _channel: Any, method: Any, properties: Any, _body: bytes) -> None:
        # The return comes before the confirm.
        tag = self._by_message.get(properties.message_id or "")
        future = self._unconfirmed.get(tag) if tag is not None else None
        if future is not None and not future.done():
            future.set_exception(Unroutable(f"no queue takes {method.routing_key}"))

    def _is_current(self, connection: object) -> bool:
        """An attempt that was given up may still come to something; it must not disturb the one that holds."""
        return connection is self._connection

    def _channel_closed(self, channel: Any, reason: Any) -> None:
        connection: Any = channel.connection
        if not self._is_current(connection):
            return
        if not self._closing and connection.is_open:
            log.warning("broker.channel-closed", name=self._name, why=str(reason)[:200])
        self._fail(Unavailable(str(reason)))
        if connection.is_open:
            connection.close()

    def _closed(self, connection: Any, reason: Any) -> None:
        if not self._is_current(connection):
            return
        self._fail(Unavailable(str(reason)))
        self._lost.set()

    def _fail(self, error: Unavailable) -> None:
        if self._ready.is_set() and not self._is_frozen:
            self._away_since = time.monotonic()
        self._ready.clear()
        self._channel = None
        unconfirmed, self._unconfirmed = self._unconfirmed, {}
        for future in unconfirmed.values():
            if not future.done():
                future.set_exception(error)
                future.exception()  # whoever still waits sees it; nobody else needs the warning
