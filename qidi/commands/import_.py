"""`qidi import`: an office's ledger or another system's event log, tried, reported, and entered.

Exit codes: 0 all good, 1 some rows refused, 2 wrong usage, an unreadable file or no authority, 130 stopped by Ctrl-C.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from deploy.runs import gateway_of_running
from documents.ledgers.columns import understood
from documents.ledgers.course import OUTCOMES, Advance, Bad, Course, Notebook, Tally, notebook
from documents.ledgers.delivery import CannotSend, Sender, address, client_for
from documents.ledgers.event_logs import BadLog, EventLog
from documents.ledgers.gate import Hostile
from documents.ledgers.mapping import SHIPPED, BadMapping, found, load
from documents.ledgers.marks import write_list, write_marked
from documents.ledgers.sheets import Ledger
from documents.ledgers.words import say
from locales.texts import Language, at_terminal

#: So many bad rows are shown at the terminal; the report has all of them.
SHOWN = 50
console = Console(highlight=False)


class _Stop(Exception):
    """The command ends here. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message, self.facts = message, facts


def command(
    file: Annotated[Path | None, typer.Argument(help="An office's ledger: .xlsx, .xls, .csv or a saved page")] = None,
    events: Annotated[Path | None, typer.Option(help="Event log of another system, .csv")] = None,
    mapping: Annotated[str | None, typer.Option(help="What its columns and activities mean, .toml")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only try and report")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the bad rows to FILE.xlsx")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before entering")] = False,
    trust_times: Annotated[
        bool, typer.Option("--trust-times", help="Vouch that the source recorded each step when it happened")
    ] = False,
    url: Annotated[str | None, typer.Option(help="Address of the gateway")] = None,
    token: Annotated[str | None, typer.Option(help="Token", envvar="QIDI_TOKEN")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
    columns: Annotated[bool, typer.Option("--columns", help="Show which titles are understood, and end")] = False,
) -> None:
    """Take in an office's ledger or an event log."""
    language = at_terminal(lang)
    if columns:
        _columns(language)
        return
    try:
        source = _source(file, events, mapping)
        found_url, found_token = address(url, token, gateway_of_running())
        with client_for(found_url, found_token, language) as client, notebook() as bad:
            course = Course(Sender(client, trusts_times=trust_times), language, bad)
            code = Import(source, course, bad, language).run(dry_run=dry_run, yes=yes, report=report)
    except (_Stop, Hostile, CannotSend, BadLog) as stop:
        typer.echo(say(language, stop.message, **stop.facts), err=True)
        raise typer.Exit(2) from None
    except OSError as wrong:
        facts = {"file": wrong.filename or file or events, "reason": wrong.strerror or wrong}
        typer.echo(say(language, "{file} cannot be opened: {reason}", **facts), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


def _columns(language: Language) -> None:
    """Every title that is understood, the export's own first, then those that mean the same, then those that may."""
    shown = Table(*(say(language, title) for title in ("Our title", "Means the same", "May mean it")))
    for own, same, loose in understood():
        shown.add_row(own, "、".join(same), "、".join(loose))
    console.print(shown)


def _source(file: Path | None, events: Path | None, mapping: str | None) -> Ledger | EventLog:
    if file is not None and events is not None:
        raise _Stop("Give either a workbook or --events, not both.")
    if file is not None:
        return Ledger.look(file)
    if events is None:
        raise _Stop("Give a workbook, or --events with --mapping.")
    if mapping is None:
        shipped = ", ".join(sorted(one.stem for one in SHIPPED.glob("*.toml")))
        raise _Stop("--events needs --mapping FILE.toml; shipped are: {shipped}", shipped=shipped)
    path = found(mapping)
    try:
        return EventLog(events, load(path))
    except BadMapping as bad:
        raise _Stop("{file} has no mapping that can be read: {reason}", file=path, reason=bad.reason) from bad


class Import:
    """One import at the terminal."""

    def __init__(self, source: Ledger | EventLog, course: Course, bad: Notebook, language: Language) -> None:
        self._source, self._course, self._bad, self._language = source, course, bad, language

    def run(self, *, dry_run: bool, yes: bool, report: Path | None) -> int:
        """Try, report, ask, enter; the exit code. Raises CannotSend, Hostile, OSError."""
        try:
            with self._progress("Trying") as advance:
                tally = self._course.try_(self._source.batches(), advance)
            self._table(tally)
            self._remarks(tally)
            if tally.refused:
                self._report(tally, report)
            if tally.struck:
                self._say(
                    "{count} lines were struck off in the old ledger: the cases are entered as ended; "
                    "striking off needs its own evidence.",
                    count=tally.struck,
                )
            if dry_run:
                self._first()
                self._say("Nothing was entered: this was a dry run.")
            elif not tally.to_enter:
                self._say("Nothing differs from the record.")
            elif yes or typer.confirm(say(self._language, "Enter {count} rows now?", count=tally.to_enter)):
                return self._enter()
            else:
                self._say("Nothing was entered.")
            return 1 if tally.refused else 0
        except KeyboardInterrupt:
            console.print()
            self._say("Stopped after {count} rows; run it again to go on.", count=self._course.done)
            return 130

    def _enter(self) -> int:
        with self._progress("Entering") as advance:
            entered = self._course.enter(self._source.batches(), advance)
        self._say(
            "Entered: {new} new, {changed} changed, {same} the same.",
            **{outcome: entered.outcomes[outcome] for outcome in ("new", "changed", "same")},
        )
        for bad in self._course.late:
            self._show(bad)
        return 1 if entered.refused else 0

    # --- at the terminal ---

    def _first(self) -> None:
        """The first rows as they would be: what a dry run is for."""
        titles = ("Row", "Project", "Matter", "Received on", "Steps")
        shown = Table(*(say(self._language, title) for title in titles), title=say(self._language, "The first rows"))
        for line in self._course.shown:
            entry = line.entry
            steps = [
                f"{say(self._language, step['step'])} {str(step['occurred_at'])[:16].replace('T', ' ')}"
                for step in entry.get("steps", ())
            ]
            cells = (line.name, entry.get("project_name"), entry.get("matter"), entry.get("received_at"))
            shown.add_row(*(escape(str(cell or "")[:40]) for cell in cells), escape("; ".join(steps)))
        console.print(shown)

    def _remarks(self, tally: Tally) -> None:
        """What a person should look at though nothing is refused for it: of the file, and of its rows."""
        if isinstance(self._source, Ledger):
            for one in self._source.remarks:
                console.print(escape("· " + say(self._language, one.message, **one.facts)), soft_wrap=True)
        for (column, reason), times in tally.remarks.most_common():
            first = tally.first[column, reason]
            self._say("· {column}: {count} rows, the first is {first}", column=column, count=times, first=first)

    def _say(self, message: str, **facts: object) -> None:
        console.print(escape(say(self._language, message, **facts)))

    def _show(self, bad: Bad) -> None:
        row = say(self._language, "Case" if isinstance(self._source, EventLog) else "Row")
        for column, reason in bad.wrong:
            console.print(escape(f"{row} {bad.name} · {column}：{reason}"), soft_wrap=True)

    @contextmanager
    def _progress(self, title: str) -> Iterator[Advance]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        done = 0
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(say(self._language, title), total=self._source.rows)

            def advance(count: int) -> None:
                nonlocal done
                done += count
                progress.update(task, completed=done)

            yield advance
            progress.update(task, total=done, completed=done)  # blank rows at the end of a sheet were counted in

    def _table(self, tally: Tally) -> None:
        words = self._language
        count = say(words, "Cases" if isinstance(self._source, EventLog) else "Rows")
        table = Table(say(words, "Outcome"), count)
        for outcome in OUTCOMES:
            table.add_row(say(words, outcome), str(tally.outcomes[outcome]))
        console.print(table)
        if tally.reasons:
            reasons = Table(
                say(words, "Column"), say(words, "Reason"), count, title=say(words, "Refused rows by reason")
            )
            for (column, reason), times in tally.reasons.most_common(30):
                reasons.add_row(escape(column), escape(reason), str(times))
            console.print(reasons)

    def _report(self, tally: Tally, report: Path | None) -> None:
        for at, bad in enumerate(self._bad):
            if at == SHOWN:
                break
            self._show(bad)
        if report is not None:
            self._write(report)
            self._say("The report was written to {file}.", file=report)
        if tally.refused > SHOWN:
            facts: dict[str, object] = {"count": tally.refused - SHOWN}
            if report is not None:
                self._say("{count} more; all of them are in {report}.", **facts, report=report)
            else:
                self._say("{count} more; give --report FILE.xlsx to see all of them.", **facts)

    def _write(self, report: Path) -> None:
        part = report.with_name(f"{report.name}.part")
        if isinstance(self._source, Ledger):
            write_marked(part, self._source.raw(), self._bad)
        else:
            titles = ("Case", "Column", "Reason")
            case, column, reason = (say(self._language, title) for title in titles)
            write_list(part, (case, column, reason), self._bad)
        part.replace(report)
