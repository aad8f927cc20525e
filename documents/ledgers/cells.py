"""Cells of offices' ledgers: a line of text, a day in any of the ways that offices write it, a limit with its unit."""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from documents.ledgers.dates import NoDay, day_of_number, day_of_text, iso, number_of_han

_LIMIT = re.compile(
    r"(\d+(?:\.5)?|半|[一二两三四五六七八九十]{1,3})\s*(个?工作日|个?自然日|日历日|个?日|天|个?月|个?小时|时)?\s*(?:内|以内)?"
)
_UNITS: Final = {
    "": "working_days",
    "工作日": "working_days",
    "自然日": "calendar_days",
    "日历日": "calendar_days",
    # which days they are depends on the matter; see `days_of_the_matter`
    "日": "days",
    "天": "days",
    "月": "months",
    "小时": "hours",
    "时": "hours",
}
_AT_ONCE: Final = frozenset({"即办", "即时办结", "当场", "当场办结", "即办件", "当日办结"})
#: What stands for nothing in offices' ledgers, in small letters and after NFKC.
_NOTHING: Final = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "―",
        "/",
        "//",
        "\\",
        "无",
        "未确定",
        "待指定",
        "无。",
        "暂无",
        "没有",
        "空",
        "n/a",
        "null",
        "none",
        "nil",
    }
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Put there by other programs, seen by nobody: no-width spaces, the mark of a file's beginning, soft hyphens.
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]|_x000D_")
_BREAK = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
_BLANKS = re.compile(r"[\s\u00a0\u3000]+")
#: Nothing to be changed: one line of letters, digits, Chinese characters and single blanks between them.
_PLAIN = re.compile("[\\w\u3002\uff08\uff09\uff0c、〔〕·.:/-]+(?: [\\w\u3002\uff08\uff09\uff0c、〔〕·.:/-]+)*")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff（）〔〕【】《》，。、；：]")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: What Excel writes into a text file for a number that is too long for it.
_EATEN = re.compile(r"\d(?:\.\d+)?E\+1\d", re.IGNORECASE)
#: Columns repeat themselves: so many readings are remembered.
_KNOWN: Final = 16_384
#: More digits than this Excel does not keep in a number.
MOST_DIGITS: Final = 15


class BadCell(Exception):
    """A cell that does not say what it should. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


def readable(cell: Any) -> Any:
    """The cell itself. Raises BadCell where the program that wrote it left an error, or a formula without its value.

    Neither is an empty cell: something was meant to stand there.
    """
    if isinstance(cell, dict) and "error" in cell:
        raise BadCell("The cell holds an error ({text}); write the value into it.", text=cell["error"])
    if isinstance(cell, dict) and "formula" in cell:
        raise BadCell("The cell holds a formula without a value; open the file once in Excel or WPS and save it.")
    return cell


def text(cell: Any) -> str | None:
    """The cell as a line of text; whole numbers without a decimal point, what stands for nothing as None.

    Line breaks and signs that nobody sees are no part of a name. Raises BadCell for control characters, errors,
    and numbers whose last digits Excel has not kept.
    """
    if type(cell) is str:
        return _text(cell)
    cell = readable(cell)
    if cell is None:
        return None
    if isinstance(cell, dict):
        return str(cell["day"])[:10]
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = _digits(cell)
    return _text(str(cell))


@lru_cache(_KNOWN)
def _text(words: str) -> str | None:
    words = one_line(words)
    if _CONTROL.search(words):
        raise BadCell("The cell holds a character that cannot be written.")
    if _EATEN.fullmatch(words):
        raise _eaten(words)
    return None if is_nothing(words) else words


def is_identity_number(words: str) -> bool:
    """Whether these words are a person's identity number (GB 11643): the last sign is computed from the others."""
    plain = unicodedata.normalize("NFKC", words).strip().upper()
    if _IDENTITY.fullmatch(plain) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(plain, _WEIGHTS, strict=False))
    return plain[17] == "10X98765432"[total % 11]


def _digits(number: float) -> str:
    if not float(number).is_integer():
        return str(number)
    if abs(number) >= 10**MOST_DIGITS:
        raise _eaten(int(number))
    return str(int(number))


def _eaten(number: object) -> BadCell:
    return BadCell(
        "{text} was kept as a number, and Excel keeps only 15 digits: the last ones are lost. "
        "Format the column as text and enter the number again.",
        text=number,
    )


def one_line(words: str) -> str:
    """Words without line breaks and signs that nobody sees; a break between Chinese characters leaves no blank."""
    if "_x" not in words and _PLAIN.fullmatch(words):
        return words
    words = _UNSEEN.sub("", words).strip()
    while found := _BREAK.search(words):
        before, behind = words[: found.start()], words[found.end() :]
        joint = "" if _HAN.match(before[-1:]) or _HAN.match(behind[:1]) else " "
        words = before + joint + behind
    return _BLANKS.sub(" ", words)


def is_nothing(words: str) -> bool:
    """Whether these words stand for an empty cell."""
    return unicodedata.normalize("NFKC", words).strip().lower() in _NOTHING


def day(cell: Any, epoch: int = 1900) -> str | None:
    """A day, or a moment where a time of day is given, as ISO text. `epoch`: the workbook's. Raises BadCell."""
    cell = readable(cell) if isinstance(cell, dict) else cell
    if cell is None:
        return None
    if isinstance(cell, dict):
        return iso(datetime.fromisoformat(cell["day"]))
    try:
        if type(cell) is str:
            return _day(cell, epoch)
        if isinstance(cell, bool):
            raise NoDay(str(cell))
        if isinstance(cell, int | float):
            return day_of_number(cell, epoch)
        return _day(str(cell), epoch)
    except NoDay:
        raise BadCell("{text} is not a date; write it as 2026-09-16.", text=cell) from None


@lru_cache(_KNOWN)
def _day(words: str, epoch: int) -> str | None:
    words = one_line(words).replace("（暂定）", "").replace("(暂定)", "").strip()
    return None if is_nothing(words) else day_of_text(words, epoch)


def limit(cell: Any) -> dict[str, Any] | None:
    """A limit: `10` and `10工作日` are working days, `20日` days of the matter's own kind. Raises BadCell."""
    words = text(cell)
    if words is None:
        return None
    amount, unit = _limit("".join(unicodedata.normalize("NFKC", words).split()))
    return {"amount": amount, "unit": unit}


@lru_cache(_KNOWN)
def _limit(words: str) -> tuple[int, str]:
    if words in _AT_ONCE:
        return 0, "working_days"
    found = _LIMIT.fullmatch(words)
    if found is None:
        raise _no_limit(words)
    unit = _UNITS[(found[2] or "").removeprefix("个")]
    amount = _amount(found[1], words)
    if not amount.is_integer():
        if unit != "working_days":
            raise _no_limit(words)
        return int(amount * 2), "half_working_days"
    return int(amount), unit


def _amount(words: str, whole: str) -> float:
    if words == "半":
        return 0.5
    try:
        return float(words) if words[0].isdigit() else float(number_of_han(words.replace("两", "二")))
    except (NoDay, KeyError):
        raise _no_limit(whole) from None


def _no_limit(words: str) -> BadCell:
    return BadCell("{text} is not a limit; write it as 10工作日 or 30自然日.", text=words)
