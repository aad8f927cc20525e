"""Lines to the broker, as the services' process holds them: kept alive while nobody has time for what comes."""

import time
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection, Message
from kombu.exceptions import KombuError

#: How often a line is read and beaten while the desk is busy or waits for its store.
BEAT_SECONDS = 0.25
#: Not zero: without a timeout py-amqp would turn in circles over half a frame, and no other green thread would run.
PROMPT_SECONDS = 0.000_001
READ_AHEAD = 16_384
#: How long a broker may take to confirm that we part.
PARTING_SECONDS = 2.0
#: Everything that a lost connection can raise.
LOST = (OSError, AMQPError, KombuError)

#: A block in which green threads stay no longer than so many seconds; raises itself after that.
TimeLimit = type[Any]


class Line:
    """A connection on which the broker always finds us alive: what comes is read, and its heart is beaten.

    py-amqp ends a connection that is beaten but not read; everything unacknowledged would come back with one more
    delivery on its count, and after some more the broker would give up good messages.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._beaten = time.monotonic()
        self._broken: Exception | None = None

    def keep(self) -> None:
        """Read what has come, and beat. What is broken is said by `check`."""
        if self._broken is not None or time.monotonic() - self._beaten < BEAT_SECONDS:
            return
        try:
            self._read()
            self.connection.heartbeat_check()
        except LOST as broken:
            self._broken = broken
        self._beaten = time.monotonic()

    def _read(self) -> None:
        try:
            while True:
                self.connection.drain_events(timeout=PROMPT_SECONDS)
        except TimeoutError:
            return

    def check(self) -> None:
        """Raises what broke the line, one of LOST."""
        if self._broken is not None:
            raise self._broken


def read_ahead(connection: Any) -> None:
    """py-amqp asks the socket for each part of each frame and keeps what comes beyond: let it ask for more at once."""
    transport = connection.connection.transport
    receive = transport._quick_recv
    transport._quick_recv = lambda size: receive(max(size, READ_AHEAD))


def bytes_of(message: Message) -> bytes:
    """A message's body as it came."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def let_go(connection: Connection, within: TimeLimit) -> None:
    """Close a connection; a frozen broker would never say that it is closed."""
    try:
        with within(PARTING_SECONDS):
            connection.release()
    except (*LOST, within):
        return
