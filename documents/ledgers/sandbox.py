"""The process that reads a ledger's file, with limits of its own on memory and time: `python -m ... look|rows FILE`.

Standard output has JSON lines: `{"refused": ..., "facts": ...}`, or for `look` a line for each sheet and one for the
book, or for `rows`, with the names of the wanted sheets behind, `{"sheet": name, "rows": [[number, cells], ...]}`. Both
end with `{"end": count}`; whatever ends this process before that has refused the file.
"""

import csv
import json
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from documents.ledgers.columns import HEADER_WITHIN
from documents.ledgers.formats import html, text, xls, xlsx
from documents.ledgers.formats.book import Book
from documents.ledgers.gate import Format, Hostile, inspect

#: Address space, bytes. A ledger of 100,000 rows and 15 columns needs about half.
MEMORY = 400 * 2**20
#: Seconds of work.
CPU_SECONDS = 120
MOST_SHEETS = 50
_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 262_144
_OPENED = {Format.XLSX: xlsx.opened, Format.XLS: xls.opened, Format.HTML: html.opened, Format.TEXT: text.opened}
#: So many numbers of hidden rows are told.
_HIDDEN_TOLD = 20


def limit() -> None:
    """From here on more memory or time than this ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(what: str, path: Path, wanted: Sequence[str]) -> None:
    """Write what the file says to standard output."""
    limit()
    try:
        for line in told(what, path, wanted):
            _say(line)
    except Hostile as hostile:
        _say({"refused": hostile.message, "facts": {name: str(value) for name, value in hostile.facts.items()}})
    except MemoryError:
        _say({"refused": "Reading the workbook needs more than {most} MB.", "facts": {"most": MEMORY >> 20}})


def told(what: str, path: Path, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The lines of one reading. Raises Hostile."""
    import python_calamine
    import xlrd

    form = inspect(path)
    try:
        book = _OPENED[form](path)
        yield from _looked(book) if what == "look" else _chunks(book, wanted)
    except text.NoText as wrong:
        raise Hostile("This is no workbook and no table, whatever its name says.") from wrong
    except (
        python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError, xlrd.XLRDError, ExpatError,
        zipfile.BadZipFile, csv.Error, ValueError, OverflowError, KeyError, IndexError, EOFError,
    ) as wrong:  # fmt: skip
        raise Hostile("The file is damaged: {reason}.", reason=wrong) from wrong


def _looked(book: Book) -> Iterator[dict[str, Any]]:
    """The beginning of every sheet, and what the user is told of the whole file."""
    has_sheets = False
    for sheet in islice(book.sheets, MOST_SHEETS):
        has_sheets = True
        yield {
            "sheet": sheet.name,
            "last": sheet.last,
            "shown": sheet.is_shown,
            "hidden": [len(sheet.hidden_rows), list(sheet.hidden_rows[:_HIDDEN_TOLD])],
            "head": list(islice(sheet.rows(), HEADER_WITHIN)),
        }
    if not has_sheets:
        raise Hostile("The workbook has no sheet with cells.")
    yield {"epoch": book.epoch, "remarks": list(book.remarks)}
    yield {"end": 0}


def _chunks(book: Book, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    count = 0
    for sheet in islice(book.sheets, MOST_SHEETS):
        if sheet.name not in wanted:
            continue
        rows: list[tuple[int, list[Any]]] = []
        characters = 0
        for number, cells in sheet.rows():
            rows.append((number, cells))
            count += 1
            characters += sum(len(cell) for cell in cells if isinstance(cell, str))
            if len(rows) >= _AT_ONCE or characters > _CHARACTERS_AT_ONCE:
                yield {"sheet": sheet.name, "rows": rows}
                rows, characters = [], 0
        yield {"sheet": sheet.name, "rows": rows}
    yield {"end": count}


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a plain TextIOWrapper in a process of its own
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
