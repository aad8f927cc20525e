"""Region, city and banners on top of one another in memory, with everything that hears what travels.

Every bus is exact: a service is told what its board says that it hears, `below:` and `above:` included. What goes up
and down is kept as bytes, so that a test can look for what must not be in them.
"""

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from deploy.authority import BOARDS
from services.contracts.envelope import Event, Reach
from services.contracts.forwarding import SuperiorNamed
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.switchboard import Switchboard
from services.timer.service import BOARD as TIMER
from tests.builders import MORNING, a_case, a_project, an_engine, an_event, asked, done, refused

REGION, CITY, BANNER, OTHER = "150000", "150400", "150424", "150422"
NAMES = {REGION: "内蒙古自治区", CITY: "赤峰市", BANNER: "林西县", OTHER: "巴林左旗"}
SUPERIOR = {OTHER: CITY, BANNER: CITY, CITY: REGION, REGION: ""}
LEVEL = {REGION: "region", CITY: "city", BANNER: "banner", OTHER: "banner"}


def empty_stores(folder: Path) -> None:
    """The stores of one authority as they are when it has just started: made once, copied for each."""
    for board in BOARDS:
        desk = Desk(board, an_engine(folder, board), HandClock(MORNING), BANNER)
        for tick in board.ticks:
            desk.tick(tick)
        _taken_out(desk)  # what a start says of the catalogue concerns nobody here
        desk.engine.dispose()


class Node:
    """One authority with its five services on one clock, and what waits to leave it."""

    def __init__(self, code: str, folder: Path, at: datetime) -> None:
        self.code, self.clock = code, HandClock(at)
        self.desks = {one.name: Desk(one, _opened(folder, one), self.clock, code) for one in BOARDS}
        self.up: list[bytes] = []
        self.down: list[bytes] = []
        self._told: dict[str, int] = {}
        #: Everything that was ever on this bus.
        self.bus: list[bytes] = []

    def tell(self, fact: Event, service: str = "ledger") -> None:
        """A fact that the link or the ledger would say here, next in its sequence."""
        voice = f"/authorities/{self.code}/{service}" + ("/own" if fact.reach is Reach.OWN else "")
        key = f"{voice} {fact.subject}"
        self._told[key] = self._told.get(key, 0) + 1
        body = json.loads(an_event(fact, sequence=self._told[key], service=service, at=self.clock.at))
        self.put([json.dumps(body | {"source": voice}, ensure_ascii=False).encode()])

    def put(self, bodies: Sequence[bytes], prefix: str = "") -> None:
        """Something is on the bus; everybody hears it, and what they say about it, until it is quiet."""
        waiting = [(prefix, body) for body in bodies]
        while waiting:
            for where, body in waiting:
                self._deliver(where, body)
            waiting = [("", body) for desk in self.desks.values() for body in _taken_out(desk)]

    def _deliver(self, prefix: str, body: bytes) -> None:
        envelope = json.loads(body)
        self.bus.append(body)
        if not prefix and envelope["reach"] in (Reach.UPWARD, Reach.SUBTREE):
            self.up.append(body)
        if not prefix and envelope["reach"] in (Reach.DOWNWARD, Reach.SUBTREE):
            self.down.append(body)
        for desk in self.desks.values():
            if prefix + envelope["type"].split(".")[1] in desk.board.hears:
                rulings = desk.take_events([body])
                assert all(one.verdict.value != "dead" for one in rulings), (desk.board.name, rulings)

    def tick(self) -> None:
        """Time asks: the timer looks."""
        self.desks["timer"].tick(TIMER.ticks[0])
        self.put(_taken_out(self.desks["timer"]))

    # --- what people do and see ---

    def order(self, command: str, data: Any, **caller: str) -> dict[str, Any]:
        body = done(self.desks[command.split(".")[0]], command, data, **caller)
        self.put([body for desk in self.desks.values() for body in _taken_out(desk)])
        return body

    def refused(self, command: str, data: Any, **caller: str) -> dict[str, str]:
        return refused(self.desks[command.split(".")[0]], command, data, **caller)

    def ask(self, service: str, question: str, **params: Any) -> Any:
        return asked(self.desks[service], question, **params)

    def clocks(self, about: str) -> dict[str, dict[str, Any]]:
        """The clocks of a subject by kind and round."""
        items = self.ask("timer", "clocks", about=about)["items"]
        return {one["clock_id"].removeprefix(f"{about}/"): one for one in items}


