"""Whether messages that can not be handled harm any other, and come back when they are sent again (F11)."""

import json
import subprocess
import sys
from typing import Any

import pika
from sqlalchemy import text

from services.plumbing import topology
from services.plumbing.db import transaction
from tests.faults.load import Load
from tests.faults.test_processes import assert_verified
from tests.ports.channels import an_event
from tests.stack import PROJECT, Stack, until

QUEUE = topology.events_queue("ledger")
COMMANDS = 400
UNKNOWN = an_event("poison-unknown", 1, type="qidi.case.melted.v1")
NEWER = an_event("poison-newer", 1, type="qidi.case.received.v99")
#: body -> how its reason begins
DEAD = {
    b"\xff\xfe no json": "unreadable: body: Invalid JSON",
    b'{"specversion": "1.0"}': "unreadable: id: Field required",
    an_event("poison-data", 1, type="qidi.case.received.v1"): "unreadable: data.",
    b"[" * 5_000_000: "unreadable: body: Invalid JSON",
    an_event("poison-foreign", 1, type="qidi.case.received.v1", source="/authorities/150000/intake"): "said by 150000",
    an_event("poison-brother", 1, type="qidi.case.received.v1", source="/authorities/150422/intake"): "said by 150422",
    an_event(
        "poison-nobody", 1, type="qidi.case.received.v1", source="/authorities//intake"
    ): "unreadable: no authority",
}
PARKED = {UNKNOWN: "unknown type qidi.case.melted.v1", NEWER: "qidi.case.received.v99 is newer than this reader's v"}


def replay(stack: Stack, *arguments: str) -> str:
    """What `qidi replay` prints in the folder of the authority."""
    order = [sys.executable, "-c", "from qidi.cli import main; main()", "replay", *arguments]
    environ = stack.environ
    done = subprocess.run(order, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def letters(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(replay(stack, "list", "--json"))
    return found


def poison(stack: Stack) -> None:
    with pika.BlockingConnection(pika.URLParameters(stack.state()["amqp_url"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for body in (*DEAD, *PARKED):
            channel.basic_publish("", QUEUE, body, mandatory=True)


def all_there(stack: Stack) -> bool:
    parked = stack.number("ledger", "SELECT COUNT(*) FROM parked")
    return stack.depths()[f"{QUEUE}.dead"] == len(DEAD) and parked == len(PARKED)


def clean(stack: Stack) -> None:
    with pika.BlockingConnection(pika.URLParameters(stack.state()["amqp_url"])) as connection:
        connection.channel().queue_purge(f"{QUEUE}.dead")
    with transaction(stack.engine("ledger")) as connection:
        for table in ("parked", "dead_reasons"):
            connection.execute(text(f"DELETE FROM {table}"))


def test_poison_among_good_messages_costs_nobody_anything(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "poison")
    load.run(lambda: poison(authority))
    counts = load.counts()
    assert load.unexpected == []
    assert counts["attempted"] == counts["acknowledged"] == counts["recorded"] == COMMANDS
    assert (counts["lost"], counts["doubled"]) == (0, 0)
    until("all of it to be judged", lambda: all_there(authority))

    # each is listed once, with its reason, and can be read
    listed = letters(authority)
    for state, expected in (("dead", DEAD), ("parked", PARKED)):
        reasons = sorted(letter["reason"] for letter in listed if letter["state"] == state)
        assert len(reasons) == len(expected)
        for reason, beginning in zip(reasons, sorted(expected.values()), strict=True):
            assert reason.startswith(beginning)
    [melted] = [letter for letter in listed if letter["type"] == "qidi.case.melted.v1"]
    assert "poison-unknown" in replay(authority, "show", melted["id"])

    # sent again before the cause is mended they are judged again, and are where they were
    assert f"已重发 {len(DEAD)} 条" in replay(authority, "resend", "dead:")
    assert f"已重发 {len(PARKED)} 条" in replay(authority, "resend", "parked:")
    until("all of it to be judged again", lambda: all_there(authority))
    assert {letter["id"] for letter in letters(authority)} == {letter["id"] for letter in listed}
    assert_verified(authority)
    clean(authority)


def test_another_authoritys_word_in_any_services_own_queue_is_a_dead_letter(authority: Stack) -> None:
    foreign = an_event("foreign", 1, type="qidi.case.received.v1", source="/authorities/150500/intake")
    queues = [topology.events_queue(one) for one in ("intake", "timer", "ledger", "complaints", "reporting")]
    size = authority.number("ledger", "SELECT COUNT(*) FROM entries")
    with pika.BlockingConnection(pika.URLParameters(authority.state()["amqp_url"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue in queues:
            channel.basic_publish("", queue, foreign, mandatory=True)
    until("each to be judged", lambda: all(authority.depths()[f"{queue}.dead"] == 1 for queue in queues))
    listed = [letter["reason"] for letter in letters(authority) if letter["state"] == "dead"]
    assert [reason.partition(",")[0] for reason in listed] == ["said by 150500"] * len(queues)
    assert authority.number("ledger", "SELECT COUNT(*) FROM entries") == size
    print(f"foreign: attempted {len(queues)} acknowledged {len(queues)} recorded 0 lost 0 doubled 0 unexpected 0")
    with pika.BlockingConnection(pika.URLParameters(authority.state()["amqp_url"])) as connection:
        for queue in queues:
            connection.channel().queue_purge(f"{queue}.dead")
    for service in ("intake", "timer", "ledger", "complaints", "reporting"):
        with transaction(authority.engine(service)) as connection:
            connection.execute(text("DELETE FROM dead_reasons"))
