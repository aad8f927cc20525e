"""Decides what `qidi due` asks the calculator, and shows when a limit ends and why.

One limit from the arguments, or a file of them with --batch. Every problem with the arguments is named at once, with
its remedy, on standard error, and nothing is written to standard output (exit code 2).
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from qidi.due_words import LANGUAGES, chosen, say
from services.contracts.vocabulary import ZONE
from services.timer.calendar import (
    FIRST_DAY,
    LAST_DAY,
    BeyondTheTables,
    Calendar,
    UnreadableCalendar,
    parse_day,
    state_council,
)
from services.timer.deadlines import (
    CalendarDays,
    Due,
    Hours,
    Limit,
    Months,
    NotALimit,
    Pause,
    WorkingDays,
    backwards,
)
from services.timer.deadlines import due as count
from services.timer.explanation import WalkedDay, parse_start
from services.timer.limits import parse_amount

OF_OPTION: Final[dict[str, Callable[[int], Limit]]] = {
    "--working-days": WorkingDays,
    "--calendar-days": CalendarDays,
    "--months": Months,
    "--hours": Hours,
}


@dataclass
class Problems:
    """What is wrong with the arguments, all of it, in the user's language."""

    language: str
    said: list[str] = field(default_factory=list)

    def add(self, message: str, **facts: object) -> None:
        """Note one problem."""
        self.said.append(say(self.language, message, **facts))

    def stop_if_any(self) -> None:
        """Print the problems and end with exit code 2."""
        if self.said:
            for line in self.said:
                typer.echo(line, err=True)
            raise typer.Exit(2)


def due(
    from_: Annotated[str | None, typer.Option("--from", help="Day or moment of the event / 起算之日或时刻")] = None,
    working_days: Annotated[str | None, typer.Option(help="Limit in working days / 工作日")] = None,
    calendar_days: Annotated[str | None, typer.Option(help="Limit in calendar days / 自然日")] = None,
    months: Annotated[str | None, typer.Option(help="Limit in months / 月")] = None,
    hours: Annotated[str | None, typer.Option(help="Limit in hours, from the moment / 小时")] = None,
    before: Annotated[bool, typer.Option("--before", help="Count backwards / 倒推")] = False,
    pause: Annotated[list[str] | None, typer.Option(help="Lawful pause, DATE..DATE, repeatable / 依法扣除")] = None,
    calendar: Annotated[str | None, typer.Option(help="CSV of date,kind instead of China's days / 自定日历")] = None,
    batch: Annotated[str | None, typer.Option(help="CSV of from,amount,unit; - for standard input / 批量")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show every day and why / 逐日说明")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, with every day / JSON")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en / 语言")] = None,
) -> None:
    """Count a deadline and explain it day by day / 计算期限并逐日说明."""
    problems = Problems(chosen(lang, os.environ.get("LANG", "")))
    if lang is not None and lang not in LANGUAGES:
        problems.add("--lang {text}: use zh or en", text=lang)
    days = _calendar(calendar, problems)
    amounts = dict(zip(OF_OPTION, (working_days, calendar_days, months, hours), strict=True))
    if batch is not None:
        given = {
            "--from": from_,
            **amounts,
            "--before": before,
            "--pause": pause,
            "--explain": explain,
            "--json": as_json,
        }
        if surplus := ", ".join(option for option, value in given.items() if value not in (None, False, [])):
            problems.add("--batch: takes its limits from the file; leave out {options}", options=surplus)
        _batch(batch, days, problems)
        return
    start = _start(from_, problems)
    option, limit = _limit(amounts, before, problems)
    pauses = _pauses(pause or [], limit, problems)
    problems.stop_if_any()
    assert start is not None
    assert limit is not None
    assert days is not None
    try:
        found = count(days, start, limit, pauses)
        steps = found.steps if explain or as_json else ()
    except BeyondTheTables:
        message = "--from, {option}: the count leaves the years that can be calculated, {first} to {last}"
        problems.add(message, option=option, first=FIRST_DAY, last=LAST_DAY)
        problems.stop_if_any()
        raise
    if as_json:
        typer.echo(json.dumps(as_data(found, steps), ensure_ascii=False))
    else:
        from qidi.due_explanation import show  # rich is slow to load, and JSON does without

        show(found, steps, problems.language)


command = due


