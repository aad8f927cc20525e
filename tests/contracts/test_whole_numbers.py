"""Whole numbers of contracts: each says from where to where it goes, and every store can hold what lies between."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from services.contracts import links
from services.contracts.catalogue import all_events
from services.contracts.commands import RegisterProject, every_command
from services.contracts.envelope import Envelope, NotReadable
from services.contracts.quantities import MOST_COUNTED
from services.contracts.validation import read
from tests.stack import PROJECT

TOP = 2**53 - 1  # canonical JSON is exact up to here
#: Counted by whoever speaks, and held by a column of its own: up to what sixty-four bits hold.
BEYOND = {"Envelope.sequence"}


def unbounded(schema: Any, where: str) -> Iterator[str]:
    """Where a schema takes a whole number without an end, or with one that no store holds."""
    if isinstance(schema, dict):
        if schema.get("type") == "integer" and "const" not in schema:
            low, high = schema.get("minimum"), schema.get("maximum")
            if low is None or high is None or low < -MOST_COUNTED or (high > TOP and where not in BEYOND):
                yield where
        for name, part in schema.items():
            inner = where if name in ("properties", "$defs", "anyOf", "oneOf", "items") else f"{where}.{name}"
            yield from unbounded(part, inner)
    elif isinstance(schema, list):
        for part in schema:
            yield from unbounded(part, where)


def contracts() -> dict[str, Any]:
    kinds: list[type[BaseModel]] = [Envelope, *all_events().values(), *every_command().values()]
    found = {kind.__name__: kind.model_json_schema() for kind in kinds}
    found["below"] = TypeAdapter(links.FromBelow).json_schema()
    found["above"] = TypeAdapter(links.FromAbove).json_schema()
    return found


def test_every_whole_number_that_comes_in_has_both_ends() -> None:
    found = contracts()
    assert len(found) > 60
    assert [where for name, schema in found.items() for where in unbounded(schema, name)] == []


def test_every_whole_number_that_the_interface_takes_has_both_ends() -> None:
    described = json.loads((PROJECT / "docs/openapi.json").read_text())
    taken = {
        f"{method} {path}": [operation.get("parameters"), operation.get("requestBody")]
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict)
    }
    assert [where for name, schema in taken.items() for where in unbounded(schema, name)] == []


def test_a_number_without_an_end_would_be_found() -> None:
    class Planted(BaseModel):
        round: int = 1
        inner: list[dict[str, int]] = []  # pydantic copies it

    assert list(unbounded(Planted.model_json_schema(), "Planted")) == [
        "Planted.round",
        "Planted.inner.additionalProperties",
    ]


@pytest.mark.parametrize("number", [2**53, 2**63, 2**70, 10**400, -1, -(2**70)])
def test_a_number_that_no_store_holds_is_refused_by_its_field(number: int) -> None:
    body = {"project_code": "2026-150424-44-03-000001", "project_name": "供水", "owner_name": "林西水务有限公司"}
    _, wrong = read(RegisterProject, {**body, "investment_yuan": number})
    assert [field for field, *_ in wrong] == ["investment_yuan"]
    assert all(template.startswith("This must be") for _, template, _ in wrong)


@pytest.mark.parametrize(("number", "why"), [
    (2**31, "at most 2147483647."), (2**70, "at most 2147483647."), (-1, "at least 0."), (1.5, "a whole number."),
    ("x", "a whole number."),
])  # fmt: skip
def test_a_message_of_a_link_with_such_a_number_is_unreadable(number: Any, why: str) -> None:
    body = json.dumps({"kind": "gap", "origin": "150424", "expects": number}).encode()
    with pytest.raises(NotReadable) as unreadable:
        links.read_from_above(body)
    assert str(unreadable.value) == f"gap.expects: This must be {why}"


@pytest.mark.parametrize("body", [b"", b"no page", b"\xff", b'{"kind": "gap", "expects": ' + b"9" * 5000 + b"}"])
def test_a_message_of_a_link_that_is_no_json_says_so(body: bytes) -> None:
    with pytest.raises(NotReadable, match="body: This is not JSON"):
        links.read_from_below(body)


def test_a_message_of_a_link_that_is_nested_without_an_end_says_so() -> None:
    with pytest.raises(NotReadable, match="body: This is nested too deeply"):
        links.read_from_below(b"[" * 100_000)
