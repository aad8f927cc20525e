"""An office's ledger as batches of entries: every shown sheet with a header, rows read once, held is but one batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.ledgers.columns import HEADER_WITHIN, TITLES, Header, NoHeader, RivalColumns, find_header, letter
from documents.ledgers.delivery import BATCH
from documents.ledgers.formats.book import Row
from documents.ledgers.gate import Hostile
from documents.ledgers.reader import Look, SheetLook, looked, rows
from documents.ledgers.rows import Line, Place, Wrong, line_of
from documents.ledgers.spool import Spool, of_plain, plain

#: Rows as they come from the reader, with the name of their sheet.
Chunk = tuple[str, list[Row]]


@dataclass(frozen=True)
class LedgerSheet:
    """One sheet that is read."""

    name: str
    header: Header
    #: At most so many rows.
    rows: int
    epoch: int
    #: The word before the number in the name of its rows; empty where there is only one sheet.
    prefix: str = ""

    def line(self, number: int, cells: Sequence[Any]) -> Line:
        """The entry that one of its rows stands for."""
        return line_of(self.header, number, cells, Place(self.prefix, self.epoch))


class Ledger:
    """One file. The first pass reads and judges it; later ones find in temporary files what that one has found.

    What goes in is what was tried, whatever has become of the file meanwhile.
    """

    def __init__(self, path: Path, sheets: Sequence[LedgerSheet], remarks: Sequence[Wrong]) -> None:
        self.path, self.sheets = path, sheets
        #: What the user is told of the file as a whole: what was left out, which column won.
        self.remarks = tuple(remarks)
        self.rows = sum(one.rows for one in sheets)
        self._chunks = Spool[Chunk](list, lambda kept: (kept[0], kept[1]))
        self._batches = Spool[list[Line]](
            lambda batch: [plain(line) for line in batch], lambda kept: [of_plain(line) for line in kept]
        )

    @classmethod
    def look(cls, path: Path) -> "Ledger":
        """Find the sheets and their headers. Raises Hostile with the reason when the file cannot be taken, OSError."""
        look = looked(path)
        remarks = [Wrong("", message, facts) for message, facts in look.remarks]
        found = _headers(look, remarks)
        if not found:
            raise _no_header(look)
        sheets = []
        for about, header in found:
            remarks += _remarks_of(about, header)
            prefix = f"{about.name}!" if len(found) > 1 else ""
            sheets.append(LedgerSheet(about.name, header, max(0, about.last - header.row), look.epoch, prefix))
        return cls(path, sheets, remarks)

    @property
    def header(self) -> Header:
        """The header of the first sheet that is read."""
        return self.sheets[0].header

    def raw(self) -> Iterator[tuple[LedgerSheet, Row]]:
        """The rows below the headers, as they are, each with its sheet."""
        by_name = {one.name: one for one in self.sheets}
        for name, chunk in self._chunks.through(lambda: rows(self.path, list(by_name))):
            sheet = by_name[name]
            for number, cells in chunk:
                if number > sheet.header.row:
                    yield sheet, (number, cells)

    def batches(self) -> Iterator[list[Line]]:
        """The rows below the headers in batches, always the same ones."""
        return self._batches.through(self._judged)

    def _judged(self) -> Iterator[list[Line]]:
        spellings = _Spellings()
        batch: list[Line] = []
        for sheet, (number, cells) in self.raw():
            line = sheet.line(number, cells)
            spellings.compare(line, sheet.header)
            batch.append(line)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _headers(look: Look, remarks: list[Wrong]) -> list[tuple[SheetLook, Header]]:
    """The shown sheets with a header; of the others it is noted that they are left out. Raises Hostile for rivals."""
    found: list[tuple[SheetLook, Header]] = []
    for about in look.sheets:
        try:
            header = find_header(about.head)
        except NoHeader:
            if about.head and about.is_shown:
                remarks.append(
                    Wrong("", "Sheet {sheet} has no header of a ledger and is left out.", {"sheet": about.name})
                )
            continue
        except RivalColumns as rivals:
            if about.is_shown:
                raise Hostile(
                    "In sheet {sheet} the columns {columns} all mean the same: "
                    "give the one that counts the title {title}.",
                    sheet=about.name,
                    columns="、".join(rivals.rivals),
                    title=rivals.own,
                ) from rivals
            continue
        if about.is_shown:
            found.append((about, header))
        else:
            remarks.append(
                Wrong("", "Sheet {sheet} is hidden and is left out; show it to have it read.", {"sheet": about.name})
            )
    return found


def _no_header(look: Look) -> Hostile:
    shown = [about for about in look.sheets if about.is_shown] or look.sheets
    best: tuple[SheetLook, Sequence[str]] | None = None
    for about in shown:
        try:
            find_header(about.head)
        except NoHeader as none:
            if best is None or len(none.missing) < len(best[1]):
                best = (about, none.missing)
        except RivalColumns:
            continue
    if best is None:  # every sheet with a header is hidden
        return Hostile(
            "Every sheet with a ledger is hidden: {sheets}.", sheets="、".join(one.name for one in look.sheets)
        )
    return Hostile(
        "No header row was found in the first {within} rows of sheet {sheet}; missing are: {missing}.",
        within=HEADER_WITHIN,
        sheet=best[0].name,
        missing="、".join(best[1]),
    )


def _remarks_of(about: SheetLook, header: Header) -> Iterator[Wrong]:
    sheet = about.name
    for name, at in header.beaten:
        won = header.places[name]
        yield Wrong(
            header.titles[at],
            "In sheet {sheet} column {loser} is kept as a note: {winner} is the one for {meaning}.",
            {
                "sheet": sheet,
                "loser": f"{header.titles[at]}（{letter(at)}）",
                "winner": f"{header.titles[won]}（{letter(won)}）",
                "meaning": TITLES[name][0],
            },
        )
    for title in header.private:
        yield Wrong(
            title,
            "Column {column} of sheet {sheet} holds private persons' data and stays in the file.",
            {"column": title, "sheet": sheet},
        )
    count, first = about.hidden
    below = [number for number in first if number > header.row]
    if below:
        numbers = "、".join(map(str, below)) + ("…" if count > len(first) else "")
        yield Wrong(
            "",
            "Rows that sheet {sheet} does not show are read like the others: {rows}.",
            {"sheet": sheet, "rows": numbers},
        )


class _Spellings:
    """The first spelling of each project's name and owner in a file; a later one that differs is remarked upon."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}

    def compare(self, line: Line, header: Header) -> None:
        entry: Mapping[str, Any] = line.entry
        code = entry.get("project_code")
        for name in ("project_name", "owner_name"):
            told = entry.get(name)
            if code is None or told is None:
                continue
            first = self._first.setdefault((str(code), name), str(told))
            if first != told:
                line.remarks.append(
                    Wrong(
                        header.title(name),
                        "Project {code} is written {told} here and {first} above.",
                        {"code": code, "told": told, "first": first},
                    )
                )
