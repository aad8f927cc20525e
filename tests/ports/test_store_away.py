"""What the edge does while a store is away for long: it holds what it has, keeps its lines, and blames no message."""

import itertools
import json
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from operator import itemgetter
from typing import Any
from uuid import uuid4

import pika
import pytest

from deploy.broker import PrivateBroker
from deploy.postgres import PrivatePostgres
from services.plumbing import outbox, topology
from services.plumbing.db import PATIENCE_SECONDS, transaction
from services.plumbing.switchboard import Said
from tests.ports.channels import NOON, an_event
from tests.ports.questions import Asking
from tests.ports.test_edge import in_hands, last_words, locked, pass_by, times
from tests.ports.toy import Added
from tests.ports.toys import Toys
from tests.proxy import Proxy
from tests.stack import until

EVENTS = topology.events_queue("mirror")
MANY = 50
#: What ten seconds are to an authority: its connections end after two of them without a sign of life.
HEARTBEAT = 2
Away = Callable[[], Any]


@pytest.fixture(scope="module")
def toys(broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toys]:
    with Toys(broker, tmp_path_factory.mktemp("toys"), heartbeat=HEARTBEAT) as toys:
        yield toys


@pytest.fixture
def asking(toys: Toys) -> Iterator[Asking]:
    asking = Asking(toys.broker.url())
    yield asking
    asking.close()


@pytest.fixture
def heap() -> str:
    return f"heap-{uuid4().hex[:8]}"


def publish(asking: Asking, heap: str) -> None:
    asking.publish_all(EVENTS, [an_event(heap, n, n * 2) for n in range(1, MANY + 1)])


def since_its_start(toys: Toys) -> list[str]:
    """What the host has logged since it was last ready."""
    return toys.log("host").decode().rpartition('"services.ready"')[2].splitlines()[1:]


def away_lines(toys: Toys, service: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in since_its_start(toys)]
    return [line for line in lines if line["event"] == "store.away" and line["service"] == service]


def deliveries(toys: Toys) -> list[int]:
    """How often each message of the queue was delivered before; takes one look, which counts as well, and holds none of
    them so long that an impatient broker would take them away again."""
    with closing(pika.BlockingConnection(pika.URLParameters(toys.broker.url()))) as connection:
        taken = connection.channel().consume(EVENTS, inactivity_timeout=0.5)
        headers = [properties.headers or {} for _, properties, _ in itertools.takewhile(itemgetter(0), taken)]
        return [int(one.get("x-delivery-count", 0)) for one in headers]


def dead(toys: Toys) -> int:
    return toys.depth(topology.dead_queue(EVENTS))


def report(name: str, **counts: int) -> None:
    print(f"\n{name}: " + " ".join(f"{what} {count}" for what, count in counts.items()))


def ended_well(toys: Toys, heap: str) -> None:
    """Everything had its effect once, and no message was delivered twice."""
    until("the events", lambda: times(toys, heap) == MANY)
    toys.stop("host")
    ended = last_words(toys)
    report("away", attempted=MANY, recorded=times(toys, heap), doubled=ended["repeated"], lost=ended["dead"])
    assert (ended["handled"], ended["repeated"], ended["dead"], ended["parked"]) == (MANY, 0, 0, 0)
    toys.start_host()


@pytest.mark.lengthy
def test_a_store_away_for_many_lives_of_a_connection_costs_a_message_nothing(
    toys: Toys, asking: Asking, heap: str
) -> None:
    """An authority's connection lives for 20 s without a sign of life, here for 4: this is more than five minutes."""
    toys.stop("host")
    toys.start_host()
    with locked(toys, "mirror"):
        publish(asking, heap)
        until("all to be in the host's hands", lambda: in_hands(toys, EVENTS) == (0, MANY), every=0.5)
        lines = until("a second line, after a minute", lambda: away_lines(toys, "mirror")[1:], 150, every=0.5)
        assert in_hands(toys, EVENTS) == (0, MANY)
        assert len(lines) == 1
        assert lines[0]["tries"] > 5
        assert lines[0]["seconds"] >= 60
        toys.stop("host", signal.SIGKILL)
        assert deliveries(toys) == [1] * MANY  # the one death of the process
        assert dead(toys) == 0
        toys.start_host()
    ended_well(toys, heap)


@contextmanager
def no_byte_more(toys: Toys) -> Iterator[None]:
    """No file of the host takes another byte, as on a full disk; its log lies there, too."""
    pid = toys.pid("host")
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_waited_out_and_nothing_is_handed_back(toys: Toys, asking: Asking, heap: str) -> None:
    toys.stop("host")
    toys.start_host()
    with no_byte_more(toys):
        publish(asking, heap)
        until("all to be in the host's hands", lambda: in_hands(toys, EVENTS) == (0, MANY), every=0.5)
        pass_by(5 * HEARTBEAT)
        assert in_hands(toys, EVENTS) == (0, MANY)
        assert times(toys, heap) == 0
    ended_well(toys, heap)


@contextmanager
def impatient(broker: PrivateBroker) -> Iterator[None]:
    """The broker takes channels away from who holds a message for two seconds: half an hour, where nobody told it."""
    values = {"consumer_timeout": 2000, "channel_tick_interval": 500}
    before = {name: broker.ctl("eval", f"application:get_env(rabbit, {name}).").strip() for name in values}
    order = "application:set_env(rabbit, {}, {})."
    for name, value in values.items():
        broker.ctl("eval", order.format(name, value))
    try:
        yield
    finally:
        for name, found in before.items():
            broker.ctl("eval", order.format(name, found.removeprefix("{ok,").removesuffix("}")))


