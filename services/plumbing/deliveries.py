"""Deliveries of a queue while they are in our hands: acknowledged, or delivered again."""

from collections.abc import Callable
from dataclasses import dataclass

from pika.channel import Channel

#: For how long the broker lets us hold a message without a word: the longest that every version takes, 24 days. Ours is
#: told in its configuration, others by whoever takes from them (heard from RabbitMQ 3.11.15 on; half an hour before).
HOLD_MILLISECONDS = 2_147_483_647
PATIENCE = {"x-consumer-timeout": HOLD_MILLISECONDS}


@dataclass(frozen=True)
class Delivery:
    """One message of a queue, ours until we acknowledge it; after a lost connection it comes again."""

    body: bytes
    #: The user who published it, as the broker has checked; empty when he did not say.
    user_id: str
    routing_key: str
    _channel: Channel
    _tag: int

    def acknowledge(self) -> None:
        """It has had its effect. Nothing happens when the connection is gone: it comes again, and is known then."""
        if self._channel.is_open:
            self._channel.basic_ack(self._tag)


TakeDelivery = Callable[[Delivery], None]