def _opened(folder: Path, board: Switchboard) -> Engine:
    engine = open_engine(f"sqlite:///{folder}/{board.name}.sqlite", board.name)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine


def _taken_out(desk: Desk) -> list[bytes]:
    with desk.engine.begin() as connection:
        rows = connection.execute(text("SELECT id, body FROM outbox ORDER BY id")).all()
        connection.execute(text("DELETE FROM outbox"))
    return [bytes(row.body) for row in rows]


class Levels:
    """The region, one city and two of its banners, joined."""

    def __init__(self, template: Path, folder: Path, at: datetime = MORNING) -> None:
        for code in SUPERIOR:
            shutil.copytree(template, folder / code)
        self.nodes = {code: Node(code, folder / code, at) for code in SUPERIOR}
        self._carried: dict[tuple[str, str], int] = {}
        #: Every letter that was ever put into a box, by addressee.
        self.letters: dict[str, list[bytes]] = {code: [] for code in SUPERIOR}
        for code, superior in SUPERIOR.items():
            if superior:
                self.nodes[code].tell(SuperiorNamed(superior=superior, name=NAMES[superior]))
                self.nodes[superior].tell(_joined(code, superior))
        self.carry()

    region = property(lambda self: self.nodes[REGION])
    city = property(lambda self: self.nodes[CITY])
    banner = property(lambda self: self.nodes[BANNER])
    other = property(lambda self: self.nodes[OTHER])

    def stands(self, code: str, standing: Any) -> None:
        self.nodes[SUPERIOR[code]].tell(
            AuthorityStandingChanged(code=code, standing=standing, reason="r", person="李四")
        )

    def carry(self) -> None:
        """Everything that is under way arrives, up and down, until nothing is."""
        moving = True
        while moving:
            moving = False
            for code in (OTHER, BANNER, CITY):
                moving |= self.carry_up(code)
            for code in (CITY, BANNER, OTHER):
                moving |= self.carry_down(code)

    def carry_up(self, code: str) -> bool:
        """What waits here reaches the superior; a city passes what its banners said on to the region."""
        superior = self.nodes[SUPERIOR[code]]
        waiting = self._waiting(code, "up", self.nodes[code].up)
        superior.put(waiting, "below:")
        if SUPERIOR[superior.code]:
            superior.up.extend(waiting)
        return bool(waiting)

    def carry_down(self, code: str) -> bool:
        """What lies in this box arrives: said here when it is for us, put into the next box when it is not."""
        superior, node = self.nodes[SUPERIOR[code]], self.nodes[code]
        waiting = self._waiting(code, "down", superior.down)
        mine = [body for body in waiting if self._goes_through(body, code)]
        self.letters[code] += mine
        node.put([body for body in mine if _addressee(body) in (None, code)], "above:")
        node.down.extend(body for body in mine if _addressee(body) != code)
        return bool(mine)

    def _waiting(self, code: str, way: str, all_of_them: list[bytes]) -> list[bytes]:
        before = self._carried.get((code, way), 0)
        self._carried[code, way] = len(all_of_them)
        return all_of_them[before:]

    def _goes_through(self, body: bytes, code: str) -> bool:
        to = _addressee(body)
        while to and to != code:
            to = SUPERIOR[to]
        return to in (None, code)

    def wait(self, **delta: float) -> None:
        """Time passes everywhere, and the timers look."""
        for node in self.nodes.values():
            node.clock.move(**delta)
        for node in self.nodes.values():
            node.tick()

    def until(self, when: str) -> None:
        end = datetime.fromisoformat(when).replace(tzinfo=ZONE)
        self.wait(seconds=(end - self.banner.clock.at).total_seconds())

    def a_case_at(self, code: str) -> str:
        """A project and a case of it on record there."""
        node = self.nodes[code]
        node.order("intake.register-project", a_project())
        at = node.clock.at.isoformat()
        return str(node.order("intake.receive-case", a_case(received_at=at))["case_no"])


def _addressee(body: bytes) -> str | None:
    """Whom a letter is for; None: everybody below."""
    to = json.loads(body)["data"].get("to")
    return None if to is None else str(to)


def _joined(code: str, via: str) -> AuthorityJoined:
    facts: dict[str, Any] = {"code": code, "name": NAMES[code], "level": LEVEL[code], "public_key": "k", "via": via}
    return AuthorityJoined(**facts)
