"""Dead letters of the real edge: each is in the store once, whoever is killed, and goes back when it is sent."""

import signal
from collections.abc import Iterator

import pika
import pytest

from deploy.broker import PrivateBroker
from deploy.dead_letters import Letter, Letters
from services.plumbing import topology
from services.plumbing.dead_letters import TOO_OFTEN, LetterState
from tests.ports.channels import SOMEBODY, an_event
from tests.ports.toy import BOARDS
from tests.ports.toys import Toys
from tests.stack import until

QUEUE = topology.events_queue("mirror")
DEAD_QUEUE = topology.dead_queue(QUEUE)
MANY = 2500
WAITING = "SELECT COUNT(*) FROM dead_letters WHERE state = 'waiting'"


@pytest.fixture(scope="module")
def toys(broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toys]:
    with Toys(broker, tmp_path_factory.mktemp("toys")) as toys:
        broker.settle()  # a node killed right after a declaration forgets the queue
        yield toys


@pytest.fixture(autouse=True)
def clear(toys: Toys) -> None:
    toys.clear()


def publish(toys: Toys, queue: str, *bodies: bytes) -> None:
    with pika.BlockingConnection(pika.URLParameters(toys.broker.url())) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for body in bodies:
            channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)


def letters(toys: Toys, *states: LetterState) -> list[Letter]:
    return list(Letters(toys.settings, BOARDS).all(states or (LetterState.WAITING,)))


def waiting(toys: Toys) -> int:
    return toys.number("mirror", WAITING)


@pytest.mark.parametrize("queue", [QUEUE, DEAD_QUEUE])
def test_a_host_that_is_killed_while_letters_come_loses_and_doubles_none(toys: Toys, queue: str) -> None:
    """From the events' own queue, and from where the broker and earlier versions left them."""
    toys.stop("host")
    publish(toys, queue, *(f"no event {number}".encode() for number in range(MANY)))
    kills = 0
    while waiting(toys) < MANY and kills < 3:
        before = waiting(toys)
        toys.start_host()
        until("more of them", lambda before=before: waiting(toys) > before, every=0.001)  # type: ignore[misc]
        toys.stop("host", signal.SIGKILL)
        kills += 1
    toys.start_host()
    until("all of them", lambda: waiting(toys) == MANY)
    until("the queue to be empty", lambda: toys.depth(queue) == 0)
    found = [letter.body for letter in letters(toys)]
    doubled, lost = len(found) - len(set(found)), MANY - len(set(found))
    print(f"\n{queue} killed {kills}: attempted {MANY} acknowledged {MANY} recorded {len(found)} lost {lost}"
          f" doubled {doubled}")  # fmt: skip
    assert kills
    assert (lost, doubled) == (0, 0)
    assert {letter.deaths for letter in letters(toys)} == {1}


def test_a_courier_that_is_killed_while_letters_are_sent_again_loses_none(toys: Toys) -> None:
    events = [an_event(f"heap-{number}", 1, 13) for number in range(300)]  # nobody can handle thirteen
    publish(toys, QUEUE, *events)
    until("all of them", lambda: waiting(toys) == 300)
    toys.stop("host")
    toys.start_host("upgraded")
    assert Letters(toys.settings, BOARDS).resend(["dead:"], SOMEBODY).done == 300
    toys.stop("courier", signal.SIGKILL)
    toys.start_courier()
    query = "SELECT COUNT(*) FROM heaps WHERE heap LIKE 'heap-%' AND times = 1"
    until("their effect", lambda: toys.number("mirror", query) == 300)
    until("the outbox", lambda: toys.number("mirror", "SELECT COUNT(*) FROM outbox") == 0)
    until("the queue to be empty", lambda: toys.depth(QUEUE) == 0)
    twice = toys.number("mirror", "SELECT COUNT(*) FROM heaps WHERE heap LIKE 'heap-%' AND times <> 1")
    print(f"\nsent again: attempted 300 recorded 300 lost 0 doubled {twice}")
    assert (twice, waiting(toys)) == (0, 0)
    assert {letter.state for letter in letters(toys, *LetterState)} == {"resent"}
    toys.stop("host")
    toys.start_host()


def test_a_message_in_whose_hands_every_process_ends_is_a_letter_after_the_limit(toys: Toys) -> None:
    toys.stop("host")
    publish(toys, QUEUE, an_event("killer", 1))
    for _ in range(topology.DELIVERY_LIMIT + 1):
        connection = pika.BlockingConnection(pika.URLParameters(toys.broker.url()))
        channel = connection.channel()
        method, _, _ = next(channel.consume(QUEUE, inactivity_timeout=10))
        assert method is not None
        connection.close()  # unacknowledged, as whoever is killed
    toys.start_host()
    until("the letter", lambda: waiting(toys) == 1)
    [letter] = letters(toys)
    assert (letter.reason, letter.queue, letter.subject) == (TOO_OFTEN, QUEUE, "killer")
    # it was not at fault after all
    assert Letters(toys.settings, BOARDS).resend([letter.id], SOMEBODY).done == 1
    until("its effect", lambda: toys.number("mirror", "SELECT COUNT(*) FROM heaps WHERE heap = 'killer'") == 1)
    assert letters(toys) == []
