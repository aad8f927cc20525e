"""A lower authority that fetches nothing costs its siblings nothing: what does not fit waits in the store."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, cast

import pytest
from pika.channel import Channel
from structlog.testing import capture_logs

from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.downward import Downward
from services.ledger.link.keys import FILE
from services.plumbing import topology
from services.plumbing.deliveries import Delivery
from services.plumbing.settings import Settings
from services.plumbing.wire import Full
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import received
from tests.unit.link.chain import Seat, a_key, join
from tests.unit.link.test_in_touch import OpenChannel, StillWire
from tests.unit.link.test_mail import acknowledged

pytestmark = pytest.mark.anyio
SIBLING = "150422"


class TightWire(StillWire):
    """Its broker has no room in one mailbox."""

    def __init__(self, full: str) -> None:
        super().__init__()
        self.full, self.asked = topology.down_queue(full), list[str]()
        self.arrived: asyncio.Queue[str] = asyncio.Queue()

    def submit(self, exchange: str, routing_key: str, body: bytes, **more: Any) -> asyncio.Future[None]:
        self.asked.append(routing_key)
        if routing_key != self.full:
            self.arrived.put_nowait(routing_key)
            return super().submit(exchange, routing_key, body, **more)
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        refused.set_exception(Full("its queue is full"))
        return refused

    async def send_up(self, sender: str, body: bytes) -> None:
        """A page arrives, and is acknowledged."""
        channel, user = OpenChannel(), topology.up_key(sender)
        for take in self._takers:
            take(Delivery(body, user, user, cast(Channel, channel), 0))
        async with asyncio.timeout(10):
            await channel.acknowledged.wait()


@asynccontextmanager
async def a_city(tmp_path: Path, wire: TightWire) -> AsyncIterator[tuple[Seat, Seat, Seat]]:
    """A city whose link runs on this wire, and its two banners."""
    folder = tmp_path / CITY
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / FILE).write_bytes(a_key(CITY).pem())
    city, banner, sibling = Seat(CITY, folder), Seat(BANNER, tmp_path), Seat(SIBLING, tmp_path)
    for lower in (banner, sibling):
        join(lower, city)
    (folder / "ledger.sqlite").symlink_to(city.store)
    with LedgerAccess(Settings(authority=CITY, var=tmp_path)) as ledger:
        downward = Downward(Settings(authority=CITY, var=tmp_path), ledger, wire, lambda: None)
        running = asyncio.create_task(downward.run())
        try:
            yield city, banner, sibling
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_letters_for_the_others_go_though_one_mailbox_is_full(tmp_path: Path) -> None:
    wire = TightWire(SIBLING)  # the first of the two, so that the other would wait behind it
    async with a_city(tmp_path, wire) as (city, _, _):
        city.record(acknowledged(1, to=SIBLING), acknowledged(2, to=SIBLING), acknowledged(3, to=BANNER))
        async with asyncio.timeout(10):
            assert await wire.arrived.get() == topology.down_queue(BANNER)
        assert wire.asked.count(wire.full) == 1  # and it is not asked again and again
        assert len(city.letters(SIBLING)) == 2  # nothing of it is lost


async def test_a_page_is_taken_though_its_answer_does_not_fit_into_the_mailbox(tmp_path: Path) -> None:
    wire = TightWire(SIBLING)
    async with a_city(tmp_path, wire) as (city, banner, sibling):
        while not wire._takers:
            await asyncio.sleep(0)
        for lower in (sibling, banner):
            lower.record(received(1))
            for page in lower.pages():
                await wire.send_up(lower.code, page.body)
            assert city.held(lower.code)["root"] == lower.root()
        async with asyncio.timeout(10):
            assert await wire.arrived.get() == topology.down_queue(BANNER)


async def test_a_letter_that_can_neither_be_taken_nor_kept_does_not_end_the_link(tmp_path: Path) -> None:
    wire = TightWire(SIBLING)
    with capture_logs() as logged:
        async with a_city(tmp_path, wire) as (city, banner, _):
            while not wire._takers:
                await asyncio.sleep(0)
            with closing(sqlite3.connect(city.store)) as store:
                store.execute("DROP TABLE dead_letters")
            for take in wire._takers:  # a page that nobody signed, and a letter that the broker gave up
                take(Delivery(b"upsetting", "", "", cast(Channel, OpenChannel()), 0))
            banner.record(received(1))
            for page in banner.pages():
                await wire.send_up(BANNER, page.body)
            assert city.held(BANNER)["root"] == banner.root()
    failed = {one["doing"] for one in logged if one["event"] == "link.failed"}
    assert failed == {"take", "reject", "take in"}
