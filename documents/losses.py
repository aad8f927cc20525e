"""The entries that a lower authority has lost, listed for the people there who file them again."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter

from documents.lines import FORMULA_LIKE
from locales.amounts import limit_said
from locales.entries import told as facts_of
from locales.texts import Language, say
from locales.times import moment
from locales.words import LIGHTS, word
from services.ledger.audit.store import Stored
from services.ledger.labels import about_of
from services.ledger.views import told

#: Column -> its width in Excel; msgids of the board.
COLUMNS: Mapping[str, int] = {
    "Entry": 8, "Happened": 17, "Recorded": 17, "What": 24, "Number": 22, "Project code": 28, "Project": 34,
    "Owner": 28, "Matter": 34, "Department": 18, "Who": 22, "Facts": 70,
}  # fmt: skip
#: What the board does not tell, because it stands elsewhere on the page, and who files again has to know.
MORE: Mapping[str, str] = {
    "credit_code": "Credit code",
    "investment_yuan": "Investment in yuan",
    "planned_start": "Planned start",
    "external_no": "External number",
}
WITHHELD = "Content stayed at the authority itself"
_KNOWS_CASES = frozenset(("qidi.case.received", "qidi.project.registered", "qidi.project.changed"))
_PLACE = ("project_code", "project_name", "owner_name", "matter_name", "department")
_Row = Sequence[str | int]


def lost(ledger: Stored, since: int, language: Language) -> Iterator[_Row]:
    """The entries from `since` on, one row each in the order of COLUMNS; goes through all that come before it."""
    places = dict[str, Mapping[str, Any]]()
    for index, _, body, _, _, stem, *_ in ledger.rows:
        if index < since and stem not in _KNOWS_CASES:
            continue
        envelope = None if body is None else json.loads(bytes(body))
        if envelope is not None and stem in _KNOWS_CASES:
            places[envelope["subject"]] = envelope["data"]
        if index >= since:
            withheld = [index, "", "", say(language, WITHHELD), *[""] * 8]
            yield withheld if envelope is None else _row(index, envelope, places, language)


def _row(index: int, envelope: Mapping[str, Any], places: Mapping[str, Any], language: Language) -> _Row:
    data, entry, t = envelope["data"], facts_of(told(index, envelope)), partial(say, language)
    about = about_of(envelope["subject"], data)
    place = {**places.get(str(data.get("project_code", "")), {}), **places.get(about, {}), **data}
    handler = data.get("handler")
    name, _, department = entry["who"].partition("@")
    if isinstance(handler, dict):
        name, department = handler["name"], handler["department"]
    who = f"{name} {department}".strip()
    what = t(word("entry", envelope["type"]))
    if entry["clock_kind"]:
        what += f" · {t(word('clock', entry['clock_kind']))}"
    times = (moment(envelope["time"]), moment(envelope["recordedtime"]))
    return [index, *times, what, about, *(str(place.get(name) or "") for name in _PLACE), who, _facts(entry, language)]


def _facts(entry: Mapping[str, Any], language: Language) -> str:
    data, found, t = entry["data"], list[str](), partial(say, language)
    if entry["light"]:
        found.append(t(LIGHTS[entry["light"]][0]))
    for name, value in entry["facts"]:
        found.append(f"{t(word('fact', name))}: {t(word('channel', value)) if name == 'channel' else value}")
    found += [f"{t(title)}: {data[name]}" for name, title in MORE.items() if data.get(name) not in (None, "")]
    if isinstance(data.get("limit"), dict):
        limit = limit_said(language, data["limit"].get("amount"), data["limit"].get("unit"))
        found.append(f"{t('Promised limit')}: {limit}")
    if entry["moved"]:
        template, params = entry["moved"]
        found.append(t(template, **params))
    for one in data.get("defects") or ():
        found.append(f"{one['material']}: {one['problem']} ({one['advice']})")
    return "; ".join(found)


def write(rows: Iterable[_Row], file: Path, language: Language) -> int:
    """Writes them as Excel, or as CSV where the name ends so; how many there were. Raises OSError."""
    titles = [say(language, title) for title in COLUMNS]
    part = file.with_name(f"{file.name}.part")
    count = (_write_csv if file.suffix.lower() == ".csv" else _write_excel)(rows, titles, part)
    part.replace(file)
    return count


def _write_csv(rows: Iterable[_Row], titles: list[str], file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark tells Excel which encoding it is
        table = csv.writer(stream)
        table.writerow(titles)
        for row in rows:
            count += 1
            table.writerow([f"'{cell}" if str(cell).startswith(FORMULA_LIKE) else cell for cell in row])
    return count


def _write_excel(rows: Iterable[_Row], titles: list[str], file: Path) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with file.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bg_color": "#1F4E78", "font_color": "#FFFFFF"})
        for column, (title, width) in enumerate(zip(titles, COLUMNS.values(), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for count, (index, *cells) in enumerate(rows, start=1):
            sheet.write_number(count, 0, index)
            for column, cell in enumerate(cells, start=1):
                sheet.write_string(count, column, str(cell)[:32767])
        sheet.autofilter(0, 0, count, len(titles) - 1)
    return count
