"""Names and texts that people can read: no character that nobody sees, and something said. Standard library only."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

#: Letters that show nothing: fillers of the Korean alphabet and the empty Braille cell.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: What Unicode says is not to be shown (Default_Ignorable_Code_Point of DerivedCoreProperties), also where nothing is
#: assigned yet: joiners, directions, selectors of variants, tags.
_IGNORABLE: Final = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
#: They spell Mongolian beside a letter of that script: selectors of its form, the separator of a vowel, joiners.
_OF_MONGOLIAN: Final = frozenset("\u180b\u180c\u180d\u180e\u180f\u200c\u200d")
#: NARROW NO-BREAK SPACE.
_NARROW: Final = "\u202f"
_BLANKS: Final = re.compile(" +")
#: Signs that are written for one another, and how they are compared.
_ALIKE: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\u2024\u25cf\u00b7", "\u00b7"),
    **dict.fromkeys("[\u3014\u3010\u300a\u2039", "("),
    **dict.fromkeys("]\u3015\u3011\u300b\u203a", ")"),
}
#: Dots between the parts of a name, with the blanks around them.
_DOTS: Final = re.compile("(?<=\\w) ?[\u2022\u2027\u2219\u22c5\u30fb\u2024\u25cf\u00b7] ?(?=\\w)")
#: Chinese characters: what is written for zero, and the blocks of the unified ideographs.
_HAN: Final = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: So many letters and names are remembered with what was found of them: a ledger repeats both.
_LETTERS: Final = 8_192
_NAMES: Final = 4_096


#: What people type into a field that has to be filled when they have nothing to say, without capitals and signs; and,
#: `instead_of` a number, where a paper has none.
_PLACEHOLDERS: Final = Path(__file__).parent / "placeholders.csv"


@cache
def _placeholders(*instead_of: str) -> frozenset[str]:
    with _PLACEHOLDERS.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["word"] for row in csv.DictReader(lines) if row["instead_of"] in instead_of)


def hidden_in(name: str) -> str:
    """The first character of a name that nobody can see (control, zero width, direction, selector), else empty."""
    if not any(map(_is_hidden, name)):  # nearly every name
        return ""
    return next((letter for at, letter in enumerate(name) if _is_hidden(letter) and not _spells(name, at)), "")


@lru_cache(_LETTERS)
def _is_hidden(letter: str) -> bool:
    return (
        letter in _BLANK_LETTERS
        or unicodedata.category(letter) in _INVISIBLE
        or any(first <= ord(letter) <= last for first, last in _IGNORABLE)
    )


def _spells(name: str, at: int) -> bool:
    """Whether a sign that is not shown has its work to do: it stands beside a Mongolian letter."""
    return name[at] in _OF_MONGOLIAN and (is_mongolian(name[at - 1 : at]) or is_mongolian(name[at + 1 : at + 2]))


def is_mongolian(letter: str) -> bool:
    """Whether it is a letter of the Mongolian script."""
    return "\u1800" <= letter <= "\u18af" and unicodedata.category(letter)[0] == "L"


def spaced(name: str) -> str:
    """A name with one blank between its words; the narrow one that parts a Mongolian word from its ending stays."""
    kept = "".join(
        letter if letter == _NARROW and is_mongolian(name[at - 1 : at]) and is_mongolian(name[at + 1 : at + 2])
        else " " if letter.isspace() else letter
        for at, letter in enumerate(name)
    )  # fmt: skip
    return _BLANKS.sub(" ", kept).strip(" ")


def of_a_person(name: str) -> str:
    """A person's name as it is kept: 王　五 is 王五, 阿拉坦•巴特尔 is 阿拉坦·巴特尔; other blanks part words."""
    name = _DOTS.sub("\u00b7", spaced(name))
    return "".join(
        letter
        for at, letter in enumerate(name)
        if not (letter == " " and _is_han(name[at - 1 : at]) and _is_han(name[at + 1 : at + 2]))
    )


def _is_han(letter: str) -> bool:
    return letter != "" and any(first <= ord(letter) <= last for first, last in _HAN)


@lru_cache(_NAMES)
def folded(name: str) -> str:
    """A name as it is compared: without blanks, signs that nobody sees and differences of width, dash, bracket and dot.

    `（盟市级 审核）` and `(盟市级审核)` are one name, as are 阿拉坦·巴特尔 and 阿拉坦•巴特尔.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return plain.translate(_COMPARED)


class _Compared(dict[int, str]):
    """Code of a letter -> what is compared of it: nothing of a blank or of what nobody sees."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        compared = "" if letter.isspace() or _is_hidden(letter) else _ALIKE.get(letter, letter)
        if len(self) < _LETTERS:
            self[code] = compared
        return compared


_COMPARED: Final = _Compared()


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
