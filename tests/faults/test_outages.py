"""Tests that ask what users see, and what is lost, while the broker is frozen or takes nothing, or stores are full."""

import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from deploy.broker import PrivateBroker
from tests.faults.load import Load, a_filing
from tests.faults.test_processes import check
from tests.stack import Stack, until

#: Whoever is not in flight when it begins hears of an outage within so many seconds, with sixty others on two cores.
AT_ONCE = 1.5
#: Processes that write into stores.
WRITERS = ("services", "courier", "gateway")


@pytest.fixture
def broker(authority: Stack) -> PrivateBroker:
    """The authority's own node, as its tools know it."""
    [folder] = [path.parent for path in authority.folder.rglob("ports.json")]
    broker = PrivateBroker(folder)
    broker.attach()
    return broker


def pass_by(seconds: float) -> None:
    end = time.monotonic() + seconds
    until(f"{seconds:g} s to pass", lambda: time.monotonic() > end, seconds + 5)


def told_to_come_back(load: Load) -> None:
    assert load.refusals
    assert all(int(after) > 0 for _, after in load.refusals)


def waited(load: Load) -> int:
    """How many refusals did not come at once."""
    return sum(seconds > AT_ONCE for seconds, _ in load.refusals)


def test_a_broker_frozen_for_forty_seconds_costs_each_client_one_wait(authority: Stack) -> None:
    load = Load(authority, 2000, "freeze-broker", clients=64)

    def freeze() -> None:
        authority.signal("broker", signal.SIGSTOP)
        try:
            pass_by(20)
            with authority.client() as client:
                for path, status in (("/healthz", 200), ("/readyz", 503), ("/v1/cases", 503)):
                    begun = time.monotonic()
                    assert client.get(path).status_code == status
                    assert time.monotonic() - begun < AT_ONCE
            pass_by(20)
        finally:
            authority.signal("broker", signal.SIGCONT)

    load.run(freeze)
    check(load)
    told_to_come_back(load)
    print(f"freeze-broker: waited {waited(load)} refused-at-once {len(load.refusals) - waited(load)}")
    assert waited(load) <= load.clients
    assert len(load.refusals) > 5 * load.clients


@pytest.mark.parametrize(
    ("alarm", "order", "end"),
    [
        ("memory", ("set_vm_memory_high_watermark", "absolute", "1MB"), ("set_vm_memory_high_watermark", "0.4")),
        ("disk", ("set_disk_free_limit", "100000GB"), ("set_disk_free_limit", "50MB")),
    ],
)
def test_a_broker_that_takes_nothing_for_twenty_seconds_doubles_and_loses_nothing(
    authority: Stack, broker: PrivateBroker, alarm: str, order: tuple[str, ...], end: tuple[str, ...]
) -> None:
    load = Load(authority, 1000, f"{alarm}-alarm")

    def take_nothing() -> None:
        broker.ctl(*order)
        try:
            pass_by(20)
        finally:
            broker.ctl(*end)

    load.run(take_nothing)
    check(load)
    told_to_come_back(load)
    assert max(seconds for seconds, _ in load.refusals) < 11
    # those whose answers were on their way, and those by whom the gateway learnt of the alarm
    assert waited(load) <= 2 * load.clients


def test_while_one_store_is_locked_whoever_needs_another_one_is_served_as_ever(authority: Stack) -> None:
    with authority.client("supervisor", "王县长", "县政府") as reader, authority.client() as partner:
        before = [served(reader, partner, f"unlocked-{number}") for number in range(20)]
        with authority.locked("timer"):
            end, during = time.monotonic() + 8, [0.0]
            while time.monotonic() < end:
                during.append(served(reader, partner, f"locked-{len(during)}"))
    print(f"\nlock-timer: served {len(during)} slowest {max(during):.2f} s, unlocked {max(before):.2f} s")
    assert len(during) > 10
    assert max(during) < 1
    authority.quiet(60)


def served(reader: httpx.Client, partner: httpx.Client, key: str) -> float:
    """Seconds that the slower of a command to intake and a question to reporting takes."""
    begun = time.monotonic()
    assert partner.post("/v1/cases", json=a_filing(key), headers={"Idempotency-Key": key}).status_code == 201
    asked = time.monotonic()
    assert reader.get("/v1/findings").status_code == 200
    return max(asked - begun, time.monotonic() - asked)


def test_three_processes_that_write_one_ledger_on_a_slow_disk_wait_for_their_turn_and_nobody_hears_of_it(
    authority: Stack,
) -> None:
    load, stop = Load(authority, 200, "slow-ledger"), threading.Event()
    logs = {path: path.stat().st_size for path in (authority.folder / "log").glob("*.log")}

    def another_one_writes() -> None:
        while not stop.is_set():
            with authority.locked("ledger"):
                stop.wait(0.6)  # as a disk takes for its promise
            stop.wait(0.05)

    neighbour = threading.Thread(target=another_one_writes)
    neighbour.start()
    try:
        load.run(lambda: pass_by(8))
    finally:
        stop.set()
        neighbour.join()
    check(load)
    assert load.refusals == []
    said = "".join(path.read_text()[size:] for path, size in logs.items())
    assert "locked" not in said


@contextmanager
def full(authority: Stack) -> Iterator[None]:
    """No process of the authority can write another byte into any file, its log among them."""
    before = {}
    for program in WRITERS:
        pid = authority.pid(program)
        before[pid] = resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def test_full_stores_acknowledge_nothing_that_they_do_not_have_and_work_again_with_space(authority: Stack) -> None:
    load = Load(authority, 600, "full-stores")
    pids = {program: authority.pid(program) for program in WRITERS}
    during: list[int] = []

    def fill() -> None:
        with full(authority):
            pass_by(12)  # what was on its way has ended
            before = len(load.acknowledged)
            pass_by(20)
            during.append(len(load.acknowledged) - before)

    load.run(fill)
    check(load)
    told_to_come_back(load)
    assert during == [0]
    assert {program: authority.pid(program) for program in WRITERS} == pids  # nobody died of it
    assert all(depth == 0 for name, depth in authority.depths().items() if name.endswith(".dead"))
