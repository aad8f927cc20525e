"""Three levels in a test: three authorities with stores of their own, and a courier between them.

The courier carries sealed bytes and knows nothing: what a child says goes up as facts from below, what a superior says
downward goes to the child that it names as facts from above. A city passes on what came from its banners.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from services.contracts.envelope import Reach
from services.contracts.forwarding import SuperiorNamed
from services.contracts.vocabulary import ZONE
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.plumbing.clock import HandClock
from services.plumbing.desk import Desk
from services.plumbing.switchboard import Switchboard
from services.timer.service import BOARD as TIMER
from tests.builders import MORNING, WANG, a_case, a_project, a_step, an_engine, an_event, asked, done, refused, take

REGION, CITY, BANNER = "150000", "150400", "150424"
SUPERIOR = {BANNER: CITY, CITY: REGION, REGION: ""}
#: Decided by the city, by the region, and by the banner itself.
CITY_MATTER, REGION_MATTER, OWN_MATTER = "NM-007", "NM-021", "NM-001"
ZHAO = {"name": "赵六", "department": "自然资源局"}
QIAN = {"name": "钱七", "department": "自治区林草局"}
CHILDREN = {code: [lower for lower, upper in SUPERIOR.items() if upper == code] for code in SUPERIOR}


class Node:
    """One authority: intake, timer and ledger on one clock, and what waits to leave it."""

    def __init__(
        self, code: str, folder: Path, at: datetime, boards: Sequence[Switchboard] = (INTAKE, TIMER, LEDGER)
    ) -> None:
        self.code, self.clock = code, HandClock(at)
        self.desks = {
            one.name: Desk(one, an_engine(folder, one, f"{code}-{one.name}"), self.clock, code) for one in boards
        }
        for board in boards:
            for tick in board.ticks:
                self.desks[board.name].tick(tick)
        #: Everything that has ever left, in order; how much of it has arrived at least once is the courier's business.
        self.up: list[bytes] = []
        self.down: dict[str, list[bytes]] = {}
        self.said: list[dict[str, Any]] = []

    @property
    def intake(self) -> Desk:
        return self.desks["intake"]

    def name_superior(self, code: str) -> None:
        event = SuperiorNamed(superior=code, name="")
        source = f"/authorities/{self.code}/ledger/own"
        _good(self.intake.take_events([json.dumps(json.loads(an_event(event)) | {"source": source}).encode()]))

    def turn(self) -> None:
        """The own bus until it is quiet: every service hears the others, and what travels is laid ready."""
        while bodies := [body for desk in self.desks.values() for body in _taken_out(desk)]:
            for body in bodies:
                envelope = json.loads(body)
                self.said.append(envelope)
                self._ready(envelope, body)
                for desk in self.desks.values():
                    if any(envelope["type"].startswith(f"qidi.{one}.") for one in desk.board.hears):
                        _good(desk.take_events([body]))

    def _ready(self, envelope: dict[str, Any], body: bytes) -> None:
        if envelope["reach"] in (Reach.UPWARD, Reach.SUBTREE):
            self.up.append(body)
        if envelope["reach"] in (Reach.DOWNWARD, Reach.SUBTREE):
            to = envelope["data"].get("to")
            for child in [to] if to else CHILDREN[self.code]:
                self.down.setdefault(child, []).append(body)

    def tick(self) -> None:
        """Time asks: the timer looks."""
        self.desks["timer"].tick(TIMER.ticks[0])
        self.turn()

    def from_below(self, bodies: Iterable[bytes]) -> None:
        for body in bodies:
            self._hear("below", body)
        self.turn()

    def from_above(self, bodies: Iterable[bytes]) -> None:
        for body in bodies:
            assert self._hear("above", body), "nobody here wants what the superior said"
            if json.loads(body)["reach"] == Reach.SUBTREE:
                for child in CHILDREN[self.code]:
                    box = self.down.setdefault(child, [])
                    box += [] if body in box else [body]
        self.turn()

    def _hear(self, direction: str, body: bytes) -> bool:
        """Give it to every service that hears this from that direction; whether there was one."""
        kind = json.loads(body)["type"]
        hearers = [
            desk
            for desk in self.desks.values()
            if any(kind.startswith(f"qidi.{one.partition(':')[2]}.") for one in desk.board.hears if direction in one)
        ]
        for desk in hearers:
            _good(desk.take_events([body]))
        return bool(hearers)

    # --- what people do and see ---

    def step(self, case_no: str, step: str, **changes: Any) -> dict[str, Any]:
        order, head = self._by_its_head(case_no, step, **changes)
        body = done(self.intake, "intake.take-step", order, **head)
        self.turn()
        return body

    def _by_its_head(self, case_no: str, step: str, **changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """The order, and who gives it: whoever is named, or 王芳, as the head of the department that holds the case."""
        order, department = a_step(case_no, step, **changes), self.case(case_no)["department"]
        for person in ("actor", "new_handler"):
            if person in order:
                order[person] = order[person] | {"department": department}
        return order, {"role": "head", "token_id": "head", **order["actor"]}

    def try_step(self, case_no: str, step: str, **changes: Any) -> bool:
        """Somebody tries; whether it was allowed."""
        order, head = self._by_its_head(case_no, step, **changes)
        ruling = take(self.intake, "intake.take-step", order, **head)
        assert ruling.reply is not None
        self.turn()
        return bool(ruling.reply["status"] == 200)

    def refused(self, case_no: str, step: str, **changes: Any) -> dict[str, str]:
        order, head = self._by_its_head(case_no, step, **changes)
        return refused(self.intake, "intake.take-step", order, **head)

    def case(self, case_no: str) -> dict[str, Any]:
        return dict(asked(self.intake, "case", case_no=case_no))

    def cases(self) -> list[dict[str, Any]]:
        items = asked(self.intake, "cases")["items"]
        return sorted((self.case(one["case_no"]) for one in items), key=lambda one: one["case_no"])

    def opened_from(self, case_no: str) -> dict[str, Any]:
        """The newest case that was opened from this one below."""
        return [one for one in self.cases() if one["forwarded_from"] == case_no][-1]

    def holders(self, case_no: str) -> list[tuple[str, str]]:
        """Who held the case from when on, as this record has it."""
        return [(one["held_by"], one["held_since"]) for one in self.case(case_no)["holders"]]

    def clocks(self, case_no: str) -> dict[str, dict[str, Any]]:
        """The clocks of a case by kind and round."""
        items = asked(self.desks["timer"], "clocks", about=case_no)["items"]
        return {one["clock_id"].removeprefix(f"{case_no}/"): one for one in items}

    def lights_told(self) -> list[str]:
        """Every warning that was ever said: `forward/1 red`."""
        told = [one["data"] for one in self.said if one["type"].startswith("qidi.clock.light-changed")]
        return [f"{one['clock_id'].split('/', 1)[1]} {one['light']}" for one in told]

    def line(self, case_no: str) -> dict[str, Any]:
        """The case's line in the ledger's list."""
        items = asked(self.desks["ledger"], "lines", state="all", limit=200)["items"]
        return next(dict(one) for one in items if one["case_no"] == case_no)


def _taken_out(desk: Desk) -> list[bytes]:
    with desk.engine.begin() as connection:
        rows = connection.execute(text("SELECT id, body FROM outbox ORDER BY id")).all()
        connection.execute(text("DELETE FROM outbox"))
    return [bytes(row.body) for row in rows]


def _good(rulings: Any) -> None:
    assert all(one.verdict.value != "dead" for one in rulings), rulings


class Levels:
    """Region, city and banner, joined; time is the same everywhere unless a test sets one clock apart."""

    def __init__(self, folder: Path, at: datetime = MORNING) -> None:
        self.nodes = {code: Node(code, folder, at) for code in SUPERIOR}
        for code, superior in SUPERIOR.items():
            self.nodes[code].name_superior(superior)
        self._carried_up = dict.fromkeys(SUPERIOR, 0)
        self._carried_down = dict.fromkeys(SUPERIOR, 0)
        done(self.banner.intake, "intake.register-project", a_project())
        self.banner.turn()

    @property
    def region(self) -> Node:
        return self.nodes[REGION]

    @property
    def city(self) -> Node:
        return self.nodes[CITY]

    @property
    def banner(self) -> Node:
        return self.nodes[BANNER]

    def receive(self, matter: str = CITY_MATTER, **changes: Any) -> str:
        """An application comes in at the banner, now."""
        at = self.banner.clock.at.isoformat()
        matters = {one["code"]: one["department"] for one in asked(self.banner.intake, "matters")["items"]}
        person = WANG | {"department": matters.get(matter, WANG["department"])}
        order = a_case(matter_code=matter, received_at=at, handler=person) | changes
        case_no = str(done(self.banner.intake, "intake.receive-case", order)["case_no"])
        self.banner.turn()
        return case_no

    def wait(self, **delta: float) -> None:
        """Time passes everywhere, and the timers look."""
        for node in self.nodes.values():
            node.clock.move(**delta)
        for node in self.nodes.values():
            node.tick()

    def until(self, when: str) -> None:
        """Hour by hour is too slow for a law that counts days: twice a day until this moment."""
        end = datetime.fromisoformat(when).replace(tzinfo=ZONE)
        while self.banner.clock.at < end:
            self.wait(seconds=min(43_200, (end - self.banner.clock.at).total_seconds()))

    def carry_up(self, code: str) -> None:
        """What waits at this authority reaches its superior, and what it passes on reaches the next."""
        node, superior = self.nodes[code], self.nodes[SUPERIOR[code]]
        waiting = node.up[self._carried_up[code] :]
        self._carried_up[code] = len(node.up)
        if superior.code == CITY:
            superior.up.extend(waiting)
        superior.from_below(waiting)

    def carry_down(self, code: str) -> None:
        """What waits for this authority at its superior reaches it."""
        waiting = self.nodes[SUPERIOR[code]].down.get(code, [])
        self.nodes[code].from_above(waiting[self._carried_down[code] :])
        self._carried_down[code] = len(waiting)

    def carry(self) -> None:
        """Until nothing is under way."""
        before = None
        while before != (before := self._under_way()):
            for code in (BANNER, CITY):
                self.carry_up(code)
            for code in (CITY, BANNER):
                self.carry_down(code)

    def _under_way(self) -> list[int]:
        return [len(n.up) for n in self.nodes.values()] + [len(b) for n in self.nodes.values() for b in n.down.values()]

    def resend(self) -> None:
        """Everything that ever travelled once more, backwards."""
        for code in (BANNER, CITY):
            self.nodes[SUPERIOR[code]].from_below(reversed(self.nodes[code].up))
            self.nodes[code].from_above(reversed(self.nodes[SUPERIOR[code]].down.get(code, [])))
