"""Exchanges and queues: one table, declared before any service starts; consumers never declare."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pika

from services.plumbing.queues import KEPT, QueueRow
from services.plumbing.relocation import Relocations
from services.plumbing.switchboard import Switchboard

EVENTS = "qidi.events"
COMMANDS = "qidi.commands"
QUESTIONS = "qidi.questions"
DEAD = "qidi.dead"
METRICS = "qidi.metrics"
#: Where the lower authorities publish, each under `up.<code>` alone; and the queue that our link takes them from.
UP = "qidi.up"
PAGES = "qidi.link.pages"

#: name -> type
EXCHANGES: Mapping[str, str] = {
    EVENTS: "topic",
    COMMANDS: "direct",
    QUESTIONS: "direct",
    DEAD: "direct",
    METRICS: "fanout",
    UP: "topic",
}

#: After so many deliveries that ended with a process the broker itself moves a message to the dead letters: one that
#: kills whoever reads it must not do so for ever.
DELIVERY_LIMIT = 20
#: A question that nobody answered in this time has nobody waiting any more.
QUESTION_TTL_MS = 10_000


def events_queue(service: str) -> str:
    return f"qidi.{service}.events"


def commands_queue(service: str) -> str:
    return f"qidi.{service}.commands"


def questions_queue(service: str) -> str:
    return f"qidi.{service}.questions"


def binding(heard: str) -> str:
    """The routing pattern of an aggregate that is heard: `case`, or another authority's `below:case`, `above:case`."""
    direction, _, aggregate = heard.rpartition(":")
    return f"{direction}.qidi.{aggregate}.#" if direction else f"qidi.{aggregate}.#"


#: Begins the routing key of what goes into one queue and no other.
_INTO = "into:"


def into(queue: str) -> str:
    """The routing key of an outbox row that is for one queue alone."""
    return f"{_INTO}{queue}"


def destination(routing_key: str) -> tuple[str, str]:
    """Exchange and key under which an outbox row is published; the exchange "" takes it into the queue of that name."""
    if routing_key.startswith(_INTO):
        return "", routing_key.removeprefix(_INTO)
    return EVENTS, routing_key


def heard_by(boards: Iterable[Switchboard]) -> Callable[[str], bool]:
    """Whether a routing key of the event bus goes into any queue of theirs: what must not get lost on its way."""
    beginnings = tuple({binding(heard).removesuffix("#") for board in boards for heard in board.hears})
    return lambda routing_key: routing_key.startswith(beginnings)


def dead_queue(queue: str) -> str:
    return f"{queue}.dead"


def up_key(child: str) -> str:
    """The one routing key under which a lower authority may publish; also the name of its user."""
    return f"up.{child}"


def down_queue(child: str) -> str:
    """The mailbox of a lower authority, at its superior's broker."""
    return f"down.{child}"


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
            keys = tuple(map(binding, board.hears))
            name = events_queue(board.name)
            # One active consumer: the order per subject survives several replicas.
            rows.append(QueueRow(name, EVENTS, keys, _quorum(name, single=True), board.name))
        if board.commands:
            name = commands_queue(board.name)
            rows.append(QueueRow(name, COMMANDS, (board.name,), _quorum(name, single=False), board.name))
        for row in rows:
            yield row
            yield QueueRow(dead_queue(row.name), DEAD, (row.name,), KEPT, board.name)
        yield QueueRow(
            questions_queue(board.name),
            QUESTIONS,
            (board.name,),
            {"x-message-ttl": QUESTION_TTL_MS, "x-queue-type": "classic"},
            board.name,
        )


def link_table(children: Iterable[str]) -> Iterator[QueueRow]:
    """What a superior has for its lower authorities: one queue of what they send, and a mailbox for each.

    One active consumer on the pages: the order per origin survives two link processes. Nobody may refuse a letter for
    having been delivered too often to a child that keeps falling over, so a mailbox keeps what lies in it.
    """
    children = list(children)
    if children:
        yield QueueRow(PAGES, UP, ("up.#",), _quorum(PAGES, single=True), "link", is_repeated=True)
        yield QueueRow(dead_queue(PAGES), DEAD, (PAGES,), KEPT, "link")
    for child in children:
        yield QueueRow(down_queue(child), "", (), {**KEPT, "x-single-active-consumer": True}, "link", is_repeated=True)


@dataclass(frozen=True)
class Declared:
    """What stands at the broker now."""

    rows: list[QueueRow]
    #: Queues that stood there with other arguments; what lay in them lies in them.
    made_anew: list[str]


def apply(amqp_url: str, boards: Iterable[Switchboard], children: Iterable[str] = ()) -> Declared:
    """Declare everything; does nothing where it stands. A queue with other arguments is made anew with what lies in it.

    Raises StillTaken, and whatever a broker raises that goes away: then the next time finishes it.
    """
    rows = [*table(boards), *link_table(children)]
    parameters = pika.URLParameters(amqp_url)
    parameters.socket_timeout = parameters.stack_timeout = 10
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        for name, kind in EXCHANGES.items():
            channel.exchange_declare(name, kind, durable=True)
        channel.close()
        relocations = Relocations(connection, parameters)
        made_anew = [row.name for row in rows if relocations.declare(row)]
        relocations.end()
    return Declared(rows, made_anew)
