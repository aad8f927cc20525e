"""Patience with whoever sends: how long a request may take to come in, and how many may be connected at once.

uvicorn waits for ever for the rest of a request that has begun, and needs no token for it: a few hundred half-sent
requests would hold every socket. Here each connection owes its next part within a time.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True)
class Patience:
    """Seconds for the head of a request, seconds for its body, and the bytes a second that buy it more."""

    head_seconds: float = 10.0
    body_seconds: float = 25.0
    #: A slow line that goes on sending is waited for: 2 MB at this rate take four minutes.
    least_bytes_a_second: float = 8_192.0
    #: An answer is on its way before the connection is cut.
    grace_seconds: float = 5.0
    #: Below what a process may usually have open (1,024), with room for stores and the broker.
    most_connections: int = 800

    def for_body(self, received: int) -> float:
        """How long a body may have taken of which so many bytes are here."""
        return self.body_seconds + received / self.least_bytes_a_second


PATIENCE: Final = Patience()
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, on a connection that is cut when its sender is too slow."""

    patience = PATIENCE
    _owed: Any = None
    _since = 0.0
    _received = 0
    _timer: asyncio.TimerHandle | None = None
    _served_one = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's is
        super().connection_made(transport)
        if len(self.connections) > self.patience.most_connections:
            transport.write(_FULL)
            transport.close()
            return
        self._look()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        self._served_one = True
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._let_go()
        super().connection_lost(exc)

    def _look(self) -> None:
        """What the sender owes now, and since when."""
        owed = self._what_is_owed()
        if owed is self._owed:
            return
        self._let_go()
        self._owed, self._since, self._received = owed, self.loop.time(), 0
        if owed is not None:
            self._wait(self._allowed())

    def _what_is_owed(self) -> Any:
        if self.transport.is_closing():
            return None
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            return state
        has_begun = not self._served_one or bool(self.conn.trailing_data[0])
        return state if state is h11.IDLE and has_begun else None  # between two requests uvicorn's own limit counts

    def _allowed(self) -> float:
        if self._owed is h11.IDLE:
            return self.patience.head_seconds
        return self.patience.for_body(self._received) + self.patience.grace_seconds

    def _wait(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._overdue)

    def _overdue(self) -> None:
        left = self._since + self._allowed() - self.loop.time()
        if left > 0:
            self._wait(left)
        else:
            self.transport.abort()

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
