"""Workbooks in the XML formats of Excel: values as python-calamine reads them, and from the XML what it leaves unsaid.

python-calamine gives an error and a formula that was never worked out as an empty cell, and does not tell hidden rows;
all three stand in the XML, which is gone through only where a first look finds a sign of them.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from documents.ledgers.formats.book import MOST_COLUMNS, Book, Row, Sheet, plain, trimmed, unmerged

_SIGN = re.compile(rb"""\st\s*=\s*["']e["']|<(?:\w+:)?f[\s>/]|\shidden\s*=""")
_OUTSIDE = re.compile(r"xl/(externallinks|connections|querytables)", re.IGNORECASE)
_CHUNK = 1 << 20
#: Longer than any of the signs, so that none is cut in two.
_OVERLAP = 64
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_MOST_HIDDEN = 100_000


def opened(path: Path) -> Book:
    """The workbook as a book. Raises what python-calamine raises."""
    import python_calamine

    book = python_calamine.load_workbook(path)
    with zipfile.ZipFile(path) as parts:
        places = _places(parts)
        epoch = _epoch(parts)
        outside = any(_OUTSIDE.match(name) for name in parts.namelist())
    remarks: list[tuple[str, dict[str, Any]]] = []
    if outside:
        remarks.append(("The workbook takes values from other files: they are read as they were saved.", {}))

    def sheets() -> Iterator[Sheet]:
        for at, about in enumerate(book.sheets_metadata):
            if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(at)
            flaws = Flaws.found(path, places.get(about.name))
            yield Sheet(
                name=about.name,
                last=(sheet.start[0] if sheet.start else 0) + sheet.height,
                rows=lambda sheet=sheet, flaws=flaws: unmerged(_rows(sheet, flaws), _merged(sheet)),  # type: ignore[misc]
                is_shown=about.visible is python_calamine.SheetVisibleEnum.Visible,
                hidden_rows=flaws.hidden,
            )

    return Book(sheets(), epoch, remarks)


def _merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    return [(first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or ()]


def _rows(sheet: Any, flaws: "Flaws") -> Iterator[Row]:
    first_row, first_column = sheet.start or (0, 0)
    for number, row in enumerate(sheet.iter_rows(), start=first_row + 1):
        cells = [None] * first_column + [plain(cell) for cell in row[: MOST_COLUMNS - first_column]]
        for column, flaw in flaws.by_row.get(number, {}).items():
            cells += [None] * (column + 1 - len(cells))
            cells[column] = flaw
        if trimmed(cells):
            yield number, cells


class Flaws:
    """What the XML of one sheet says beyond its values."""

    def __init__(self) -> None:
        #: Row number -> position -> `{"error": text}` or `{"formula": True}`.
        self.by_row: dict[int, dict[int, dict[str, Any]]] = {}
        self.hidden: list[int] = []
        self._row = self._column = 0
        self._kind, self._text, self._formula, self._collects = "", "", False, False

    @classmethod
    def found(cls, path: Path, part: str | None) -> "Flaws":
        """Those of one part of the file; none where nothing in it looks like one."""
        flaws = cls()
        if part is None:
            return flaws
        with zipfile.ZipFile(path) as parts:
            with parts.open(part) as stream:
                if not _has_a_sign(stream):
                    return flaws
            with parts.open(part) as stream:
                flaws._read(stream)
        return flaws

    def _read(self, stream: Any) -> None:
        parser = _parser()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = -1
                if attributes.get("hidden") in ("1", "true") and len(self.hidden) < _MOST_HIDDEN:
                    self.hidden.append(self._row)
            case "c":
                place = _CELL.fullmatch(attributes.get("r", ""))
                self._column = _position(place[1]) if place else self._column + 1
                self._kind, self._text, self._formula = attributes.get("t", "n"), "", False
            case "f":
                self._formula = True
            case "v" | "is":
                self._collects = True

    def _data(self, text: str) -> None:
        if self._collects:
            self._text += text[:100]

    def _end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "v" | "is":
                self._collects = False
            case "c":
                self._judge()

    def _judge(self) -> None:
        """An error is one by its type; an empty text is a value of a formula, nothing at all is none."""
        if self._column >= MOST_COLUMNS:
            return
        flaw: dict[str, Any] | None = None
        if self._kind == "e":
            flaw = {"error": self._text.strip() or "#N/A"}
        elif self._formula and not self._text and self._kind != "str":
            flaw = {"formula": True}
        if flaw is not None:
            self.by_row.setdefault(self._row, {})[self._column] = flaw


def _parser() -> Any:
    """A parser that takes no document type: no office program writes one, and entities come with it."""

    def refuse(*_: object) -> None:
        raise ValueError("a document type in a workbook")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _position(letters: str) -> int:
    at = 0
    for one in letters:
        at = at * 26 + ord(one) - 64
    return at - 1


def _has_a_sign(stream: Any) -> bool:
    tail = b""
    while chunk := stream.read(_CHUNK):
        # in UTF-16 nothing is found so: then the XML is gone through
        if _SIGN.search(tail + chunk) or b"\x00" in chunk[:100]:
            return True
        tail = chunk[-_OVERLAP:]
    return False


def _epoch(parts: zipfile.ZipFile) -> int:
    head = parts.read(_named(parts, "xl/workbook.xml")).replace(b"\x00", b"")
    return 1904 if re.search(rb"""date1904\s*=\s*["'](1|true)["']""", head) else 1900


def _named(parts: zipfile.ZipFile, name: str) -> str:
    return next((one for one in parts.namelist() if one.lower() == name), name)


def _places(parts: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet -> name of its part."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            targets[attributes.get("Id", "")] = target if target.lower().startswith("xl/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            id = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets[attributes.get("name", "")] = id

    for part, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = _parser()
        parser.StartElementHandler = handler
        parser.Parse(parts.read(_named(parts, part)), True)
    known = {one.lower(): one for one in parts.namelist()}
    return {name: known[targets[id].lower()] for name, id in sheets.items() if targets.get(id, "").lower() in known}
