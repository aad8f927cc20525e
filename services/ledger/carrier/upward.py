"""The way up: pages go to the superior, his receipts and mail are taken; he may be away for weeks."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.connection import FRESH_SECONDS, Connection, why_of
from services.ledger.carrier.metrics import LINK_MESSAGES, LINK_PAGES, LINK_UP
from services.ledger.carrier.retries import Retries
from services.ledger.carrier.superior import Superior
from services.ledger.carrier.trouble_log import TroubleLog
from services.ledger.link import child
from services.ledger.link.messages import Became, Outgoing
from services.plumbing import dead_letters, topology
from services.plumbing.deliveries import Delivery
from services.plumbing.errors import Unavailable
from services.plumbing.log import log
from services.plumbing.switchboard import Office
from services.plumbing.wire import CONFIRM_SECONDS

#: Pages of one origin on their way without a receipt.
WINDOW: Final = 4
POLL_SECONDS: Final = 2.0
#: While the superior goes on with a ledger no more, he is asked whether that has changed.
ASK_SECONDS: Final = 10.0
#: Where neither side has anything to say, the question how far he has come shows both that the way is open.
QUIET_SECONDS: Final = 30.0
TROUBLE_SECONDS: Final = 0.5


class Upward:
    """This authority as the lower one."""

    def __init__(self, ledger: LedgerAccess, superior: Superior, seconds: Callable[[], float] = time.monotonic) -> None:
        self._ledger, self.superior, self._seconds = ledger, superior, seconds
        self._wire = superior.wire(ledger.authority)
        self._user = superior.user
        self._retries = Retries()
        self._wake = asyncio.Event()
        self._arrived: asyncio.Queue[Delivery] = asyncio.Queue()
        self._ask_at = 0.0
        #: His last word, or our last question for one; who does not answer is asked ever more rarely.
        self._contact = Retries(QUIET_SECONDS)
        self._troubles = TroubleLog()
        self._told: Connection | None = None

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        self._wire.consume(topology.down_queue(self._ledger.authority), self._arrived.put_nowait)
        self._wire.on_ready = self._begin_anew
        async with self._wire, asyncio.TaskGroup() as both:
            both.create_task(self._send_for_ever())
            both.create_task(self._take_for_ever())

    async def _begin_anew(self) -> None:
        # What was on its way may be lost with the connection, or with the other broker's disk.
        self._retries.forget()
        self._contact.forget()
        self.wake()

    async def _send_for_ever(self) -> None:
        while True:
            self._wake.clear()
            self._tell_connection()
            try:
                if self._wire.is_ready:
                    await self._send()
            except Unavailable as away:
                log.warning("link.waits", superior=self.superior.code, why=str(away)[:200])
                await asyncio.sleep(TROUBLE_SECONDS)
            except Exception as failed:  # a mistake of ours must not end the link: it is loud, and tried again
                log.error("link.failed", doing="send", error=repr(failed)[:300], exc_info=True)
                await asyncio.sleep(POLL_SECONDS)
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()

    def _tell_connection(self) -> None:
        LINK_UP.set(self._wire.is_ready)
        if self._wire.is_ready or self._wire.away:  # neither: the first attempt is under way
            why, now, told = None if self._wire.is_ready else why_of(self._wire.away), self._ledger.now, self._told
            if told is not None and told.why == why and abs(now - told.at) < FRESH_SECONDS:
                return
            since = told.since if told is not None and told.why == why else now
            self._told = Connection(self.superior.code, why, since, now)
            try:
                self._told.save(self._ledger.folder.parent)
            except OSError as full:  # it is only for people who look: the link goes on
                log.warning("link.connection-not-said", error=repr(full)[:200])

    async def _send(self) -> None:
        now = self._seconds()
        is_quiet = not self._contact.on_the_way(now)
        if is_quiet or now >= self._ask_at:
            for one in await self._ledger.looking(lambda office: child.asks(office, only_stopped=not is_quiet)):
                await self._publish(one)
            self._ask_at = now + ASK_SECONDS
            if is_quiet:
                self._contact.note(self.superior.code, 0, now)
        underway = self._retries.on_the_way(now)

        def look(office: Office) -> list[Outgoing]:
            return child.next_pages(office, self._ledger.key, WINDOW, underway)

        pages = await self._ledger.writing(look)
        self._retries.keep_only(underway | {(page.origin, page.number) for page in pages})
        for page in pages:
            self._retries.note(page.origin, page.number, now)
        await asyncio.gather(*map(self._publish, pages))
        for page in pages:
            LINK_PAGES.labels(page.origin).inc()

    async def _publish(self, one: Outgoing) -> None:
        sent = self._wire.submit(
            topology.UP,
            topology.up_key(self._ledger.authority),
            one.body,
            message_id=f"{one.origin}/{one.number}",
            user_id=self._user,
        )
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await sent
        except (TimeoutError, Unavailable) as lost:
            self._retries.forget(one.origin)
            raise Unavailable(str(lost) or "the superior's broker did not confirm in time") from None

    async def _take_for_ever(self) -> None:
        while True:
            delivery = await self._arrived.get()
            try:
                await self._take(delivery)
            except Exception as failed:  # bytes that upset us must not end the link
                LINK_MESSAGES.labels("superior", "failed").inc()
                log.error("link.failed", doing="take", error=repr(failed)[:300], exc_info=True)
                await self._keep(delivery, f"failed: {failed!r}")

    async def _take(self, delivery: Delivery) -> None:
        heard = await self._ledger.writing(lambda office: child.take_from_above(office, delivery.body))
        LINK_MESSAGES.labels("superior", heard.became.value).inc()
        self._contact.forget()
        self._contact.note(self.superior.code, 0, self._seconds())
        if self._troubles.is_news(heard.origin, heard.became, heard.reason):
            log.error("link.heard", verdict=heard.became.value, origin=heard.origin, why=heard.reason[:200])
        for origin in heard.resend:
            self._retries.forget(origin)
        if heard.became is Became.UNREADABLE:
            await self._keep(delivery, f"unreadable: {heard.reason}")
            return
        delivery.acknowledge()
        if heard.waits:
            self.wake()

    async def _keep(self, delivery: Delivery, reason: str) -> None:
        """Among the dead letters; the superior sends it again until it is signed for."""

        def keep(office: Office) -> None:
            queue = topology.down_queue(self._ledger.authority)
            dead_letters.keep(office.connection, queue, [(delivery.body, reason)], office.now.timestamp())

        await self._ledger.writing(keep)
        delivery.acknowledge()
