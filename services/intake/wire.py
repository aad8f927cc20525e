"""Decides how persons and limits of the domain are spelt on the wire, and read from it."""

from services.contracts.divisions import name_of
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import Unit
from services.intake.domain import Limit, Officer


def person(holder: Officer) -> RecordedPerson:
    return RecordedPerson(name=holder.name, department=holder.department)


def holder(one: RecordedPerson) -> Officer:
    return Officer(one.name, one.department)


def holder_if(one: RecordedPerson | None) -> Officer | None:
    """The person, where the order names one that can be read."""
    return holder(one) if one is not None else None


def label(holder: Officer) -> str:
    """How an actor stands on an envelope."""
    return f"{holder.name}@{holder.department}" if holder.department else holder.name


def acting_authority(code: str) -> Officer:
    """The authority itself as the one that acted: another level says that it did, and not by whom."""
    return Officer(name_of(code), "")


def wire_limit(limit: Limit) -> WireLimit:
    return WireLimit(amount=limit.amount, unit=Unit(limit.unit))


def limit_of(limit: WireLimit) -> Limit:
    return Limit(limit.amount, limit.unit.value)
