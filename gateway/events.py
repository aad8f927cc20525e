"""Events for followers of the ledger: entries in order from where each stopped, as server-sent events."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.problems import Trouble
from gateway.reach import stays_inside
from services.contracts.actors import Caller
from services.contracts.audience import hears, is_own, shown_by, subject_of
from services.contracts.catalogue import all_events
from services.contracts.rights import scope_of
from services.plumbing.errors import Unavailable
from services.plumbing.log import log

#: A comment line this often keeps proxies from closing a quiet stream; it is the slow poll as well.
HEARTBEAT_SECONDS = 15.0
#: Whether a follower may still follow is asked again this often, and at each growth.
STANDING_SECONDS = 1.0
#: What one process follows at most at the same time, and one holder of it: nobody has all the boards stand still.
MOST_FOLLOWERS = 256
MOST_OF_ONE = 16
_PAGE = 200
#: Subjects of its own that a stream remembers; of more, later events of others are not told.
_MOST_OWN = 10_000
#: The log of an authority itself, as LedgerExtended calls it.
OWN_LOG = "own"
#: No fact but a sign: of a lower authority something new is held here. Its data has only the code, as `subject`.
ARRIVED = "qidi.subtree.arrived"


class Feed:
    """Knows that the ledger grew, and wakes whoever follows it."""

    def __init__(self) -> None:
        self._followers = Counter[str]()
        self.closing = False
        self._grown = asyncio.Event()
        self._arrivals: dict[str, int] = {}
        self.arrived = 0

    @property
    def followers(self) -> int:
        """Open streams."""
        return self._followers.total()

    @contextmanager
    def follower(self, holder: str) -> Iterator[None]:
        """A stream of this token or account, from its admission to its end. Raises Trouble 429, or 503 where there are
        too many altogether."""
        if self._followers[holder] >= MOST_OF_ONE:
            again = {"Retry-After": str(int(HEARTBEAT_SECONDS))}
            detail = "You have {most} streams open, as many as one may; close one first."
            raise Trouble("too-many", detail, headers=again, most=MOST_OF_ONE)
        if self.followers >= MOST_FOLLOWERS:
            raise Trouble.unavailable("Too many streams are open; try again later.")
        self._followers[holder] += 1
        try:
            yield
        finally:
            self._followers[holder] -= 1
            if not self._followers[holder]:
                del self._followers[holder]

    def heard(self, body: bytes) -> None:
        """The ledger's signal: it has grown, or what it holds of a lower authority has."""
        origin = str(json.loads(body).get("subject", OWN_LOG))
        if origin != OWN_LOG:
            self.arrived += 1
            self._arrivals[origin] = self.arrived
        self.grew()

    def arrived_since(self, number: int) -> list[str]:
        """The lower authorities of whom something has come since then; see `arrived`."""
        return sorted(origin for origin, last in self._arrivals.items() if last > number)

    def grew(self) -> None:
        """The ledger said that it has new entries."""
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def close(self) -> None:
        """The gateway stops: every follower's stream ends, and it comes back to the next process."""
        self.closing = True
        self.grew()

    def ticket(self) -> asyncio.Event:
        """Is set at the next growth. Take it before asking, so that nothing falls between."""
        return self._grown


def is_kind(prefix: str) -> bool:
    """Whether any event begins with this, or this with the name of one and its version."""
    known = [f"{stem}.v{kind.version}" for stem, kind in all_events().items()]
    return any(one.startswith(prefix) for one in (*known, ARRIVED)) or any(
        re.fullmatch(re.escape(stem) + r"\.v[0-9]+", prefix) for stem in all_events()
    )


class Stream(StreamingResponse):
    """An event stream that is counted until it ends, however that comes about."""

    def __init__(self, content: AsyncGenerator[bytes, None], counted: ExitStack) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, media_type="text/event-stream", headers=headers)
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._counted:
            await super().__call__(scope, receive, send)


#: Who follows, as of now; None when he may not any more. Raises Unavailable when nobody can say.
Standing = Callable[[], Awaitable[Caller | None]]


