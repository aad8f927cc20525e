"""No dating back improves a figure by itself: ten kinds of it, against the same steps dated on the day of recording.

Two authorities live the same months through intake, timer, ledger and reporting. In one each bent step names an earlier
day: just before it was due, just inside and outside of the tolerance of late entries, before the month's end. In the
other the same step names the moment at which it is recorded. Whatever is asked of the first is never better.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from services.contracts.vocabulary import ZONE, StepKind
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.reporting.service import BOARD as REPORTING
from services.timer.calendar import state_council
from services.timer.deadlines import WorkingDays, due
from services.timer.service import BOARD as TIMER
from tests.builders import A_PARTNER, LI, WANG, a_case, a_project, a_step, an_entry, asked, done, name_people, take
from tests.laws import examples
from tests.unit.forwarding.levels import BANNER, Node

pytestmark = pytest.mark.lengthy  # a thousand cases, in two authorities each

#: Ten kinds of a hundred each.
PLANTED: Final = examples(100)
MONTHS: Final = ("2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01")
BEGIN, END = datetime(2026, 8, 31, 8, tzinfo=ZONE), datetime(2027, 1, 31, 12, tzinfo=ZONE)
HEAD: Final = {"role": "head", "token_id": "h1", **WANG}
#: Named so long before it was recorded: just inside and outside of the 48 hours that spare a finding, and by weeks.
BACK: Final = tuple(timedelta(hours=hours) for hours in (47.9, 48.1, 24 * 7, 24 * 30))


@dataclass(frozen=True)
class Bent:
    """One step that somebody takes: `named` is the day that he gives, `recorded` the moment at which he does it."""

    received: datetime
    accepted: datetime | None
    recorded: datetime
    named: datetime


def drawn(random: Random, kind: "Kind") -> Bent:
    """A case and a step on it that is recorded around the end of its clock: of a decision, a notice, a delivery."""
    received = BEGIN + timedelta(days=random.randrange(45), hours=random.randrange(9), minutes=random.randrange(60))
    accepted = None if kind.before_acceptance else received + timedelta(hours=random.randrange(1, 48))
    begun = (accepted or received) + timedelta(hours=kind.granted)
    limit = 5 if kind.before_acceptance else 10 if kind.granted else 20
    ends = due(state_council(), begun.date(), WorkingDays(limit)).moment
    late = random.choice((-72, -1, 1, 30, 24 * 9, 24 * 31))
    recorded = max(begun + timedelta(hours=1), ends + timedelta(hours=late, minutes=random.randrange(60)))
    month_before = recorded.replace(day=1, hour=0, minute=0) - timedelta(minutes=1)
    wanted = random.choice((ends - timedelta(minutes=1), month_before, *(recorded - back for back in BACK)))
    return Bent(received, accepted, recorded, min(recorded, max(begun, wanted)))


class World:
    """One authority, and what is planted into it in the order of recording."""

    def __init__(self, folder: Path, name: str, *, honest: bool) -> None:
        (folder / name).mkdir()
        self.node = Node(BANNER, folder / name, BEGIN, (INTAKE, TIMER, LEDGER, REPORTING))
        self.honest = honest
        self.plans: list[tuple[datetime, int, Callable[[], object]]] = []
        self.taken = 0
        self.seen: list[frozenset[str]] = []
        name_people(self.node.intake, WANG, LI)
        done(self.node.intake, "intake.register-project", a_project())
        self.node.turn()

    def at(self, when: datetime, act: Callable[[], object]) -> None:
        self.plans.append((when, len(self.plans), act))

    def named(self, bent: Bent) -> datetime:
        return bent.recorded if self.honest else bent.named

    def order(self, command: str, data: Any, **caller: str) -> bool:
        reply = take(self.node.intake, command, data, **(caller or HEAD)).reply
        assert reply is not None
        self.node.turn()
        return bool(reply["status"] == 200)

    def bend(self, data: Mapping[str, Any], **caller: str) -> None:
        """Some may be refused; how many were taken is counted."""
        self.taken += self.order("intake.take-step", data, **caller)

    def live(self) -> "World":
        for month in (9, 10, 11, 12):
            self.at(datetime(2026, month, 30, 23, 59, tzinfo=ZONE), self.look)
        for when, _, act in sorted(self.plans, key=lambda plan: plan[:2]):
            self.node.clock.at = when
            self.node.tick()
            act()
        self.node.clock.at = END
        self.node.tick()
        self.look()
        return self

    def look(self) -> None:
        """The lines that show red in the list now."""
        lines = asked(self.node.desks["ledger"], "lines", light="red", limit=200)["items"]
        self.seen.append(frozenset(one["case_no"] for one in lines))

    def figures(self) -> dict[str, dict[str, Any]]:
        return {month: asked(self.node.desks["reporting"], "figures", month=month) for month in MONTHS}


# --- ten kinds --------------------------------------------------------------------------------------------------------

PAPER: Final = {"document_no": "林发改听告〔2026〕3号", "document_on": "2026-08-31"}


@dataclass(frozen=True)
class Kind:
    """One way to bend the count: the step, what it carries, and how the case came in and gets there."""

    step: str
    more: Mapping[str, Any] = field(default_factory=dict)
    #: What bends is what is done with an application that was not accepted yet.
    before_acceptance: bool = False
    #: Granted in time, live: what bends is the delivery.
    granted: bool = False
    #: What a pause or an extension was for: granted ten days later, live.
    granted_afterwards: bool = False
    imported: bool = False
    caller: Mapping[str, str] = field(default_factory=lambda: HEAD)
    #: This share is taken at least; the rest is refused where it is asked for, which bends nothing either.
    taken: float = 0.9


KINDS: Final = {
    "grant": Kind("grant"),
    "refuse": Kind("refuse"),
    "withdraw": Kind("withdraw"),
    "accept on an acceptance by law": Kind("accept", before_acceptance=True, granted_afterwards=True),
    "notice on an acceptance by law": Kind("request-correction", before_acceptance=True),
    "deliver": Kind("deliver", granted=True),
    "pause": Kind("begin-procedure", PAPER, granted_afterwards=True),
    # what is asked for after the limit has run out is refused, whatever day it names
    "extend": Kind("extend", PAPER, granted_afterwards=True, taken=0.1),
    "import": Kind("grant", imported=True),
    "partner system": Kind("grant", caller={**A_PARTNER, "owner": "工程审批系统"}),
}


def plant(world: World, kind: Kind, number: int, bent: Bent) -> None:
    """One case of this kind, and the bent step on it."""
    if kind.imported:
        plant_lines(world, number, bent)
        return
    number_of: list[str] = []

    def receive() -> None:
        order = a_case(received_at=bent.received.isoformat())
        number_of.append(str(done(world.node.intake, "intake.receive-case", order, **kind.caller)["case_no"]))
        world.node.turn()

    def step(name: str, at: datetime, **more: Any) -> dict[str, Any]:
        return a_step(number_of[0], name, occurred_at=at.isoformat(), **more)

    def due_day() -> dict[str, Any]:
        """What the gateway asks the timer for, where somebody extends."""
        is_asked = kind.step == StepKind.EXTEND
        return {"due_on": world.node.clocks(number_of[0])["decision/1"]["due_on"]} if is_asked else {}

    def live(name: str, at: datetime) -> None:
        world.at(at, lambda: world.order("intake.take-step", step(name, at), **kind.caller))

    world.at(bent.received, receive)
    if bent.accepted is not None:
        live("accept", bent.accepted)
    if kind.granted and bent.accepted is not None:
        live("grant", bent.accepted + timedelta(hours=1))
    world.at(
        bent.recorded, lambda: world.bend(step(kind.step, world.named(bent), **kind.more, **due_day()), **kind.caller)
    )
    if kind.step == StepKind.BEGIN_PROCEDURE:
        live("end-procedure", bent.recorded + timedelta(days=4))
    if kind.granted_afterwards:
        live("grant", bent.recorded + timedelta(days=10))


def plant_lines(world: World, number: int, bent: Bent) -> None:
    """A ledger is entered, live, and once more when the case is granted."""
    received = {"received_at": bent.received.isoformat(), "external_no": f"L{number}"}
    accepted = {"step": "accept", "occurred_at": (bent.accepted or bent.received).isoformat()}
    granted = {"step": "grant", "occurred_at": world.named(bent).isoformat()}

    def enter(*steps: dict[str, str]) -> str:
        order = {"entries": [an_entry(1, **received, steps=list(steps))]}
        answer = done(world.node.intake, "intake.enter-cases", order, role="ops")
        world.node.turn()
        return str(answer["results"][0]["outcome"])

    def bend() -> None:
        world.taken += enter(accepted, granted) == "changed"

    world.at(bent.accepted or bent.received, lambda: enter(accepted))
    world.at(bent.recorded, bend)


# --- what is never better ---------------------------------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[World, World]:
    """The honest authority and the other one, after all that was planted."""
    kind = KINDS[request.param]
    random = Random(request.param)
    drawn_here = [drawn(random, kind) for _ in range(PLANTED)]
    worlds = World(tmp_path, "honest", honest=True), World(tmp_path, "bent", honest=False)
    for world in worlds:
        for number, bent in enumerate(drawn_here, start=1):
            plant(world, kind, number, bent)
        world.live()
    return worlds


def test_no_dating_back_improves_a_figure_a_list_or_a_light(
    both: tuple[World, World], request: pytest.FixtureRequest
) -> None:
    honest, bent = both
    assert bent.taken >= PLANTED * KINDS[request.node.callspec.params["both"]].taken
    assert all(was <= now for was, now in zip(honest.seen, bent.seen, strict=True))
    truths, told = honest.figures(), bent.figures()
    red_before = {True: 0, False: 0}
    for month in MONTHS:
        truth, shown = truths[month]["totals"], told[month]["totals"]
        assert overdue(truths[month]) <= overdue(told[month]), month
        assert truth["overdue_open"] <= shown["overdue_open"], month
        assert truth["overdue_closed"] <= shown["overdue_closed"], month
        red_before = {True: red_before[True] + truth["turned_red"], False: red_before[False] + shown["turned_red"]}
        assert red_before[True] <= red_before[False], month  # what begins earlier turns earlier
        assert shown["decided_on_time"] <= truth["decided_on_time"], month
        assert shown["decided_judged"] - shown["decided_on_time"] >= truth["decided_judged"] - truth["decided_on_time"]
    assert sum(one["totals"]["turned_red"] for one in told.values()) >= PLANTED // 10


def overdue(told: Mapping[str, Any]) -> set[tuple[str, str, int]]:
    """Every overdue line of a month, with by how much."""
    return {(one["clock_id"], one["state"], one["overdue_working_days"] or 0) for one in told["overdue"]}
