"""Decides nothing of the domain: two toy services that count, so that the plumbing can be tried without any office."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field
from sqlalchemy import Column, Integer, MetaData, String, Table, text

from services.contracts.commands import Command
from services.contracts.envelope import Event, Reach
from services.plumbing.db import plumbing_tables
from services.plumbing.switchboard import Fact, Office, Outcome, Said, Switchboard


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
    )
    return metadata


def _grow(office: Office, heap: str, number: int) -> None:
    office.connection.execute(
        text(
            "INSERT INTO heaps (heap, total, times) VALUES (:h, :n, 1)"
            " ON CONFLICT (heap) DO UPDATE SET total = heaps.total + excluded.total, times = heaps.times + 1"
        ),
        {"h": heap, "n": number},
    )


def add(office: Office, order: Add) -> Outcome:
    if order.heap == "full":
        office.problems.add("heap", "The heap {heap} is full.", heap=order.heap)
    office.problems.refuse()
    _grow(office, order.heap, order.number)
    return Outcome({"heap": order.heap}, [Said(Added(heap=order.heap, number=order.number), office.now)])


def added(office: Office, fact: Fact) -> Outcome:
    event = fact.event
    assert isinstance(event, Added)
    if event.number == 13:
        raise ValueError("thirteen brings bad luck")
    _grow(office, event.heap, event.number)
    return Outcome()


def heaps(office: Office) -> dict[str, list[int]]:
    rows = office.connection.execute(text("SELECT heap, total, times FROM heaps ORDER BY heap"))
    return {heap: [total, times] for heap, total, times in rows}


_HERE = Path(__file__).parent
COUNTER = Switchboard(
    name="counter", metadata=_metadata(), commands={Add: add}, questions={"heaps": heaps}, migrations=str(_HERE)
)
MIRROR = Switchboard(
    name="mirror",
    metadata=_metadata(),
    hears=("heap", "stone"),
    facts={Added: added},
    questions={"heaps": heaps},
    migrations=str(_HERE),
)
BOARDS = (COUNTER, MIRROR)
