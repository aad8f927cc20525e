"""Cells of offices' ledgers: a day in any of the ways that offices write it, a limit with its unit, a line of text."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any, Final

#: Days and moments are written as ISO text; a moment without a zone is one of Asia/Shanghai.
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?号?(?:[T\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
#: Excel's day 0; its serial numbers of 1954 to 2119 are taken for days.
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
_SERIALS: Final = (20_000, 80_500)

_LIMIT = re.compile(r"(\d+(?:\.5)?)\s*(个?工作日|个?自然日|日历日|个?日|天|个?月|个?小时|时)?\s*(?:内|以内)?")
_UNITS: Final = {
    "": "working_days",
    "工作日": "working_days",
    "自然日": "calendar_days",
    "日历日": "calendar_days",
    "日": "calendar_days",
    "天": "calendar_days",
    "月": "months",
    "小时": "hours",
    "时": "hours",
}
_AT_ONCE: Final = frozenset({"即办", "即时办结", "当场办结", "即办件", "当日办结"})
#: What stands for nothing in offices' ledgers.
_NOTHING: Final = frozenset({"", "-", "--", "—", "——", "/", "无", "暂无", "N/A", "n/a"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadCell(Exception):
    """A cell that does not say what it should. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


def text(cell: Any) -> str | None:
    """The cell as a line of text; whole numbers without a decimal point. Raises BadCell for control characters."""
    if cell is None:
        return None
    if isinstance(cell, dict):
        return str(cell["day"])[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = str(cell).strip()
    if _CONTROL.search(words):
        raise BadCell("The cell holds a character that cannot be written.")
    return words or None


def day(cell: Any) -> str | None:
    """A day, or a moment where a time of day is given, as ISO text. Raises BadCell."""
    if cell is None or isinstance(cell, bool):
        if cell is None:
            return None
        raise _no_day(cell)
    if isinstance(cell, dict):
        return _iso(datetime.fromisoformat(cell["day"]))
    if isinstance(cell, int | float):
        return _number(cell)
    words = unicodedata.normalize("NFKC", str(cell)).replace("(暂定)", "").strip()
    if words in _NOTHING:
        return None
    if found := _DAY.fullmatch(words):
        return _moment(cell, *(int(part or 0) for part in found.groups()))
    if found := _COMPACT.fullmatch(words):
        return _moment(cell, *(int(part) for part in found.groups()))
    if _SERIAL.fullmatch(words):
        return _number(float(words))
    raise _no_day(cell)


def _number(cell: float) -> str:
    if _SERIALS[0] <= cell <= _SERIALS[1]:
        return _iso(_EPOCH + timedelta(seconds=round(cell * 86_400)))
    whole = _COMPACT.fullmatch(str(int(cell))) if float(cell).is_integer() else None
    if whole is None:
        raise _no_day(cell)
    return _moment(cell, *(int(part) for part in whole.groups()))


def _moment(cell: Any, year: int, month: int, of_month: int, hour: int = 0, minute: int = 0, second: int = 0) -> str:
    try:
        return _iso(datetime(year, month, of_month, hour, minute, second))  # noqa: DTZ001 - the wire reads it as +08:00
    except ValueError:
        raise _no_day(cell) from None


def _iso(at: datetime) -> str:
    return (
        at.date().isoformat() if at == datetime.combine(at, datetime.min.time()) else at.isoformat(timespec="seconds")
    )


def _no_day(cell: Any) -> BadCell:
    return BadCell("{text} is not a date; write it as 2026-09-16.", text=cell)


def limit(cell: Any) -> dict[str, Any] | None:
    """A limit: `10` and `10工作日` are working days, `30日` calendar days. Raises BadCell."""
    words = text(cell)
    if words is None:
        return None
    words = unicodedata.normalize("NFKC", words)
    if words in _NOTHING:
        return None
    if words in _AT_ONCE:
        return {"amount": 0, "unit": "working_days"}
    found = _LIMIT.fullmatch(words)
    if found is None:
        raise BadCell("{text} is not a limit; write it as 10工作日 or 30日.", text=words)
    amount, unit = float(found[1]), _UNITS[(found[2] or "").removeprefix("个")]
    if not amount.is_integer():
        if unit != "working_days":
            raise BadCell("{text} is not a limit; write it as 10工作日 or 30日.", text=words)
        return {"amount": int(amount * 2), "unit": "half_working_days"}
    return {"amount": int(amount), "unit": unit}


def day_of(iso: str) -> date:
    """The day of what `day` gave."""
    return date.fromisoformat(iso[:10])
