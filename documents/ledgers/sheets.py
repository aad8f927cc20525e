"""An office's ledger as batches of entries: header found, rows read, nothing held but one batch."""

from collections.abc import Iterator
from pathlib import Path

from documents.ledgers.columns import HEADER_WITHIN, Header, NoHeader, find_header
from documents.ledgers.delivery import BATCH
from documents.ledgers.gate import Hostile
from documents.ledgers.reader import Row, opened
from documents.ledgers.rows import Line, line_of


class Ledger:
    """One workbook; every pass reads it anew, so that it need not be held."""

    def __init__(self, path: Path, header: Header, last: int) -> None:
        self.path, self.header = path, header
        #: At most so many rows.
        self.rows = max(0, last - header.row)

    @classmethod
    def look(cls, path: Path) -> "Ledger":
        """Find the header. Raises Hostile with the reason when the workbook cannot be taken, OSError."""
        with opened(path) as book:
            first = next(book.rows, [])
            try:
                return cls(path, find_header(first), book.last)
            except NoHeader as none:
                raise Hostile(
                    "No header row was found in the first {within} rows of sheet {sheet}; missing are: {missing}.",
                    within=HEADER_WITHIN,
                    sheet=book.sheet,
                    missing="、".join(none.missing),
                ) from none

    def raw(self) -> Iterator[Row]:
        """The rows below the header, as they are."""
        with opened(self.path) as book:
            for chunk in book.rows:
                for number, cells in chunk:
                    if number > self.header.row:
                        yield number, cells

    def batches(self) -> Iterator[list[Line]]:
        """The rows below the header in batches, always the same ones."""
        batch: list[Line] = []
        for number, cells in self.raw():
            batch.append(line_of(self.header, number, cells))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
