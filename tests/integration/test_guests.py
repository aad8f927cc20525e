"""What a lower authority may keep at its superior's broker: connections, channels, messages and their size."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pika
import pika.exceptions
import pytest

from deploy import guests
from deploy.broker import LARGEST_MESSAGE, PrivateBroker
from services.plumbing import topology
from services.plumbing.wire import Full, Wire

CODE = "150424"


@pytest.fixture(scope="module")
def url(broker: PrivateBroker) -> Iterator[str]:
    """The banner's own address at its superior's broker, whose queues are there."""
    guest, password = guests.invite(CODE, "/")
    topology.apply(broker.url(), (), [CODE])
    broker.admit(guests.definitions([guest]))
    yield pika.URLParameters(broker.url()) and broker.url().replace(
        broker.url().split("//")[1].split("@")[0], f"{guest.user}:{password}"
    )
    with pika.BlockingConnection(pika.URLParameters(broker.url())) as connection:
        for queue in (topology.down_queue(CODE), topology.PAGES, topology.dead_queue(topology.PAGES)):
            connection.channel().queue_delete(queue)
    broker.ctl("delete_user", guest.user)


def test_more_connections_than_its_link_needs_are_refused(url: str) -> None:
    with ExitStack() as opened:
        for _ in range(guests.LIMITS["max-connections"]):
            opened.enter_context(pika.BlockingConnection(pika.URLParameters(url)))
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(pika.URLParameters(url))


def test_more_channels_than_its_link_needs_are_refused(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    with pytest.raises(pika.exceptions.AMQPError):  # noqa: PT012  # at which of them the broker says no is its own affair
        for _ in range(guests.LIMITS["max-channels"] + 1):
            connection.channel()


def test_a_message_larger_than_any_page_is_refused(url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        as_itself = pika.BasicProperties(user_id=topology.up_key(CODE))
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
            channel.basic_publish(topology.UP, topology.up_key(CODE), bytes(LARGEST_MESSAGE + 1), as_itself)
        assert refused.value.reply_code == 406


@pytest.mark.parametrize(
    ("name", "exchange", "key"),
    [("qidi-pages", topology.UP, topology.up_key(CODE)), ("qidi-mailboxes", "", topology.down_queue(CODE))],
)
def test_a_queue_that_holds_as_much_as_it_may_refuses_more_and_keeps_what_it_has(
    broker: PrivateBroker, url: str, name: str, exchange: str, key: str
) -> None:
    """With a small number in the place of ours; what is not confirmed stays with the sender."""
    policies = guests.definitions([replace(guests.invite(CODE, "/")[0])])["policies"]
    [ours] = [one for one in policies if one["name"] == name]
    assert ours["definition"]["overflow"] == "reject-publish"
    small = {**ours, "definition": {**ours["definition"], "max-length": 5}}
    broker.admit({"policies": [small]})
    try:
        confirmed = asyncio.run(_fill(broker.url(), exchange, key))
        assert 5 <= confirmed <= 7  # a quorum queue looks at its length after the fact
        with pika.BlockingConnection(pika.URLParameters(broker.url())) as connection:
            queue = topology.PAGES if exchange else key
            assert connection.channel().queue_declare(queue, passive=True).method.message_count == confirmed
            connection.channel().queue_purge(queue)
    finally:
        broker.admit({"policies": [ours]})


async def _fill(url: str, exchange: str, key: str) -> int:
    """How many were confirmed until one was refused as too many."""
    async with Wire(url, "filling") as wire:
        await wire.until_ready(10)
        for confirmed in range(100):
            try:
                await wire.publish(exchange, key, b"%d" % confirmed, message_id=str(confirmed))
            except Full:
                return confirmed
    raise AssertionError("it took everything")


def test_who_commands_a_broker_of_the_office_gets_the_same_limits_as_commands() -> None:
    guest, password = guests.invite(CODE, "/")
    told = "\n".join(guests.by_hand(guest, password))
    assert f"set_user_limits 'up.{CODE}' '{json.dumps(dict(guests.LIMITS))}'" in told
    assert told.count("set_policy") == len(guests.definitions([guest])["policies"]) == 3
