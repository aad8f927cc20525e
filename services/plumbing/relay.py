"""The relay of outbox rows to the broker: in order, confirmed, and only then taken away."""

import asyncio
import time
from collections.abc import Callable, Sequence

from sqlalchemy.engine import Engine

from services.contracts.envelope import CONTENT_TYPE, is_signal
from services.plumbing import metrics, outbox, topology
from services.plumbing.absences import absences
from services.plumbing.clock import Clock
from services.plumbing.db import PATIENCE_SECONDS, TURN_PAUSES, Glance, reading, transaction
from services.plumbing.desk import counts
from services.plumbing.errors import Unavailable
from services.plumbing.wire import CONFIRM_SECONDS, Unroutable, Wire

#: Rows on their way at once; what an unconfirmed window may repeat after a crash.
WINDOW = 1000
#: Looked at even if nothing seems to have happened.
LOOK_SECONDS = 1.0
TROUBLE_SECONDS = 0.5


class Relay:
    """Carries one store's outbox to the broker. Run one per store: order comes from there being one."""

    def __init__(
        self,
        service: str,
        engine: Engine,
        wire: Wire,
        clock: Clock,
        heard: Callable[[str], bool] = lambda key: not is_signal(key),
    ) -> None:
        """`heard` says of a routing key whether a queue must take it; what nobody hears (a fact of another level that
        concerns no service here, or one that is an entry already) is said once and never waits for a listener."""
        self._service, self._engine, self._wire, self._clock = service, engine, wire, clock
        self._heard = heard
        self._glance = Glance(engine)
        #: What the broker has confirmed and the store could not yet be told. It is never said again before that.
        self._said: list[int] = []
        #: Queues whose letters were counted: the last one that is settled is told as well.
        self._dead: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what is on its way then is still waited for."""
        while not stop.is_set():
            try:
                carried = await self.carry()
            except Unavailable as away:
                absences.met("relay.waits", self._service, away, service=self._service)
                await _pause(stop, TROUBLE_SECONDS)
                continue
            absences.over("relay.waits", self._service, service=self._service)
            if carried:
                self._glance.found()
            else:
                await self._until_written(stop)
        self._glance.close()

    async def _until_written(self, stop: asyncio.Event) -> None:
        """Until somebody may have put something into the outbox. A store that cannot say so is looked at again soon."""
        end = time.monotonic() + LOOK_SECONDS
        while not stop.is_set() and time.monotonic() < end:
            await asyncio.sleep(self._glance.pause)
            if self._glance.may_have_changed():
                return

    async def carry(self) -> int:
        """Say what is waiting, one window. Returns how many rows left. Raises Unavailable."""
        await self._take_away()
        with reading(self._engine) as connection:
            rows = outbox.waiting(connection, WINDOW)
        if not rows:
            return 0
        said = await self._publish(rows)
        self._said.extend(said)
        await self._take_away()
        if len(said) < len(rows):
            raise Unavailable(f"{len(rows) - len(said)} of {len(rows)} events were not taken")
        return len(said)

    async def _take_away(self) -> None:
        """The rows that were confirmed leave. Waits for the turn to write, and the other stores' relays go on."""
        until, (pause, longest) = time.monotonic() + PATIENCE_SECONDS, TURN_PAUSES
        while self._said:
            try:
                with transaction(self._engine) as connection:
                    outbox.confirmed(connection, self._said)
            except Unavailable:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, longest)
            else:
                metrics.PUBLISHED.labels(self._service).inc(len(self._said))
                self._said = []

    async def _publish(self, rows: Sequence[outbox.Row]) -> list[int]:
        futures: list[asyncio.Future[None]] = []
        try:
            for row in rows:
                exchange, key = topology.destination(row.routing_key)
                futures.append(
                    self._wire.submit(
                        exchange,
                        key,
                        row.body,
                        content_type=CONTENT_TYPE,
                        message_id=row.event_id,
                        mandatory=exchange != topology.EVENTS or self._heard(key),
                    )
                )
        except Unavailable:
            if not futures:
                raise
        if futures:
            await asyncio.wait(futures, timeout=CONFIRM_SECONDS)
        said: list[int] = []
        for row, future in zip(rows, futures, strict=False):
            if future.done() and future.exception() is None:
                said.append(row.id)
            elif future.done() and isinstance(future.exception(), Unroutable):
                metrics.UNROUTABLE.labels(self._service).inc()
        return said

    def measure(self) -> None:
        """Note how much waits here and for how long."""
        with reading(self._engine) as connection:
            found = counts(connection, self._clock.now())
        metrics.OUTBOX_ROWS.labels(self._service).set(found["outbox_rows"])
        metrics.OUTBOX_AGE.labels(self._service).set(found["outbox_age_seconds"])
        metrics.PARKED.labels(self._service).set(sum(found["parked"].values()))
        for queue in self._dead | found["dead"].keys():
            metrics.DEAD.labels(queue).set(found["dead"].get(queue, 0))
        self._dead |= found["dead"].keys()


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def push_metrics(wire: Wire, process: str, relays: Sequence[Relay], stop: asyncio.Event) -> None:
    """Tell the gateway this process's counts every two seconds."""
    while not stop.is_set():
        try:
            for relay in relays:
                relay.measure()
            await wire.publish(topology.METRICS, "", metrics.snapshot(process), mandatory=False, persistent=False)
        except Unavailable as away:
            absences.met("metrics.waits", process, away)
        else:
            absences.over("metrics.waits", process)
        await _pause(stop, 2.0)


async def run(relays: Sequence[Relay], wire: Wire, stop: asyncio.Event, process: str) -> None:
    """All stores' relays on one connection."""
    async with wire:
        tasks = [asyncio.create_task(relay.run(stop)) for relay in relays]
        tasks.append(asyncio.create_task(push_metrics(wire, process, relays, stop)))
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        stop.set()
        await asyncio.gather(*tasks)
