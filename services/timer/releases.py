"""Releases of days: which are in force, and in which order those of several levels are laid over each other.

The layers, from below to above (放假办法 article 4): the State Council's calendar as it was shipped; its further
notices, by whomever they were entered (a release that says until when the calendar is known is such a notice); the own
days of the region, of the city, of the banner. So a banner's own day stays on top when the region releases something
later, and the order in which releases arrive makes no difference.

The same notice entered on two levels counts once: the higher authority's copy is in force, the lower one waits and
counts again when the higher one is withdrawn. A number such as 45号 names no notice: every office has one. Who
released days may withdraw them; then everything is as if they had never been.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from services.contracts.vocabulary import AuthorityCode, Level


class ReleaseStanding(StrEnum):
    """What a release counts for now."""

    IN_FORCE = "in-force"
    #: A higher authority has released the same notice: its copy counts.
    REPEATED = "repeated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Release:
    """Days that an authority released, or its word that an earlier release of its own counts no more (``withdraws``).

    ``number`` is the place in the order of arrival here, ``release_no`` the one at the authority that said it.
    ``authority`` is empty for what was entered here before releases travelled.
    """

    number: int
    authority: str
    release_no: int
    notice: str
    days: Mapping[date, str]
    known_until: date | None
    released_at: datetime
    released_by: str
    #: The version of the calendar that counts with it.
    version: str = ""
    withdraws: int | None = None
    #: Why it was withdrawn.
    why: str = ""
    #: The festival of a day, as far as its notice says so.
    festivals: Mapping[date, str] = field(default_factory=dict)
    #: Who drafted what another person released; empty for what one person released, as earlier versions let him.
    drafted_by: str = ""

    @property
    def key(self) -> str:
        """The authority and its number: what an exceptional day keeps of its release."""
        return f"{self.authority}/{self.release_no}" if self.authority else ""

    @property
    def is_notice(self) -> bool:
        """Whether it is the State Council's notice of the days of a year, and not an authority's own days."""
        return self.known_until is not None


def rank(authority: str) -> int:
    """From above to below by the code of GB/T 2260: region 0, city or league 1, banner 2."""
    return list(Level).index(AuthorityCode(authority).level)


_DOCUMENT_NUMBER: Final = re.compile(r"([㐀-鿿A-Za-z]+)[\[〔(【]\s*(\d{4})\s*[\]〕)】]\s*第?\s*(\d+)\s*号")


def identity(notice: str) -> str:
    """What makes two spellings the same notice: its document number where it has one, else its words without spaces."""
    plain = unicodedata.normalize("NFKC", notice)
    found = _DOCUMENT_NUMBER.search(plain)
    if found:
        return f"{found[1]}〔{found[2]}〕{int(found[3])}号"
    return "".join(plain.split()).casefold()


def sameness(row: Release) -> tuple[bool, str, object]:
    """What makes two releases the same: for a notice of the State Council its number, or else its words and the day
    until which it goes; for own days also the days, because offices of two places write the same number."""
    if not row.is_notice:
        return False, identity(row.notice), frozenset(row.days.items())
    is_full = _DOCUMENT_NUMBER.search(unicodedata.normalize("NFKC", row.notice)) is not None
    return True, identity(row.notice), None if is_full else row.known_until


def standings(rows: Sequence[Release]) -> list[tuple[Release, ReleaseStanding]]:
    """Every release of days with what it counts for, in the order in which they are laid down, the topmost last."""
    withdrawn = {(row.authority, row.withdraws) for row in rows if row.withdraws is not None}
    given = [row for row in rows if row.withdraws is None]
    highest: dict[tuple[bool, str, object], int] = {}
    for row in given:
        if (row.authority, row.release_no) not in withdrawn:
            same = sameness(row)
            highest[same] = min(highest.get(same, len(Level)), rank(row.authority))
    found: list[tuple[Release, ReleaseStanding]] = []
    for row in sorted(given, key=_layer):
        standing = ReleaseStanding.IN_FORCE
        if (row.authority, row.release_no) in withdrawn:
            standing = ReleaseStanding.WITHDRAWN
        elif highest[sameness(row)] < rank(row.authority):
            standing = ReleaseStanding.REPEATED
        found.append((row, standing))
    return found


def in_force(rows: Sequence[Release]) -> list[Release]:
    """The releases that count, in the order in which they are laid down."""
    return [row for row, standing in standings(rows) if standing is ReleaseStanding.IN_FORCE]


def _layer(row: Release) -> tuple[int, float, int, int]:
    """Notices of the State Council by the moment of their release, own days by level; each authority's in its order.

    Of two notices entered at the same moment the higher authority's is on top.
    """
    if row.is_notice:
        return (0, row.released_at.timestamp(), -rank(row.authority), row.release_no)
    return (1 + rank(row.authority), 0.0, 0, row.release_no)


def withdrawal_of(rows: Iterable[Release], authority: str, release_no: int) -> Release | None:
    """The word that withdrew this release."""
    return next((row for row in rows if (row.authority, row.withdraws) == (authority, release_no)), None)


def above(rows: Iterable[Release], authority: str) -> list[Release]:
    """What others than this authority have released."""
    return [row for row in rows if row.authority not in ("", authority)]


def authority_of(release: str) -> str | None:
    """Who released a day, from the key that it keeps; None for what was shipped."""
    return release.partition("/")[0] or None
