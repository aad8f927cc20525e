"""The private broker is ours, is recognised by its name, and leaves nothing of itself behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pika
import pytest

from deploy.broker import ForeignNode, PrivateBroker, check_node, node_name
from deploy.postgres import PrivatePostgres
from deploy.processes import LOOPBACK, NotReady, is_free


def processes_of(folder: Path) -> list[int]:
    """Every process whose environment or command names the folder: the node, its name daemon, its helpers."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if str(folder).encode() in said and state != "Z" and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def until(condition: Callable[[], bool], within: float = 15) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_the_node_has_its_own_name_and_virtual_hosts(broker: PrivateBroker) -> None:
    assert node_name(broker.url()) == broker.name
    assert node_name(broker.url("superior")) == broker.name
    check_node(broker.url(), broker.name)


def test_a_node_of_another_name_is_refused(broker: PrivateBroker) -> None:
    with pytest.raises(ForeignNode, match="qidi-somebody-else@localhost"):
        check_node(broker.url(), "qidi-somebody-else@localhost")


def test_a_broker_that_does_not_know_our_user_is_foreign(broker: PrivateBroker) -> None:
    with pytest.raises(ForeignNode, match="refuses our user"):
        node_name(f"amqp://qidi:wrong@{LOOPBACK}:{broker.port}/")


def test_nobody_answering_is_told_apart_from_a_foreign_node() -> None:
    with socket.socket() as nobody:
        nobody.bind((LOOPBACK, 0))
        with pytest.raises(ConnectionError, match="no broker answers"):
            node_name(f"amqp://qidi:x@{LOOPBACK}:{nobody.getsockname()[1]}/")


def test_everything_listens_on_the_loopback_address_only(broker: PrivateBroker) -> None:
    for port in (broker.port, broker._dist_port, broker._epmd_port):
        addresses = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line]
        assert [address for address in addresses if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_secrets_are_readable_by_the_owner_only(broker: PrivateBroker) -> None:
    for name in ("password", "home/.erlang.cookie", "definitions.json"):
        assert (broker.folder / name).stat().st_mode & 0o077 == 0


def test_the_preferred_port_is_left_to_whoever_has_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]
        broker = PrivateBroker(tmp_path, port=taken)
        broker.prepare()
    assert broker.port != taken


def test_a_foreign_node_on_our_port_is_refused_at_start(broker: PrivateBroker, tmp_path: Path) -> None:
    """The port was free when it was chosen; then another broker took it: a port check alone would be content."""
    ours = PrivateBroker(tmp_path)
    ours.prepare()
    ours.port = broker.port
    with pytest.raises(ForeignNode):
        ours.is_ready()


def test_what_is_in_a_queue_survives_a_kill_and_the_end_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    broker = PrivateBroker(folder)
    broker.start()
    first = broker.url()
    with pika.BlockingConnection(pika.URLParameters(first)) as connection:
        channel = connection.channel()
        channel.queue_declare("cases", durable=True, arguments={"x-queue-type": "quorum"})
        broker.settle()
        channel.confirm_delivery()
        channel.basic_publish("", "cases", b"kept", pika.BasicProperties(delivery_mode=2), mandatory=True)
    assert processes_of(folder)
    broker.kill()
    until(lambda: processes_of(folder) == [])
    broker.start()
    assert broker.url() == first, "the same folder gives the same address, user and password"
    with pika.BlockingConnection(pika.URLParameters(broker.url())) as connection:
        assert connection.channel().basic_get("cases", auto_ack=True)[2] == b"kept"
    assert "cases" in broker.ctl("list_queues", "name")
    broker.stop()
    until(lambda: processes_of(folder) == [])
    assert is_free(broker.port)


def test_a_node_that_cannot_start_says_why_and_leaves_no_process(tmp_path: Path) -> None:
    broker = PrivateBroker(tmp_path / "node", vhosts=())
    files = broker._files

    def broken() -> dict[str, str]:
        return {**files(), "rabbitmq.conf": "no such setting = 1\n"}

    broker._files = broken  # type: ignore[method-assign]  # the only way to a broken configuration from outside
    with pytest.raises(NotReady, match="before it was ready"):
        broker.start()
    until(lambda: processes_of(tmp_path / "node") == [])


def test_even_kill_9_of_the_owner_ends_the_broker(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    owner = subprocess.Popen(
        [sys.executable, "-m", "deploy.broker", str(folder)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline().startswith(b"amqp://")
    assert len(processes_of(folder)) >= 3
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until(lambda: processes_of(folder) == [])


def test_postgresql_makes_databases_on_demand_and_keeps_them(postgres: PrivatePostgres) -> None:
    assert postgres.url("intake") == postgres.url("intake")
    connection = postgres._connect("intake")
    connection.cursor().execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    connection.commit()
    connection.close()
    postgres.kill()
    postgres.start()
    connection = postgres._connect("intake")
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchone() == (1,)
    connection.close()
