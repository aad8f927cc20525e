"""A table of days, as a workbook or comma-separated: a column for the day, one for what it is, one for its festival."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from documents.calendars.reading import HOLIDAY, WORKDAY, Draughtsman, Reading
from documents.ledgers.dates import NoDay, day_of_number, day_of_text
from documents.ledgers.gate import Hostile
from documents.ledgers.reader import looked, rows
from services.contracts.drafts import CalendarForm
from services.plumbing.errors import Problem, Refused

_DAY, _KIND, _FESTIVAL, _NOTICE = "day", "kind", "festival", "notice"
_TITLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("date", "day", "日期", "日子", "时间"), _DAY),
    **dict.fromkeys(("kind", "type", "类型", "性质", "种类", "是否放假", "安排"), _KIND),
    **dict.fromkeys(("festival", "name", "节日", "名称", "节假日", "假期"), _FESTIVAL),
    **dict.fromkeys(("notice", "notice_url", "文号", "依据", "通知", "文件"), _NOTICE),
}
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("holiday", "off", "放假", "休息", "休", "节假日", "假日", "放假调休", "补休", "是"), HOLIDAY),
    **dict.fromkeys(
        ("workday", "adjusted_workday", "work", "上班", "班", "调休上班", "补班", "工作日", "调休工作日", "否"), WORKDAY
    ),
}
_WITHIN: Final = 20
#: Of one year: a table that is longer is something else.
_MOST: Final = 800


@dataclass(frozen=True)
class _Header:
    row: int
    places: Mapping[str, int]

    def cell(self, cells: Sequence[Any], name: str) -> Any:
        at = self.places.get(name)
        return cells[at] if at is not None and at < len(cells) else None


def read(name: str, content: bytes) -> Reading:
    """What the table says; the first shown sheet that has a column for the day and one for its kind.

    Raises Refused with every line that cannot be used.
    """
    with TemporaryDirectory(prefix="qidi-calendar-") as folder:
        path = Path(folder) / "calendar"
        path.write_bytes(content)
        try:
            return _read(path)
        except Hostile as hostile:
            raise Refused(Problem("file", hostile.message, dict(hostile.facts))) from hostile


def _read(path: Path) -> Reading:
    look = looked(path)
    for sheet in look.sheets:
        header = _header(sheet.head) if sheet.is_shown else None
        if header is not None:
            if sheet.last - header.row > _MOST:
                raise Refused(Problem("file", "A calendar has at most {most} lines.", {"most": _MOST}))
            lines = [row for _, chunk in rows(path, [sheet.name]) for row in chunk if row[0] > header.row]
            return _reading(header, lines, look.epoch)
    raise Refused(Problem("file", "No line with the titles 日期 and 类型 (or date and kind) was found."))


def _header(head: Iterable[tuple[int, Sequence[Any]]]) -> _Header | None:
    for number, cells in head:
        places: dict[str, int] = {}
        for at, cell in enumerate(cells):
            title = _TITLES.get(_plain(cell))
            if title is not None:
                places.setdefault(title, at)
        if {_DAY, _KIND} <= set(places):
            return _Header(number, places)
        if number > _WITHIN:
            break
    return None


def _reading(header: _Header, lines: Iterable[tuple[int, Sequence[Any]]], epoch: int) -> Reading:
    taken, notices = Draughtsman(), set[str]()
    for number, cells in lines:
        if all(cell is None for cell in cells):
            continue
        where = f"lines.{number}"
        day, kind = _day(header.cell(cells, _DAY), epoch), _WORDS.get(_plain(header.cell(cells, _KIND)))
        if day is None:
            taken.wrong(where, "“{words}” is no day; write it as 2026-09-16.", words=_said(header.cell(cells, _DAY)))
        if kind is None:
            taken.wrong(where, "“{words}” says neither that a day is off (放假) nor that it is worked (上班).",
                        words=_said(header.cell(cells, _KIND)))  # fmt: skip
        if day is not None and kind is not None:
            taken.put(where, day, kind, _said(header.cell(cells, _FESTIVAL))[:40])
            notices.add(_said(header.cell(cells, _NOTICE)))
    if not taken.days and not taken.problems:
        taken.wrong("file", "The table names no day.")
    taken.refuse()
    years = {day.year for day in taken.days}
    return Reading(
        form=CalendarForm.TABLE,
        days=dict(sorted(taken.days.items())),
        festivals=taken.festivals,
        notice=notices.pop()[:200] if len(notices) == 1 else "",
        known_until=date(max(years), 12, 31),
    )


def _day(cell: Any, epoch: int) -> date | None:
    try:
        if isinstance(cell, Mapping):
            text = str(cell["day"])
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            text = day_of_number(float(cell), epoch)
        else:
            text = day_of_text(str(cell or ""), epoch)
        return date.fromisoformat(text[:10])
    except (NoDay, ValueError):
        return None


def _plain(cell: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", _said(cell)).split()).lower()


def _said(cell: Any) -> str:
    if isinstance(cell, Mapping):
        return str(cell["day"])
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else str(cell).strip()
