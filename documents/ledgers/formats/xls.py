"""Workbooks in Excel's old binary format, read by xlrd, which tells errors from empty cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from documents.ledgers.formats.book import MOST_COLUMNS, Book, Row, Sheet, plain, trimmed, unmerged


def opened(path: Path) -> Book:
    """The workbook as a book. Raises what xlrd raises."""
    import xlrd

    book = xlrd.open_workbook(path, formatting_info=True, on_demand=True, logfile=_Silence())
    epoch = 1904 if book.datemode else 1900

    def sheets() -> Iterator[Sheet]:
        for at in range(book.nsheets):
            sheet = book.sheet_by_index(at)
            hidden = [row + 1 for row, about in sorted(sheet.rowinfo_map.items()) if about.hidden and row < sheet.nrows]
            yield Sheet(
                name=sheet.name,
                last=sheet.nrows,
                rows=lambda sheet=sheet: unmerged(_rows(sheet, book.datemode), _merged(sheet)),  # type: ignore[misc]
                is_shown=sheet.visibility == 0,
                hidden_rows=hidden,
            )

    return Book(sheets(), epoch)


def _merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    return [(first, left, behind - 1, right - 1) for first, behind, left, right in sheet.merged_cells]


def _rows(sheet: Any, datemode: int) -> Iterator[Row]:
    for at in range(sheet.nrows):
        cells = [_cell(one, datemode) for one in sheet.row(at)[:MOST_COLUMNS]]
        if trimmed(cells):
            yield at + 1, cells


def _cell(cell: Any, datemode: int) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return {"error": xlrd.error_text_from_code.get(cell.value, "#N/A")}
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return {"day": xlrd.xldate_as_datetime(cell.value, datemode).isoformat()}
        except (ValueError, OverflowError):
            return cell.value
    return plain(cell.value) if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER) else None


class _Silence:
    """Where xlrd's warnings go."""

    def write(self, _: str) -> None:
        return

    def flush(self) -> None:
        return
