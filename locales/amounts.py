"""Amounts of time with their units as people read them: limits, and what of them is left, used or overdue."""

from collections.abc import Mapping
from typing import Final

from locales.texts import Language, say
from services.contracts.vocabulary import Unit

_OF_UNIT: Final[Mapping[str, str]] = {
    Unit.WORKING_DAYS: "{n} working days",
    Unit.CALENDAR_DAYS: "{n} calendar days",
    Unit.MONTHS: "{n} months",
    Unit.HOURS: "{n} hours",
}


def amount_said(language: Language, amount: int, unit: str) -> str:
    """20个工作日, 半个工作日, or 20 working days; a unit that only a newer version knows stands for itself."""
    if unit != Unit.HALF_WORKING_DAYS:
        return say(language, _OF_UNIT.get(unit, f"{{n}}{unit}"), n=amount)
    if amount == 1:
        return say(language, "half a working day")
    return say(language, _OF_UNIT[Unit.WORKING_DAYS], n=amount // 2 if amount % 2 == 0 else f"{amount / 2:g}")


def limit_said(language: Language, amount: int | None, unit: str | None) -> str:
    """A limit as offices write it; none at all is done at once, while one waits. Empty where none is known."""
    if amount is None or not unit:
        return ""
    return say(language, "done at once") if amount == 0 else amount_said(language, amount, unit)
