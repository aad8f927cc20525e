"""What a test may do to the toy services, whether they run in this process or for real: one small interface."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pika
from sqlalchemy import text

from deploy.dead_letters import Letters
from services.contracts.vocabulary import ZONE
from services.plumbing import dead_letters, topology
from services.plumbing.batch import resend_parked
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.desk import Desk, Verdict
from services.plumbing.fakes import InProcess
from services.plumbing.switchboard import Switchboard
from tests.ports import toy
from tests.ports.questions import CALLER, Asking
from tests.ports.toys import Toys
from tests.stack import until

NOON = datetime(2026, 11, 20, 12, tzinfo=ZONE)
SOMEBODY = dead_letters.Decision("张三@发展改革委", "", NOON.timestamp())
Reply = Mapping[str, Any]


def an_event(heap: str, sequence: int, number: int = 1, **changed: Any) -> bytes:
    """An event about a heap as the counter would say it, with what the test wants otherwise."""
    event = {
        "specversion": "1.0",
        "id": f"{heap}-{sequence}",
        "source": "/authorities/150424/counter",
        "type": "qidi.heap.added.v1",
        "subject": heap,
        "time": NOON.isoformat(),
        "recordedtime": NOON.isoformat(),
        "sequence": sequence,
        "reach": "own",
        "datacontenttype": "application/json",
        "data": {"heap": heap, "number": number},
    }
    return json.dumps({**event, **changed}).encode()


class Channel(Protocol):
    """The way to the toy services and back."""

    def command(self, id: str, data: Any) -> Reply:
        """Give the counter the command `add`."""

    def heap(self, service: str, heap: str) -> Mapping[str, Any]:
        """What lies on a heap at the counter or in the mirror: total, times, trail."""

    def deliver(self, *bodies: bytes) -> None:
        """Put bodies into the mirror's queue of events."""

    def quiet(self) -> None:
        """Return when everything that was said or delivered has been judged."""

    def count_from_now(self) -> None:
        """Verdicts before this moment do not count."""

    def verdicts(self, expected: Mapping[str, int]) -> Mapping[str, int]:
        """How many events the mirror judged how since then; waits a little for the counts that are expected."""

    def parked(self) -> Mapping[str, str]:
        """What the mirror keeps: event id -> reason."""

    def dead(self, expected: int) -> Sequence[tuple[str, bytes]]:
        """The mirror's dead letters with their reasons; waits a little for the number that is expected."""

    def resend(self, state: str) -> int:
        """Deliver all `dead` or all `parked` messages again, as `qidi replay` does; how many."""

    def restart(self, upgraded: bool = False) -> None:
        """Stop the services and start them again, in the same or in the later version."""


class FakeChannel:
    """The fakes: the real desks in this process, without a broker."""

    def __init__(self, folder: Path) -> None:
        engines = {
            board.name: open_engine(f"sqlite:///{folder}/{board.name}.sqlite", board.name) for board in toy.BOARDS
        }
        for board in toy.BOARDS:
            board.metadata.create_all(engines[board.name])
        self._engines = engines
        self._verdicts: Counter[str] = Counter()
        self._start(toy.BOARDS)

    def _start(self, boards: Sequence[Switchboard]) -> None:
        clock = HandClock(NOON)
        desks = {board.name: Desk(board, self._engines[board.name], clock, "150424") for board in boards}
        for desk in desks.values():
            desk.revive()
        self._services = InProcess(desks)
        self._services.judged.append(self._note)

    def _note(self, service: str, body: bytes, verdict: Verdict) -> None:
        self._verdicts[verdict.value] += 1

    def close(self) -> None:
        toy.downgraded()
        for engine in self._engines.values():
            engine.dispose()

    def command(self, id: str, data: Any) -> Reply:
        reply: Reply = _run(self._services.command("counter", "add", id, data, CALLER))
        return reply

    def heap(self, service: str, heap: str) -> Mapping[str, Any]:
        body: Mapping[str, Any] = _run(self._services.ask(service, "heap", {"heap": heap}))["body"]
        return body

    def deliver(self, *bodies: bytes) -> None:
        self._services.hand("mirror", bodies)

    def quiet(self) -> None:
        self._services.deliver()

    def count_from_now(self) -> None:
        self._verdicts.clear()

    def verdicts(self, expected: Mapping[str, int]) -> Mapping[str, int]:
        return dict(self._verdicts)

    def parked(self) -> Mapping[str, str]:
        with reading(self._engines["mirror"]) as connection:
            return dict(tuple(row) for row in connection.execute(text("SELECT id, reason FROM parked")))

    def dead(self, expected: int) -> Sequence[tuple[str, bytes]]:
        with reading(self._engines["mirror"]) as connection:
            return [(letter.reason, letter.body) for letter in dead_letters.letters(connection)]

    def resend(self, state: str) -> int:
        with transaction(self._engines["mirror"]) as connection:
            if state == "dead":
                return sum(
                    dead_letters.resend(connection, letter, SOMEBODY)
                    for letter in list(dead_letters.letters(connection))
                )
            bodies = resend_parked(connection, list(self.parked()))
            for body in bodies:
                dead_letters.again(connection, topology.events_queue("mirror"), body, SOMEBODY.at)
            return len(bodies)

    def restart(self, upgraded: bool = False) -> None:
        self._start(toy.upgraded() if upgraded else toy.BOARDS)


