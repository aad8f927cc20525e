"""Report of a dry run: how the file is understood, its first rows, and everything that is wrong, in both languages."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Final

from documents.ledgers.cells import is_identity_number
from documents.ledgers.columns import DERIVED, OF_THE_REPORT, TITLES, Header, letter, meaning_of
from documents.ledgers.course import SHOWN, Advance, Bad, Course, Notebook, Tally
from documents.ledgers.delivery import Sender
from documents.ledgers.formats.book import Row
from documents.ledgers.marks import write_marked
from documents.ledgers.rows import Line
from documents.ledgers.sheets import Ledger, LedgerSheet
from gateway.imports.shelf import Shelf
from locales.facts import spoken
from locales.texts import LANGUAGES
from services.contracts.answers.imports import ColumnUse, ImportOutcome

_RANKS: Final = (ColumnUse.OWN, ColumnUse.SAME, ColumnUse.LOOSE)
Results = list[dict[str, Any]]


class Recorder(Sender):
    """A sender that keeps what it was answered until the same batch is looked at in the other language."""

    def __init__(self, sender: Sender) -> None:
        #: Another one, when it is entered: in the name of whoever confirmed it.
        self.sender = sender
        self.kept: dict[str, Results] = {}

    def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> Results:
        results = self.sender.enter(entries, dry_run=dry_run)
        if dry_run:
            self.kept[entries[0]["row"]] = results
        return results


class _Replay(Sender):
    """A sender that asks nobody: it answers what was answered before, in English."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> Results:
        return [_in_english(one) for one in self._recorder.kept.pop(entries[0]["row"])]


def _in_english(result: dict[str, Any]) -> dict[str, Any]:
    told = {
        name: [one | {"message": spoken("en", one["template"], **one["params"])} for one in result.get(name, ())]
        for name in ("problems", "remarks")
    }
    return result | told


class Trial:
    """The dry run of one file in both languages: asked once, told twice."""

    def __init__(self, ledger: Ledger, sender: Sender, shelf: Shelf, no: int, stack: ExitStack) -> None:
        self._ledger, self._shelf, self._no = ledger, shelf, no
        zh, en = (Notebook(stack.enter_context(shelf.notes(no, language))) for language in LANGUAGES)
        self._bad = zh
        self.recorder = Recorder(sender)
        #: What is entered afterwards.
        self.course = Course(self.recorder, "zh", zh)
        self._twin = Course(_Replay(self.recorder), "en", en)
        self._seen: deque[list[Line]] = deque()

    def run(self, advance: Advance) -> Tally:
        """Try every row and write the report. Raises what `Course.try_` raises, and OSError."""

        def advanced(count: int) -> None:
            self._catch_up()
            advance(count)

        tally = self.course.try_(self._batches(), advanced)
        self._catch_up()
        marked = self._shelf.marked(self._no)
        marked.unlink(missing_ok=True)
        if tally.refused:
            _mark(marked, self._ledger, self._bad)
        self._shelf.write(self._no, "report", self._report())
        return tally

    def _catch_up(self) -> None:
        """What was answered is told in the other language as well."""
        while self._seen and self._seen[0][0].entry["row"] in self.recorder.kept:
            self._twin.try_([self._seen.popleft()], lambda _: None)

    def _batches(self) -> Iterator[list[Line]]:
        for batch in self._ledger.batches():
            self._seen.append(batch)
            yield batch

    def _report(self) -> dict[str, Any]:
        # of so many first rows the refused ones are among so many first refused rows
        refused = {bad.name for bad in islice(self._bad, SHOWN)}
        return {
            **understood(self._ledger),
            "struck": self.course.tried.struck,
            "first": [_first(line) | {"is_refused": line.name in refused} for line in self.course.shown],
            "reasons": {"zh": _reasons(self.course.tried), "en": _reasons(self._twin.tried)},
            "remarks": {"zh": _remarks(self.course.tried), "en": _remarks(self._twin.tried)},
        }


