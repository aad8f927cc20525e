"""Replies on their way back to whoever asked."""

import json
from collections.abc import Sequence
from typing import Any

from kombu import Connection, Message

from services.plumbing.absences import absences
from services.plumbing.batch import Ruling
from services.plumbing.lines import LOST, TimeLimit, let_go
from services.plumbing.questions import trouble


class Replies:
    """Sends answers back. Best effort on a connection of its own: a caller without an answer asks again, and the inbox
    gives him the same one."""

    def __init__(self, amqp_url: str, queue: str, within: TimeLimit) -> None:
        """`queue`: whose messages are answered."""
        self._url, self._queue, self._within = amqp_url, queue, within
        self._connection: Any = None
        self._channel: Any = None

    def send(self, batch: Sequence[Message], rulings: Sequence[Ruling]) -> None:
        for message, ruling in zip(batch, rulings, strict=True):
            reply_to = message.properties.get("reply_to")
            if not reply_to:
                continue
            reply = ruling.reply
            if reply is None:
                reply = trouble(500, "The request could not be handled; operations can see it in the dead letters.")
            if not self._publish(reply_to, str(message.properties.get("correlation_id", "")), reply):
                return  # each of the others would wait as long, and our place in the queue with them

    def _publish(self, reply_to: str, correlation: str, reply: Any) -> bool:
        try:
            with self._within(2):
                if self._connection is None:
                    self._connection = Connection(self._url, connect_timeout=2)
                    self._channel = self._connection.channel()
                body = self._channel.prepare_message(
                    json.dumps(reply, ensure_ascii=False, default=str).encode(),
                    content_type="application/json",
                    properties={"correlation_id": correlation},
                )
                self._channel.basic_publish(body, exchange="", routing_key=reply_to)
        except (*LOST, self._within) as broken:
            absences.met("replies.wait", self._queue, repr(broken))
            self.close()
            return False
        absences.over("replies.wait", self._queue)
        return True

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            let_go(connection, self._within)
