"""The way down: pages of lower authorities are taken and answered, and mail goes into their mailboxes."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.metrics import LINK_MESSAGES
from services.ledger.carrier.retries import Retries
from services.ledger.carrier.trouble_log import TroubleLog
from services.ledger.link import store, superior
from services.ledger.link.mail import post
from services.ledger.link.messages import Became, Outgoing, TakenFromBelow
from services.ledger.link.states import LinkState
from services.plumbing import dead_letters, topology
from services.plumbing.deliveries import Delivery
from services.plumbing.errors import Unavailable
from services.plumbing.log import log
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Office
from services.plumbing.wire import CONFIRM_SECONDS, Full, Unroutable, Wire

POLL_SECONDS: Final = 2.0
TROUBLE_SECONDS: Final = 0.5
#: Mail of one child on its way without its signature.
WINDOW: Final = 50
#: Mail stays in its mailbox until it is taken: it is repeated only in case that the mailbox itself was lost.
MAIL_AGAIN_SECONDS: Final = 60.0


class Downward:
    """This authority as the superior."""

    def __init__(self, settings: Settings, ledger: LedgerAccess, wire: Wire, grew: Callable[[], None]) -> None:
        """`grew` is called when an origin's ledger has grown here: it is to be passed on."""
        self._ledger, self._wire, self._grew = ledger, wire, grew
        self._name, self._level = settings.authority_name, settings.level
        self._retries = Retries(MAIL_AGAIN_SECONDS)
        self._troubles = TroubleLog()
        self._wake = asyncio.Event()
        self._arrived: asyncio.Queue[Delivery] = asyncio.Queue()
        self._given_up: asyncio.Queue[Delivery] = asyncio.Queue()

    def wake(self) -> None:
        """There may be mail."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled, on the wire that it was given; its queues are there from the first enrolment on."""
        while not await self._ledger.looking(_invited):
            await asyncio.sleep(POLL_SECONDS)
        self._wire.on_ready = self._begin_anew
        self._wire.consume(topology.PAGES, self._arrived.put_nowait)
        self._wire.consume(topology.dead_queue(topology.PAGES), self._given_up.put_nowait)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._take_for_ever())
            both.create_task(self._take_in_for_ever())
            both.create_task(self._send_for_ever())

    async def _begin_anew(self) -> None:
        # The broker may be back without its disk, and with empty mailboxes; mail that came twice has one effect.
        self._retries.forget()
        self.wake()

    async def _take_for_ever(self) -> None:
        while True:
            delivery = await self._arrived.get()
            try:
                await self._take(delivery)
            except Unavailable as away:
                # Taken or not, there is no answer yet: it comes again with the next connection, and is known then.
                log.warning("link.unanswered", why=str(away)[:200])
            except Exception as failed:  # bytes that upset us must not end the link, nor hold up the others
                log.error("link.failed", doing="take", error=repr(failed)[:300], exc_info=True)
                await self._give_up(delivery, failed)

    async def _give_up(self, delivery: Delivery, failed: Exception) -> None:
        """Kept with what upset us; where not even that can be done, it stays unanswered."""
        try:
            await self._reject(delivery, "failed", repr(failed))
        except Exception as again:
            log.error("link.failed", doing="reject", error=repr(again)[:300], exc_info=True)

    async def _take(self, delivery: Delivery) -> None:
        sender = sender_of(delivery)
        if sender is None:
            await self._reject(delivery, "spoofed", f"{delivery.routing_key} published by {delivery.user_id!r}")
            return

        def take(office: Office) -> TakenFromBelow:
            key = self._ledger.key
            return superior.take_from_below(office, key, delivery.body, sender, name=self._name, level=self._level)

        taken = await self._ledger.writing(take)
        if taken.became is Became.UNREADABLE:
            await self._reject(delivery, taken.became.value, taken.reason)
            return
        LINK_MESSAGES.labels("child", taken.became.value).inc()
        if self._troubles.is_news(taken.origin or sender, taken.became, taken.reason):
            log.error("link.heard", verdict=taken.became.value, sender=sender, why=taken.reason[:200])
        # What was taken goes on at once; the answer's way through the broker takes as long as that.
        if taken.became is Became.TAKEN:
            self._grew()
        if taken.answer is not None:
            try:
                await self._publish(sender, taken.answer, f"answer/{taken.origin}")
            except Unroutable:  # no mailbox, nobody to answer: whoever has none sends again when he has one
                log.error("link.no-mailbox", sender=sender)
            except Full:  # it does not fetch what is said to it; it asks again when it does, and the others do not wait
                LINK_MESSAGES.labels("child", "mailbox-full").inc()
                log.error("link.mailbox-full", sender=sender)
        delivery.acknowledge()
        if is_ask(delivery.body):
            # It has just come (again): what was in its mailbox before may be lost, and is known to it if it is not.
            self._retries.forget(sender)
            self.wake()
        elif self._retries.waits_for(sender):  # it may have signed for mail, and the next ones are to go
            self.wake()

    async def _reject(self, delivery: Delivery, verdict: str, reason: str) -> None:
        LINK_MESSAGES.labels("child", verdict).inc()
        log.error("link.rejected", verdict=verdict, sender=delivery.user_id, why=reason[:200])

        def keep(office: Office) -> None:
            died = [(delivery.body, f"{verdict}: {reason}")]
            dead_letters.keep(office.connection, topology.PAGES, died, office.now.timestamp())

        await self._ledger.writing(keep)
        delivery.acknowledge()

    async def _take_in_for_ever(self) -> None:
        """What the broker itself has given up is kept as well."""
        while True:
            delivery = await self._given_up.get()

            def take_in(office: Office, body: bytes = delivery.body) -> None:
                dead_letters.take_in(office.connection, topology.PAGES, [body], office.now.timestamp())

            try:
                await self._ledger.writing(take_in)
            except Unavailable as away:
                log.warning("link.unanswered", why=str(away)[:200])
            except Exception as failed:  # as with a page: it must not end the link; it comes again with the next one
                log.error("link.failed", doing="take in", error=repr(failed)[:300], exc_info=True)
            else:
                delivery.acknowledge()

    async def _send_for_ever(self) -> None:
        while True:
            self._wake.clear()
            try:
                if self._wire.is_ready:
                    await self._send()
            except Unavailable as away:
                log.warning("link.waits", why=str(away)[:200])
                await asyncio.sleep(TROUBLE_SECONDS)
            except Exception as failed:  # a mistake of ours must not end the link: it is loud, and tried again
                log.error("link.failed", doing="letters", error=repr(failed)[:300], exc_info=True)
                await asyncio.sleep(POLL_SECONDS)
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with what it waits for.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()

    async def _send(self) -> None:
        now = time.monotonic()
        underway = self._retries.on_the_way(now)

        def look(office: Office) -> list[Outgoing]:
            key, children = self._ledger.key, store.children(office.connection)
            return [mail for child in children for mail in post.pending(office, key, child.code, WINDOW)]

        waiting = await self._ledger.writing(look)
        self._retries.keep_only({(mail.origin, mail.number) for mail in waiting})
        full = set[str]()
        for mail in waiting:
            if (mail.origin, mail.number) in underway:
                continue
            self._retries.note(mail.origin, mail.number, now)
            if mail.origin in full:
                continue
            try:
                await self._publish(mail.origin, mail.body, f"letter/{mail.number}")
            except Full:  # it waits in the store; nobody else's mail waits for that
                full.add(mail.origin)
                log.error("link.mailbox-full", sender=mail.origin)
            except Unavailable:
                self._retries.forget(mail.origin)
                raise

    async def _publish(self, code: str, body: bytes, what: str) -> None:
        sent = self._wire.submit("", topology.down_queue(code), body, message_id=f"{code}/{what}")
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await sent
        except TimeoutError:
            raise Unavailable("the broker did not confirm in time") from None


def _invited(office: Office) -> bool:
    known = (one for one in store.all_links(office.connection) if one.state is not LinkState.REMOVED)
    return any(one.relation == store.CHILD for one in known)


def is_ask(body: bytes) -> bool:
    """Whether a message from below asks how far we are: what a lower authority says first on a connection, and
    after half a minute in which there was nothing else to say."""
    return b'"kind":"ask"' in body[:8000] and b'"entries":' not in body[:8000]


def sender_of(delivery: Delivery) -> str | None:
    """The authority that published this, when the broker vouches for it: user and routing key are both `up.<code>`."""
    if not delivery.user_id or delivery.user_id != delivery.routing_key:
        return None
    prefix, _, code = delivery.user_id.partition(".")
    return code if prefix == "up" and len(code) == 6 and code.isdigit() else None
