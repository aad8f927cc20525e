"""Decides how persons and limits of the domain are spelt on the wire, and read from it."""

from services.contracts.divisions import name_of
from services.contracts.quantities import Person, Unit, WireLimit
from services.intake.domain import Holder, Limit


def person(holder: Holder) -> Person:
    return Person(name=holder.name, department=holder.department)


def holder(one: Person) -> Holder:
    return Holder(one.name, one.department)


def holder_if(one: Person | None) -> Holder | None:
    """The person, where the order names one that can be read."""
    return holder(one) if one is not None else None


def label(holder: Holder) -> str:
    """How an actor stands on an envelope."""
    return f"{holder.name}@{holder.department}" if holder.department else holder.name


def acting_authority(code: str) -> Holder:
    """The authority itself as the one that acted: another level says that it did, and not by whom."""
    return Holder(name_of(code), "")


def wire_limit(limit: Limit) -> WireLimit:
    return WireLimit(amount=limit.amount, unit=Unit(limit.unit))


def limit_of(limit: WireLimit) -> Limit:
    return Limit(limit.amount, limit.unit.value)
