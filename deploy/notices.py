"""Notices in the courier's process: the ledger is followed, and what is due leaves the house.

Inboxes never wait for mail servers and webhooks, and no way out waits for another: each goes on by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from sqlalchemy.engine import Engine

from deploy.staff import present
from locales.notices import told
from services.contracts.actors import Caller
from services.contracts.beginning import Beginning
from services.notices import channels, dispatch, follower
from services.notices.channels import Send
from services.notices.dispatch import Staff
from services.plumbing.absences import absences
from services.plumbing.db import open_engine
from services.plumbing.errors import Unavailable
from services.plumbing.rpc import Rpc
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire

_PAUSE: Final = 1.0
_PAGE: Final = 200


class Asks(Protocol):
    """Asks a service a question and waits for its answer."""

    async def ask(self, service: str, question: str, params: dict[str, Any], caller: Caller) -> dict[str, Any]: ...


def opened(settings: Settings) -> Engine:
    """The store of notices, with patience: what has left the house is written down, however busy the store is."""
    return open_engine(settings.store_url("notices"), "notices")


async def run(settings: Settings, wire: Wire, stop: asyncio.Event) -> None:
    """Until told to stop."""
    engine, now = opened(settings), settings.clock().now
    send, staff = channels.every(settings), present(settings, now)
    await serve(Rpc(wire), engine, send, staff, now, settings.beginning, stop)


async def serve(
    rpc: Asks,
    engine: Engine,
    send: Mapping[str, Send],
    staff: Staff,
    now: Callable[[], datetime],
    beginning: Beginning,
    stop: asyncio.Event,
) -> None:
    """The ledger and each way out, until told to stop. Who waits outside waits in a thread."""

    async def leave(by: str) -> int:
        return await asyncio.to_thread(dispatch.dispatch, engine, {by: send[by]}, told, staff, now)

    async def read() -> int:
        return await follow(rpc, engine, now, beginning)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_on_and_on("following", read, stop))
        for channel in send:
            tasks.create_task(_on_and_on(channel, partial(leave, channel), stop))


async def _on_and_on(name: str, work: Callable[[], Awaitable[int]], stop: asyncio.Event) -> None:
    """Again at once while there is something to do, else after a pause; a fault of ours is said and tried again."""
    while not stop.is_set():
        done = 0
        try:
            done = await work()
            for event in ("notices.wait", "notices.broken"):
                absences.over(event, name, service="notices")
        except Unavailable as away:
            absences.met("notices.wait", name, away, service="notices")
        except Exception as broken:
            absences.met("notices.broken", name, type(broken).__name__, service="notices")
        if not done:
            try:
                await asyncio.wait_for(stop.wait(), _PAUSE)
            except TimeoutError:
                continue


async def follow(rpc: Asks, engine: Engine, now: Callable[[], datetime], beginning: Beginning) -> int:
    """One page of the ledger; how many entries it had. Raises Unavailable."""
    at = await asyncio.to_thread(follower.place, engine)
    reply = await rpc.ask("ledger", "entries", {"after": -1 if at is None else at, "limit": _PAGE}, Caller())
    if reply["status"] != 200:
        raise Unavailable("the ledger does not answer")
    body = reply["body"]
    if at is None:
        await asyncio.to_thread(follower.begin, engine, int(body["size"]))
    items = body["items"]
    await asyncio.to_thread(follower.take, engine, items, now(), beginning)
    return len(items)
