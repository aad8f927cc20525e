"""Names that people can read: no character that nobody sees, and something to read. Standard library only."""

import unicodedata
from typing import Final

#: Letters that show nothing: fillers of the Korean alphabet and the empty Braille cell.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Part of the spelling of Mongolian names, although Unicode counts it among the invisible characters.
_MONGOLIAN_SEPARATOR: Final = "\u180e"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


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


def folded(name: str) -> str:
    """A name as it is compared: one form of every character (wide and narrow), no blanks, no capitals."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
