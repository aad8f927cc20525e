"""Promised limits: never longer than the statute's, and those of a single case never longer than the list's."""

from services.intake.domain import Limit
from services.plumbing.errors import Problems


def check_promised(promised: Limit, statutory: Limit | None, problems: Problems) -> None:
    """What is promised never exceeds the statute's limit; limits of different units cannot be compared."""
    if statutory is None:
        return
    if promised.unit != statutory.unit:
        problems.add(
            "promised",
            "The promised limit is in {unit}, the statutory one in {statutory_unit}; both need the same unit.",
            unit=promised.unit,
            statutory_unit=statutory.unit,
        )
    elif promised.amount > statutory.amount:
        problems.add(
            "promised",
            "The promised limit of {amount} is above the statutory {statutory} {unit}.",
            amount=promised.amount,
            statutory=statutory.amount,
            unit=promised.unit,
        )


def check_own_limit(own: Limit, listed: Limit, problems: Problems) -> None:
    """The limit of a single case may be shorter than the list's, never longer (DOMAIN 3, rule 15)."""
    if own.unit == listed.unit and own.amount > listed.amount and not problems.has("promised"):
        problems.add(
            "promised",
            "The limit of {amount} {unit} is longer than the {listed} {unit} of the list: leave it out, or shorten it.",
            amount=own.amount,
            listed=listed.amount,
            unit=own.unit,
        )
