"""Decides nothing by itself: says in one table what a service hears, is asked and does, and who handles it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, MetaData

from services.contracts.commands import Command
from services.contracts.envelope import Envelope, Event
from services.plumbing.errors import Problems


@dataclass(frozen=True)
class Caller:
    """Who asks, as the gateway has established it."""

    token_id: str = ""
    role: str = ""
    name: str = ""
    department: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}@{self.department}" if self.name else self.role


@dataclass
class Office:
    """Where one message is handled: an open transaction, the time, the place, and what was found wrong so far."""

    connection: Connection
    now: datetime
    authority: str
    caller: Caller = field(default_factory=Caller)
    problems: Problems = field(default_factory=Problems)
    #: The id of the command that is decided here; what the handler says names it as its cause.
    causation: str | None = None


@dataclass(frozen=True)
class Said:
    """What a handler wants to be said: events in order, each with when it happened."""

    event: Event
    occurred_at: datetime
    actor: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a handler decided: the answer to the caller and what everybody is told."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[Said] = ()


@dataclass(frozen=True)
class Fact:
    """An event that was heard, in order and for the first time."""

    envelope: Envelope
    event: Event
    body: bytes


NOTHING = Outcome()

TakeCommand = Callable[[Office, Any], Outcome]
TakeFact = Callable[[Office, Fact], Outcome]
TakeFacts = Callable[[Office, Sequence[Fact]], Outcome]
Answer = Callable[..., Any]


@dataclass(frozen=True)
class Tick:
    """Work that time itself asks for. Several replicas may tick: the handler claims what it does in its transaction."""

    every_seconds: float
    run: Callable[[Office], Outcome]


@dataclass(frozen=True)
class Switchboard:
    """One service: its name, its tables, and one line for everything that it takes.

    `hears` names whole aggregates (`case` binds `qidi.case.#`), because order is kept by the sequence per subject and a
    reader who skips types would see gaps; `below:case` and `above:forward` name those of lower and higher authorities,
    which are told apart by `fact.envelope.authority`. `facts` has a handler per event class; `record`, where given,
    takes whole batches instead (ledger, reporting). `questions` are functions of a read-only Office and keyword
    arguments. `is_prompt`: other levels wait for what it writes, so it takes what has come at once, where others wait a
    moment for more and handle it together; services that share a process then come after it.
    """

    name: str
    metadata: MetaData
    commands: Mapping[type[Command], TakeCommand] = field(default_factory=dict)
    hears: Sequence[str] = ()
    facts: Mapping[type[Event], TakeFact] = field(default_factory=dict)
    record: TakeFacts | None = None
    questions: Mapping[str, Answer] = field(default_factory=dict)
    ticks: Sequence[Tick] = ()
    migrations: str = ""
    is_prompt: bool = False