def _run(work: Any) -> Any:
    """The fakes' coroutines wait for nothing: one step ends them."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("a fake waited for something")


class RealChannel:
    """The real thing: broker, edge, relay and stores. Shared by the tests of a module, which use heaps of their own."""

    def __init__(self, toys: Toys) -> None:
        self.toys = toys
        self._asking = Asking(toys.broker.url())
        self._metrics = pika.BlockingConnection(pika.URLParameters(toys.broker.url()))
        self._listener = self._metrics.channel()
        self._listener.queue_declare("toys.metrics", exclusive=True)
        self._listener.queue_bind("toys.metrics", topology.METRICS)
        self._counted: Counter[str] = Counter()
        self._before: Counter[str] = Counter()
        self._barriers = 0

    def close(self) -> None:
        self._asking.close()
        self._metrics.close()

    def fresh(self) -> None:
        """Forget what earlier tests left."""
        self.quiet()
        self.toys.clear()

    def command(self, id: str, data: Any) -> Reply:
        return self._asking.command("counter", "add", id, data)

    def heap(self, service: str, heap: str) -> Mapping[str, Any]:
        body: Mapping[str, Any] = self._asking.ask(service, "heap", heap=heap)
        return body

    def deliver(self, *bodies: bytes) -> None:
        for body in bodies:
            self._asking.publish(topology.events_queue("mirror"), body)

    def quiet(self) -> None:
        for service in ("counter", "mirror"):
            until("the outbox", partial(self._has_said_all, service))
        # One consumer, one order: when the last message is judged, all before it are.
        barrier = f"barrier-{uuid4()}"
        self._barriers += 1
        self.deliver(an_event(barrier, 1))
        until("the barrier", lambda: self.toys.number(
            "mirror", "SELECT COUNT(*) FROM inbox WHERE id = :i", i=f"{barrier}-1"
        ))  # fmt: skip

    def _has_said_all(self, service: str) -> bool:
        return self.toys.number(service, "SELECT COUNT(*) FROM outbox") == 0

    def count_from_now(self) -> None:
        self.quiet()
        self._count()
        self._counted.clear()
        until("fresh counts", self._count, 20, every=0.1)
        self._before, self._barriers = self._count(), 0

    def verdicts(self, expected: Mapping[str, int]) -> Mapping[str, int]:
        def counted() -> dict[str, int]:
            found = self._count()
            found.subtract(self._before)
            found["handled"] -= self._barriers
            return {verdict: number for verdict, number in found.items() if number}

        self._wait(lambda: counted() == dict(expected))
        return counted()

    def parked(self) -> Mapping[str, str]:
        return dict(tuple(row) for row in self.toys.rows("mirror", "SELECT id, reason FROM parked"))

    def dead(self, expected: int) -> Sequence[tuple[str, bytes]]:
        def look() -> list[tuple[str, bytes]]:
            letters = Letters(self.toys.settings, toy.BOARDS)
            return [(letter.reason, letter.body) for letter in letters.all() if letter.state == "dead"]

        self._wait(lambda: len(look()) == expected)
        return look()

    def resend(self, state: str) -> int:
        return Letters(self.toys.settings, toy.BOARDS).resend([f"{state}:"], SOMEBODY).done

    def restart(self, upgraded: bool = False) -> None:
        self.toys.stop("host")
        self.toys.start_host(*(["upgraded"] if upgraded else []))
        self._before.clear()
        self._barriers = 0

    # --- counts -----------------------------------------------------------------------------------------------------

    def _count(self) -> Counter[str]:
        """The latest counts that the host has told; it tells them every two seconds."""
        while (found := self._listener.basic_get("toys.metrics", auto_ack=True))[0] is not None:
            pushed = json.loads(found[2])
            if pushed["process"] != "services-toys":
                continue
            samples = [s for name, *_, samples in pushed["families"] if name == "qidi_messages" for s in samples]
            self._counted = Counter({
                labels["verdict"]: int(value)
                for name, labels, value in samples
                if name.endswith("_total") and labels["service"] == "mirror" and labels["kind"] == "event"
            })  # fmt: skip
        return Counter(self._counted)

    def _wait(self, look: Any) -> None:
        """Give what travels outside the queues (counts, dead letters) a moment; the test judges what is there then."""
        try:
            until("what is expected", look, 8, every=0.2)
        except AssertionError:
            return
