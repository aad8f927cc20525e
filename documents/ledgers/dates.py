"""Days and moments as offices and other systems write them, as ISO text; one reader for workbooks and logs."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from services.contracts.vocabulary import ZONE

#: Excel's day 0, by the epoch of the workbook: 1900 everywhere but in files that began on an old Macintosh.
EPOCHS: Final[Mapping[int, datetime]] = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}  # noqa: DTZ001 - Excel knows no zones
#: Serial numbers of 1954 to 2119 are taken for days.
_SERIALS: Final = (20_000, 80_500)

_SEPARATOR = r"\s*[-/.、,年\s]\s*"
_OF_MONTH = r"\s*[-/.、,月\s]\s*"
_WEEKDAY = r"(?:\s*\(?\s*(?:周|星期|礼拜)([一二三四五六日天])\s*\)?)?"
_TIME = (
    r"(?:[T\s]*(上午|下午|中午|早上|晚上|凌晨|AM|PM)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})"
    r"(?:[.,]\d+)?\s*秒?)?)?)?\s*(AM|PM)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?"
)
_DAY = re.compile(
    rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_OF_MONTH}(\d{{1,2}})\s*[日号]?\s*\.?{_WEEKDAY}\s*\.?{_TIME}\s*[。.]?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_HAN = re.compile(r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]")
_DIGITS: Final = {sign: str(at) for at, sign in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_WEEKDAYS: Final = "一二三四五六日"
#: Half days of the twelve-hour clock, and what they add to an hour below twelve.
_AFTERNOON: Final = frozenset({"下午", "晚上", "PM"})
_MORNING: Final = frozenset({"上午", "早上", "凌晨", "AM"})


#: The zone at the end of a moment with a time of day.
_ZONED: Final = re.compile(r"(.*:\d{2}(?:[.,]\d+)?)\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)", re.IGNORECASE)


class NoDay(ValueError):
    """The text is no day and no moment."""


def day_of_text(words: str, epoch: int = 1900) -> str:
    """A day, or a moment of Asia/Shanghai where a time of day is given, as ISO text. Raises NoDay.

    A time zone is honoured; midnight without one is the day. A weekday that is not that day's is not guessed away.
    """
    plain = _without_han(unicodedata.normalize("NFKC", words).strip())
    if found := _DAY.fullmatch(plain):
        return _written(*found.groups())
    if found := _COMPACT.fullmatch(plain):
        return iso(_built(*(int(part) for part in found.groups())))
    if _SERIAL.fullmatch(plain):
        return day_of_number(float(plain), epoch)
    raise NoDay(words)


@dataclass(frozen=True)
class Span:
    """A moment of another system's log, or a day where it wrote midnight: from `at` until before `until`."""

    at: datetime
    until: datetime

    @property
    def is_day(self) -> bool:
        return self.until > self.at

    def not_before(self, last: datetime) -> datetime:
        """The moment itself; a day is not before what happened in it."""
        return last if self.at < last < self.until else self.at


def span_of_text(words: str) -> Span:
    """What a log wrote, in Asia/Shanghai: midnight in its own zone is that day. Raises NoDay."""
    try:
        at = datetime.fromisoformat(words.strip())
    except ValueError:
        at, zone = _apart(words)
        at = at.replace(tzinfo=zone)
    at = at if at.tzinfo else at.replace(tzinfo=ZONE)
    is_day = (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    try:
        at = at.astimezone(ZONE)
    except (ValueError, OverflowError):
        raise NoDay(words) from None
    return Span(at, at + timedelta(days=1) if is_day else at)


def _apart(words: str) -> tuple[datetime, tzinfo]:
    """A moment as it was written, and the zone that it names, else ours. Raises NoDay."""
    plain = _without_han(unicodedata.normalize("NFKC", words).strip())
    found = _ZONED.fullmatch(plain)
    bare, zone = (found[1], _zone(found[2])) if found else (plain, ZONE)
    return datetime.fromisoformat(day_of_text(bare)), zone


def day_of_number(number: float, epoch: int = 1900) -> str:
    """The day of Excel's serial number, or of a number such as 20260916. Raises NoDay."""
    if _SERIALS[0] <= number <= _SERIALS[1]:
        return iso(EPOCHS[epoch] + timedelta(seconds=round(number * 86_400)))
    whole = _COMPACT.fullmatch(str(int(number))) if float(number).is_integer() else None
    if whole is None:
        raise NoDay(str(number))
    return iso(_built(*(int(part) for part in whole.groups())))


def _written(
    year: str, month: str, of_month: str, weekday: str | None, half: str | None, hour: str | None,
    minute: str | None, second: str | None, half_behind: str | None, zone: str | None,
) -> str:  # fmt: skip
    half = (half or half_behind or "").upper()
    at = _built(int(year), int(month), int(of_month), _hour(half, int(hour or 0)), int(minute or 0), int(second or 0))
    if weekday and _WEEKDAYS[at.weekday()] != weekday.replace("天", "日"):
        raise NoDay(f"{year}-{month}-{of_month}")
    if zone:
        at = at.replace(tzinfo=_zone(zone)).astimezone(ZONE).replace(tzinfo=None)
    return iso(at)


def _hour(half: str, hour: int) -> int:
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour


def _zone(words: str) -> timezone:
    if words.upper() in ("Z", "UTC"):
        return timezone.utc  # noqa: UP017 - a plain offset like the others
    hours, minutes = int(words[:3]), int(words[3:].replace(":", "") or 0)
    if abs(hours) > 14 or minutes > 59:
        raise NoDay(words)
    return timezone(timedelta(hours=hours, minutes=-minutes if words[0] == "-" else minutes))


def _built(year: int, month: int, of_month: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    try:
        return datetime(year, month, of_month, hour, minute, second)  # noqa: DTZ001 - the wire reads it as +08:00
    except ValueError:
        raise NoDay(f"{year}-{month}-{of_month}") from None


def _without_han(words: str) -> str:
    """二〇二六年九月十一日 in digits; anything else as it is."""
    found = _HAN.fullmatch(words)
    if found is None:
        return words
    year, *others = found.groups()
    month, of_month = (number_of_han(one) for one in others)
    return f"{''.join(_DIGITS[sign] for sign in year)}-{month}-{of_month}"


def number_of_han(words: str) -> int:
    """The number below a hundred that Chinese numerals say. Raises NoDay."""
    tens, ten, ones = words.partition("十")
    if len(tens) > 1 or len(ones) > 1 or not words:
        raise NoDay(words)
    return (int(_DIGITS[tens]) if tens else 1 if ten else 0) * (10 if ten else 1) + (int(_DIGITS[ones]) if ones else 0)


def iso(at: datetime) -> str:
    """A naive moment as ISO text, a day where it is midnight."""
    return (
        at.date().isoformat() if at == datetime.combine(at, datetime.min.time()) else at.isoformat(timespec="seconds")
    )


def not_before(at: str, earlier: str | None) -> str:
    """The moment that `at` says, given an earlier step: a bare day on which that step had a time is that time.

    A day is a day and not its midnight: what happened on the day of a step with a time is not before it.
    """
    if earlier is not None and len(at) == len("2026-09-16") and earlier[:10] == at:
        return earlier
    return at
