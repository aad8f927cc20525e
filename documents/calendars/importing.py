"""The import of a calendar: which of its three forms a text or file has, and what it says then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from documents.calendars import holiday_cn, notice, tables
from documents.calendars.reading import HOLIDAY, Reading
from services.plumbing.errors import Problem, Refused

#: Of a file, bytes: a year's calendar has a few thousand.
MOST_BYTES: Final = 2 * 2**20
#: Of a pasted text, characters: a notice has a thousand.
MOST_CHARACTERS: Final = 20_000
#: Days: no holiday has been extended so far.
_FAR: Final = 40
_NOT_BEGUN: Final = "The calendar does not know when {festival} of {year} begins; release that first."
_THE_SAME: Final = "The calendar in force has all these days already."
_BOOKS: Final = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))


def read_file(name: str, content: bytes, year: int | None = None) -> Reading:
    """What a file says. Raises Refused with everything that is wrong with it."""
    if len(content) > MOST_BYTES:
        raise Refused(Problem("file", "A calendar's file has at most {most} MB.", {"most": MOST_BYTES >> 20}))
    if content.startswith(_BOOKS):
        return tables.read(name, content)
    text = _text(content)
    if text is None or not text.strip():
        raise Refused(Problem("file", "This is no workbook and no table, whatever its name says."))
    if text.lstrip().startswith("{"):
        return holiday_cn.read(text)
    if notice.is_notice(text):
        return notice.read(text, year)
    return tables.read(name, content)


def read_text(text: str, year: int | None = None) -> Reading:
    """What a pasted text says. Raises Refused with everything that is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        raise Refused(Problem("text", "A pasted text has at most {most} characters.", {"most": MOST_CHARACTERS}))
    if not text.strip():
        raise Refused(Problem("text", "This field is required."))
    return read_file("", text.encode(), year)


def extended(found: Reading, exceptional: Mapping[date, tuple[str, str]]) -> Reading:
    """A holiday that goes on, as days: from the festival's first day in the calendar (`day: (kind, festival)`) on.

    Raises Refused where the calendar does not know the festival in that year, or it has ended later already.
    """
    if found.extends is None:
        return found
    festival, until = found.extends.festival, found.extends.until
    named = (day for day, (kind, name) in exceptional.items() if kind == HOLIDAY and name and festival in name)
    begun = min((day for day in named if 0 <= (until - day).days < _FAR), default=None)
    if begun is None:
        raise Refused(Problem("text", _NOT_BEGUN, {"festival": festival, "year": until.year}))
    goes_on = (begun + timedelta(days=number) for number in range((until - begun).days + 1))
    days = {day: HOLIDAY for day in goes_on if exceptional.get(day, ("", ""))[0] != HOLIDAY}
    if not days:
        raise Refused(Problem("text", _THE_SAME))
    return replace(found, days=days, festivals=dict.fromkeys(days, festival), extends=None)


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
