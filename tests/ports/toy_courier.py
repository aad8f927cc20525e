"""A process that carries the toy services' outboxes through the real relay."""

import asyncio
import signal

from services.plumbing import relay
from services.plumbing.db import open_engine
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire
from tests.ports.toy import BOARDS


async def carry() -> None:
    settings, stop = Settings(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    wire = Wire(settings.amqp_url, "toy-courier")
    relays = [
        relay.Relay(b.name, open_engine(settings.store_url(b.name), b.name, patience=0.0), wire, settings.clock())
        for b in BOARDS
    ]
    await relay.run(relays, wire, stop, "toy-courier")


if __name__ == "__main__":
    asyncio.run(carry())
