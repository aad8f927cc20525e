"""Names that people can read: no character that nobody sees, something to read, and which come near a slip of the pen.

Standard library only.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
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


def near(wanted: str, known: Mapping[str, Iterable[str]]) -> list[str]:
    """Up to three of the known names that somebody may have meant: by one of their other names, by characters of one in
    their order (住建局: 住房和城乡建设局), or by looking alike."""
    alike = set(get_close_matches(wanted, known, n=3, cutoff=0.5))
    marks = [_nearness(wanted, name, (name, *others), name in alike) for name, others in known.items()]
    return [name for *_, name in sorted(mark for mark in marks if mark is not None)][:3]


def _nearness(wanted: str, name: str, called: Sequence[str], is_alike: bool) -> tuple[int, int, str] | None:
    """The smaller the nearer; None: not near at all."""
    unlike = abs(len(name) - len(wanted))
    if wanted in called:
        return 0, unlike, name
    if any(_within(wanted, one) or _within(one, wanted) for one in called):
        return 1, unlike, name
    return (2, unlike, name) if is_alike else None


def _within(short: str, long: str) -> bool:
    """Whether the characters of a short name, at least two, stand in the long one in their order."""
    rest = iter(long)
    return len(short) > 1 and all(letter in rest for letter in short)
