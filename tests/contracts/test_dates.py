"""Moments and days in bodies: what everybody writes is read, and what only a machine would mean is refused."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.contracts.catalogue import all_events
from services.contracts.commands import CaseEntry, Command, ReceiveCase, every_command
from services.contracts.dates import Day, EnteredMoment, Moment
from services.contracts.validation import read

NO_MOMENT = "This must be a time such as 2026-09-16T10:00+08:00."
NO_DAY = "This must be a date such as 2026-09-16."
NEVER: tuple[object, ...] = (1764300000, 1764300000.5, "1764300000", "2026-W48-6", "2026-333", "20261128", True, [], {})

all_events()


@pytest.mark.parametrize("given", [*NEVER, "2026-11-28", "2026-02-30T10:00", "2026-11-28T25:00", "2026-W48-6T10:00"])
def test_what_is_no_moment_is_refused_as_a_moment(given: Any) -> None:
    _, wrong = read(ReceiveCase, {"received_at": given})
    assert ("received_at", NO_MOMENT, {}) in wrong


@pytest.mark.parametrize("given", [*NEVER, "2026-02-30", "2026-11-28T00:00"])
def test_what_is_no_day_is_refused_as_a_day(given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(given)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-11-28T10:00", "2026-11-28T10:00:00+08:00"),
        (" 2026-11-28 10:00:01 ", "2026-11-28T10:00:01+08:00"),
        ("2026-11-28t10:00z", "2026-11-28T10:00:00+00:00"),
        ("2026-11-28T10:00:00.5+0900", "2026-11-28T10:00:00.500000+09:00"),
    ],
)
def test_a_moment_without_a_zone_is_that_of_shanghai(given: str, meant: str) -> None:
    assert TypeAdapter(Moment).validate_python(given).isoformat() == meant


def test_a_ledger_of_an_office_may_know_the_day_alone() -> None:
    assert TypeAdapter(EnteredMoment).validate_python("2026-11-28").isoformat() == "2026-11-28T00:00:00+08:00"
    _, wrong = read(
        CaseEntry, {"received_at": "2026-11-28", "steps": [{"step": "accept", "occurred_at": "2026-11-30"}]}
    )
    assert not [one for one in wrong if one[0].startswith(("received_at", "steps"))]


def formats(kind: type[Command], name: str) -> set[str]:
    schema = kind.model_json_schema()["properties"][name]
    return {str(one.get("format") or one.get("type")) for one in (schema, *schema.get("anyOf", ()))}


@pytest.mark.parametrize("kind", every_command().values(), ids=lambda kind: kind.__name__)
def test_no_command_reads_a_number_as_a_day_or_a_flag_as_a_number(kind: type[Command]) -> None:
    for name in kind.model_fields:
        found = formats(kind, name)
        if found & {"date", "date-time"}:
            assert name in {field for field, _, _ in read(kind, {name: 1764288000})[1]}, name
        if "integer" in found:
            assert name in {field for field, _, _ in read(kind, {name: True})[1]}, name
