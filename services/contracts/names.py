"""Names that people can read: no character that nobody sees, and something to read. Standard library only."""

import unicodedata
from typing import Final

#: Letters that show nothing: fillers of the Korean alphabet and the empty Braille cell.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Part of the spelling of Mongolian names, although Unicode counts it among the invisible characters.
_MONGOLIAN_SEPARATOR: Final = "\u180e"
#: Signs that are written for one another, and how they are compared.
_ALIKE: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\u2024\u25cf\u00b7", "\u00b7"),
    **dict.fromkeys("[\u3014\u3010\u300a\u2039", "("),
    **dict.fromkeys("]\u3015\u3011\u300b\u203a", ")"),
}
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


def folded(name: str) -> str:
    """A name as it is compared: without blanks, signs that nobody sees and differences of width, dash, bracket and dot.

    `（盟市级 审核）` and `(盟市级审核)` are one name, as are 阿拉坦·巴特尔 and 阿拉坦•巴特尔.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(_ALIKE.get(letter, letter) for letter in plain if not letter.isspace() and not hidden_in(letter))


def is_readable(name: str) -> bool:
    """Whether a name has anything to read: a letter or a digit."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in name if letter not in _BLANK_LETTERS)
