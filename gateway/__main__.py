"""Process of the gateway: asyncio on uvicorn, tied to the broker, ended gracefully."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import FrameType

import pika
import uvicorn
from fastapi import FastAPI

from gateway.app import create_app
from gateway.calls import Gateway
from gateway.events import Feed
from gateway.patience import ImpatientProtocol
from gateway.store import BOARD
from gateway.tokens import Tokens
from services import SERVICES
from services.plumbing import ownership, topology
from services.plumbing.db import SHORT_PATIENCE_SECONDS, open_engine
from services.plumbing.errors import Unavailable
from services.plumbing.log import configure, log
from services.plumbing.metrics import Census
from services.plumbing.migrate import upgrade
from services.plumbing.rpc import Rpc
from services.plumbing.settings import Settings
from services.plumbing.store_pulse import StorePulse
from services.plumbing.wire import Wire

#: How long requests may take to end after SIGTERM; longer than a command's time-out.
GRACE_SECONDS = 12
PRUNE_SECONDS = 6 * 3600.0


class WireDepths:
    """Counts what waits in each service's queues by passive declaration."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        live = [queue(name) for name in SERVICES for queue in (topology.events_queue, topology.commands_queue)]
        self._queues = [*live, *map(topology.dead_queue, live), *map(topology.questions_queue, SERVICES)]

    async def depths(self) -> Mapping[str, int]:
        """Queue -> messages ready. Raises Unavailable."""
        if not self._wire.is_ready:
            return {}
        found = await asyncio.gather(*map(self._wire.depth, self._queues))
        return {name: depth for name, depth in zip(self._queues, found, strict=True) if depth is not None}


class Server(uvicorn.Server):
    """Ends the event streams first, because these would never end by themselves."""

    def __init__(self, config: uvicorn.Config, feed: Feed) -> None:
        super().__init__(config)
        self._feed = feed

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._feed.close()
        super().handle_exit(sig, frame)


async def prune(gateway: Gateway) -> None:
    """What is older than it has to be kept goes, some times a day: of the record of sign-ins, and uploaded files."""
    while True:
        try:
            gone = await asyncio.to_thread(gateway.audit.prune, gateway.settings.audit_days)
            if gone:
                log.info("audit.pruned", entries=gone)
            if files := await asyncio.to_thread(gateway.imports.prune, gateway.settings.import_days):
                log.info("imports.pruned", files=files)
        except (Unavailable, OSError) as away:
            log.warning("audit.waiting", error=str(away)[:200])
        await asyncio.sleep(PRUNE_SECONDS)


def assemble(settings: Settings) -> tuple[FastAPI, Gateway]:
    """The app on the real broker and the gateway's own store, which is migrated here."""
    engine = open_engine(settings.store_url(BOARD.name), BOARD.name, SHORT_PATIENCE_SECONDS)
    upgrade(BOARD, engine)
    clock, feed, census = settings.clock(), Feed(), Census()
    wire = Wire(settings.amqp_url, name="gateway")
    gateway = Gateway(
        Rpc(wire), Tokens(engine, clock), clock, settings, feed, census, WireDepths(wire), StorePulse(engine)
    )

    def grew(body: bytes, _properties: pika.BasicProperties) -> None:
        feed.heard(body)

    def counted(body: bytes, _properties: pika.BasicProperties) -> None:
        try:
            census.take(body, time.monotonic())
        except (ValueError, KeyError, TypeError) as wrong:
            log.warning("metrics.unreadable", error=repr(wrong)[:200])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with wire:
            await wire.listen(topology.EVENTS, "qidi.ledger.extended.#", grew)
            await wire.listen(topology.METRICS, "#", counted)
            pruning = asyncio.create_task(prune(gateway))
            yield
            pruning.cancel()
        engine.dispose()

    return create_app(gateway, lifespan), gateway


def main() -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished first."""
    settings = Settings()
    configure("gateway")
    ownership.take(settings.var.absolute() / settings.authority)
    app, gateway = assemble(settings)
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        forwarded_allow_ips=settings.trusted_proxies,
        access_log=False,  # ours names the route; uvicorn's would write paths and queries
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
        http=ImpatientProtocol,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises what it caught once more when it has ended; by then all is done, and the code should be 0
        signal.signal(number, lambda *_: None)
    Server(config, gateway.feed).run()


if __name__ == "__main__":
    main()
