"""Events for followers of the ledger: entries in order from where each stopped, as server-sent events."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.problems import Trouble
from gateway.reach import stays_inside
from services.contracts.actors import Caller
from services.contracts.catalogue import all_events
from services.contracts.vocabulary import Role
from services.plumbing.errors import Unavailable
from services.plumbing.log import log

#: A comment line this often keeps proxies from closing a quiet stream; it is the slow poll as well.
HEARTBEAT_SECONDS = 15.0
#: What one process follows at most at the same time, and one token of it: nobody has all the boards stand still.
MOST_FOLLOWERS = 256
MOST_OF_ONE = 16
_PAGE = 200
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
    def follower(self, token_id: str) -> Iterator[None]:
        """A stream of this token, from its admission to its end. Raises Trouble 429 or 503 where there are too many."""
        if self._followers[token_id] >= MOST_OF_ONE:
            again = {"Retry-After": str(int(HEARTBEAT_SECONDS))}
            detail = "This token has {most} streams open, as many as it may; close one first."
            raise Trouble("too-many", detail, headers=again, most=MOST_OF_ONE)
        if self.followers >= MOST_FOLLOWERS:
            raise Trouble.unavailable("Too many streams are open; try again later.")
        self._followers[token_id] += 1
        try:
            yield
        finally:
            self._followers[token_id] -= 1
            if not self._followers[token_id]:
                del self._followers[token_id]

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


async def follow(
    gateway: Any, caller: Caller, after: int, prefixes: tuple[str, ...], heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[bytes, None]:
    """The ledger's entries with an index above `after`, for ever, in the form of `text/event-stream`."""
    feed: Feed = gateway.feed
    seen = feed.arrived
    signs = caller.role != Role.PARTNER and (not prefixes or ARRIVED.startswith(prefixes))
    yield b"retry: 3000\n\n"
    while not feed.closing:
        ticket = feed.ticket()
        full = False
        news, seen = feed.arrived_since(seen) if signs else [], feed.arrived
        for origin in news:
            yield f"event: {ARRIVED}\ndata: {json.dumps({'subject': origin})}\n\n".encode()
        try:
            reply = await gateway.services.ask("ledger", "entries", {"after": after, "limit": _PAGE}, caller)
            items = reply["body"]["items"] if reply["status"] == 200 else []
            for item in items:
                after = int(item["index"])
                if (shown := event(item, caller, prefixes)) is not None:
                    yield shown
            full = len(items) == _PAGE
        except Unavailable as away:
            log.info("events.waiting", error=str(away)[:200])
        if full:
            continue
        try:
            await asyncio.wait_for(ticket.wait(), heartbeat)
        except TimeoutError:
            yield b": still here\n\n"


def event(item: Mapping[str, Any], caller: Caller, prefixes: tuple[str, ...]) -> bytes | None:
    """One entry as an event; None when this follower does not want it or may not have it."""
    entry = item["entry"]
    envelope: Mapping[str, Any] = json.loads(entry) if isinstance(entry, str) else entry
    kind = str(envelope.get("type", ""))
    if prefixes and not kind.startswith(prefixes):
        return None
    if stays_inside(kind, envelope.get("reach"), caller):
        return None
    data = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return f"id: {item['index']}\nevent: {kind}\ndata: {data}\n\n".encode()