def counts_of(tally: Tally) -> dict[str, int]:
    """How many rows came to which end."""
    return {outcome.value: tally.outcomes[outcome.value] for outcome in ImportOutcome}


def understood(ledger: Ledger) -> dict[str, Any]:
    """The sheets that are read with their columns, and what the user is told of the file as a whole."""
    return {
        "sheets": [
            {"name": one.name, "prefix": one.prefix, "header_row": one.header.row, "columns": _columns(one.header)}
            for one in ledger.sheets
        ],
        "told": [[one.message, {name: str(fact) for name, fact in one.facts.items()}] for one in ledger.remarks],
    }


def _columns(header: Header) -> list[dict[str, Any]]:
    names = {at: name for name, at in header.places.items()}
    extra = set(header.extra)
    return [
        {
            "title": title,
            "letter": letter(at),
            "means": TITLES[names[at]][0] if at in names else None,
            "use": _use(title, names.get(at), is_note=at in extra).value,
        }
        for at, title in enumerate(header.titles)
        if title and title not in OF_THE_REPORT
    ]


def _use(title: str, name: str | None, *, is_note: bool) -> ColumnUse:
    if name is None:
        return ColumnUse.NOTE if is_note else ColumnUse.LEFT
    if name in DERIVED:
        return ColumnUse.DERIVED
    meaning = meaning_of(title)
    return _RANKS[meaning.rank] if meaning is not None else ColumnUse.OWN


def _first(line: Line) -> dict[str, Any]:
    entry: Mapping[str, Any] = line.entry
    plain = ("project_code", "project_name", "owner_name", "matter", "department", "received_at")
    return {
        "row": line.name,
        **{name: entry.get(name) for name in plain},
        "handler": (entry.get("handler") or {}).get("name"),
        "steps": [
            {"step": str(step["step"]), "occurred_at": str(step["occurred_at"])} for step in entry.get("steps", ())
        ],
    }


def _reasons(tally: Tally) -> list[dict[str, Any]]:
    return [
        {"column": column, "reason": reason, "rows": rows, "first": None}
        for (column, reason), rows in tally.reasons.most_common()
    ]


def _remarks(tally: Tally) -> list[dict[str, Any]]:
    return [
        {"column": column, "reason": reason, "rows": rows, "first": tally.first[column, reason]}
        for (column, reason), rows in tally.remarks.most_common()
    ]


def _mark(target: Path, ledger: Ledger, bad: Iterable[Bad]) -> None:
    """The workbook of refused rows; what identifies private persons is not in it."""
    part = target.with_name(f"{target.name}.part")
    write_marked(part, _without_persons(ledger.raw()), bad)
    part.replace(target)


def _without_persons(rows: Iterable[tuple[LedgerSheet, Row]]) -> Iterator[tuple[LedgerSheet, Row]]:
    for sheet, (number, cells) in rows:
        private = set(sheet.header.private)
        titles = (*sheet.header.titles, *[""] * len(cells))
        kept = [
            None if title in private or (isinstance(cell, str) and is_identity_number(cell)) else cell
            for cell, title in zip(cells, titles, strict=False)
        ]
        yield sheet, (number, kept)


def refusal(report: Mapping[str, Any], name: str, wrong: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A refused row with the sheet and the cells in which something is wrong."""
    prefix, _, number = name.rpartition("!")
    sheets = report["sheets"]
    sheet = next((one for one in sheets if one["prefix"] == f"{prefix}!"), sheets[0])
    letters = {one["title"]: one["letter"] for one in reversed(sheet["columns"])}
    return {
        "sheet": sheet["name"],
        "row": int(number),
        "wrong": [
            {
                "cell": f"{letters[column]}{number}" if column in letters else None,
                "column": column,
                "reason": reason,
            }
            for column, reason in wrong
        ],
    }
