"""Relocations of queues that stand with other arguments: each is made anew, with everything that lies in it.

The broker changes no argument of a queue that is there (406). So what lies in it is moved aside, the queue is made
anew, and all is moved back. Each message is taken away only after the broker has confirmed its copy, and each step can
be done again: what is left by whoever was killed in the middle, the next start finishes. A message may come twice by
that, which its reader drops; those that come meanwhile go into both queues for a moment.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pika
import pika.connection
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from services.plumbing.errors import QidiError
from services.plumbing.log import log
from services.plumbing.queues import KEPT, QueueRow

#: Holds the names of the queues that are on the move, so that a start knows where an earlier one may have been killed.
JOURNAL = "qidi.moving"
#: Exclusive to whoever moves: two machines that start together do it one after the other.
LOCK = "qidi.mover"
#: How long those who still take from the old queue have, to end; and the other who moves.
PATIENCE_SECONDS = 30.0
#: RabbitMQ 3.10 silently attaches a consumer to a queue that is there again at once, and gives it nothing (measured);
#: after 50 ms it is told that its queue has ended.
GAP_SECONDS = 1.0
_LASTING = pika.BasicProperties(delivery_mode=2)
_PRECONDITION_FAILED, _NOT_FOUND, _LOCKED = 406, 404, 405


class StillTaken(QidiError, ConnectionError):
    """Somebody still takes messages from a queue that has to be made anew."""

    def __init__(self, queue: str) -> None:
        super().__init__(f"{queue}: {StillTaken.__doc__}")
        self.queue = queue


class Relocations:
    """Declares queues on a connection, and makes anew those that have other arguments."""

    def __init__(
        self,
        connection: BlockingConnection,
        parameters: pika.connection.Parameters,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`parameters`: those of the connection, for a second one that holds the lock."""
        self._connection, self._parameters, self._patience = connection, parameters, patience_seconds
        self._channel = connection.channel()
        self._out: BlockingChannel | None = None
        self._may_speak_for_others = True
        self._channel.queue_declare(JOURNAL, durable=True, arguments=KEPT)
        self._begun = set(self._journal(frozenset()))
        self._stand: set[str] = set()

    def declare(self, row: QueueRow) -> bool:
        """Have the queue stand with its arguments and bindings; whether it was made anew. Raises StillTaken."""
        made_anew = False
        if not self._fits(row) or row.name in self._begun:
            with self._lock():
                fits = self._fits(row)
                made_anew = not fits or self._stands(aside_of(row))
                if made_anew:
                    for _ in self.steps(row, fits):
                        pass
                    log.warning("queue.made-anew", queue=row.name)
        self._bind(row.name, row)
        self._stand.add(row.name)
        return made_anew

    def end(self) -> None:
        """Strike out of the journal what stands now."""
        if self._begun:
            self._journal(self._stand)

    def steps(self, row: QueueRow, fits: bool) -> Iterator[str]:
        """All steps, each of which the broker has confirmed when it is named. `fits`: the new queue stands already."""
        aside = aside_of(row)
        if not fits:
            self._begun.add(row.name)
            self._sender().basic_publish("", JOURNAL, row.name.encode(), _LASTING, mandatory=True)
            yield "noted"
            is_taken = self._is_still_taken(row)
            self._channel.queue_declare(aside, durable=True, arguments=KEPT)
            yield "aside"
            if not is_taken:
                yield from self._pour(row.name, aside, row)
                # Only now, so that what comes meanwhile lies behind what was there.
                yield from self._swing(row, row.name, aside)
                yield from self._empty(row.name, aside, row)
            self._channel.queue_delete(row.name)
            if is_taken:
                self._connection.sleep(GAP_SECONDS)
            yield "gone"
        self._channel.queue_declare(row.name, durable=True, arguments=dict(row.arguments))
        yield "new"
        yield from self._pour(aside, row.name, row)
        yield from self._swing(row, aside, row.name)
        yield from self._empty(aside, row.name, row)
        self._channel.queue_delete(aside)
        yield "done"

    def _journal(self, struck_out: Collection[str]) -> list[str]:
        """The names in the journal but for these, which are struck out."""
        channel, left = self._connection.channel(), list[str]()
        while True:
            method, _, body = channel.basic_get(JOURNAL)
            if method is None:
                channel.close()  # and what was only read lies there again
                return left
            if (name := body.decode()) in struck_out:
                channel.basic_ack(method.delivery_tag)
            else:
                left.append(name)

    def _swing(self, row: QueueRow, old: str, new: str) -> Iterator[str]:
        """What comes from now on goes into the new one, and what had come into the old one follows."""
        self._bind(new, row)
        yield f"bound {new}"
        for key in row.keys:
            self._channel.queue_unbind(old, row.exchange, key)
        yield f"unbound {old}"
        yield from self._pour_all(old, new, row)

    def _pour(self, source: str, target: str, row: QueueRow) -> Iterator[str]:
        """Move what lies in one queue into another, in order."""
        number = self._number_in(source)
        if not number:
            return
        # Not by basic_get, which the broker denies where one consumer at a time is active.
        self._channel.basic_qos(prefetch_count=1)
        for method, properties, body in self._channel.consume(source, inactivity_timeout=self._patience):
            if method is None:
                raise StillTaken(source)
            self._publish(target, properties, body, row)
            yield "copied"
            number -= 1
            if not number:
                self._channel.cancel()  # first, so that nothing more comes into our hands
            self._channel.basic_ack(method.delivery_tag)
            yield "moved"
            if not number:
                return

    def _pour_all(self, source: str, target: str, row: QueueRow) -> Iterator[str]:
        """Move all of a queue into which nothing comes any more."""
        while self._number_in(source):
            yield from self._pour(source, target, row)

    def _empty(self, source: str, target: str, row: QueueRow) -> Iterator[str]:
        """Right before its end: nobody takes from it, and what has come by its name meanwhile is moved too.

        Raises StillTaken. What comes by the queue's name, or is taken and given back, in the one round trip between
        this look and the end is lost: RabbitMQ 3.10 deletes no quorum queue "if empty" or "if unused".
        """
        end = monotonic() + self._patience
        while (seen := self._channel.queue_declare(source, passive=True).method).consumer_count or seen.message_count:
            if not seen.consumer_count:
                yield from self._pour(source, target, row)
            elif monotonic() > end:
                raise StillTaken(source)
            else:  # a consumer of our own counts until the broker has worked off its last acknowledgement
                self._connection.sleep(0.05)

    def _number_in(self, queue: str) -> int:
        return int(self._channel.queue_declare(queue, passive=True).method.message_count)

    def _publish(self, target: str, properties: pika.BasicProperties, body: bytes, row: QueueRow) -> None:
        if properties.user_id and not self._may_speak_for_others:
            self._publish_unsigned(target, properties, body, row)
            return
        try:
            self._sender().basic_publish("", target, body, properties, mandatory=True)
        except pika.exceptions.ChannelClosedByBroker as refused:
            if refused.reply_code != _PRECONDITION_FAILED or not properties.user_id:
                raise
            # Our user is no impersonator at this broker: it may not repeat what another has said in his name.
            self._out, self._may_speak_for_others = None, False
            self._publish_unsigned(target, properties, body, row)

    def _publish_unsigned(self, target: str, properties: pika.BasicProperties, body: bytes, row: QueueRow) -> None:
        if row.is_repeated:
            log.warning("queue.left-out", queue=row.name, sender=properties.user_id)  # its sender says it again
            return
        properties.user_id = None
        self._sender().basic_publish("", target, body, properties, mandatory=True)

    def _sender(self) -> BlockingChannel:
        if self._out is None or not self._out.is_open:
            self._out = self._connection.channel()
            self._out.confirm_delivery()
        return self._out

    def _bind(self, queue: str, row: QueueRow) -> None:
        for key in row.keys:
            self._channel.queue_bind(queue, row.exchange, key)

    def _is_still_taken(self, row: QueueRow) -> bool:
        """Whether somebody takes from it whose queue may be ended under his hands: he hears everything again.

        Raises StillTaken where what a consumer has in hand would be lost, if none of them ends within our patience.
        """
        end = monotonic() + self._patience
        while self._channel.queue_declare(row.name, passive=True).method.consumer_count:
            if row.is_repeated:
                return True
            if monotonic() > end:
                raise StillTaken(row.name)
            self._connection.sleep(0.2)
        return False

    # --- asking the broker without losing the channel -----------------------------------------------------------------

    def _fits(self, row: QueueRow) -> bool:
        """Whether the queue stands with these arguments; one that is not there is declared."""
        try:
            self._channel.queue_declare(row.name, durable=True, arguments=dict(row.arguments))
        except pika.exceptions.ChannelClosedByBroker as refused:
            self._channel = self._connection.channel()
            if refused.reply_code == _PRECONDITION_FAILED:
                return False
            raise
        return True

    def _stands(self, queue: str) -> bool:
        try:
            self._channel.queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker as refused:
            self._channel = self._connection.channel()
            if refused.reply_code == _NOT_FOUND:
                return False
            raise
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Held by a connection of its own: however that ends, the lock ends with it."""
        end = monotonic() + self._patience
        while True:
            with BlockingConnection(self._parameters) as holder:
                try:
                    holder.channel().queue_declare(LOCK, exclusive=True)
                except pika.exceptions.ChannelClosedByBroker as refused:
                    if refused.reply_code != _LOCKED or monotonic() > end:
                        raise
                else:
                    yield
                    return
            sleep(0.2)


def aside_of(row: QueueRow) -> str:
    """Where the messages of a queue lie while it is made anew."""
    return f"{row.name}.moving"
