"""Names and texts that people can read: no character that nobody sees, and something said. Standard library only."""

import csv
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

#: Letters that show nothing: fillers of the Korean alphabet and the empty Braille cell.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Part of the spelling of Mongolian names, although Unicode counts it among the invisible characters.
_MONGOLIAN_SEPARATOR: Final = "\u180e"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


#: What people type into a field that has to be filled when they have nothing to say, without capitals and signs; and,
#: `instead_of` a number, where a paper has none.
_PLACEHOLDERS: Final = Path(__file__).parent / "placeholders.csv"


@cache
def _placeholders(*instead_of: str) -> frozenset[str]:
    with _PLACEHOLDERS.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["word"] for row in csv.DictReader(lines) if row["instead_of"] in instead_of)


def hidden_in(name: str) -> str:
    """The first character of a name that nobody can see (control, zero width, direction), else empty."""
    return next(
        (
            letter
            for letter in name
            if letter in _BLANK_LETTERS
            or (unicodedata.category(letter) in _INVISIBLE and letter != _MONGOLIAN_SEPARATOR)
        ),
        "",
    )


def is_readable(name: str) -> bool:
    """Whether a name has anything to read: a letter or a digit."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in name if letter not in _BLANK_LETTERS)


def says_something(text: str) -> bool:
    """Whether a text says anything: two different letters or digits, and no placeholder. 字 is a letter, too."""
    words = _read(text)
    return len(set(words)) > 1 and words not in _placeholders("text")


def is_number(text: str) -> bool:
    """Whether something can be the number of a paper, such as 7 or 林水许〔2026〕9号: no word for not having one."""
    words = _read(text)
    return bool(words) and words not in _placeholders("text", "number")


def _read(text: str) -> str:
    """What there is to read in a text: its letters and digits in one width, without capitals."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(letter)[0] in "LN" and letter not in _BLANK_LETTERS
    )