def as_data(found: Due, steps: tuple[WalkedDay, ...]) -> dict[str, Any]:
    """The answer as JSON data: dates, or for hours the moment in Asia/Shanghai to the minute."""
    return {
        "due": spelt(found),
        "provisional": found.provisional,
        "calendar": found.calendar,
        "steps": [_step_as_data(step) for step in steps],
    }


def spelt(found: Due) -> str:
    """The end as 2026-09-22, for hours as 2026-10-02T10:00."""
    if found.day is not None:
        return found.day.isoformat()
    wall = found.moment.astimezone(ZONE).replace(tzinfo=None)
    return wall.isoformat(timespec="seconds" if wall.second else "minutes")


def _step_as_data(step: WalkedDay) -> dict[str, Any]:
    data = {
        "date": step.date.isoformat(),
        "counted": step.counted,
        "number": step.number,
        "why": str(step.why),
        "festival": step.festival or None,
        "notice": step.notice or None,
        "provisional": step.provisional,
    }
    return data | ({"part": step.part} if step.part else {})


def _calendar(path: str | None, problems: Problems) -> Calendar | None:
    if path is None:
        return state_council()
    try:
        return Calendar.from_csv(path)
    except UnreadableCalendar as unreadable:
        for bad in unreadable.bad_lines:
            reason = say(problems.language, bad.message, **bad.facts)
            problems.add(
                "--calendar {text}: line {line}, column {column}: {reason}",
                text=path,
                line=bad.line,
                column=bad.column,
                reason=reason,
            )
    except (OSError, ValueError) as error:
        message = "--calendar {text}: cannot be read ({reason}); give a CSV file with the columns date,kind"
        problems.add(message, text=path, reason=getattr(error, "strerror", None) or error)
    return None


def _start(text: str | None, problems: Problems) -> date | datetime | None:
    if text is None:
        problems.add("--from is missing: give the day of the event, such as --from 2026-09-16")
        return None
    start = parse_start(text.strip())
    if start is None:
        problems.add("--from {text}: not a date like 2026-09-16 or a moment like 2026-10-01T10:00", text=text)
    return start


def _limit(amounts: dict[str, str | None], before: bool, problems: Problems) -> tuple[str, Limit | None]:
    given = {option: text for option, text in amounts.items() if text is not None}
    if not given:
        problems.add("no limit: give one of --working-days, --calendar-days, --months, --hours")
    if len(given) > 1:
        problems.add(
            "{options}: only one limit can be counted at a time; leave out the others", options=", ".join(given)
        )
    limit: Limit | None = None
    option = ""
    for option, text in given.items():
        try:
            limit = OF_OPTION[option](parse_amount(text.strip()))
        except NotALimit:
            problems.add(
                "{option} {text}: not a whole number of at most seven digits, such as 5", option=option, text=text
            )
            continue
        if before and limit.count < 0:
            message = "{option} {text}: a negative amount already counts backwards; leave out --before or the sign"
            problems.add(message, option=option, text=text)
        elif before:
            limit = backwards(limit)
    return option, limit


def _pauses(texts: list[str], limit: Limit | None, problems: Problems) -> list[Pause]:
    pauses: list[Pause] = []
    for text in texts:
        begun, ended = (parse_day(part.strip()) for part in (*text.split("..", 1), "")[:2])
        if begun is None or ended is None:
            problems.add("--pause {text}: not two dates like 2026-09-18..2026-09-20", text=text)
        elif ended < begun:
            problems.add("--pause {text}: ends before it begins; swap the two dates", text=text)
        else:
            pauses.append(Pause(begun, ended))
    if texts and limit is not None and limit.count < 0:
        problems.add("--pause: a limit counted backwards cannot be paused; leave out --pause or --before")
    return pauses


def _batch(path: str, days: Calendar | None, problems: Problems) -> None:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = "--batch {text}: cannot be read ({reason}); give a CSV file with the columns from,amount,unit"
        problems.add(message, text=path, reason=reason)
    problems.stop_if_any()
    assert days is not None
    from documents.deadlines import BadRows, answer  # numpy is slow to load, and a single date does without

    try:
        answer(text, days, sys.stdout)
    except BadRows as bad:
        for cell in bad.cells:
            reason = say(problems.language, cell.message, **cell.facts)
            problems.add("line {line}, column {column}: {reason}", line=cell.line, column=cell.column, reason=reason)
    problems.stop_if_any()


if __name__ == "__main__":
    typer.run(due)
