"""Two toy services that count, so that the plumbing can be tried without any office."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, cast

from pydantic import Field
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, text

from services.contracts.commands import Command
from services.contracts.envelope import Event, Reach, every_event
from services.plumbing.switchboard import Fact, Office, Outcome, Said, Switchboard
from services.plumbing.tables import plumbing_tables


class Add(Command):
    """Add a number to a heap."""

    service: ClassVar[str] = "counter"
    name: ClassVar[str] = "add"
    heap: str
    number: Annotated[int, Field(ge=0)]


class Added(Event):
    stem: ClassVar[str] = "qidi.heap.added"
    reach: ClassVar[Reach] = Reach.OWN
    subject_field: ClassVar[str] = "heap"
    heap: str
    number: int


def _metadata() -> MetaData:
    metadata = MetaData()
    plumbing_tables(metadata)
    Table(
        "heaps",
        metadata,
        Column("heap", String(100), primary_key=True),
        Column("total", Integer, nullable=False),
        Column("times", Integer, nullable=False),
        # the numbers in the order in which they came: another order gives another state
        Column("trail", Text, nullable=False),
    )
    return metadata


def _grow(office: Office, heap: str, number: int) -> None:
    office.connection.execute(
        text(
            "INSERT INTO heaps (heap, total, times, trail) VALUES (:h, :n, 1, :t) ON CONFLICT (heap) DO UPDATE SET"
            " total = heaps.total + excluded.total, times = heaps.times + 1,"
            " trail = heaps.trail || ' ' || excluded.trail"
        ),
        {"h": heap, "n": number, "t": str(number)},
    )


def add(office: Office, order: Add) -> Outcome:
    if order.heap == "full":
        office.problems.add("heap", "The heap {heap} is full.", heap=order.heap)
    office.problems.refuse()
    _grow(office, order.heap, order.number)
    return Outcome({"heap": order.heap}, [Said(Added(heap=order.heap, number=order.number), office.now)])


def added(office: Office, fact: Fact[Added]) -> Outcome:
    event = fact.event
    if event.number == 13:
        raise ValueError("thirteen brings bad luck")
    _grow(office, event.heap, event.number)
    return Outcome()


def heap(office: Office, heap: str) -> dict[str, Any]:
    """What lies on one heap: the sum, how many numbers, and which, in their order."""
    row = office.connection.execute(
        text("SELECT total, times, trail FROM heaps WHERE heap = :h"), {"h": heap}
    ).one_or_none()
    if row is None:
        return {"total": 0, "times": 0, "trail": ""}
    return {"total": row.total, "times": row.times, "trail": row.trail}


_HERE = Path(__file__).parent
COUNTER = Switchboard(
    name="counter", metadata=_metadata(), commands={Add: add}, questions={"heap": heap}, migrations=str(_HERE)
)
MIRROR = Switchboard(
    name="mirror",
    metadata=_metadata(),
    hears=("heap", "stone"),
    facts={Added: added},
    questions={"heap": heap},
    migrations=str(_HERE),
)
BOARDS = (COUNTER, MIRROR)
STONE = "qidi.stone.laid"


def upgraded() -> Sequence[Switchboard]:
    """The same services one version later: they know stones, and thirteen is a number like any other."""

    class StoneLaid(Event):
        stem: ClassVar[str] = STONE
        reach: ClassVar[Reach] = Reach.OWN
        subject_field: ClassVar[str] = "heap"
        heap: str
        number: int

    def laid(office: Office, fact: Fact[Any]) -> Outcome:
        event = fact.event
        assert isinstance(event, (StoneLaid, Added))
        _grow(office, event.heap, event.number)
        return Outcome()

    return COUNTER, replace(MIRROR, facts={Added: laid, StoneLaid: laid})


def downgraded() -> None:
    """Forget what the later version knows: tests share one process with the fakes."""
    cast(dict[str, type[Event]], every_event()).pop(STONE, None)