class _Ended(Exception):
    """The follower's token or session is none any more."""


async def follow(
    gateway: Any, standing: Standing, after: int, prefixes: tuple[str, ...], heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[bytes, None]:
    """The ledger's entries with an index above `after`, in the form of `text/event-stream`, for as long as the
    follower's token or session is good: whether it is, is asked before each event and every second in between."""
    feed: Feed = gateway.feed
    follower = _Follower(gateway, standing, after, prefixes)
    try:
        yield b"retry: 3000\n\n"
        while not feed.closing:
            ticket = feed.ticket()
            async for piece in follower.news():
                yield piece
            if not follower.has_more and not await follower.rest(ticket, heartbeat):
                yield b": still here\n\n"
    except _Ended:
        return


class _Follower:
    """One follower on the way through the ledger."""

    def __init__(self, gateway: Any, standing: Standing, after: int, prefixes: tuple[str, ...]) -> None:
        self._gateway, self._standing, self._after, self._prefixes = gateway, standing, after, prefixes
        self._feed: Feed = gateway.feed
        self._arrived = self._feed.arrived
        #: What this follower brought in, as far as it has passed here.
        self._own: set[str] = set()
        self.has_more = False

    async def _caller(self) -> Caller:
        """Raises _Ended, or Unavailable."""
        caller = await self._standing()
        if caller is None:
            raise _Ended
        return caller

    async def news(self) -> AsyncGenerator[bytes, None]:
        """What there is beyond the last one, in one page; nothing while nobody can answer. Raises _Ended."""
        self.has_more = False
        try:
            caller = await self._caller()
            for sign in self._signs(caller):
                yield sign
            question = {"after": self._after, "limit": _PAGE}
            reply = await self._gateway.services.ask("ledger", "entries", question, caller)
            items = reply["body"]["items"] if reply["status"] == 200 else []
            for item in items:
                shown = event(item, await self._caller(), self._prefixes, self._own)
                self._after = int(item["index"])
                if shown is not None:
                    yield shown
            self.has_more = len(items) == _PAGE
        except Unavailable as away:
            log.info("events.waiting", error=str(away)[:200])

    def _signs(self, caller: Caller) -> Iterator[bytes]:
        """Of which lower authorities something has come."""
        wanted = not self._prefixes or ARRIVED.startswith(self._prefixes)
        if wanted and scope_of(shown_by(ARRIVED, {}), caller.role) is not None:
            for origin in self._feed.arrived_since(self._arrived):
                yield f"event: {ARRIVED}\ndata: {json.dumps({'subject': origin})}\n\n".encode()
        self._arrived = self._feed.arrived

    async def rest(self, ticket: asyncio.Event, heartbeat: float) -> bool:
        """Whether the ledger grew within a heartbeat. Raises _Ended as soon as the follower may follow no more."""
        end = asyncio.get_running_loop().time() + heartbeat
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(ticket.wait(), min(left, STANDING_SECONDS))
                return True
            except TimeoutError:
                try:
                    await self._caller()
                except Unavailable as away:  # nothing is shown meanwhile
                    log.info("events.waiting", error=str(away)[:200])
        return False


def event(
    item: Mapping[str, Any], caller: Caller, prefixes: tuple[str, ...], own: set[str] | None = None
) -> bytes | None:
    """One entry as an event; None when this follower does not want it or may not have it. `own` are the subjects that
    are his: it grows by what he brought in."""
    entry = item["entry"]
    envelope: Mapping[str, Any] = json.loads(entry) if isinstance(entry, str) else entry
    kind = str(envelope.get("type", ""))
    own = set() if own is None else own
    if is_own(caller, envelope) and len(own) < _MOST_OWN:
        own.add(subject_of(envelope))
    if prefixes and not kind.startswith(prefixes):
        return None
    if stays_inside(kind, envelope.get("reach"), caller) or not hears(caller, envelope, own):
        return None
    data = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return f"id: {item['index']}\nevent: {kind}\ndata: {data}\n\n".encode()
