"""Decides which exchanges and queues exist: one table, declared before any service starts; consumers never declare."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kombu import Connection, Exchange, Queue

from services.plumbing.switchboard import Switchboard

EVENTS = "qidi.events"
COMMANDS = "qidi.commands"
QUESTIONS = "qidi.questions"
DEAD = "qidi.dead"
METRICS = "qidi.metrics"

#: name -> type
EXCHANGES: Mapping[str, str] = {
    EVENTS: "topic",
    COMMANDS: "direct",
    QUESTIONS: "direct",
    DEAD: "direct",
    METRICS: "fanout",
}

#: After so many failed deliveries (crashes) the broker itself moves a message to the dead letters.
DELIVERY_LIMIT = 20
#: A question that nobody answered in this time has nobody waiting any more.
QUESTION_TTL_MS = 10_000


@dataclass(frozen=True)
class QueueRow:
    """One queue: its name, where it is bound, and its arguments."""

    name: str
    exchange: str
    keys: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    service: str = ""


def events_queue(service: str) -> str:
    return f"qidi.{service}.events"


def commands_queue(service: str) -> str:
    return f"qidi.{service}.commands"


def questions_queue(service: str) -> str:
    return f"qidi.{service}.questions"


def dead_queue(queue: str) -> str:
    return f"{queue}.dead"


def _quorum(name: str, single: bool) -> dict[str, Any]:
    # At-least-once dead-lettering needs this strategy, reject-publish and a routable dead-letter exchange together.
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-single-active-consumer": single,
    }


def table(boards: Iterable[Switchboard]) -> Iterator[QueueRow]:
    """Every queue of an authority."""
    for board in boards:
        rows = []
        if board.hears:
            keys = tuple(f"qidi.{aggregate}.#" for aggregate in board.hears)
            name = events_queue(board.name)
            # One active consumer: the order per subject survives several replicas.
            rows.append(QueueRow(name, EVENTS, keys, _quorum(name, single=True), board.name))
        if board.commands:
            name = commands_queue(board.name)
            rows.append(QueueRow(name, COMMANDS, (board.name,), _quorum(name, single=False), board.name))
        for row in rows:
            yield row
            yield QueueRow(dead_queue(row.name), DEAD, (row.name,), {"x-queue-type": "quorum"}, board.name)
        yield QueueRow(
            questions_queue(board.name),
            QUESTIONS,
            (board.name,),
            {"x-message-ttl": QUESTION_TTL_MS, "x-queue-type": "classic"},
            board.name,
        )


def apply(amqp_url: str, boards: Iterable[Switchboard]) -> list[QueueRow]:
    """Declare everything; does nothing where it exists. A queue that exists with other arguments is an error."""
    rows = list(table(boards))
    with Connection(amqp_url, connect_timeout=10) as connection, connection.channel() as channel:
        exchanges = {name: Exchange(name, kind, durable=True)(channel) for name, kind in EXCHANGES.items()}
        for exchange in exchanges.values():
            exchange.declare()
        for row in rows:
            queue = Queue(row.name, durable=True, queue_arguments=dict(row.arguments))(channel)
            queue.queue_declare()
            for key in row.keys:
                queue.bind_to(exchange=row.exchange, routing_key=key)
    return rows
