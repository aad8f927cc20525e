"""Messages that had no effect: dead letters and parked messages, listed, shown and sent again."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pika
from sqlalchemy import text

from services.contracts.envelope import Envelope, NotReadable
from services.plumbing import topology
from services.plumbing.batch import reason_of, resend_parked
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard


@dataclass(frozen=True)
class Letter:
    """One message that had no effect: where it lies, why, and its bytes."""

    #: `dead:` or `parked:`, the service, and twelve characters that name the message.
    id: str
    state: Literal["dead", "parked"]
    service: str
    queue: str
    reason: str
    type: str
    subject: str
    body: bytes


class Letters:
    """The dead letters (on the broker) and the parked messages (in the stores) of one authority."""

    def __init__(self, settings: Settings, boards: Iterable[Switchboard]) -> None:
        self._settings, self._boards = settings, tuple(boards)
        self._connection = pika.BlockingConnection(pika.URLParameters(settings.amqp_url))

    def close(self) -> None:
        if self._connection.is_open:
            self._connection.close()

    def all(self) -> Iterator[Letter]:
        """Every one, dead ones first. Looking takes nothing away."""
        for row in topology.table(self._boards):
            if row.exchange == topology.DEAD:
                yield from (letter for letter, _ in self._dead(row, self._connection.channel()))
        for board in self._boards:
            yield from self._parked(board)

    def find(self, id: str) -> Letter | None:
        return next((letter for letter in self.all() if letter.id.startswith(id)), None)

    def resend(self, ids: Iterable[str]) -> int:
        """Deliver the named ones again; each leaves its place only after the broker has confirmed the new copy."""
        wanted = tuple(ids)
        sent = 0
        for row in topology.table(self._boards):
            if row.exchange == topology.DEAD:
                sent += self._resend_dead(row, wanted)
        for board in self._boards:
            chosen = [letter for letter in self._parked(board) if letter.id.startswith(wanted)]
            sent += self._resend_parked(board, chosen)
        return sent

    # --- dead letters -----------------------------------------------------------------------------------------------

    def _dead(self, row: topology.QueueRow, channel: Any) -> Iterator[tuple[Letter, int]]:
        """Letters with their delivery tags; what is not acknowledged stays when the channel closes."""
        try:
            # Only those that lie here now: one that is sent again and dies again comes back to the end.
            for _ in range(channel.queue_declare(row.name, passive=True).method.message_count):
                method, _properties, body = channel.basic_get(row.name)
                if method is None:
                    return
                reason = self._reason(row.service, body)
                yield _letter("dead", row.service, row.keys[0], reason, body), method.delivery_tag
        finally:
            if channel.is_open:
                channel.close()

    def _resend_dead(self, row: topology.QueueRow, wanted: tuple[str, ...]) -> int:
        channel, sender = self._connection.channel(), self._connection.channel()
        sender.confirm_delivery()
        sent = 0
        for letter, tag in self._dead(row, channel):
            if letter.id.startswith(wanted):
                self._publish(sender, letter)
                channel.basic_ack(tag)
                sent += 1
        return sent

    def _reason(self, service: str, body: bytes) -> str:
        with reading(self._engine(service)) as connection:
            return reason_of(connection, body) or "delivered too often"

    # --- parked messages --------------------------------------------------------------------------------------------

    def _parked(self, board: Switchboard) -> list[Letter]:
        with reading(self._engine(board.name)) as connection:
            rows = connection.execute(text("SELECT reason, body FROM parked ORDER BY at, sequence")).all()
        queue = topology.events_queue(board.name)
        return [_letter("parked", board.name, queue, reason, bytes(body)) for reason, body in rows]

    def _resend_parked(self, board: Switchboard, letters: list[Letter]) -> int:
        if not letters:
            return 0
        sender = self._connection.channel()
        sender.confirm_delivery()
        with transaction(self._engine(board.name)) as connection:
            ids = [Envelope.parse(letter.body).id for letter in letters]
            resend_parked(connection, ids)
            for letter in letters:
                self._publish(sender, letter)
        return len(letters)

    def _publish(self, channel: Any, letter: Letter) -> None:
        properties = pika.BasicProperties(delivery_mode=2, content_type="application/cloudevents+json")
        channel.basic_publish("", letter.queue, letter.body, properties, mandatory=True)

    def _engine(self, service: str) -> Any:
        return open_engine(self._settings.store_url(service), service)


def _letter(state: Literal["dead", "parked"], service: str, queue: str, reason: str, body: bytes) -> Letter:
    digest = hashlib.sha256(body).hexdigest()[:12]
    try:
        envelope = Envelope.parse(body)
        kind, subject = envelope.type, envelope.subject
    except NotReadable:
        kind, subject = "?", "?"
    return Letter(f"{state}:{service}:{digest}", state, service, queue, reason, kind, subject, body)
