"""Whether what crosses the wire stays readable for ever, and never carries a private person beyond `own`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from qidi.commands.contracts import documents
from services.contracts.catalogue import all_events
from services.contracts.complaints import PersonDisclosed
from services.contracts.envelope import Envelope, Event, NotKnown, NotReadable, Reach, seal
from services.contracts.quantities import PrivateText

GOLDEN = Path(__file__).parent / "golden"
EVENTS = list(all_events().values())


def private_fields(model: type[BaseModel]) -> list[str]:
    """Fields that identify a private person, also inside nested models."""
    found = []
    for name, field in model.model_fields.items():
        if is_private(field, field.annotation):
            found.append(name)
        for nested in models_in(field.annotation):
            found += [f"{name}.{inner}" for inner in private_fields(nested)]
    return found


def is_private(field: FieldInfo, annotation: Any) -> bool:
    """Marked on the field itself, or on one member of `X | None`."""
    marks = [field, *(mark for part in get_args(annotation) for mark in getattr(part, "__metadata__", ()))]
    extras = [mark.json_schema_extra for mark in marks if isinstance(mark, FieldInfo)]
    return any(isinstance(extra, dict) and bool(extra.get("x-private")) for extra in extras)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType, tuple, list, dict):
        return [model for part in get_args(annotation) for model in models_in(part)]
    return []


def test_no_event_beyond_own_identifies_a_private_person() -> None:
    assert [kind.stem for kind in EVENTS if kind.reach is not Reach.OWN and private_fields(kind)] == []


def test_the_guard_against_private_persons_sees_a_planted_one() -> None:
    class Inner(BaseModel):
        phone: PrivateText | None = None

    class Leak(BaseModel):
        inner: Inner | None = None

    assert private_fields(Leak) == ["inner.phone"]


def test_who_was_shown_a_complainant_stays_at_home() -> None:
    assert PersonDisclosed.reach is Reach.OWN


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.wire_type())
def test_the_golden_sample_is_read_and_sealed_again_to_the_same_bytes(kind: type[Event]) -> None:
    body = (GOLDEN / f"{kind.wire_type()}.json").read_bytes().rstrip(b"\n")
    envelope = Envelope.parse(body)
    event = envelope.event()
    assert type(event) is kind
    again = seal(
        event,
        id=envelope.id,
        source=envelope.source,
        occurred_at=envelope.time,
        recorded_at=envelope.recordedtime,
        sequence=envelope.sequence,
        actor=envelope.actor,
        causation=envelope.causationid,
    )
    assert again == body


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_sample_ever_committed_is_still_readable(path: Path) -> None:
    assert Envelope.parse(path.read_bytes()).event().stem == path.name.rsplit(".v", 1)[0]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_the_reference_library_takes_our_envelope_as_a_cloudevent(path: Path) -> None:
    event = JSONFormat().read(CloudEvent, path.read_bytes())
    assert event.get_specversion() == "1.0"
    assert event.get_type() == path.stem


def test_the_committed_schemas_and_asyncapi_are_current() -> None:
    stale = [path.name for path, text in documents().items() if not path.exists() or path.read_text() != text]
    assert stale == [], "run `qidi contracts`"


class Renamed(Event):
    """A toy event in its second version: `colour` was `color`."""

    stem: ClassVar[str] = "qidi.toy.renamed"
    version: ClassVar[int] = 2
    subject_field: ClassVar[str] = "toy"
    lifts: ClassVar[Any] = {1: lambda data: {**data, "colour": data["color"]}}
    toy: str
    colour: str


def sealed(**changes: Any) -> bytes:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    event, source = Renamed(toy="t", colour="red"), "/authorities/150424/toy"
    body = seal(event, id="1", source=source, occurred_at=now, recorded_at=now, sequence=1)
    return json.dumps({**json.loads(body), **changes}).encode()


def test_an_older_version_is_lifted_step_by_step() -> None:
    old = Envelope.parse(sealed(type="qidi.toy.renamed.v1", data={"toy": "t", "color": "red"}))
    assert old.event() == Renamed(toy="t", colour="red")


def test_a_newer_version_is_not_known_and_says_so() -> None:
    with pytest.raises(NotKnown, match="newer than this reader's v2"):
        Envelope.parse(sealed(type="qidi.toy.renamed.v3")).event()


def test_an_optional_addition_of_a_newer_sender_is_ignored() -> None:
    newer = Envelope.parse(sealed(data={"toy": "t", "colour": "red", "size": 3}))
    assert newer.event() == Renamed(toy="t", colour="red")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"sequence": 0}, "sequence"),
        ({"time": "2026-11-22T10:00:00"}, "time"),
        ({"reach": "everywhere"}, "reach"),
        ({"type": "Qidi"}, "type"),
        ({"data": None}, "data"),
    ],
)
def test_a_bad_envelope_is_refused_with_the_field(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(NotReadable, match=where):
        Envelope.parse(sealed(**changes))


def test_bytes_that_are_no_json_are_not_readable() -> None:
    with pytest.raises(NotReadable):
        Envelope.parse(b"\xff\xfe{")
