"""Web pages that were saved under the name of a workbook, as many office systems export them: each table a sheet."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from documents.ledgers.formats.book import MOST_COLUMNS, Book, Row, Sheet, plain, trimmed
from documents.ledgers.formats.text import NoText, encoding_of

_CHUNK = 1 << 20
_MOST_SPAN = 10_000
_UNSHOWN = frozenset({"script", "style", "head", "title"})


def opened(path: Path) -> Book:
    """The page as a book. Raises NoText."""
    tables = _Tables()
    with path.open(encoding=encoding_of(path)) as file:
        while chunk := file.read(_CHUNK):
            tables.feed(chunk)
    tables.close()
    if not tables.found:
        raise NoText(path.name)

    def sheet(at: int, rows: list[Row]) -> Sheet:
        name = path.stem if len(tables.found) == 1 else f"{path.stem} {at}"
        return Sheet(name, rows[-1][0] if rows else 0, lambda: iter([(number, list(cells)) for number, cells in rows]))

    return Book([sheet(at, rows) for at, rows in enumerate(tables.found, start=1)])


class _Tables(HTMLParser):
    """Collects the rows of every table; a cell that spans rows stands in each of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[list[Row]] = []
        self._cells: list[Any] | None = None
        self._text: list[str] | None = None
        self._number = self._hidden = 0
        self._span = (1, 1)
        self._below: dict[int, tuple[int, str]] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "table":
            self.found.append([])
            self._number, self._below = 0, {}
        elif tag == "tr" and self.found:
            self._end_row()
            self._number += 1
            self._cells = []
        elif tag in ("td", "th") and self._cells is not None:
            self._end_cell()
            self._text = []
            self._span = (_span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")
        elif tag in _UNSHOWN:
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag in _UNSHOWN:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._hidden:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is None or self._cells is None:
            return
        text, self._text = "".join(self._text).replace("\xa0", " ").strip(), None
        rows, columns = self._span
        self._from_above()
        if rows > 1:
            self._below[len(self._cells)] = (self._number + rows - 1, text)
        self._cells += [text, *[""] * (min(columns, MOST_COLUMNS) - 1)]

    def _from_above(self) -> None:
        """What spans down from an earlier row comes before the next cell of this one."""
        assert self._cells is not None
        while (held := self._below.get(len(self._cells))) is not None and held[0] >= self._number:
            self._cells.append(held[1])

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is None:
            return
        self._from_above()
        cells = trimmed([plain(cell) for cell in self._cells[:MOST_COLUMNS]])
        self._cells = None
        if cells and self.found:
            self.found[-1].append((self._number, cells))


def _span(words: str | None) -> int:
    return min(int(words), _MOST_SPAN) if words and words.strip().isdecimal() else 1
