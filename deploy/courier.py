"""The courier's process: it carries the outboxes of all services, and notices out of the house."""

import asyncio
import signal

from deploy import notices
from deploy.authority import BOARDS
from services.plumbing import log, ownership, relay, topology
from services.plumbing.db import open_engine
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire


async def carry(settings: Settings) -> None:
    """Carry until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    name = f"courier-{settings.instance}"
    wire = Wire(settings.amqp_url, name)
    clock = settings.clock()
    heard = topology.heard_by(BOARDS)
    # no patience: a relay waits beside the others, never in their way
    engines = {board.name: open_engine(settings.store_url(board.name), board.name, patience=0.0) for board in BOARDS}
    relays = [relay.Relay(name, engine, wire, clock, heard) for name, engine in engines.items()]
    following = asyncio.create_task(notices.run(settings, wire, stop))
    await relay.run(relays, wire, stop, name)
    await following


def main() -> None:
    settings = Settings()
    log.configure(f"courier-{settings.instance}")
    ownership.take(settings.var.absolute() / settings.authority)
    asyncio.run(carry(settings))


if __name__ == "__main__":
    main()
