"""Services without a broker: the real desks in one process, delivered by hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.contracts.actors import Caller
from services.plumbing import outbox, topology
from services.plumbing.db import transaction
from services.plumbing.desk import Desk, Ruling, Verdict
from services.plumbing.errors import Unavailable

Reply = dict[str, Any]
_PAGE = 500


class InProcess:
    """What `services.plumbing.rpc.Rpc` does over the broker, done at once. Bodies pass through JSON all the same.

    A service in `away` does not answer, as if its process were down; `spoken` are called with every event that is
    delivered, as `Wire.listen` does; `judged` with every event that a desk ruled on. Where nobody listens to those, a
    dead event is an error of the test.
    """

    def __init__(self, desks: Mapping[str, Desk], at_once: bool = False) -> None:
        self.desks = desks
        self.away: set[str] = set()
        self.spoken: list[Callable[[str, bytes], None]] = []
        self.judged: list[Callable[[str, bytes, Verdict], None]] = []
        self._at_once = at_once

    async def command(
        self, service: str, command: str, id: str, data: Any, caller: Caller, timeout: float = 10.0
    ) -> Reply:
        """Give a command; the same id is one effect however often it is sent. Raises Unavailable."""
        order = {"id": id, "command": f"{service}.{command}", "data": data, "caller": asdict(caller)}
        ruling = self._desk(service).take_commands([json.dumps(order, ensure_ascii=False).encode()])[0]
        if self._at_once:
            self.deliver()
        if ruling.reply is None:
            return _failed(ruling.reason)
        return _travelled(ruling.reply)

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller | None = None, timeout: float = 5.0
    ) -> Reply:
        """Ask a question; nothing changes. Raises Unavailable."""
        return _travelled(self._desk(service).answer(question, json.loads(json.dumps(params)), caller))

    def deliver(self) -> int:
        """Carry every outbox row to every desk that hears it, until all is quiet. Returns how many rows left.

        Raises AssertionError when a desk calls an event dead and nobody listens to that: on the broker it would be in
        the dead letters.
        """
        carried = 0
        while moved := sum(self._carry(desk) for desk in self.desks.values()):
            carried += moved
        return carried

    def hand(self, service: str, bodies: Sequence[bytes]) -> list[Ruling]:
        """Deliver events to one service, as its queue does."""
        rulings = self._desk(service).take_events(bodies)
        for listener in self.judged:
            for body, ruling in zip(bodies, rulings, strict=True):
                listener(service, body, ruling.verdict)
        return rulings

    def tick(self) -> None:
        """Every tick of every desk, once, and what they say is delivered."""
        for desk in self.desks.values():
            for tick in desk.board.ticks:
                desk.tick(tick)
        self.deliver()

    def _carry(self, sender: Desk) -> int:
        with transaction(sender.engine) as connection:
            rows = outbox.waiting(connection, _PAGE)
        if not rows:
            return 0
        for hearer in self.desks.values():
            heard = [row.body for row in rows if heard_as(row.routing_key) in hearer.board.hears]
            if heard:
                dead = [ruling for ruling in self.hand(hearer.board.name, heard) if ruling.verdict is Verdict.DEAD]
                assert self.judged or not dead, (
                    f"{hearer.board.name} could not handle what {sender.board.name} said: {dead}"
                )
        self._deliver_alone(rows)
        for row in rows:
            for listener in self.spoken:
                listener(row.routing_key, row.body)
        with transaction(sender.engine) as connection:
            outbox.confirmed(connection, [row.id for row in rows])
        return len(rows)

    def _deliver_alone(self, rows: Sequence[outbox.Row]) -> None:
        """What is for one queue alone: a letter that is sent again."""
        for row in rows:
            exchange, queue = topology.destination(row.routing_key)
            if exchange != topology.EVENTS:
                _, service, kind = queue.split(".")
                if kind == "events":
                    self.hand(service, [row.body])
                else:
                    self._desk(service).take_commands([row.body])

    def _desk(self, service: str) -> Desk:
        if service in self.away:
            raise Unavailable(f"{service} did not answer")
        return self.desks[service]


def heard_as(routing_key: str) -> str:
    """The aggregate under which a switchboard hears this key: `case`, or `below:case` of another level."""
    first, second, *rest = routing_key.split(".")
    if topology.destination(routing_key)[0] != topology.EVENTS:
        return ""
    return second if first == "qidi" else f"{first}:{rest[0]}"


def _travelled(reply: Mapping[str, Any]) -> Reply:
    """As JSON makes it on the way."""
    travelled: Reply = json.loads(json.dumps(reply, ensure_ascii=False, default=str))
    if travelled.get("status") == 503:
        raise Unavailable("the service's store is away")
    return travelled


def _failed(reason: str) -> Reply:
    return {"status": 500, "problems": [{"field": "", "template": "{detail}", "params": {"detail": reason}}]}
