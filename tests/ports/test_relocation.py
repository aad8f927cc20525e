"""Queues that stand with other arguments are made anew, and nothing of what lay in them is lost."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from deploy.broker import PrivateBroker
from services.plumbing import topology
from services.plumbing.deliveries import Delivery
from services.plumbing.queues import KEPT, QueueRow
from services.plumbing.relocation import Relocations, StillTaken, aside_of
from services.plumbing.wire import Wire
from tests.ports.toy import BOARDS
from tests.stack import PROJECT, until

OLD: Mapping[str, Any] = {"x-queue-type": "quorum"}
LASTING = pika.BasicProperties(delivery_mode=2)


@contextmanager
def channel_at(broker: PrivateBroker) -> Iterator[BlockingChannel]:
    with pika.BlockingConnection(pika.URLParameters(broker.url())) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


@pytest.fixture
def row(broker: PrivateBroker) -> Iterator[QueueRow]:
    """A queue of this test's own, bound to the dead letters' exchange under its name."""
    topology.apply(broker.url(), ())
    name = f"move-{uuid4().hex[:8]}"
    row = QueueRow(name, topology.DEAD, (name,), KEPT)
    yield row
    with channel_at(broker) as channel:
        channel.queue_delete(name)
        channel.queue_delete(aside_of(row))


def stand(broker: PrivateBroker, row: QueueRow, number: int, arguments: Mapping[str, Any] = OLD) -> None:
    """The queue as an earlier version declared it, with messages 0, 1, 2 ... in it."""
    with channel_at(broker) as channel:
        channel.queue_declare(row.name, durable=True, arguments=dict(arguments))
        channel.queue_bind(row.name, row.exchange, row.name)
        for one in range(number):
            properties = pika.BasicProperties(delivery_mode=2, message_id=f"m{one}", headers={"kept": one})
            channel.basic_publish("", row.name, str(one).encode(), properties, mandatory=True)


def lying(broker: PrivateBroker, queue: str) -> list[bytes]:
    """What lies in a queue, in order; it is taken out by this."""
    found: list[bytes] = []
    with channel_at(broker) as channel:
        while number := channel.queue_declare(queue, passive=True).method.message_count:
            for _ in range(number):  # by a consumer: where one at a time is active, nothing else may take
                _, _, body = next(channel.consume(queue, auto_ack=True, inactivity_timeout=10))
                found.append(body)
            channel.cancel()
    return found


def once(bodies: list[bytes]) -> list[bytes]:
    """As a reader takes them: what comes a second time is dropped."""
    return list(dict.fromkeys(bodies))


def finish(broker: PrivateBroker, row: QueueRow) -> bool:
    """What a start does about this queue."""
    parameters = pika.URLParameters(broker.url())
    with pika.BlockingConnection(parameters) as connection:
        relocations = Relocations(connection, parameters, 5)
        made_anew = relocations.declare(row)
        relocations.end()
        return made_anew


def exists(broker: PrivateBroker, queue: str) -> bool:
    try:
        with channel_at(broker) as channel:
            channel.queue_declare(queue, passive=True)
            return True
    except pika.exceptions.ChannelClosedByBroker:
        return False


def test_what_lies_in_it_is_there_afterwards_in_order_with_its_properties(broker: PrivateBroker, row: QueueRow) -> None:
    stand(broker, row, 200)
    assert finish(broker, row)
    assert not exists(broker, aside_of(row))
    with channel_at(broker) as channel:
        channel.queue_declare(row.name, durable=True, arguments=dict(row.arguments))  # else 406
        channel.basic_publish(row.exchange, row.name, b"new", LASTING, mandatory=True)  # the binding is there
        _, properties, body = channel.basic_get(row.name, auto_ack=True)
        assert (body, properties.message_id, properties.headers["kept"]) == (b"0", "m0", 0)
    assert lying(broker, row.name) == [str(one).encode() for one in range(1, 200)] + [b"new"]
    assert not finish(broker, row)


def test_a_queue_with_the_right_arguments_is_left_alone(broker: PrivateBroker, row: QueueRow) -> None:
    stand(broker, row, 3, KEPT)
    with channel_at(broker) as channel:  # also while somebody takes from it
        channel.basic_consume(row.name, lambda *_: None)
        assert not finish(broker, row)


def test_wherever_it_is_cut_off_the_next_start_finishes_it(broker: PrivateBroker, row: QueueRow) -> None:
    """Every step in turn is the last one of a process that is killed, while others go on sending."""
    points, lost, doubled, sent = 0, 0, 0, 0
    steps: list[str] = []
    while "done" not in steps:
        stand(broker, row, 3)
        points += 1
        steps = cut_off(broker, row, points)
        expected = [b"0", b"1", b"2", b"meanwhile"]
        with channel_at(broker) as channel:
            channel.basic_publish(row.exchange, row.name, b"meanwhile", LASTING, mandatory=True)
        finish(broker, row)
        found = lying(broker, row.name)
        sent += len(expected)
        lost += len(set(expected) - set(found))
        doubled += len(found) - len(set(found))
        assert sorted(once(found)) == expected, f"cut off after {steps}"
        assert not exists(broker, aside_of(row)), f"cut off after {steps}"
        with channel_at(broker) as channel:
            channel.queue_declare(row.name, durable=True, arguments=dict(row.arguments))
            channel.queue_delete(row.name)
    assert {"noted", "aside", "copied", "moved", "gone", "new", "done"} <= set(steps)
    print(
        f"\nrelocation: points {points} attempted {sent} recovered {sent - lost} lost {lost} delivered twice {doubled}"
    )


def cut_off(broker: PrivateBroker, row: QueueRow, after: int) -> list[str]:
    """Do so many steps, and end without a word: what was taken and not acknowledged goes back."""
    parameters = pika.URLParameters(broker.url())
    connection = BlockingConnection(parameters)
    taken = []
    for step in Relocations(connection, parameters).steps(row, fits=False):
        taken.append(step)
        if len(taken) == after:
            break
    connection.close()
    return taken


MOVER = """
import sys
from services.plumbing.deliveries import Delivery
from services.plumbing.queues import KEPT, QueueRow
from services.plumbing.relocation import Relocations
import pika
parameters = pika.URLParameters(sys.argv[1])
relocations = Relocations(pika.BlockingConnection(parameters), parameters)
print("begun", flush=True)
relocations.declare(QueueRow(sys.argv[2], sys.argv[3], (sys.argv[2],), KEPT))
relocations.end()
"""


def test_movers_that_are_killed_lose_nothing_of_what_lies_there_and_of_what_comes(
    broker: PrivateBroker, row: QueueRow
) -> None:
    number, kills, chance = 600, 6, random.Random(20261129)
    stand(broker, row, number)
    confirmed: list[bytes] = []
    over = threading.Event()

    def send() -> None:
        with channel_at(broker) as channel:
            while not over.is_set():
                body = f"more-{len(confirmed)}".encode()
                channel.basic_publish(row.exchange, row.name, body, LASTING, mandatory=True)
                confirmed.append(body)
                time.sleep(0.02)

    sender = threading.Thread(target=send)
    sender.start()
    for _ in range(kills):
        command = [sys.executable, "-c", MOVER, broker.url(), row.name, row.exchange]
        mover = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
        assert mover.stdout is not None
        mover.stdout.readline()
        moment = time.monotonic() + chance.uniform(0.0, 1.0)
        until("the moment", lambda moment=moment: time.monotonic() > moment, every=0.01)  # type: ignore[misc]
        os.kill(mover.pid, signal.SIGKILL)
        mover.wait()
        mover.stdout.close()
    finish(broker, row)
    over.set()
    sender.join()
    found = lying(broker, row.name)
    attempted = {str(one).encode() for one in range(number)} | set(confirmed)
    lost = attempted - set(found)
    print(
        f"\nrelocation killed {kills} times: attempted {len(attempted)} acknowledged {len(attempted)}"
        f" recovered {len(attempted & set(found))} lost {len(lost)} delivered twice {len(found) - len(set(found))}"
    )
    assert lost == set()


def test_a_queue_from_which_somebody_takes_is_not_taken_away(broker: PrivateBroker, row: QueueRow) -> None:
    stand(broker, row, 3)
    with channel_at(broker) as channel:
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(row.name, lambda *_: None)
        parameters = pika.URLParameters(broker.url())
        with pika.BlockingConnection(parameters) as connection, pytest.raises(StillTaken):
            Relocations(connection, parameters, 0.3).declare(row)
    finish(broker, row)
    assert sorted(lying(broker, row.name)) == [b"0", b"1", b"2"]


def test_who_comes_to_take_from_it_while_it_is_moved_keeps_it(broker: PrivateBroker, row: QueueRow) -> None:
    """What he has in hand would go back into a queue that is deleted under him."""
    stand(broker, row, 3)
    parameters = pika.URLParameters(broker.url())
    with channel_at(broker) as other, pika.BlockingConnection(parameters) as connection:
        steps = Relocations(connection, parameters, 1).steps(row, fits=False)
        until("all is moved", lambda: next(steps) == f"unbound {row.name}", every=0.0)
        other.basic_publish("", row.name, b"in hand", LASTING, mandatory=True)
        assert next(other.consume(row.name, inactivity_timeout=10))[2] == b"in hand"
        with pytest.raises(StillTaken):
            list(steps)
    finish(broker, row)
    assert sorted(lying(broker, row.name)) == [b"0", b"1", b"2", b"in hand"]


def test_what_comes_by_its_name_until_it_is_deleted_is_moved_too(broker: PrivateBroker, row: QueueRow) -> None:
    stand(broker, row, 1)
    parameters = pika.URLParameters(broker.url())
    with channel_at(broker) as other, pika.BlockingConnection(parameters) as connection:
        last: list[bytes] = []
        for step in Relocations(connection, parameters, 5).steps(row, fits=False):
            if step.startswith("unbound") or (step == "moved" and len(last) < 4):
                last.append(f"late-{len(last)}".encode())
                other.basic_publish("", row.name, last[-1], LASTING, mandatory=True)
    assert sorted(lying(broker, row.name)) == sorted([b"0", *last])


def test_what_others_said_in_their_name_is_moved_in_their_name(broker: PrivateBroker, row: QueueRow) -> None:
    """The link believes a page for the user that the broker has checked."""
    broker.ctl("add_user", "up.150424", "a-password")
    broker.ctl("set_permissions", "up.150424", ".*", ".*", ".*")
    try:
        stand(broker, row, 0)
        url = broker.url().replace(broker.url().split("//")[1].split("@")[0], "up.150424:a-password")
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            properties = pika.BasicProperties(delivery_mode=2, user_id="up.150424")
            connection.channel().basic_publish("", row.name, b"a page", properties)
        finish(broker, row)
        with channel_at(broker) as channel:
            _, properties, body = channel.basic_get(row.name, auto_ack=True)
        assert (body, properties.user_id) == (b"a page", "up.150424")
    finally:
        broker.ctl("delete_user", "up.150424")


def test_the_queues_of_the_last_version_come_to_this_one_with_their_dead_letters(broker: PrivateBroker) -> None:
    """Up to 0.2.0 dead letters and mailboxes said no limit."""
    rows = [*topology.table(BOARDS), *topology.link_table(["150499"])]
    old = [one for one in rows if one.arguments.get("x-delivery-limit") == KEPT["x-delivery-limit"]]
    with channel_at(broker) as channel:
        for one in rows:
            channel.queue_delete(one.name)
        for one in old:
            less = {name: value for name, value in one.arguments.items() if name != "x-delivery-limit"}
            channel.queue_declare(one.name, durable=True, arguments=less)
            for number in range(5):
                channel.basic_publish("", one.name, str(number).encode(), LASTING, mandatory=True)
    declared = topology.apply(broker.url(), BOARDS, ["150499"])
    assert set(declared.made_anew) == {one.name for one in old}
    assert {"down.150499", "qidi.mirror.events.dead"} <= set(declared.made_anew)
    assert topology.apply(broker.url(), BOARDS, ["150499"]).made_anew == []
    for one in old:
        assert lying(broker, one.name) == [b"0", b"1", b"2", b"3", b"4"]
    with channel_at(broker) as channel:
        for name in ("down.150499", "qidi.link.pages", "qidi.link.pages.dead"):
            channel.queue_delete(name)


def test_a_mailbox_is_made_anew_under_the_hands_of_who_takes_from_it(broker: PrivateBroker) -> None:
    """Mail is said again until it is signed for; the lower authority goes on with the new mailbox by itself."""
    topology.apply(broker.url(), ())
    *_, row = topology.link_table(["150498"])
    stand(broker, replace(row, exchange=topology.DEAD), 1, {"x-queue-type": "quorum", "x-single-active-consumer": True})
    assert asyncio.run(taken_around(broker, row)) == [b"0", b"after"]
    with channel_at(broker) as channel:
        channel.queue_delete(row.name)


async def taken_around(broker: PrivateBroker, row: QueueRow) -> list[bytes]:
    """What one takes who takes from the queue before, while and after it is made anew."""
    taken: list[bytes] = []
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    def take(delivery: Delivery) -> None:
        arrived.put_nowait(delivery.body)
        delivery.acknowledge()

    wire = Wire(broker.url(), "child")
    wire.consume(row.name, take)
    async with wire, asyncio.timeout(60):
        taken.append(await arrived.get())
        assert await asyncio.to_thread(finish, broker, row)
        with channel_at(broker) as channel:
            channel.basic_publish("", row.name, b"after", LASTING, mandatory=True)
        taken.append(await arrived.get())
    return taken


def test_a_dead_letter_is_there_however_often_somebody_looks(broker: PrivateBroker, row: QueueRow) -> None:
    stand(broker, row, 1, row.arguments)
    for _ in range(30):
        with channel_at(broker) as channel:
            assert channel.basic_get(row.name)[2] == b"0"
    assert lying(broker, row.name) == [b"0"]
