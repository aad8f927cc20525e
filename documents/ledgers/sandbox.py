"""The process that reads a workbook, with limits of its own on memory and time: `python -m ... FILE`.

Standard output carries JSON lines: `{"refused": ..., "facts": ...}`, or `{"sheet", "last"}` and then `{"rows":
[[number, cells], ...]}` until `{"end": count}`. Whatever ends this process in between has refused the workbook.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from documents.ledgers.columns import HEADER_WITHIN, looks_like_a_header
from documents.ledgers.gate import Hostile, inspect

#: Address space, bytes. A ledger of 100,000 rows and 15 columns needs about half.
MEMORY = 400 * 2**20
#: Seconds of work.
CPU_SECONDS = 120
MOST_COLUMNS = 200
#: One more than the longest text that is accepted, so that a longer one is still seen to be too long.
LONGEST = 2_001
_AT_ONCE = 500
_CHARACTERS_AT_ONCE = 262_144


def limit() -> None:
    """From here on more memory or time than this ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: Path) -> None:
    """Write what the workbook says to standard output."""
    limit()
    try:
        inspect(path)
        for line in told(path):
            _say(line)
    except Hostile as hostile:
        _say({"refused": hostile.message, "facts": {name: str(value) for name, value in hostile.facts.items()}})
    except MemoryError:
        _say({"refused": "Reading the workbook needs more than {most} MB.", "facts": {"most": MEMORY >> 20}})


def told(path: Path) -> Iterator[dict[str, Any]]:
    """The sheet that has a ledger's header in its first rows, or else the first one, row by row."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(path)
        names = [one.name for one in book.sheets_metadata if one.typ is python_calamine.SheetTypeEnum.WorkSheet]
        found = None
        for name in names[:50]:
            sheet = book.get_sheet_by_name(name)
            found = found or sheet
            if _has_header(sheet):
                found = sheet
                break
        if found is None:
            raise Hostile("The workbook has no sheet with cells.")
        yield {"sheet": found.name, "last": (found.start[0] if found.start else 0) + found.height}
        yield from _chunks(found)
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError) as wrong:
        raise Hostile("The file is damaged: {reason}.", reason=wrong) from wrong
    except (ValueError, OverflowError) as wrong:
        raise Hostile("The file is damaged: {reason}.", reason=wrong) from wrong


def _has_header(sheet: Any) -> bool:
    rows = (row for _, row in zip(range(HEADER_WITHIN), sheet.iter_rows(), strict=False))
    return any(looks_like_a_header([str(cell) for cell in row[:MOST_COLUMNS]]) for row in rows)


def _chunks(sheet: Any) -> Iterator[dict[str, Any]]:
    rows: list[tuple[int, list[Any]]] = []
    characters = count = 0
    first_row, first_column = sheet.start or (0, 0)
    for number, row in enumerate(sheet.iter_rows(), start=first_row + 1):
        cells = [None] * first_column + [plain(cell) for cell in row[: MOST_COLUMNS - first_column]]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        rows.append((number, cells))
        count += 1
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if len(rows) >= _AT_ONCE or characters > _CHARACTERS_AT_ONCE:
            yield {"rows": rows}
            rows, characters = [], 0
    yield {"rows": rows}
    yield {"end": count}


def plain(cell: Any) -> Any:
    """A cell as JSON: text, number, truth, `{"day": ...}`, or None when there is nothing in it."""
    if isinstance(cell, str):
        return cell[:LONGEST] if cell.strip() else None
    if isinstance(cell, datetime | date):
        return {"day": cell.isoformat()}
    if isinstance(cell, bool | int | float):
        return cell
    return None if cell is None else str(cell)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a plain TextIOWrapper in a process of its own
    main(Path(sys.argv[1]))
