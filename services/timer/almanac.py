"""Decides which calendar counts here: the State Council's, with everything that this authority has released on top."""

from datetime import date
from functools import lru_cache
from typing import Final

from services.timer.calendar import Calendar, ExceptionalDay, Kind, state_council
from services.timer.store import Release, Shelf

#: Building a calendar takes some milliseconds; a store uses a handful of versions.
_KEPT: Final = 32
_by_version: Final[dict[str, Calendar]] = {}

Days = tuple[tuple[date, str], ...]


def current(shelf: Shelf) -> Calendar:
    """The calendar that counts now."""
    return version(shelf, shelf.current_version())


def version(shelf: Shelf, wanted: str | None) -> Calendar:
    """The calendar of this version, to explain what an earlier one counted. None: the one that was shipped.

    An unknown version (the shipped calendar of an older release of the program) is answered with the current one.
    """
    calendar = state_council()
    if wanted is None or wanted == calendar.version:
        return calendar
    if wanted not in _by_version:
        for release in shelf.releases():
            calendar = with_release(calendar, release)
            _by_version[release.version] = calendar
    return _by_version.get(wanted, calendar)


def with_release(calendar: Calendar, release: Release) -> Calendar:
    """The calendar once this release counts as well. One that names a horizon is a notice of the days up to there."""
    return _laid_over(calendar, release.notice, tuple(sorted(release.days.items())), release.known_until)


@lru_cache(maxsize=_KEPT)
def _laid_over(calendar: Calendar, notice: str, days: Days, known_until: date | None) -> Calendar:
    if known_until is None:
        own = f"{calendar.name.removesuffix('-own')}-own"
        return calendar.overlay({day: Kind(kind) for day, kind in days}, notice, own)
    return calendar.announce([ExceptionalDay(day, Kind(kind), "", notice) for day, kind in days], known_until)
