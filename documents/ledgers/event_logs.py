"""Event logs and permit tables of other systems as case entries: every event a step or a note, none dropped."""

import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from documents.ledgers.dates import NoDay, Span, span_of_text
from documents.ledgers.delivery import BATCH
from documents.ledgers.formats.text import NoText, encoding_of, separator_of
from documents.ledgers.mapping import FIRST_EVENT, LogMapping, StepMade
from documents.ledgers.rows import Line, Wrong
from services.contracts.vocabulary import StepKind

MOST_STEPS = 200
_NO_MOMENT = "{text} is not a moment; write it as 2026-09-16T10:00:00+08:00."
CONTRADICTS = "{until} is before the first activity at {first}: the log contradicts itself."
OTHERS = "Rows of this case say different things in {column}; the first counts, the others are notes."
#: After one of these a case has ended, and what takes the matter up again is another case.
_ENDS: Final = frozenset(
    {StepKind.GRANT, StepKind.REFUSE, StepKind.WITHDRAW, StepKind.WITHDRAW_BEFORE_ACCEPTANCE}
    | {StepKind.REFUSE_ACCEPTANCE, StepKind.NOT_REQUIRED}
)
_JOINT: Final = "-"
Row = dict[str, str]


class BadLog(Exception):
    """The log does not fit its mapping. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


@dataclass(frozen=True)
class Happening:
    """One event of the log."""

    activity: str
    at: datetime
    row: Row


class EventLog:
    """A whole log, by case, in the order of the file."""

    def __init__(self, path: Path, mapping: LogMapping) -> None:
        """Raises BadLog when columns are missing or activities not accounted for, OSError."""
        self._map = mapping
        self.cases: dict[str, list[Row]] = {}
        self.events = 0
        csv.field_size_limit(min(sys.maxsize, 1_000_000))
        try:
            encoding = mapping.log.encoding or encoding_of(path)
            with path.open(encoding=encoding, newline="") as file:
                separator = mapping.log.delimiter or separator_of(file.readline())
                file.seek(0)
                self._read(csv.DictReader(file, delimiter=separator, restval=""))
        except (UnicodeDecodeError, LookupError, NoText, csv.Error) as wrong:
            raise BadLog("{file} cannot be read: {reason}", file=path, reason=wrong) from wrong
        if mapping.case.again:
            self.cases = _taken_up_again(self.cases, mapping)
        self._numbers = _numbers(list(self.cases))

    def _read(self, rows: "csv.DictReader[str]") -> None:
        if missing := [name for name in self._map.needed() if name not in (rows.fieldnames or ())]:
            raise BadLog("The log has no columns of these names: {columns}", columns=", ".join(missing))
        nothing, columns = set(self._map.log.empty), self._map.columns
        unknown: dict[str, None] = {}
        known = self._map.accounted()
        for row in rows:
            plain = {
                name: "" if value in nothing else value.strip() for name, value in row.items() if isinstance(value, str)
            }
            self.cases.setdefault(_JOINT.join(plain[name] for name in columns.case), []).append(plain)
            self.events += 1
            if columns.activity and plain[columns.activity] not in known:
                unknown[plain[columns.activity]] = None
        if unknown and self._map.notes.default is None:
            raise BadLog("The mapping says nothing about these activities: {activities}", activities="; ".join(unknown))

    @property
    def rows(self) -> int:
        return len(self.cases)

    def batches(self) -> Iterator[list[Line]]:
        """All cases in batches, always the same ones."""
        names = list(self.cases)
        for start in range(0, len(names), BATCH):
            yield [self.line(name) for name in names[start : start + BATCH]]

    def line(self, case: str) -> Line:
        """One case as an entry; what cannot be read of it is in `wrong`."""
        return _Telling(self._map, case, self.cases[case], self._numbers[case]).line()


def _taken_up_again(cases: dict[str, list[Row]], mapping: LogMapping) -> dict[str, list[Row]]:
    """The cases, each cut where an activity takes up again what had ended: a new application is a new case."""
    ends = {name for kind, step in mapping.steps.items() if kind in _ENDS for name in step.activities}
    again, activity = set(mapping.case.again), mapping.columns.activity
    cut: dict[str, list[Row]] = {}
    for case, rows in cases.items():
        part, ended, name = 1, False, case
        for row in sorted(rows, key=lambda row: _when(row, mapping)):
            if activity and ended and row[activity] in again:
                part, ended = part + 1, False
                name = f"{case}{_JOINT}{part}"
            cut.setdefault(name, []).append(row)
            ended = ended or bool(activity and row[activity] in ends)
    return cut


def _when(row: Row, mapping: LogMapping) -> float:
    """The moment of an event in seconds since 1970; where none can be read, the beginning: the case will say so."""
    try:
        return span_of_text(row[mapping.columns.time or ""]).at.timestamp()
    except (NoDay, KeyError):
        return float("-inf")


def _numbers(cases: Sequence[str]) -> dict[str, str]:
    """Six digits for each case, its own: the ones in its name where these tell the cases apart, or else of its hash."""
    digits = {case: "".join(sign for sign in case if "0" <= sign <= "9") for case in cases}
    if all(1 <= len(one) <= 6 for one in digits.values()) and len({int(one) for one in digits.values()}) == len(cases):
        return {case: one.zfill(6) for case, one in digits.items()}
    taken: set[int] = set()
    numbers: dict[str, str] = {}
    for case in sorted(cases):
        number = int(hashlib.sha256(case.encode()).hexdigest(), 16) % 1_000_000
        while number in taken and len(taken) < 1_000_000:
            number = (number + 1) % 1_000_000
        taken.add(number)
        numbers[case] = f"{number:06d}"
    return numbers


class _Telling:
    """One case of the log, told as an entry."""

    def __init__(self, mapping: LogMapping, case: str, rows: list[Row], number: str) -> None:
        self._map, self._case, self._rows, self._number = mapping, case, rows, number
        self._line = Line(case)
        self._happenings = self._read()
        self._steps: list[tuple[StepKind, datetime]] = []
        self._entered: list[dict[str, Any]] = []
        self._one_action = timedelta(seconds=mapping.log.one_action_seconds)

    def _read(self) -> list[Happening]:
        columns = self._map.columns
        if columns.activity is None or columns.time is None:
            return []
        read = []
        for row in self._rows:
            span = self._span(row, columns.time)
            if span is not None:
                read.append(Happening(row[columns.activity], span.at, row))
        return sorted(read, key=lambda one: one.at)

    def _span(self, row: Row, column: str) -> Span | None:
        words = row[column]
        if not words and column != self._map.columns.time:
            return None
        try:
            return span_of_text(words)
        except NoDay:
            wrong = Wrong(column, _NO_MOMENT, {"text": words})
            if wrong not in self._line.wrong:
                self._line.wrong.append(wrong)
            return None

    def line(self) -> Line:
        columns = self._map.columns
        receipt, source = self._receipt()
        self._tell_steps(receipt)
        self._line.columns |= {"received_at": source, "handler": columns.handler[0] if columns.handler else ""}
        entry = {**self._case_told(), "steps": self._entered[:MOST_STEPS]}
        if receipt is None:
            self._line.wrong.append(Wrong(source, "The case has no moment of receipt."))
        else:
            entry["received_at"] = receipt.isoformat()
        self._line.entry = {**entry, **self._names(receipt)}
        return self._line

    def _tell_steps(self, receipt: datetime | None) -> None:
        """What the mapping calls a step, in its order; everything else as notes."""
        columns, used = self._map.columns, set[int]()
        for kind, step in self._map.steps.items():
            self._step(kind, step, used, receipt)
        for at, one in enumerate(self._happenings):
            if at not in used:
                text = self._filled(self._map.notes.text, one.row, activity=one.activity)
                self._add(StepKind.NOTE, one.at, one.row, one.activity, columns.time or "", {"note": text})
        if len(self._entered) > MOST_STEPS:
            message = "The case has more than {most} steps and notes."
            self._line.wrong.append(Wrong(columns.activity or "", message, {"most": MOST_STEPS}))

    def _case_told(self) -> dict[str, Any]:
        """What the log's rows say of the case itself."""
        made, columns, first = self._map.case, self._map.columns, self._rows[0]
        entry: dict[str, Any] = {
            "row": self._case[:200],
            "matter": made.matter,
            "handler": {
                "name": self._first(first, columns.handler) or made.unknown_person,
                "department": self._department(first, columns.handler_department),
            },
        }
        if channel := self._first(first, columns.channel):
            entry["channel"] = channel
        if kept := {name: "; ".join(values) for name in made.keep if (values := self._values(name))}:
            entry["notes"] = kept
        if made.limit is not None:
            entry["promised"] = made.limit.model_dump(mode="json")
        return entry

    def _values(self, column: str) -> list[str]:
        """What the case's rows say in a column, each value once."""
        return list(dict.fromkeys(row[column] for row in self._rows if row[column]))

    def _names(self, receipt: datetime | None) -> dict[str, str]:
        """Names and numbers that the mapping makes of the case."""
        facts = {
            "case": self._case,
            "number": self._number,
            "year": f"{receipt:%Y}" if receipt else "",
            "yymm": f"{receipt:%y%m}" if receipt else "",
        }
        names = ("project_code", "project_name", "owner_name", "external_no")
        return {name: self._chosen_text(getattr(self._map.case, name), facts) for name in names}

    def _chosen_text(self, texts: Sequence[str], facts: dict[str, str]) -> str:
        """The first text whose columns all have something in this case, filled in; else the last."""
        row = self._rows[0]
        empty = [f"{{{name}}}" for name, value in row.items() if not value]
        fitting = [text for text in texts if not any(name in text for name in empty)]
        return self._filled((fitting or texts[-1:])[0], row, **facts)

    def _receipt(self) -> tuple[datetime | None, str]:
        for column in self._map.case.receipt:
            if column == FIRST_EVENT:
                return (self._happenings[0].at if self._happenings else None), self._map.columns.time or ""
            if (span := self._span(self._rows[0], column)) is not None:
                return span.at, column
        return None, self._map.case.receipt[0]

    def _step(self, kind: StepKind, step: StepMade, used: set[int], receipt: datetime | None) -> None:
        facts = {name: getattr(step, name) for name in ("reason", "remedies") if getattr(step, name)}
        if step.defects:
            facts["defects"] = [one.model_dump(mode="json", exclude_none=True) for one in step.defects]
        if step.column is not None:
            self._from_column(kind, step, step.column, facts, receipt)
            return
        for place in self._chosen(step):
            one = self._happenings[place]
            used.add(place)
            self._add(kind, one.at, one.row, one.activity, self._map.columns.time or "", facts)

    def _from_column(
        self, kind: StepKind, step: StepMade, column: str, facts: dict[str, Any], receipt: datetime | None
    ) -> None:
        """The step on the first day that the column has for this case; what other rows say there is kept as a note."""
        values = list(dict.fromkeys(row[column] for row in self._rows if row[column] and _fits(step, row)))
        if not values:
            return
        row = next(row for row in self._rows if row[column] == values[0])
        if (span := self._span(row, column)) is not None:
            at = self._in_order(span, receipt)
            doer = self._happenings[-1].row if self._happenings else row
            self._add(kind, at, doer, column, column, facts)
        if values[1:]:
            self._line.remarks.append(Wrong(column, OTHERS, {"column": column}))
        for other in values[1:]:
            if (span := self._span({column: other}, column)) is not None:
                self._add(StepKind.NOTE, span.at, row, column, column, {"note": f"{column}: {other}"})

    def _in_order(self, span: Span, receipt: datetime | None) -> datetime:
        """The moment of a step that follows the ones before it; theirs where it was one action or one day with them."""
        moments = [moment for kind, moment in self._steps if kind is not StepKind.NOTE]
        last = max([*moments, *([receipt] if receipt else [])], default=span.at)
        at = span.not_before(last)
        return last if at < last <= at + self._one_action else at

    def _chosen(self, step: StepMade) -> list[int]:
        """Which events become the step: all, or the best one in time; where none is in time, the best one anyhow.

        That one will be refused, and the case reported: a log that contradicts itself is not put right here.
        """
        places = [
            at
            for name in step.activities
            for at, one in enumerate(self._happenings)
            if one.activity == name and _fits(step, one.row)
        ]
        if step.every:
            return sorted(places)
        since = [at for kind, at in self._steps if kind in step.after]
        until = self._span(self._rows[0], step.until) if step.until else None
        if step.after and not since:
            return []
        latest = None if until is None else max(until.at + self._one_action, until.until)
        fitting = [
            at
            for at in places
            if all(self._happenings[at].at >= one for one in since)
            and (latest is None or self._happenings[at].at <= latest)
        ]
        if step.after:
            return fitting[:1]  # what comes too early for the step is kept as a note
        if places and not fitting and until is not None and step.until:
            first = min(self._happenings[at].at for at in places)
            facts = {"until": until.at.isoformat(timespec="minutes"), "first": first.isoformat(timespec="minutes")}
            self._line.wrong.append(Wrong(step.until, CONTRADICTS, facts))
        return (fitting or places)[:1]

    def _add(self, kind: StepKind, at: datetime, row: Row, label: str, time_column: str, facts: dict[str, Any]) -> None:
        columns, made = self._map.columns, self._map.case
        place = len(self._entered)
        person = {
            "name": self._first(row, columns.person) or made.unknown_person,
            "department": self._department(row, columns.department),
        }
        self._entered.append({"step": kind.value, "occurred_at": at.isoformat(), "actor": person, **facts})
        self._steps.append((kind, at))
        self._line.columns[f"steps.{place}"] = label
        self._line.columns[f"steps.{place}.occurred_at"] = f"{label} ({time_column})" if label != time_column else label

    def _department(self, row: Row, columns: Sequence[str]) -> str:
        made = self._map.case
        return made.department or self._first(row, columns) or made.unknown_department

    @staticmethod
    def _first(row: Row, columns: Sequence[str]) -> str:
        return next((row[name] for name in columns if row[name]), "")

    @staticmethod
    def _filled(template: str, row: Row, **facts: str) -> str:
        """A text with `{case}` and `{any column}` in it; names of columns may hold colons, so this is no str.format."""
        for name, value in {**row, **facts}.items():
            template = template.replace(f"{{{name}}}", value)
        return template


def _fits(step: StepMade, row: Row) -> bool:
    """Whether a row has what the step asks of other columns."""
    return all(row[column] in values for column, values in step.when.items())
