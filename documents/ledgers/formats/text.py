"""Text files with a separator, in the encodings that office programs write in China."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from documents.ledgers.formats.book import MOST_COLUMNS, Book, Row, Sheet, plain, trimmed

#: In this order: with a mark, then the one that is hardly ever mistaken, then the Chinese one, which takes nearly all.
_ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SEPARATORS = ",\t;|，"
_HEAD = 65_536


class NoText(ValueError):
    """The file is no text in any of the encodings."""


def encoding_of(path: Path) -> str:
    """The encoding in which the whole file can be read. Raises NoText."""
    with path.open("rb") as file:
        mark = file.read(2)
    for encoding in (_MARKS[mark],) if mark in _MARKS else _ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeError:
            continue
        return encoding
    raise NoText(path.name)


def separator_of(head: str) -> str:
    """What stands between the columns: the sign that is most frequent in the first lines that have any."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    return max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in lines)) if lines else ","


def opened(path: Path) -> Book:
    """The file as a book of one sheet. Raises NoText, csv.Error."""
    encoding = encoding_of(path)
    csv.field_size_limit(min(sys.maxsize, 1_000_000))
    with path.open(encoding=encoding, newline="") as file:
        separator = separator_of(file.read(_HEAD))

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter=separator), start=1):
                cells = [plain(cell) for cell in row[:MOST_COLUMNS]]
                if trimmed(cells):
                    yield number, cells

    last = sum(1 for _ in rows())
    return Book([Sheet(path.stem, last, rows)])
