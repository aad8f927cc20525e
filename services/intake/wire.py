"""Persons, limits, moments and projects between the domain and the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.contracts.divisions import name_of
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import ZONE
from services.intake.domain import Limit, Officer

#: What is told of a project.
_PROJECT: Final = (
    "project_code",
    "project_name",
    "owner_name",
    "credit_code",
    "investment_yuan",
    "planned_start",
    "initiated_on",
    "started_on",
)


def person(officer: Officer) -> RecordedPerson:
    """The officer as a fact names him."""
    return RecordedPerson(name=officer.name, department=officer.department)


def officer(one: RecordedPerson) -> Officer:
    """The person whom an order or a fact names."""
    return Officer(one.name, one.department)


def officer_if(one: RecordedPerson | None) -> Officer | None:
    """The person, where the order names one that can be read."""
    return officer(one) if one is not None else None


def acting_authority(code: str) -> Officer:
    """The authority itself as the one that acted: another level says that it did, and not by whom."""
    return Officer(name_of(code), "")


def wire_limit(limit: Limit) -> WireLimit:
    """The limit on the wire."""
    return WireLimit(amount=limit.amount, unit=limit.unit)


def limit_of(limit: WireLimit) -> Limit:
    """The limit that an order or a fact says."""
    return Limit(limit.amount, limit.unit)


def local(at: datetime) -> datetime:
    """The same moment in Asia/Shanghai, where all days are counted; what lies beyond the years stays as it is."""
    try:
        return at.astimezone(ZONE)
    except OverflowError:
        return at


def project_facts(project: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a project that is on record."""
    return {name: project[name] for name in _PROJECT}
