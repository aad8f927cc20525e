"""The edge at which nameko hosts a service: the only module that knows nameko and eventlet. Replacing them: this file.

nameko gives lifecycle, workers and injection. Its stock consumers are not used: they acknowledge failed messages and
do not acknowledge on a clean stop. `Inlet` takes a batch, hands it to the desk, and acknowledges after the commit.
"""

import warnings

with warnings.catch_warnings():
    # eventlet warns of itself in ten lines of plain text, before the log is there to take them
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()

import signal  # noqa: E402  # everything below must see the patched standard library
import time  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from typing import Any  # noqa: E402

import psycopg2.extensions  # noqa: E402
from eventlet.hubs import trampoline  # noqa: E402
from kombu import Connection, Message, Queue  # noqa: E402
from nameko.extensions import DependencyProvider, Entrypoint  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from services.plumbing import metrics, topology  # noqa: E402
from services.plumbing.absences import absences  # noqa: E402
from services.plumbing.clock import Clock  # noqa: E402
from services.plumbing.deliveries import PATIENCE  # noqa: E402
from services.plumbing.desk import Desk, Ruling  # noqa: E402
from services.plumbing.desks import open_desks  # noqa: E402
from services.plumbing.errors import Unavailable  # noqa: E402
from services.plumbing.lines import (  # noqa: E402
    BEAT_SECONDS,
    LOST,
    PARTING_SECONDS,
    PROMPT_SECONDS,
    Line,
    bytes_of,
    let_go,
    read_ahead,
)
from services.plumbing.log import log  # noqa: E402
from services.plumbing.precedence import Precedence  # noqa: E402
from services.plumbing.questions import answer_all  # noqa: E402
from services.plumbing.replies import Replies  # noqa: E402
from services.plumbing.settings import Settings  # noqa: E402
from services.plumbing.switchboard import Switchboard, Tick  # noqa: E402

