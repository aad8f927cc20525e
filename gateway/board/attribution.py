"""Whose the days of a case are, as its page shows them: a bar of stretches, and the table that stands behind it."""

from collections.abc import Mapping
from typing import Any, Final

#: A stretch that is narrower, in percent, has no room for its number; the table has it all the same.
_ROOM: Final = 3.0


def shares(clocks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The holders with their days, numbered as in the bar, and each one's share of the days of the calendar."""
    whole = clocks["whole_process_days"]
    return [
        {**one, "number": number, "share": one["days"] / whole if whole else 0.0}
        for number, one in enumerate(clocks["by_holder"], start=1)
    ]


def stretches(clocks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The spans in order of time, each with its place in a bar of 100 percent and the number of its holder."""
    numbers = {_whose(one): number for number, one in enumerate(clocks["by_holder"], start=1)}
    whole, begun = clocks["whole_process_days"] or 1, 0
    found: list[dict[str, Any]] = []
    for one in clocks["spans"]:
        width = 100 * one["days"] / whole
        place = {"x": 100 * begun / whole, "width": width, "has_room": width >= _ROOM}
        found.append({**one, **place, "number": numbers[_whose(one)]})
        begun += one["days"]
    return found


def _whose(one: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    return one["holder"], one["authority"], one["department"]
