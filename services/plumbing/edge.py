"""The edge at which nameko hosts a service: the only module that knows nameko and eventlet. Replacing them: this file.

nameko gives lifecycle, workers and injection. Its stock consumers are not used: they acknowledge failed messages and
do not acknowledge on a clean stop. `Inlet` takes a batch, hands it to the desk, and acknowledges after the commit.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402  # everything below must see the patched standard library
import signal  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from typing import Any  # noqa: E402

import psycopg2.extensions  # noqa: E402
from amqp.exceptions import AMQPError  # noqa: E402
from eventlet.hubs import trampoline  # noqa: E402
from kombu import Connection, Message, Queue  # noqa: E402
from kombu.exceptions import KombuError  # noqa: E402
from nameko.extensions import DependencyProvider, Entrypoint  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from services.contracts.actors import Caller  # noqa: E402
from services.contracts.envelope import NotReadable  # noqa: E402
from services.plumbing import metrics, topology  # noqa: E402
from services.plumbing.clock import Clock  # noqa: E402
from services.plumbing.desk import Desk, Ruling, Verdict  # noqa: E402
from services.plumbing.desks import open_desks  # noqa: E402
from services.plumbing.errors import Unavailable  # noqa: E402
from services.plumbing.log import log  # noqa: E402
from services.plumbing.settings import Settings  # noqa: E402
from services.plumbing.switchboard import Switchboard, Tick  # noqa: E402

#: How many messages one transaction takes at most, and how many the broker may send ahead.
BATCH = 200
PREFETCH = 400
HEARTBEAT_SECONDS = 10
READ_AHEAD = 16_384
#: How long a message waits for company, so that a batch pays for one transaction.
LINGER_SECONDS = 0.001
#: Not zero: without a timeout py-amqp would turn in circles over half a frame, and no other green thread would run.
PROMPT_SECONDS = 0.000_001
#: Everything that a broken connection can raise.
BROKEN = (OSError, AMQPError, KombuError, ConnectionError, eventlet.Timeout)


def _wait_cooperatively(connection: Any, timeout: float = -1) -> None:
    """psycopg2 under eventlet: other green threads run while PostgreSQL works."""
    while True:
        state = connection.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        reads = state == psycopg2.extensions.POLL_READ
        trampoline(connection.fileno(), read=reads, write=not reads)


psycopg2.extensions.set_wait_callback(_wait_cooperatively)


class DeskProvider(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Injects the service's desk into each worker."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def get_dependency(self, worker_ctx: Any) -> Desk:
        return self.desk


class _Hosted(Entrypoint):  # type: ignore[misc]  # nameko has no types
    """What the entrypoints share: a green thread that runs until it is told to stop, and one worker call at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stopping = False
        self._ended: Any = None
        super().__init__()

    def start(self) -> None:
        self._ended = eventlet.event.Event()
        self.container.spawn_managed_thread(self._run, identifier=type(self).__name__)

    def stop(self) -> None:
        """Finish what is in hand, acknowledge it, take nothing more."""
        self._stopping = True
        if self._ended is not None:
            self._ended.wait()

    def _run(self) -> None:
        try:
            self._work()
        finally:
            self._ended.send(None)

    def _work(self) -> None:
        raise AssertionError("each entrypoint has its own work")

    def _nap(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            eventlet.sleep(min(left, 0.1))

    def _call(self, *args: Any) -> Any:
        """Run the service method in a nameko worker and wait for its result or exception."""
        done = eventlet.event.Event()

        def hand_back(_: Any, result: Any, error: Any) -> tuple[Any, Any]:
            if error is not None:
                done.send_exception(*error)
            else:
                done.send(result)
            return result, None

        self.container.spawn_worker(self, args, {}, handle_result=hand_back)
        return done.wait()


class Inlet(_Hosted):
    """Takes messages of one queue in batches; acknowledges after the commit, rejects permanent failures one by one,
    and waits out a store that is away without handing anything back."""

    def __init__(self, amqp_url: str, queue: str, service: str, kind: str, linger: float = LINGER_SECONDS) -> None:
        """`linger`: seconds for which a batch that has begun waits for more."""
        self._url, self._queue, self._service, self._kind, self._linger = amqp_url, queue, service, kind, linger
        self._replies = Replies(amqp_url)
        super().__init__(amqp_url, queue, service, kind, linger)

    def _work(self) -> None:
        pause = 0.1
        while not self._stopping:
            try:
                with Connection(self._url, heartbeat=HEARTBEAT_SECONDS, connect_timeout=5) as connection:
                    self._consume(connection)
                    pause = 0.1
            except BROKEN as broken:
                log.warning("broker.away", service=self._service, queue=self._queue, error=repr(broken)[:200])
                self._replies.close()  # its connection has gone with this one, but would only notice one answer later
                self._nap(pause)
                pause = min(pause * 2, 2.0)
        self._replies.close()

    def _consume(self, connection: Any) -> None:
        _read_ahead(connection)
        channel = connection.channel()
        channel.basic_qos(0, PREFETCH, False)
        waiting: list[Message] = []
        consumer = connection.Consumer(
            Queue(self._queue, no_declare=True),
            channel=channel,
            on_message=waiting.append,  # bytes as they came: what they mean is the desk's to say
            auto_declare=False,
        )
        consumer.consume()
        last_beat = time.monotonic()
        while not self._stopping:
            self._gather(connection, waiting)
            if time.monotonic() - last_beat > HEARTBEAT_SECONDS / 4:
                connection.heartbeat_check()
                last_beat = time.monotonic()
            if waiting:
                batch = waiting[:BATCH]
                del waiting[:BATCH]
                self._handle(connection, batch)
        consumer.cancel()  # what is prefetched but untouched goes back to the queue when the channel closes
        channel.close()

    def _gather(self, connection: Any, waiting: list[Message]) -> None:
        """Wait for the first message, then take what has come meanwhile."""
        timeout = self._linger if waiting else 0.5
        while len(waiting) < BATCH:
            try:
                connection.drain_events(timeout=timeout)
            except TimeoutError:
                return
            timeout = self._linger

    def _handle(self, connection: Any, batch: Sequence[Message]) -> None:
        bodies = [_bytes(message) for message in batch]
        pause = 0.1
        while True:
            try:
                rulings: list[Ruling] = self._call(bodies)
                break
            except Unavailable as away:
                # The store is away: nobody's fault. Nothing is handed back, so the delivery limit is not burnt.
                metrics.WAITS.labels(self._service).inc()
                log.warning("store.away", service=self._service, error=str(away)[:200])
                if self._stopping:
                    raise ConnectionError("stopped while the store was away") from None
                self._nap(pause)
                pause = min(pause * 2, 2.0)
                connection.heartbeat_check()
        self._settle(batch, rulings)
        self._replies.send(batch, rulings)

    def _settle(self, batch: Sequence[Message], rulings: Sequence[Ruling]) -> None:
        """Dead ones are rejected one by one; then one word acknowledges all the others, which came in order."""
        taken: Message | None = None
        for message, ruling in zip(batch, rulings, strict=True):
            metrics.MESSAGES.labels(self._service, self._kind, ruling.verdict.value).inc()
            if ruling.verdict is Verdict.DEAD:
                message.reject(requeue=False)
            else:
                taken = message
        if taken is not None:
            taken.ack(multiple=True)


def _trouble(status: int, detail: str) -> dict[str, Any]:
    return {"status": status, "problems": [{"field": "", "template": "{detail}", "params": {"detail": detail}}]}


class Replies:
    """Sends answers back. Best effort on a connection of its own: a caller without an answer asks again, and the inbox
    gives him the same one."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._connection: Any = None
        self._channel: Any = None

    def send(self, batch: Sequence[Message], rulings: Sequence[Ruling]) -> None:
        for message, ruling in zip(batch, rulings, strict=True):
            reply_to = message.properties.get("reply_to")
            if not reply_to:
                continue
            reply = ruling.reply
            if reply is None:
                reply = _trouble(500, "The request could not be handled; operations can see it in the dead letters.")
            self._publish(reply_to, str(message.properties.get("correlation_id", "")), reply)

    def _publish(self, reply_to: str, correlation: str, reply: Any) -> None:
        try:
            with eventlet.Timeout(2):
                if self._connection is None:
                    self._connection = Connection(self._url, connect_timeout=2)
                    self._channel = self._connection.channel()
                body = self._channel.prepare_message(
                    json.dumps(reply, ensure_ascii=False, default=str).encode(),
                    content_type="application/json",
                    properties={"correlation_id": correlation},
                )
                self._channel.basic_publish(body, exchange="", routing_key=reply_to)
        except BROKEN as broken:
            log.warning("reply.lost", error=repr(broken)[:200])
            self.close()

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            try:
                with eventlet.Timeout(1):
                    connection.close()
            except BROKEN:
                return


class Metronome(_Hosted):
    """Calls the service at a monotonic rhythm, the first time at once; a tick that is late is not made up for."""

    def __init__(self, every_seconds: float, index: int, service: str) -> None:
        self._every, self._index, self._service = every_seconds, index, service
        super().__init__(every_seconds, index, service)

    def _work(self) -> None:
        while not self._stopping:
            begun = time.monotonic()
            try:
                self._call(self._index)
            except Unavailable as away:
                metrics.WAITS.labels(self._service).inc()
                log.warning("store.away", service=self._service, error=str(away)[:200])
            took = time.monotonic() - begun
            metrics.TICK_SECONDS.labels(self._service).set(took)
            self._nap(self._every - took)


def _read_ahead(connection: Any) -> None:
    """py-amqp asks the socket for each part of each frame and keeps what comes beyond: let it ask for more at once."""
    transport = connection.connection.transport
    receive = transport._quick_recv
    transport._quick_recv = lambda size: receive(max(size, READ_AHEAD))


def _bytes(message: Message) -> bytes:
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def service_class(board: Switchboard, desk: Desk, amqp_url: str) -> type:
    """The nameko class of a service: a switchboard, one line a method."""
    name = board.name
    members: dict[str, Any] = {"name": name, "desk": DeskProvider(desk)}

    linger = PROMPT_SECONDS if board.is_prompt else LINGER_SECONDS

    def inlet(queue: str, kind: str, method: Callable[..., Any]) -> Any:
        return Inlet.decorator(amqp_url, queue, name, kind, linger)(method)

    if board.commands:
        members["commands"] = inlet(
            topology.commands_queue(name), "command", lambda self, bodies: self.desk.take_commands(bodies)
        )
    if board.hears:
        members["events"] = inlet(
            topology.events_queue(name), "event", lambda self, bodies: self.desk.take_events(bodies)
        )
    members["questions"] = inlet(
        topology.questions_queue(name), "question", lambda self, bodies: answer_all(self.desk, bodies)
    )
    for index, tick in enumerate(board.ticks):
        members[f"tick_{index}"] = Metronome.decorator(tick.every_seconds, index, name)(
            lambda self, which: self.desk.tick(board.ticks[which])
        )
    return type(name.capitalize(), (), members)


def answer_all(desk: Desk, bodies: Sequence[bytes]) -> list[Ruling]:
    """Answer questions one by one; a bad one is answered too, and never troubles the others."""
    return [_answer(desk, body) for body in bodies]


def _answer(desk: Desk, body: bytes) -> Ruling:
    try:
        asked = json.loads(body)
        reply = desk.answer(asked["question"], asked.get("params", {}), Caller(**asked.get("caller", {})))
        return Ruling(Verdict.HANDLED if reply["status"] == 200 else Verdict.REFUSED, reply=reply)
    except Unavailable as away:
        return Ruling(Verdict.HANDLED, reply=_trouble(503, str(away)))
    except (NotReadable, ValueError, KeyError) as wrong:
        return Ruling(Verdict.REFUSED, f"no question: {wrong!r}")
    except Exception as failed:
        log.error("question.failed", service=desk.board.name, error=repr(failed), exc_info=True)
        return Ruling(Verdict.REFUSED, "The question could not be answered.")


def _push_metrics(settings: Settings, process: str, stop: Any) -> None:
    """Tell the gateway this process's counts every two seconds."""
    while not stop.ready():
        try:
            with Connection(settings.amqp_url, connect_timeout=5, heartbeat=HEARTBEAT_SECONDS) as connection:
                channel = connection.channel()
                while not stop.ready():
                    body = channel.prepare_message(metrics.snapshot(process), content_type="application/json")
                    channel.basic_publish(body, exchange=topology.METRICS, routing_key="")
                    connection.heartbeat_check()
                    for _ in range(20):
                        if not stop.ready():
                            eventlet.sleep(0.1)
        except BROKEN:
            eventlet.sleep(1)


def host(boards: Sequence[Switchboard], settings: Settings, clock: Clock) -> None:
    """Run services in this process until SIGTERM or SIGINT; then finish what is in hand and stop."""
    runner = ServiceRunner({"AMQP_URI": settings.amqp_url, "max_workers": 32})
    for desk in open_desks(boards, settings, clock):
        runner.add_service(service_class(desk.board, desk, settings.amqp_url))
    stop = eventlet.event.Event()

    def end(*_: Any) -> None:
        if not stop.ready():
            stop.send(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn_after(0, end))
    runner.start()
    eventlet.spawn(_push_metrics, settings, f"services-{settings.instance}", stop)
    watch = eventlet.spawn(runner.wait)
    watch.link(end)  # a service that dies ends the process; the supervisor starts it again
    log.warning("services.ready", services=[board.name for board in boards])
    stop.wait()
    runner.stop()
    watch.wait()
    log.warning("services.ended", **metrics.verdicts("event"))


__all__ = ["Inlet", "Metronome", "Tick", "host", "service_class"]
