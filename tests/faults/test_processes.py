"""Tests that ask whether killed, stopped and frozen processes lose or double anything: 2,000 commands each time."""

import signal
import subprocess
import sys
import time

from tests.faults.load import Load
from tests.stack import PROJECT, Stack, until

COMMANDS = 2000


def check(load: Load) -> None:
    counts = load.counts()
    assert load.unexpected == []
    assert counts["attempted"] == counts["acknowledged"] == counts["recorded"] == load.number
    assert counts["lost"] == 0
    assert counts["doubled"] == 0
    assert all(depth == 0 for depth in load.stack.depths().values())
    assert_verified(load.stack)


def assert_verified(stack: Stack) -> None:
    """The ledger verifies, and per subject 1..n without a gap (I3, I4): the same check as anybody's `qidi verify`."""
    path = stack.settings.store_url("ledger").removeprefix("sqlite:///")
    command = [sys.executable, "-c", "from qidi.cli import main; main()", "verify", "--store", path, "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_services_killed_in_the_middle_lose_and_double_nothing(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "kill-services")
    killed: list[int] = []
    load.run(lambda: killed.append(authority.signal("services", signal.SIGKILL)))
    authority.back("services", killed[0])
    check(load)


def test_a_courier_killed_in_the_middle_loses_and_doubles_nothing(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "kill-courier")
    killed: list[int] = []
    load.run(lambda: killed.append(authority.signal("courier", signal.SIGKILL)))
    authority.back("courier", killed[0])
    check(load)


def test_services_stopped_cleanly_in_the_middle_repeat_nothing(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "stop-services")
    before = int(authority.metric("qidi_messages_total", verdict="repeated", kind="event"))  # of the killed courier
    stopped: list[int] = []
    load.run(lambda: stopped.append(authority.signal("services", signal.SIGTERM)))
    authority.back("services", stopped[0])
    check(load)
    log = (authority.folder / "log" / "services.log").read_text()
    ended = [line for line in log.splitlines() if '"services.ended"' in line][-1]
    assert f'"repeated": {before},' in ended
    assert authority.metric("qidi_messages_total", verdict="repeated", kind="event") == 0


def test_a_killed_broker_comes_back_and_nothing_is_lost(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "kill-broker")
    killed: list[int] = []
    load.run(lambda: killed.append(authority.signal("broker", signal.SIGKILL)))
    authority.back("broker", killed[0], seconds=90)
    check(load)


def test_a_store_away_for_twenty_seconds_is_waited_out(authority: Stack) -> None:
    load = Load(authority, COMMANDS, "lock-store")
    before = authority.metric("qidi_store_waits_total", service="ledger")

    def lock() -> None:
        with authority.locked("ledger"), authority.locked("intake"):
            end = time.monotonic() + 20
            until("twenty seconds", lambda: time.monotonic() > end, 30)

    load.run(lock)
    check(load)
    assert authority.metric("qidi_store_waits_total", service="ledger") > before
