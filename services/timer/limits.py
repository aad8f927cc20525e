"""Time limits: a quantity with its unit, and the lawful pauses that interrupt it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.contracts.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days; negative counts backwards."""

    count: int


@dataclass(frozen=True, slots=True)
class HalfWorkingDays:
    """So many halves (0-12 and 12-24 o'clock) of working days; negative counts backwards.

    Our choice, as no law defines half a working day: the half in which the event falls is not counted, and the limit
    ends at the end of its last half, as Civil Code 201 has it for whole days.
    """

    count: int


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """So many days of the calendar; a last day off rolls to the next working day (Civil Code 203)."""

    count: int


@dataclass(frozen=True, slots=True)
class Months:
    """So many months, to the corresponding day or the month's last (Civil Code 202); rolls like calendar days."""

    count: int


@dataclass(frozen=True, slots=True)
class Hours:
    """So many hours from the moment, through nights and holidays (Civil Code 201, second paragraph)."""

    count: int


Limit = WorkingDays | HalfWorkingDays | CalendarDays | Months | Hours

_TYPE_OF_UNIT: Final[Mapping[str, Callable[[int], Limit]]] = {
    Unit.WORKING_DAYS: WorkingDays,
    Unit.HALF_WORKING_DAYS: HalfWorkingDays,
    Unit.CALENDAR_DAYS: CalendarDays,
    Unit.MONTHS: Months,
    Unit.HOURS: Hours,
}
UNITS: Final = tuple(_TYPE_OF_UNIT)


class NotALimit(ValueError):
    """The amount or the unit of a limit cannot be used; ``column`` says which of the two."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        self.reason = reason
        super().__init__(f"{column}: {reason}")


def parse_limit(amount: int | str, unit: str) -> Limit:
    """The limit of this amount, a whole number, in this unit, one of UNITS. Raises NotALimit."""
    if unit not in _TYPE_OF_UNIT:
        raise NotALimit("unit", f"{unit!r} is not a unit; use one of {', '.join(UNITS)}")
    return _TYPE_OF_UNIT[unit](parse_amount(amount))


def parse_amount(amount: int | str) -> int:
    """A whole number of at most seven digits, with or without a sign. Raises NotALimit."""
    if not re.fullmatch(r"[+-]?[0-9]{1,7}", str(amount)):
        raise NotALimit("amount", f"{str(amount)!r} is not a whole number of at most seven digits, such as 5 or -30")
    return int(amount)


def unit_of(limit: Limit) -> Unit:
    """The limit's unit."""
    return next(unit for unit in Unit if _TYPE_OF_UNIT[unit] is type(limit))


def backwards(limit: Limit) -> Limit:
    """The same limit counted the other way."""
    return type(limit)(-limit.count)


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """A lawful pause (Licensing Law 45) from the day it began to the day it ended.

    Its first day is not taken out of the count, its last day is, as with every count of days: the days d with
    ``begun < d <= ended``. A pause that ends on the day it begins moves nothing.
    """

    begun: date
    ended: date

    def __post_init__(self) -> None:
        if self.ended < self.begun:
            raise ValueError(f"the pause ends on {self.ended}, before it begins on {self.begun}")


def union(pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
    """The same days out of the count, in order, without overlap or touching ends."""
    merged: list[Pause] = []
    for pause in sorted(pauses):
        if pause.begun == pause.ended:
            continue
        if merged and pause.begun <= merged[-1].ended:
            merged[-1] = Pause(merged[-1].begun, max(merged[-1].ended, pause.ended))
        else:
            merged.append(pause)
    return tuple(merged)
