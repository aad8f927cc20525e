"""Citations of the project's own pages: the forms in which code, tests and docs name a place, and the places there are.

A place is written `DOMAIN 3.10`, `ARCHITECTURE section 3`, `STYLE 11`, `FAULTS F16`, `decision 14`, `P0-05`; several
spellings of one place give the same text. Who names a page in capitals without a place is told so as well.
"""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from tests.architecture.tree import PROJECT

#: The word by which a page is cited, and the page.
PAGES: Final[Mapping[str, str]] = {
    "DOMAIN": "docs/domain.md",
    "ARCHITECTURE": "docs/architecture.md",
    "STYLE": "docs/style.md",
    "FAULTS": "docs/faults.md",
}
COVERAGE: Final = "docs/coverage.md"
DECISIONS: Final = "docs/decisions"
#: The section of docs/architecture.md whose items are its decisions.
_DECIDED: Final = "2"

#: Between two words of a citation a line may end, and the next may begin as a comment.
_GAP: Final = r"\s+(?:#:?\s+)?"
_ITEM: Final = r"\d+[a-z]?"
_LIST: Final = rf"{_ITEM}(?:(?:,{_GAP}|{_GAP}and{_GAP}){_ITEM})*"

#: A text that is nothing but the word, or ends with it, is a name in code.
_WORD: Final = re.compile(rf"(?<![\w$])({'|'.join(PAGES)})\b(?![\"'])")
#: The forms that may follow the word, tried in this order; each has groups of what it names.
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    "DOMAIN": (
        re.compile(rf"{_GAP}(?P<section>\d+),{_GAP}rules?{_GAP}(?P<items>{_LIST})"),
        re.compile(rf"{_GAP}(?P<section>\d+)\.(?P<items>{_ITEM})"),
        re.compile(rf"{_GAP}(?:sections?{_GAP})?(?P<sections>{_LIST})"),
    ),
    "ARCHITECTURE": (
        re.compile(rf"{_GAP}decisions?{_GAP}(?P<decisions>{_LIST})"),
        re.compile(rf"{_GAP}sections?{_GAP}(?P<sections>{_LIST})"),
    ),
    "STYLE": (re.compile(rf"{_GAP}(?:rules?{_GAP})?(?P<rules>{_LIST})"),),
    "FAULTS": (
        re.compile(rf"{_GAP}(?P<rows>[FI]\d+(?:(?:,{_GAP}|{_GAP}and{_GAP})[FI]\d+)*)"),
        re.compile(r":\s+(?P<heading>\w+ \w+)"),
    ),
}
_DECISION: Final = re.compile(
    rf"(?P<before>(?:{'|'.join(PAGES)}){_GAP})?\b[Dd]ecisions?{_GAP}(?P<numbers>{_LIST})"
    rf"(?P<of>{_GAP}of{_GAP}the{_GAP}architecture)?"
)
_DEMAND: Final = re.compile(r"\bP\d-\d\d\b")


def lead_somewhere(path: str, text: str) -> Iterator[str]:
    """Every place that this file cites is there; yields `path:line what is wrong`."""
    known = places()
    for line, place in cited(path, text):
        if place in PAGES:
            yield f"{path}:{line} names {place} and no place in it: write a section, rule, decision or row"
        elif place not in known:
            yield f"{path}:{line} cites {place}, which is not in the project's pages"


def cited(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and place of each citation; the bare word of a page where no place can be read behind it."""
    if not any(form.search(text) for form in (_WORD, _DECISION, _DEMAND)):
        return
    prose = _prose(text) if path.endswith(".py") else text
    for found in _WORD.finditer(prose):
        for place in _after(found[1], prose, found.end()):
            yield _line(prose, found.start()), place
    for found in _DECISION.finditer(prose):
        if not found["before"]:
            numbers = found["numbers"]
            theirs = _named("ARCHITECTURE", {"decisions": numbers}) if found["of"] else _pages(numbers)
            yield from ((_line(prose, found.start()), place) for place in theirs)
    for found in _DEMAND.finditer(prose):
        yield _line(prose, found.start()), found[0]


def _after(word: str, prose: str, position: int) -> list[str]:
    for form in _FORMS[word]:
        if named := form.match(prose, position):
            return list(_named(word, named.groupdict()))
    return [word]


def _named(word: str, groups: Mapping[str, str | None]) -> Iterator[str]:
    items, section = groups.get("items"), groups.get("section")
    for item in re.findall(_ITEM, items or ""):
        yield f"{word} {section}.{item}"
    for number in re.findall(_ITEM, groups.get("sections") or ""):
        yield f"{word} section {number}"
    for number in re.findall(_ITEM, groups.get("decisions") or ""):
        yield f"{word} decision {number}"
    for rule in re.findall(_ITEM, groups.get("rules") or ""):
        yield f"{word} {rule}"
    for row in re.findall(r"[FI]\d+", groups.get("rows") or ""):
        yield f"{word} {row}"
    if heading := groups.get("heading"):
        yield f"{word}: {heading.lower()}"


def _pages(numbers: str) -> Iterator[str]:
    return (f"decision {number}" for number in re.findall(_ITEM, numbers))


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _prose(code: str) -> str:
    """The comments and texts of a module in their places, everything else blank."""
    lines = [" " * len(line) for line in code.splitlines()]
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if tokenize.tok_name[token.type] in ("COMMENT", "STRING", "FSTRING_MIDDLE"):
            (first, begins), pieces = token.start, token.string.split("\n")
            for number, piece in enumerate(pieces, first - 1):
                at = begins if number == first - 1 else 0
                lines[number] = f"{lines[number][:at]}{piece}{lines[number][at + len(piece) :]}"
    return "\n".join(lines)


@cache
def places() -> frozenset[str]:
    """Every place that can be cited, in all pages."""
    texts = {word: (PROJECT / page).read_text() for word, page in PAGES.items()}
    return frozenset(
        (
            *(place for word, text in texts.items() for place in places_of(word, text)),
            *(f"decision {int(page.name[:4])}" for page in (PROJECT / DECISIONS).glob("[0-9]*.md")),
            *re.findall(r"^\| (P\d-\d\d) \|", (PROJECT / COVERAGE).read_text(), re.MULTILINE),
        )
    )


def places_of(word: str, text: str) -> Iterator[str]:
    """The places of one page: its sections, their numbered items, the rows and invariants of its tables and lists."""
    section = ""
    for line in text.splitlines():
        if heading := re.match(r"## (?:(\d+)\. )?(.*)", line):
            section = heading[1] or ""
            yield f"{word} section {section}" if section else f"{word}: {heading[2].lower()}"
        elif item := re.match(rf"({_ITEM})\. ", line):
            yield f"{word} {section}.{item[1]}" if section else f"{word} {item[1]}"
            if section == _DECIDED:
                yield f"{word} decision {item[1]}"
        elif row := re.match(r"(?:\| |- \*\*)([FI]\d+)(?: \||\*\*)", line):
            yield f"{word} {row[1]}"
