"""The course of an import: everything is tried first, then what is good is entered, batch by batch.

Nothing is held but one batch, a byte for each row and the tally; problems go to a file as they come.
"""

import json
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO, Any, Final

from documents.ledgers.delivery import CannotSend, Sender
from documents.ledgers.rows import Line
from documents.ledgers.words import say, told
from locales.texts import Language

OUTCOMES: Final = ("new", "changed", "same", "refused")
#: Marks of a row after the dry run.
_SAME, _GOOD, _REFUSED = 0, 1, 2

_MARKS: Final = {"same": _SAME, "refused": _REFUSED}
#: So many batches are read ahead of the one that is on its way.
_AHEAD: Final = 2
#: What the authority says of a batch's entries, in their order.
Results = list[dict[str, Any]]

#: So many of the first rows are shown as they would be entered.
SHOWN: Final = 10

#: How many more rows are done.
Advance = Callable[[int], None]


@dataclass
class Tally:
    """What became of the rows."""

    outcomes: Counter[str] = field(default_factory=Counter)
    #: Column and reason of the refused ones.
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    struck: int = 0
    #: Column and what a person should look at though the row is taken, with the first row where it was so.
    remarks: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return self.outcomes["refused"]

    @property
    def to_enter(self) -> int:
        return self.outcomes["new"] + self.outcomes["changed"]


@dataclass(frozen=True)
class Bad:
    """One bad row: its name, and column and reason of everything that is wrong."""

    name: str
    wrong: tuple[tuple[str, str], ...]


class Notebook:
    """The bad rows, in order, in a temporary file: there may be as many as rows."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, bad: Bad) -> None:
        self._file.write(json.dumps([bad.name, bad.wrong], ensure_ascii=False) + "\n")

    def __iter__(self) -> Iterator[Bad]:
        self._file.seek(0)
        for line in self._file:
            name, wrong = json.loads(line)
            yield Bad(name, tuple((column, reason) for column, reason in wrong))


@contextmanager
def notebook() -> Iterator[Notebook]:
    """A new one; it is gone afterwards."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        yield Notebook(file)


#: A batch, the lines of it that were sent, and what was answered.
Answered = tuple[list[Line], list[Line], Results]


def _awaited(waiting: "deque[tuple[list[Line], list[Line], Future[Results]]]") -> Answered:
    batch, lines, results = waiting.popleft()
    return batch, lines, results.result()


