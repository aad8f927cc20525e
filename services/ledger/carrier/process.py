"""The carrying process of an authority: it signs what is recorded, and carries to superior and lower authorities."""

import asyncio
import signal
from contextlib import suppress
from typing import Final

from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.downward import Downward
from services.ledger.carrier.measures import measure
from services.ledger.carrier.superior import Superior
from services.ledger.carrier.upward import POLL_SECONDS, Upward
from services.ledger.link import pages
from services.ledger.store import Book
from services.plumbing import log, metrics, ownership, topology
from services.plumbing.errors import Unavailable
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Office
from services.plumbing.wire import Wire

SIGN_SECONDS: Final = 10.0


class Carrier:
    """Both directions of one authority."""

    def __init__(self, settings: Settings, ledger: LedgerAccess) -> None:
        self._name = f"link-{settings.instance}"
        self._ledger = ledger
        self._wire = Wire(settings.amqp_url, self._name)
        self._downward = Downward(settings, ledger, self._wire, self._go_up)
        self._upward: Upward | None = None
        self._going_up: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        async with self._wire, asyncio.TaskGroup() as tasks:
            if not self._ledger.glance.is_cheap:
                await self._wire.listen(topology.EVENTS, "qidi.ledger.extended.#", lambda *_: self._grew())
            tasks.create_task(self._downward.run())
            tasks.create_task(self._follow_superior())
            tasks.create_task(self._push())
            tasks.create_task(self._sign())
            tasks.create_task(self._watch())

    def _grew(self) -> None:
        self._go_up()
        self._downward.wake()

    def _go_up(self) -> None:
        if self._upward is not None:
            self._upward.wake()

    async def _watch(self) -> None:
        """Where the store says cheaply that it was written to, nobody waits for the courier's signal."""
        glance, known = self._ledger.glance, -1
        while glance.is_cheap:
            await asyncio.sleep(glance.pause)
            if glance.may_have_changed():
                size = await self._ledger.looking(own_size)
                if size != known:
                    known = size
                    glance.found()
                    self._grew()

    async def _follow_superior(self) -> None:
        """Dials the superior that the folder names now; a new token or another address is taken up by itself."""
        try:
            while True:
                named = Superior.load(self._ledger.folder)
                ended = self._going_up is not None and self._going_up.done()
                if ended or named != (self._upward.superior if self._upward else None):
                    await self._hang_up()
                    if named is not None:
                        self._upward = Upward(self._ledger, named)
                        self._going_up = asyncio.create_task(self._upward.run())
                await asyncio.sleep(POLL_SECONDS)
        finally:
            await self._hang_up()

    async def _hang_up(self) -> None:
        task, self._going_up, self._upward = self._going_up, None, None
        if task is not None:
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
            except Exception as failed:  # a mistake of ours must not end the link: it is loud, and begun anew
                log.log.error("link.failed", doing="go up", error=repr(failed)[:300], exc_info=True)

    async def _sign(self) -> None:
        """Signs what was recorded also where nobody above asks for it: proofs of cases stand under what is signed."""
        while True:
            try:
                await self._ledger.writing(lambda office: pages.cut(office, self._ledger.key))
            except Exception as failed:  # a key that cannot be read must not end the link
                log.log.error("link.failed", doing="sign", error=repr(failed)[:300], exc_info=True)
            await asyncio.sleep(SIGN_SECONDS)

    async def _push(self) -> None:
        """Tell the gateway this process's counts, as the courier does."""
        while True:
            try:
                await self._ledger.looking(measure)
                await self._wire.publish(
                    topology.METRICS, "", metrics.snapshot(self._name), mandatory=False, persistent=False
                )
            except Unavailable as away:
                log.log.info("metrics.waits", why=str(away)[:200])
            await asyncio.sleep(POLL_SECONDS)


def own_size(office: Office) -> int:
    """Entries of our own ledger; those of others grow by what this process itself takes."""
    return Book(office.connection).frontier().size


async def carry(settings: Settings) -> None:
    """Carry until SIGTERM or SIGINT."""
    with LedgerAccess(settings) as ledger:
        running = asyncio.create_task(Carrier(settings, ledger).run())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.cancel)
        with suppress(asyncio.CancelledError):
            await running


def main() -> None:
    settings = Settings()
    log.configure(f"link-{settings.instance}")
    ownership.take(settings.var.absolute() / settings.authority)
    asyncio.run(carry(settings))
