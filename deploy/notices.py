"""Notices in the courier's process: the ledger is followed, and what is due leaves the house."""

import asyncio
from typing import Final

from sqlalchemy.engine import Engine

from locales.notices import told
from services.contracts.actors import Caller
from services.notices import channels, dispatch, follower
from services.plumbing.absences import absences
from services.plumbing.errors import Unavailable
from services.plumbing.rpc import Rpc
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire

_PAUSE: Final = 1.0
_PAGE: Final = 200


async def run(settings: Settings, wire: Wire, engine: Engine, stop: asyncio.Event) -> None:
    """Until told to stop. What waits outside waits in a thread, so that the outboxes go on meanwhile."""
    rpc, clock, send = Rpc(wire), settings.clock(), channels.every(settings)
    while not stop.is_set():
        try:
            read = await follow(rpc, engine, settings)
            handed = await asyncio.to_thread(dispatch.dispatch, engine, send, told, clock.now())
            absences.over("notices.wait", "notices", service="notices")
        except Unavailable as away:
            absences.met("notices.wait", "notices", away, service="notices")
            read = handed = 0
        except Exception as broken:  # a fault of ours is said, and what comes later is told all the same
            absences.met("notices.broken", "notices", type(broken).__name__, service="notices")
            read = handed = 0
        if not read and not handed:
            try:
                await asyncio.wait_for(stop.wait(), _PAUSE)
            except TimeoutError:
                continue


async def follow(rpc: Rpc, engine: Engine, settings: Settings) -> int:
    """One page of the ledger; how many entries it had. Raises Unavailable."""
    at = await asyncio.to_thread(follower.place, engine)
    reply = await rpc.ask("ledger", "entries", {"after": -1 if at is None else at, "limit": _PAGE}, Caller())
    if reply["status"] != 200:
        raise Unavailable("the ledger does not answer")
    body = reply["body"]
    if at is None:
        await asyncio.to_thread(follower.begin, engine, int(body["size"]))
    items, now = body["items"], settings.clock().now()
    await asyncio.to_thread(follower.take, engine, items, now, settings.beginning)
    return len(items)