class Course:
    """One import: first `try_`, then `enter` with the same batches in the same order."""

    def __init__(self, sender: Sender, language: Language, bad: Notebook) -> None:
        self._sender, self._language, self._bad = sender, language, bad
        self._marks: list[bytearray] = []
        self.tried, self.entered = Tally(), Tally()
        #: Rows that were good in the dry run and are refused now, because the record has changed in between.
        self.late: list[Bad] = []
        #: The first rows as they would be entered, for a person to look at.
        self.shown: list[Line] = []
        #: Rows of the batches that the authority has taken.
        self.done = 0

    def try_(self, batches: Iterable[list[Line]], advance: Advance) -> Tally:
        """Judge every row; nothing changes. Raises CannotSend, and what reading the batches raises."""
        # An entry of which fields are missing is judged as well, so that one report has everything.
        whole = ((batch, batch) for batch in batches)
        for batch, lines, results in self._answered(whole, dry_run=True):
            marks = bytearray(len(batch))
            self.shown += batch[: max(0, SHOWN - len(self.shown))]
            for at, (line, result) in enumerate(zip(lines, results, strict=True)):
                self._remark(line, result.get("remarks", ()))
                outcome, bad = self._note(self.tried, line, result)
                if bad is not None:
                    self._bad.write(bad)
                marks[at] = _REFUSED if line.wrong else _MARKS.get(outcome, _GOOD)
            self._marks.append(marks)
            self.tried.struck += sum(line.struck for line in batch)
            advance(len(batch))
        return self.tried

    def enter(self, batches: Iterable[list[Line]], advance: Advance) -> Tally:
        """Enter the rows that were found good; a batch in which nothing differs is not sent. Raises CannotSend."""
        tally = self.entered
        marks_of = iter(list(self._marks))
        for batch, lines, results in self._answered(self._good(batches), dry_run=False):
            marks = next(marks_of)
            if not lines:
                tally.outcomes["same"] += marks.count(_SAME)
            for line, result in zip(lines, results, strict=True):
                _, bad = self._note(tally, line, result)
                self.late += [bad] if bad else []
            tally.outcomes["refused"] += marks.count(_REFUSED)
            self.done += len(batch)
            advance(len(batch))
        return self.entered

    def _good(self, batches: Iterable[list[Line]]) -> Iterator[tuple[list[Line], list[Line]]]:
        """Each batch with those of its lines that are to be sent: all that were not refused, or none."""
        for batch, marks in zip_longest(batches, self._marks):
            if batch is None or marks is None or len(batch) != len(marks):
                raise CannotSend("The file was changed after it was tried; run it again.")
            # The ones that are the same go along: which of two alike is meant depends on its neighbours.
            good = [line for line, mark in zip(batch, marks, strict=True) if mark != _REFUSED]
            yield batch, good if _GOOD in marks else []

    def _answered(self, batches: Iterable[tuple[list[Line], list[Line]]], *, dry_run: bool) -> Iterator[Answered]:
        """Each batch with what was sent of it and the answers, in order.

        In a dry run one batch is on its way while the next ones are read and the one before is written down; never two,
        so that a window officer's command waits behind one at most.
        """
        waiting: deque[tuple[list[Line], list[Line], Future[Results]]] = deque()
        ahead = _AHEAD if dry_run else 0  # what is entered is counted before the next one goes: a stop says what is in
        with ThreadPoolExecutor(1, "delivery") as delivery:
            try:
                for batch, lines in batches:
                    waiting.append((batch, lines, delivery.submit(self._send, lines, dry_run)))
                    if len(waiting) > ahead:
                        yield _awaited(waiting)
                while waiting:
                    yield _awaited(waiting)
            finally:
                delivery.shutdown(wait=False, cancel_futures=True)

    def _send(self, lines: Sequence[Line], dry_run: bool) -> Results:
        return self._sender.enter([line.entry for line in lines], dry_run=dry_run) if lines else []

    def _remark(self, line: Line, of_the_record: Iterable[dict[str, Any]]) -> None:
        """Count what a person should look at, alike remarks together: what the row shows, and what the record says."""
        found = [(one.column, one.message, say(self._language, one.message, **one.facts)) for one in line.remarks]
        found += [
            (line.column_of(one["field"]), one.get("template") or one["message"], told(self._language, one))
            for one in of_the_record
        ]
        for column, template, words in found:
            remark = (column, bare(self._language, template))
            self.tried.remarks[remark] += 1
            self.tried.first.setdefault(remark, f"{line.name} {words}")

    def _note(self, tally: Tally, line: Line, result: dict[str, Any]) -> tuple[str, Bad | None]:
        wrong = self._wrong(line, result["problems"])
        outcome = "refused" if wrong else str(result["outcome"])
        tally.outcomes[outcome] += 1
        if not wrong:
            return outcome, None
        tally.reasons.update(_kinds(line, result["problems"], self._language))
        return outcome, Bad(line.name, tuple(wrong))

    def _wrong(self, line: Line, problems: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Column and reason of everything: what could not be read here, then what the record says."""
        own = [(one.column, say(self._language, one.message, **one.facts)) for one in line.wrong]
        columns = {column for column, _ in own}
        for problem in problems:
            column = line.column_of(problem["field"])
            if column in columns:
                continue  # it could not be read: that it is missing then is no news
            if line.lacks is not None and _about_the_state(problem["field"]):
                reason = say(self._language, line.lacks.message, **line.lacks.facts)
            else:
                reason = told(self._language, problem)
            if (column, reason) not in own:
                own.append((column, reason))
        return own


def _about_the_state(name: str) -> bool:
    return name == "state" or (name.startswith("steps.") and name.endswith(".step"))


def _kinds(line: Line, problems: list[dict[str, Any]], language: Language) -> Counter[tuple[str, str]]:
    """Column and reason without the row's own facts, so that rows refused for the same reason are counted together."""
    kinds = {(one.column, one.message) for one in line.wrong}
    columns = {one.column for one in line.wrong}
    for problem in problems:
        column = line.column_of(problem["field"])
        if column in columns:
            continue
        lacks = line.lacks is not None and _about_the_state(problem["field"])
        template = line.lacks.message if lacks and line.lacks else problem.get("template") or problem.get("message", "")
        kinds.add((column, template))
    return Counter((column, bare(language, template)) for column, template in kinds)


def bare(language: Language, template: str) -> str:
    """A template in the user's words with dots where a row's own facts stand."""
    names = _Names()
    template.format_map(names)
    return say(language, template, **dict.fromkeys(names.seen, "…"))


class _Names(dict[str, str]):
    """Learns which facts a template names."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def __missing__(self, key: str) -> str:
        self.seen.append(key)
        return ""
