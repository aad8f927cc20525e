"""Calendars that count here: the State Council's, with everything on top that was released on all levels."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from services.timer.calendar import FIRST_DAY, Calendar, DayKind, ExceptionalDay, state_council
from services.timer.releases import Release, in_force
from services.timer.store import Shelf

#: Building a calendar takes some milliseconds; a store uses a handful of versions.
_KEPT: Final = 64
_by_version: Final[dict[str, Calendar]] = {}


def current(shelf: Shelf) -> Calendar:
    """The calendar that counts now."""
    return version(shelf, shelf.current_version())


def version(shelf: Shelf, wanted: str | None) -> Calendar:
    """The calendar of this version, to explain what an earlier one counted. None: the one that was shipped.

    An unknown version (the shipped calendar of an older release of the program) is answered with the current one.
    """
    shipped = state_council()
    if wanted is None or wanted == shipped.version:
        return shipped
    if wanted not in _by_version:
        rows = shelf.releases()
        until = next((at for at, row in enumerate(rows, 1) if row.version == wanted), len(rows))
        laid = lay(rows[:until])
        if until == len(rows) and (not rows or rows[-1].version != wanted):
            return laid
        _by_version[wanted] = laid
    return _by_version[wanted]


def lay(rows: Sequence[Release]) -> Calendar:
    """The calendar with these releases, whatever the order in which they arrived. Without any: the shipped one."""
    laid = in_force(rows)
    if not laid:
        return state_council()
    days = tuple(
        ExceptionalDay(day, DayKind(kind), row.festivals.get(day, ""), row.notice, row.key)
        for row in laid
        for day, kind in sorted(row.days.items())
    )
    until = max((row.known_until for row in laid if row.known_until is not None), default=None)
    names = dict.fromkeys(row.authority or "own" for row in laid if not row.is_notice)
    return _built(days, until, "-".join((state_council().name, *names)))


def first_difference(one: Calendar, other: Calendar) -> date | None:
    """The first day on which two calendars differ: worked on or not, known or provisional. None: they count alike."""
    found: list[date] = []
    if one.elapsed != other.elapsed:
        at = next(at for at, (here, there) in enumerate(zip(one.elapsed, other.elapsed, strict=True)) if here != there)
        found.append(FIRST_DAY + timedelta(days=at))
    if one.known_until != other.known_until:
        found.append(min(one.known_until, other.known_until) + timedelta(days=1))
    return min(found, default=None)


@lru_cache(maxsize=_KEPT)
def _built(days: tuple[ExceptionalDay, ...], until: date | None, name: str) -> Calendar:
    shipped = state_council()
    return shipped.laid_over(days, max(until or shipped.known_until, shipped.known_until), name)
