"""A quiet link: over which nothing has to go, and which still says every half minute that it is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, cast

import pytest
from pika.channel import Channel

from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.connection import FILE as CONNECTION
from services.ledger.carrier.retries import LONGEST_SECONDS
from services.ledger.carrier.superior import Superior
from services.ledger.carrier.upward import QUIET_SECONDS, Upward
from services.ledger.link.keys import FILE
from services.plumbing.deliveries import Delivery, TakeDelivery
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.link.chain import Seat, Way, a_key, join

pytestmark = pytest.mark.anyio


class OpenChannel:
    """Takes every acknowledgement."""

    is_open = True

    def __init__(self) -> None:
        self.acknowledged = asyncio.Event()

    def basic_ack(self, *_: object) -> None:
        self.acknowledged.set()


class StillWire(Wire):
    """A connection that stands; what is said on it waits with the second at which it was said."""

    def __init__(self) -> None:
        super().__init__("amqp://nowhere", "still")
        self.second = 0.0
        self.said: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._takers: list[TakeDelivery] = []
        self._seen = asyncio.Event()

    async def __aenter__(self) -> Self:
        assert self.on_ready is not None
        await self.on_ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    @property
    def is_ready(self) -> bool:
        self._seen.set()
        return True

    def submit(self, exchange: str, routing_key: str, body: bytes, **_: Any) -> asyncio.Future[None]:
        self.said.put_nowait((self.second, body))
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        confirmed.set_result(None)
        return confirmed

    def consume(self, queue: str, take: TakeDelivery, prefetch: int = 32) -> None:
        self._takers.append(take)

    async def bring(self, body: bytes) -> None:
        """Something comes down and has its effect."""
        channel = OpenChannel()
        for take in self._takers:
            take(Delivery(body, "", "", cast(Channel, channel), 0))
        await channel.acknowledged.wait()

    async def looked(self, upward: Upward) -> None:
        """The lower authority has looked once more whether there is something to say, and has said it."""
        for _ in range(2):  # it begins the second look when it has done with the first
            self._seen.clear()
            upward.wake()
            await self._seen.wait()


@dataclass(frozen=True)
class StandingSuperior(Superior):
    """Reached over one wire."""

    still: StillWire = field(default_factory=StillWire)

    def wire(self, own_code: str) -> Wire:
        return self.still


@dataclass
class Line:
    """A banner's link as it runs, and its city."""

    upward: Upward
    wire: StillWire
    lower: Seat
    upper: Seat

    def last_contact(self, at: Seat) -> str:
        return str(at.ask("links")["items"][0]["last_contact"])

    async def answered(self) -> float:
        """The next question goes up, and its answer comes down; the second at which it was asked."""
        async with asyncio.timeout(10):
            second, question = await self.wire.said.get()
        answer = self.upper.take(question, BANNER).answer
        assert answer is not None
        await self.wire.bring(answer)
        return second

    async def at(self, second: float) -> None:
        """It is that second, and the lower authority has looked."""
        self.wire.second = second
        await self.wire.looked(self.upward)


@asynccontextmanager
async def a_line(tmp_path: Path) -> AsyncIterator[Line]:
    folder = tmp_path / BANNER
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    (folder / "keys" / FILE).write_bytes(a_key(BANNER).pem())
    lower, upper = Seat(BANNER, folder), Seat(CITY, tmp_path)
    join(lower, upper)
    Way(lower, upper).carry()
    (folder / "ledger.sqlite").symlink_to(lower.store)
    wire = StillWire()
    named = StandingSuperior(CITY, "赤峰市", "nowhere", 0, "/", f"up.{BANNER}", "", still=wire)
    with LedgerAccess(Settings(authority=BANNER, var=tmp_path)) as ledger:
        upward = Upward(ledger, named, lambda: wire.second)
        running = asyncio.create_task(upward.run())
        try:
            yield Line(upward, wire, lower, upper)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_a_link_with_nothing_to_carry_keeps_in_touch(tmp_path: Path) -> None:
    async with a_line(tmp_path) as line:
        assert await line.answered() == 0  # a new connection begins with the question
        joined = line.last_contact(line.upper)
        line.upper.clock.move(days=1)
        await line.at(QUIET_SECONDS - 1)
        assert line.wire.said.empty()
        await line.at(QUIET_SECONDS)
        before = line.last_contact(line.lower)
        assert await line.answered() == QUIET_SECONDS
        assert line.last_contact(line.upper) > joined
        assert line.last_contact(line.lower) > before
        await line.at(2 * QUIET_SECONDS - 1)
        assert line.wire.said.empty()
        await line.at(2 * QUIET_SECONDS)
        assert await line.answered() == 2 * QUIET_SECONDS


async def test_a_superior_who_is_away_is_asked_ever_more_rarely(tmp_path: Path) -> None:
    async with a_line(tmp_path) as line:
        asked = []
        for second in range(0, 1200, 10):
            await line.at(second)
            if not line.wire.said.empty():
                asked.append(line.wire.said.get_nowait()[0])
        assert asked[:5] == [0, 30, 90, 210, 450]
        assert max(later - earlier for earlier, later in pairwise(asked)) == LONGEST_SECONDS


async def test_a_folder_that_cannot_be_written_to_does_not_end_the_way_up(tmp_path: Path) -> None:
    (tmp_path / BANNER / f"{CONNECTION}.new").mkdir(parents=True)
    async with a_line(tmp_path) as line:
        assert await line.answered() == 0
        await line.at(QUIET_SECONDS)
        assert await line.answered() == QUIET_SECONDS
    assert not (tmp_path / BANNER / CONNECTION).exists()
