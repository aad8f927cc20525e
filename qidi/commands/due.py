"""`qidi due`: when a limit ends and why; one limit from the arguments, or a file of them with --batch.

Every problem with the arguments is named at once, with its remedy, on standard error, and nothing is written to
standard output (exit code 2).
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from locales.texts import LANGUAGES, chosen
from qidi.due_question import OF_OPTION, Problems, Question, Typed, calendar_of, question, say
from services.timer.answers import as_data
from services.timer.calendar import FIRST_DAY, LAST_DAY, BeyondTheTables, Calendar
from services.timer.deadlines import due as count


def due(
    from_: Annotated[str | None, typer.Option("--from", help="Day or moment of the event")] = None,
    working_days: Annotated[str | None, typer.Option(help="Limit in working days")] = None,
    calendar_days: Annotated[str | None, typer.Option(help="Limit in calendar days")] = None,
    months: Annotated[str | None, typer.Option(help="Limit in months")] = None,
    hours: Annotated[str | None, typer.Option(help="Limit in hours, from the moment")] = None,
    before: Annotated[bool, typer.Option("--before", help="Count backwards")] = False,
    pause: Annotated[list[str] | None, typer.Option(help="Lawful pause, DATE..DATE, repeatable")] = None,
    calendar: Annotated[str | None, typer.Option(help="CSV of date,kind instead of China's days")] = None,
    batch: Annotated[str | None, typer.Option(help="CSV of from,amount,unit; - for standard input")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show every day and why")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, with every day")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Count a deadline and explain it day by day."""
    problems = Problems(chosen(lang, os.environ.get("LANG", "")))
    if lang is not None and lang not in LANGUAGES:
        problems.add("--lang {text}: use zh or en", text=lang)
    days = calendar_of(calendar, problems)
    amounts = dict(zip(OF_OPTION, (working_days, calendar_days, months, hours), strict=True))
    if batch is not None:
        given = {"--from": from_, **amounts, "--before": before, "--pause": pause, "--explain": explain}
        _answer_file(batch, days, {**given, "--json": as_json}, problems)
        return
    asked = question(Typed(from_, amounts, before, pause or ()), problems)
    problems.stop_if_any()
    if asked is None or days is None:
        problems.stop()
    _answer(asked, days, problems, explain=explain, as_json=as_json)


command = due


def _answer(asked: Question, days: Calendar, problems: Problems, *, explain: bool, as_json: bool) -> None:
    try:
        found = count(days, asked.start, asked.limit, list(asked.pauses))
        steps = found.steps if explain or as_json else ()
    except BeyondTheTables:
        message = "--from, {option}: the count leaves the years that can be calculated, {first} to {last}"
        problems.add(message, option=asked.option, first=FIRST_DAY, last=LAST_DAY)
        problems.stop()
    if as_json:
        typer.echo(json.dumps(as_data(found, steps), ensure_ascii=False))
    else:
        from qidi.due_explanation import show  # rich is slow to load, and JSON does without

        show(found, steps, problems.language)


def _answer_file(path: str, days: Calendar | None, given: dict[str, object], problems: Problems) -> None:
    if surplus := ", ".join(option for option, value in given.items() if value not in (None, False, [])):
        problems.add("--batch: takes its limits from the file; leave out {options}", options=surplus)
    text = _text_of(path, problems)
    problems.stop_if_any()
    if days is None or text is None:
        problems.stop()
    from documents.deadlines import BadRows, answer  # numpy is slow to load, and a single date does without

    try:
        answer(text, days, sys.stdout)
    except BadRows as bad:
        for cell in bad.cells:
            reason = say(problems.language, cell.message, **cell.facts)
            problems.add("line {line}, column {column}: {reason}", line=cell.line, column=cell.column, reason=reason)
    problems.stop_if_any()


def _text_of(path: str, problems: Problems) -> str | None:
    """The file, or standard input for `-`."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        message = "--batch {text}: cannot be read ({reason}); give a CSV file with the columns from,amount,unit"
        problems.add(message, text=path, reason=getattr(error, "strerror", None) or error)
        return None


if __name__ == "__main__":
    typer.run(due)