def test_our_own_broker_is_told_to_have_patience(toys: Toys) -> None:
    assert toys.broker.ctl("eval", "application:get_env(rabbit, consumer_timeout).").strip() == "{ok,2147483647}"


def test_a_broker_that_loses_patience_again_and_again_counts_one_delivery(
    toys: Toys, asking: Asking, heap: str
) -> None:
    toys.stop("host")
    with impatient(toys.broker):
        toys.start_host()
        with locked(toys, "mirror"):
            publish(asking, heap)
            until("the broker to lose patience", lambda: in_hands(toys, EVENTS) == (MANY, 0), every=0.5)
            pass_by(12)
            assert in_hands(toys, EVENTS) == (MANY, 0)  # nothing is taken while the store is known to be away
            assert deliveries(toys) == [1] * MANY
        until("the events", lambda: times(toys, heap) == MANY)
        until("the queue to be empty", lambda: in_hands(toys, EVENTS) == (0, 0), every=0.5)
        toys.stop("host")
    ended = last_words(toys)
    report("impatient", attempted=MANY, recorded=times(toys, heap), doubled=0, repeated=ended["repeated"])
    # what it had in hand when the broker took it back came again and was known
    assert (ended["handled"], ended["dead"], ended["parked"]) == (MANY, 0, 0)
    assert 0 < ended["repeated"] <= MANY
    assert dead(toys) == 0
    toys.start_host()


def test_while_one_store_is_locked_the_others_answer_as_ever_and_the_log_keeps_its_form(
    toys: Toys, asking: Asking, heap: str
) -> None:
    with locked(toys, "mirror"):
        publish(asking, heap)
        until("the host to hold them", lambda: in_hands(toys, EVENTS) == (0, MANY), every=0.5)
        slowest = max(answered(asking, heap, number) for number in range(100))
    assert slowest < 0.5
    until("the events", lambda: times(toys, heap) + times(toys, f"{heap}-here") == MANY + 100)
    for line in toys.log("host").decode().splitlines():
        assert json.loads(line)["process"] == "toy-services"


def answered(asking: Asking, heap: str, number: int) -> float:
    """Seconds that a command and a question take."""
    begun = time.monotonic()
    reply = asking.command("counter", "add", f"{heap}-{number}", {"heap": f"{heap}-here", "number": 2})
    assert reply["status"] == 200
    assert asking.ask("counter", "heap", heap=f"{heap}-here")["times"] == number + 1
    return time.monotonic() - begun


def test_what_the_broker_has_is_not_said_again_while_the_store_cannot_be_told(
    toys: Toys, asking: Asking, heap: str
) -> None:
    toys.stop("host")
    toys.start_host()
    toys.stop("courier")
    engine = toys.engine("counter")
    with transaction(engine) as connection:
        said = [Said(Added(heap=heap, number=number * 2), NOON) for number in range(1, MANY + 1)]
        outbox.say(connection, said, source="/authorities/150424/counter", recorded_at=NOON)
    engine.dispose()
    with locked(toys, "counter"):
        toys.start_courier()
        until("the events", lambda: times(toys, heap) == MANY)
        pass_by(2 * PATIENCE_SECONDS)
        assert toys.number("counter", "SELECT COUNT(*) FROM outbox") == MANY
    until("the outbox to be empty", lambda: toys.number("counter", "SELECT COUNT(*) FROM outbox") == 0)
    ended_well(toys, heap)


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line(postgres: PrivatePostgres) -> Iterator[Proxy]:
    """What lies between the host and its PostgreSQL."""
    with Proxy(postgres.port) as line:
        yield line


@pytest.fixture(scope="module")
def on_postgres(
    broker: PrivateBroker, postgres: PrivatePostgres, line: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Toys]:
    url = postgres.url("store_away").replace(f":{postgres.port}/", f":{line.port}/")
    with Toys(broker, tmp_path_factory.mktemp("toys"), url, heartbeat=HEARTBEAT) as toys:
        yield toys


@pytest.mark.parametrize("away", ["stopped", "cut", "silent"])
def test_a_postgres_that_is_away_is_waited_out_and_nothing_is_handed_back(
    toys: Toys, on_postgres: Toys, postgres: PrivatePostgres, line: Proxy, asking: Asking, heap: str, away: str
) -> None:
    toys.stop("host")  # one host at a time hears the mirror's queue
    on_postgres.stop("host")
    on_postgres.start_host()
    leave: dict[str, Away] = {"stopped": postgres.stop, "cut": line.cut, "silent": line.silence}
    back: dict[str, Away] = {"stopped": postgres.start, "cut": line.resume, "silent": line.resume}
    leave[away]()
    try:
        publish(asking, heap)
        until("all to be in the host's hands", lambda: in_hands(toys, EVENTS) == (0, MANY), every=0.5)
        pass_by(5 * HEARTBEAT)
        assert in_hands(toys, EVENTS) == (0, MANY)
    finally:
        back[away]()
    ended_well(on_postgres, heap)
    on_postgres.stop("host")
    toys.start_host()
