"""The envelope in which a fact travels: CloudEvents 1.0, typed, versioned, with two times and a sequence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.contracts.canonical import canonical_bytes
from services.contracts.quantities import Wire
from services.contracts.validation import TOO_LONG, sentence

#: No fact is longer than this; what is longer was not said by one of us.
MOST_BYTES = 4_000_000
#: The highest number that every store holds.
HIGHEST = 2**63 - 1
CONTENT_TYPE = "application/cloudevents+json"


class Reach(StrEnum):
    """How far a fact may travel (ARCHITECTURE decision 9)."""

    OWN = "own"
    UPWARD = "upward"
    DOWNWARD = "downward"
    SUBTREE = "subtree"


class NotReadable(ValueError):
    """The body is no envelope that this version can read."""


class NotKnown(LookupError):
    """The type is unknown here, or newer than this reader: park it, count it, never drop it."""


_registry: dict[str, type["Event"]] = {}


class Event(Wire):
    """A frozen fact in the past tense, named by a chosen string, never by an import path.

    `stem` is the name without its version, `subject_field` the field that names the aggregate whose sequence counts.
    `lifts[n]` turns the data of version n into that of version n + 1; each lift keeps a golden sample for ever.
    """

    stem: ClassVar[str] = ""
    version: ClassVar[int] = 1
    reach: ClassVar[Reach] = Reach.UPWARD
    subject_field: ClassVar[str] = ""
    #: A signal only wakes whoever happens to listen; nobody need hear it and nothing is lost when nobody does.
    signal: ClassVar[bool] = False
    lifts: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if cls.stem and "stem" in cls.__dict__:
            if cls.stem in _registry:
                raise TypeError(f"two events are called {cls.stem}")
            _registry[cls.stem] = cls

    @property
    def subject(self) -> str:
        """The aggregate that this fact is about."""
        return str(getattr(self, self.subject_field))

    @classmethod
    def wire_type(cls) -> str:
        """The CloudEvents type, which is the routing key as well."""
        return f"{cls.stem}.v{cls.version}"


def every_event() -> Mapping[str, type[Event]]:
    """All events by stem. Import `services.contracts.catalogue` first to have them all registered."""
    return _registry


EventClass = type[Event]


def is_signal(wire_type: str) -> bool:
    """Whether messages of this wire type may pass unheard."""
    kind = _registry.get(wire_type.rsplit(".v", 1)[0])
    return kind is not None and kind.signal


class Envelope(BaseModel):
    """CloudEvents 1.0 in structured JSON with our extensions (ARCHITECTURE section 3)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: str = Field(default="1.0", pattern=r"^1\.0$")
    id: str = Field(min_length=1, max_length=64)
    source: str = Field(min_length=1, max_length=120)
    type: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+\.v[1-9][0-9]{0,3}$", max_length=120)
    subject: str = Field(min_length=1, max_length=120)
    time: AwareDatetime
    recordedtime: AwareDatetime
    sequence: int = Field(ge=1, le=HIGHEST, strict=True)
    reach: Reach
    actor: str | None = None
    #: Who really asked: role, token or account, its id (`Caller.stamp`); beside the actor, who may be somebody else.
    caller: str | None = Field(default=None, max_length=120)
    causationid: str | None = None
    correlationid: str | None = None
    traceparent: str | None = None
    datacontenttype: str = "application/json"
    data: dict[str, Any]

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the bytes of a message. Raises NotReadable with the reason."""
        if len(body) > MOST_BYTES:
            raise NotReadable(f"body: {TOO_LONG.format(most=MOST_BYTES)}")
        try:
            return cls.model_validate_json(body)
        except ValidationError as wrong:
            raise NotReadable(sentence(wrong)) from None

    @property
    def stem(self) -> str:
        return self.type.rsplit(".v", 1)[0]

    @property
    def version(self) -> int:
        return int(self.type.rsplit(".v", 1)[1])

    @property
    def authority(self) -> str:
        """The code of the authority that said it: `/authorities/150424/intake` -> `150424`."""
        return self.source.split("/")[2] if self.source.count("/") >= 3 else ""

    def kind(self) -> EventClass:
        """The event class that reads this envelope. Raises NotKnown for an unknown type or a newer version."""
        kind = _registry.get(self.stem)
        if kind is None:
            raise NotKnown(f"unknown type {self.type}")
        if self.version > kind.version:
            raise NotKnown(f"{self.type} is newer than this reader's v{kind.version}")
        return kind

    def event(self) -> Event:
        """The typed event, lifted to the newest version. Raises NotKnown or NotReadable."""
        kind, data = self.kind(), self.data
        for version in range(self.version, kind.version):
            data = kind.lifts[version](data)
        try:
            return kind.model_validate(data)
        except ValidationError as wrong:
            raise NotReadable(f"data.{sentence(wrong)}") from None


def seal(
    event: Event,
    *,
    id: str,
    source: str,
    occurred_at: datetime,
    recorded_at: datetime,
    sequence: int,
    actor: str | None = None,
    caller: str | None = None,
    causation: str | None = None,
    correlation: str | None = None,
) -> bytes:
    """The bytes that travel; the same bytes on every resend, so that hashes agree.

    Raises ValueError for a fact that is too long for its readers: then it has not happened.
    """
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": event.wire_type(),
        "subject": event.subject,
        "time": occurred_at.isoformat(),
        "recordedtime": recorded_at.isoformat(),
        "sequence": sequence,
        "reach": event.reach.value,
        "datacontenttype": "application/json",
        "data": event.model_dump(mode="json", exclude_none=True),
    }
    optional = (("actor", actor), ("caller", caller), ("causationid", causation), ("correlationid", correlation))
    for name, value in optional:
        if value is not None:
            envelope[name] = value
    body = canonical_bytes(envelope)
    if len(body) > MOST_BYTES:
        raise ValueError(f"a fact of {len(body)} bytes is too long to be read ({MOST_BYTES})")
    return body