#: How many messages one transaction takes at most, and how many the broker may send ahead.
BATCH = 200
PREFETCH = 400
HEARTBEAT_SECONDS = 10
#: How long a message waits for company, so that a batch pays for one transaction.
LINGER_SECONDS = 0.001
#: Kinds of messages whose sender waits for an answer.
_AWAITED = frozenset({"command", "question"})
#: Everything that a broken connection can raise.
BROKEN = (*LOST, eventlet.Timeout)


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

    def _meanwhile(self) -> None:
        """What must go on while the desk is busy or waits for its store."""

    def _nap(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            eventlet.sleep(min(left, 0.1))
            self._meanwhile()

    def _call(self, *args: Any) -> Any:
        """Run the service method in a nameko worker and wait for its result or exception. Raises Unavailable."""
        done = eventlet.event.Event()

        def hand_back(_: Any, result: Any, error: Any) -> tuple[Any, Any]:
            if error is not None:
                done.send_exception(*error)
            else:
                done.send(result)
            return result, None

        self.container.spawn_worker(self, args, {}, handle_result=hand_back)
        while not done.ready():
            done.wait(timeout=BEAT_SECONDS)
            self._meanwhile()
        result = done.wait()
        if isinstance(result, Unavailable):
            raise result
        return result


def _or_away(act: Callable[..., Any], *args: Any) -> Any:
    """The act's result; a store that is away is a result as well, for nameko writes a traceback for what is raised."""
    try:
        return act(*args)
    except Unavailable as away:
        return away


class Inlet(_Hosted):
    """Takes messages of one queue in batches; acknowledges after the commit, and waits out a store that is away
    without handing anything back.

    What it holds it tries until the store takes it, even where the broker has lost patience or has gone meanwhile: so
    nothing is taken again from the queue before the store is back, and an outage costs a message one delivery at most.
    """

    def __init__(
        self,
        amqp_url: str,
        queue: str,
        service: str,
        kind: str,
        linger: float = LINGER_SECONDS,
        precedence: Precedence | None = None,
        goes_first: bool = True,
    ) -> None:
        """`linger`: seconds for which a batch that has begun waits for more. `precedence`: that of its process."""
        self._precedence, self._goes_first = precedence or Precedence(), goes_first
        self._url, self._queue, self._service, self._kind, self._linger = amqp_url, queue, service, kind, linger
        self._replies = Replies(amqp_url, queue, eventlet.Timeout)
        self._line: Line | None = None
        super().__init__(amqp_url, queue, service, kind, linger, precedence, goes_first)

    def _work(self) -> None:
        pause = 0.1
        while not self._stopping:
            connection = Connection(self._url, heartbeat=HEARTBEAT_SECONDS, connect_timeout=5)
            try:
                self._consume(connection)
                pause = 0.1
            except BROKEN as broken:
                self._line = None
                self._precedence.rests(self)
                absences.met("broker.away", self._queue, repr(broken))
                self._replies.close()  # its connection has gone with this one, but would only notice one answer later
                self._nap(pause)
                pause = min(pause * 2, 2.0)
            finally:
                let_go(connection, eventlet.Timeout)
        self._replies.close()

    def _meanwhile(self) -> None:
        if self._line is not None:
            self._line.keep()

    def _consume(self, connection: Any) -> None:
        read_ahead(connection)
        channel = connection.channel()
        channel.basic_qos(0, PREFETCH, False)
        waiting: list[Message] = []
        consumer = connection.Consumer(
            Queue(self._queue, no_declare=True, consumer_arguments=PATIENCE),
            channel=channel,
            on_message=waiting.append,  # bytes as they came: what they mean is the desk's to say
            auto_declare=False,
        )
        consumer.consume()
        self._line = line = Line(connection)
        absences.over("broker.away", self._queue)
        while not self._stopping:
            self._gather(connection, waiting)
            line.keep()
            line.check()
            if waiting:
                if not self._goes_first:
                    self._precedence.step_aside(self._aside)
                batch = waiting[:BATCH]
                del waiting[:BATCH]
                self._handle(line, batch)
        self._line = None
        self._precedence.rests(self)
        with eventlet.Timeout(PARTING_SECONDS):
            consumer.cancel()  # what is prefetched but untouched goes back to the queue when the channel closes
            channel.close()

    def _gather(self, connection: Any, waiting: list[Message]) -> None:
        """Wait for the first message, then take what has come meanwhile."""
        if not waiting:
            self._first(connection)
        while len(waiting) < BATCH:
            try:
                connection.drain_events(timeout=self._linger)
            except TimeoutError:
                break
        if waiting and self._goes_first:
            self._precedence.takes(self)

    def _first(self, connection: Any) -> None:
        """Wait for the first message: without a word to the others where it is here, else they go on meanwhile."""
        for timeout in (PROMPT_SECONDS, 0.5):
            try:
                connection.drain_events(timeout=timeout)
            except TimeoutError:
                self._precedence.rests(self)
            else:
                return

    def _aside(self, seconds: float) -> None:
        eventlet.sleep(seconds)
        self._meanwhile()

    def _handle(self, line: Line, batch: Sequence[Message]) -> None:
        rulings = self._until_taken([bytes_of(message) for message in batch])
        for ruling in rulings:
            metrics.MESSAGES.labels(self._service, self._kind, ruling.verdict.value).inc()
        line.check()  # the line is gone: the same messages come again, and are known then
        batch[-1].ack(multiple=True)  # they came in order; the dead ones are kept in the store by now
        self._replies.send(batch, rulings)

    def _until_taken(self, bodies: Sequence[bytes]) -> Sequence[Ruling]:
        """What the desk rules, however long its store is away. Raises ConnectionError when we are to stop meanwhile."""
        pause = 0.1
        while True:
            try:
                rulings: Sequence[Ruling] = self._call(bodies)
            except Unavailable as away:
                # Nobody's fault. Nothing is handed back, so the delivery limit is not burnt.
                metrics.WAITS.labels(self._service).inc()
                absences.met("store.away", self._queue, away, service=self._service)
                self._precedence.rests(self)  # whoever has a store can go on
                if self._stopping:
                    raise ConnectionError("stopped while the store was away") from None
                self._nap(pause)
                pause = min(pause * 2, 2.0)
            else:
                absences.over("store.away", self._queue, service=self._service)
                return rulings


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
                absences.met("store.away", f"tick {self._index}", away, service=self._service)
            else:
                absences.over("store.away", f"tick {self._index}", service=self._service)
            took = time.monotonic() - begun
            metrics.TICK_SECONDS.labels(self._service).set(took)
            self._nap(self._every - took)


def service_class(board: Switchboard, desk: Desk, amqp_url: str, precedence: Precedence | None = None) -> type:
    """The nameko class of a service: a switchboard, one line a method. `precedence`: among those of its process."""
    name = board.name
    members: dict[str, Any] = {"name": name, "desk": DeskProvider(desk)}

    linger = PROMPT_SECONDS if board.is_prompt else LINGER_SECONDS

    def inlet(queue: str, kind: str, method: Callable[..., Any]) -> Any:
        goes_first = kind in _AWAITED or board.is_prompt
        return Inlet.decorator(amqp_url, queue, name, kind, linger, precedence, goes_first)(method)

    if board.commands:
        members["commands"] = inlet(
            topology.commands_queue(name), "command", lambda self, bodies: _or_away(self.desk.take_commands, bodies)
        )
    if board.hears:
        members["events"] = inlet(
            topology.events_queue(name), "event", lambda self, bodies: _or_away(self.desk.take_events, bodies)
        )
    for row in topology.table([board]):
        if row.exchange == topology.DEAD:
            members[row.name] = inlet(
                row.name, "dead", lambda self, bodies, queue=row.keys[0]: _or_away(self.desk.take_in, queue, bodies)
            )
    members["questions"] = inlet(
        topology.questions_queue(name), "question", lambda self, bodies: answer_all(self.desk, bodies)
    )
    for index, tick in enumerate(board.ticks):
        members[f"tick_{index}"] = Metronome.decorator(tick.every_seconds, index, name)(
            lambda self, which: _or_away(self.desk.tick, board.ticks[which])
        )
    return type(name.capitalize(), (), members)


def _push_metrics(settings: Settings, process: str, stop: Any) -> None:
    """Tell the gateway this process's counts every two seconds."""
    while not stop.ready():
        try:
            with Connection(settings.amqp_url, connect_timeout=5, heartbeat=HEARTBEAT_SECONDS) as connection:
                channel, line = connection.channel(), Line(connection)
                while not stop.ready():
                    body = channel.prepare_message(metrics.snapshot(process), content_type="application/json")
                    channel.basic_publish(body, exchange=topology.METRICS, routing_key="")
                    line.keep()
                    line.check()
                    for _ in range(20):
                        if not stop.ready():
                            eventlet.sleep(0.1)
        except BROKEN:
            eventlet.sleep(1)


def host(boards: Sequence[Switchboard], settings: Settings, clock: Clock) -> None:
    """Run services in this process until SIGTERM or SIGINT; then finish what is in hand and stop."""
    precedence = Precedence()
    runner = ServiceRunner({"AMQP_URI": settings.amqp_url, "max_workers": 32})
    for desk in open_desks(boards, settings, clock):
        runner.add_service(service_class(desk.board, desk, settings.amqp_url, precedence))
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
