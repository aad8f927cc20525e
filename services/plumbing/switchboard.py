"""The switchboard of a service: one table of what it hears, is asked and does, and who handles it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import Engine

from services.contracts.actors import NOBODY, Caller, Objection, objection, who_acts
from services.contracts.beginning import ALWAYS, Beginning
from services.contracts.commands import Command
from services.contracts.envelope import Envelope, Event
from services.contracts.issuer import Issuer
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose, barred
from services.plumbing.errors import NotAllowed, Problem, Problems

T = TypeVar("T")


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
    #: The moment under which what is said here is recorded, where that is later than `now`: see `recorded_at`.
    earliest: datetime | None = None
    #: Where this authority's secret keys lie.
    keys: Path = Path("keys")
    #: From when on this authority counts.
    beginning: Beginning = ALWAYS
    #: What is set for its letters; None: nothing.
    issuer: Issuer | None = None
    #: What the handlers of facts leave for the service's `settle`, which comes once after the batch.
    noted: list[Any] = field(default_factory=list)
    #: The facts of the batch that is handled here, in order.
    heard: "Sequence[Fact[Any]]" = ()
    _shared: dict[Any, Any] = field(default_factory=dict)

    def shared(self, kind: "Callable[[Office], T]") -> "T":
        """What the handlers of one batch have in common, one of each kind: made by the first who asks."""
        if kind not in self._shared:
            self._shared[kind] = kind(self)
        found: T = self._shared[kind]
        return found

    @property
    def letterhead(self) -> Issuer:
        """Under which character and name this authority writes letters."""
        return self.issuer or Issuer.usual(self.authority)

    @property
    def recorded_at(self) -> datetime:
        """When what is said now is recorded: now, or later where the clock was set back."""
        return self.now if self.earliest is None else max(self.now, self.earliest)

    def acting(
        self, named: RecordedPerson | None, otherwise: RecordedPerson | None = None, field: str = "actor"
    ) -> RecordedPerson | None:
        """The person who acts; None, with a problem on `field`, when nobody does.

        Raises NotAllowed when the caller may not say so, whatever else is wrong.
        """
        if self.problems.has(field):
            return None
        found = who_acts(self.caller, named, otherwise)
        if isinstance(found, RecordedPerson):
            return found
        if found is not NOBODY:
            self.stand_aside(found, field)
        self.problems.add(field, found.template)
        return None

    def speaking(self, named: RecordedPerson | None, field: str = "actor") -> str:
        """How whoever acts stands on an envelope, at least by the caller's role. Raises NotAllowed as `acting` does."""
        self.stand_aside(objection(self.caller, named), field)
        return named.label if named is not None else self.caller.label

    def permit(self, operation: str, whose: Whose, field: str) -> None:
        """Raises NotAllowed, on `field`, unless the caller's right to an operation reaches as far as this."""
        self.stand_aside(barred(operation, self.caller, whose), field)

    def stand_aside(self, against: Objection | None, field: str) -> None:
        """Raises NotAllowed where there is an objection: who may not do something is told that and nothing else."""
        if against is not None:
            raise NotAllowed(Problem(field, against.template, dict(against.params)))


@dataclass(frozen=True)
class Said:
    """What a handler wants to be said: events in order, each with when it happened."""

    event: Event
    occurred_at: datetime
    actor: str | None = None
    #: The id of the fact that it follows from, where the desk knows.
    causation: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a handler decided: the answer to the caller and what everybody is told."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[Said] = ()


E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True)
class Fact(Generic[E_co]):
    """An event that was heard, in order and for the first time."""

    envelope: Envelope
    event: E_co
    body: bytes


NOTHING = Outcome()

TakeCommand = Callable[[Office, Any], Outcome]
TakeFact = Callable[[Office, Fact[Any]], Outcome]
TakeFacts = Callable[[Office, Sequence[Fact[Event]]], Outcome]
Answer = Callable[..., Any]


def on(kind: type[E], take: Callable[[Office, Fact[E]], Outcome]) -> tuple[type[Event], TakeFact]:
    """A line of a table of facts, in which the type checker sees that the handler takes this kind of event."""
    return kind, take


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
    which are told apart by `fact.envelope.authority`. `facts` has a handler per event class. `settle`, where given, is
    called once after the facts of a batch, with the same office and in the same transaction: it takes up what the
    handlers have left in `office.noted`, so that a burst of facts about one thing is worked through once. `record`,
    where given, takes whole batches instead (the ledger alone: every fact is an entry). `questions` are functions of a
    read-only Office and keyword arguments. `opening` is called with the store and the folder of the keys before the
    first message, and raises CannotStart where the service must not begin. `is_prompt`: other levels wait for what it
    writes, so it takes what has come at once, where others wait a moment for more and handle it together; services that
    share a process then come after.
    """

    name: str
    metadata: MetaData
    commands: Mapping[type[Command], TakeCommand] = field(default_factory=dict)
    hears: Sequence[str] = ()
    facts: Mapping[type[Event], TakeFact] = field(default_factory=dict)
    settle: Callable[[Office], Outcome] | None = None
    record: TakeFacts | None = None
    questions: Mapping[str, Answer] = field(default_factory=dict)
    ticks: Sequence[Tick] = ()
    migrations: str = ""
    opening: Callable[[Engine, Path], None] | None = None
    is_prompt: bool = False
