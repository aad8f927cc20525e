"""Whether messages that can not be handled harm any other, and come back when they are sent again (F11)."""

import json
import signal
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
COMMAND_QUEUE = topology.commands_queue("intake")
COMMANDS = 400
WAITING = "SELECT COUNT(*) FROM dead_letters WHERE state = 'waiting'"
UNKNOWN = an_event("poison-unknown", 1, type="qidi.case.melted.v1")
NEWER = an_event("poison-newer", 1, type="qidi.case.received.v99")


def numbered(sequence: Any) -> bytes:
    """A good event but for its sequence."""
    event = json.loads(an_event("poison-number", 1, type="qidi.case.received.v1"))
    return json.dumps({**event, "sequence": sequence}).encode()


TOO_HIGH = f"unreadable: sequence: This must be at most {2**63 - 1}."
NO_NUMBER = "unreadable: sequence: This must be a whole number."
#: body -> how its reason begins
DEAD = {
    b"\xff\xfe no json": "unreadable: body: This is not JSON (",
    b'{"specversion": "1.0"}': "unreadable: id: This field is required.",
    an_event("poison-data", 1, type="qidi.case.received.v1"): "unreadable: data.",
    an_event("poison-version", 1, type="qidi.case.received.v0"): "unreadable: type: This does not have the required",
    b"[" * 5_000_000: "unreadable: body: This is longer than 4000000 bytes.",
    an_event("poison-long", 1, data={"text": "x" * 5_000_000}): "unreadable: body: This is longer than 4000000 bytes.",
    b'{"data": ' + b"[" * 50_000: "unreadable: body: This is nested too deeply.",
    numbered(2**70): TOO_HIGH,
    numbered(2**63): TOO_HIGH,
    numbered(0): "unreadable: sequence: This must be at least 1.",
    numbered(-(2**70)): "unreadable: sequence: This must be at least 1.",
    numbered(True): NO_NUMBER,
    numbered(1.5): NO_NUMBER,
    numbered("7"): NO_NUMBER,
}
#: The same for what comes as a command.
DEAD_COMMANDS = {
    b"\xff\xfe no json": "unreadable: body: This is no command.",
    b"[1]": "unreadable: body: This is no command.",
    b"[" * 100_000: "unreadable: body: This is nested too deeply.",
    b'{"id": "x", "command": "intake.dance", "data": {}}': "unreadable: command: intake takes no command intake.dance.",
    b'{"id": "' + b"9" * 999 + b'", "command": "intake.dance", "data": {}}': "unreadable: id: This must be 1 to 64",
}
REASONS = sorted([*DEAD.values(), *DEAD_COMMANDS.values()])
PARKED = {UNKNOWN: "unknown type qidi.case.melted.v1", NEWER: "qidi.case.received.v99 is newer than this reader's v"}


def replay(stack: Stack, *arguments: str) -> str:
    """What `qidi replay` prints in the folder of the authority."""
    order = [sys.executable, "-c", "from qidi.cli import main; main()", "replay", *arguments]
    environ = stack.environ
    done = subprocess.run(order, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def letters(stack: Stack, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(replay(stack, "list", "--json", *arguments))
    return found


def poison(stack: Stack) -> None:
    with pika.BlockingConnection(pika.URLParameters(stack.state()["amqp_url"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue, bodies in ((QUEUE, (*DEAD, *PARKED)), (COMMAND_QUEUE, DEAD_COMMANDS)):
            for body in bodies:
                channel.basic_publish("", queue, body, mandatory=True)


def all_there(stack: Stack) -> bool:
    parked = stack.number("ledger", "SELECT COUNT(*) FROM parked")
    dead = [stack.number(service, WAITING) for service in ("ledger", "intake")]
    return dead == [len(DEAD), len(DEAD_COMMANDS)] and parked == len(PARKED)


def clean(stack: Stack) -> None:
    for service in ("ledger", "intake"):
        with transaction(stack.engine(service)) as connection:
            for table in ("parked", "dead_letters", "dead_letter_acts"):
                connection.execute(text(f"DELETE FROM {table}"))


def assert_each_once(stack: Stack) -> None:
    """Each is listed once, with its reason."""
    listed = letters(stack)
    for state, expected in (("dead", REASONS), ("parked", sorted(PARKED.values()))):
        reasons = sorted(letter["reason"] for letter in listed if letter["state"] == state)
        assert len(reasons) == len(expected)
        for reason, beginning in zip(reasons, expected, strict=True):
            assert reason.startswith(beginning)


def test_poison_among_good_messages_costs_nobody_anything(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "poison")
    load.run(lambda: poison(authority))
    counts = load.counts()
    assert load.unexpected == []
    assert counts["attempted"] == counts["acknowledged"] == counts["recorded"] == COMMANDS
    assert (counts["lost"], counts["doubled"]) == (0, 0)
    until("all of it to be judged", lambda: all_there(authority))
    assert_each_once(authority)
    [melted] = [letter for letter in letters(authority) if letter["type"] == "qidi.case.melted.v1"]
    assert "poison-unknown" in replay(authority, "show", melted["id"])
    until("the count", lambda: authority.metric("qidi_dead_letters") == len(REASONS))

    # sent again before the cause is mended they are judged again, and are where they were, each once
    names = {letter["id"] for letter in letters(authority)}
    assert f"已重发 {len(REASONS)} 条" in replay(authority, "resend", "dead:")
    assert f"已重发 {len(PARKED)} 条" in replay(authority, "resend", "parked:")
    until("all of it to be judged again", lambda: all_there(authority))
    assert {letter["id"] for letter in letters(authority)} == names
    assert {letter["deaths"] for letter in letters(authority) if letter["state"] == "dead"} == {2}

    # without a broker all of them are there to be read, and to be decided about
    old = authority.signal("broker", signal.SIGKILL)
    assert_each_once(authority)
    replay(authority, "give-up", "dead:", "--by", "张三@发展改革委", "--reason", "试验用的消息")
    assert {letter["state"] for letter in letters(authority)} == {"parked"}
    assert len(letters(authority, "--all")) == len(names)
    authority.back("broker", old)
    until("the count", lambda: authority.metric("qidi_dead_letters") == 0)
    assert_verified(authority)
    clean(authority)
    print(f"poison injected {len(names)} listed {len(names)} resent {len(names)} given up {len(REASONS)} lost 0")
