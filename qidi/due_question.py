"""A question to the calculator as it was typed: a start, a limit and pauses, or everything that is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final, NoReturn

import typer

from locales.texts import Language, say_in
from services.timer.calendar import (
    Calendar,
    UnreadableCalendar,
    parse_day,
    state_council,
)
from services.timer.deadlines import CalendarDays, Hours, Limit, Months, NotALimit, Pause, WorkingDays, backwards
from services.timer.explanation import parse_start
from services.timer.limits import parse_amount

#: The words of `qidi due`: `say(language, template, **facts)`.
say = partial(say_in, "due")

OF_OPTION: Final[Mapping[str, Callable[[int], Limit]]] = {
    "--working-days": WorkingDays,
    "--calendar-days": CalendarDays,
    "--months": Months,
    "--hours": Hours,
}


@dataclass
class Problems:
    """What is wrong with the arguments, all of it, in the user's language."""

    language: Language
    said: list[str] = field(default_factory=list)

    def add(self, message: str, **facts: object) -> None:
        """Note one problem."""
        self.said.append(say(self.language, message, **facts))

    def stop_if_any(self) -> None:
        """Print the problems and end with exit code 2."""
        if self.said:
            self.stop()

    def stop(self) -> NoReturn:
        """Print the problems and end with exit code 2."""
        for line in self.said:
            typer.echo(line, err=True)
        raise typer.Exit(2)


@dataclass(frozen=True)
class Typed:
    """The arguments of one question."""

    start: str | None
    #: Option -> what was given with it, if anything.
    amounts: Mapping[str, str | None]
    before: bool
    pauses: Sequence[str]


@dataclass(frozen=True)
class Question:
    """What the calculator is asked; `option` is the one that gave the limit."""

    start: date | datetime
    option: str
    limit: Limit
    pauses: Sequence[Pause]


def question(typed: Typed, problems: Problems) -> Question | None:
    """The question that was typed; None when something is wrong with it, which is among the problems then."""
    start = _start(typed.start, problems)
    option, limit = _limit(typed, problems)
    pauses = _pauses(typed.pauses, limit, problems)
    return None if start is None or limit is None else Question(start, option, limit, pauses)


def calendar_of(path: str | None, problems: Problems) -> Calendar | None:
    """China's days, or those of a file; None when it cannot be read."""
    if path is None:
        return state_council()
    try:
        return Calendar.from_csv(path)
    except UnreadableCalendar as unreadable:
        for bad in unreadable.bad_lines:
            reason = say(problems.language, bad.message, **bad.facts)
            where = {"line": bad.line, "column": bad.column}
            problems.add("--calendar {text}: line {line}, column {column}: {reason}", text=path, **where, reason=reason)
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


def _limit(typed: Typed, problems: Problems) -> tuple[str, Limit | None]:
    given = {option: text for option, text in typed.amounts.items() if text is not None}
    if not given:
        problems.add("no limit: give one of --working-days, --calendar-days, --months, --hours")
    if len(given) > 1:
        message = "{options}: only one limit can be counted at a time; leave out the others"
        problems.add(message, options=", ".join(given))
    limit: Limit | None = None
    option = ""
    for option, text in given.items():
        try:
            limit = OF_OPTION[option](parse_amount(text.strip()))
        except NotALimit:
            message = "{option} {text}: not a whole number of at most seven digits, such as 5"
            problems.add(message, option=option, text=text)
            continue
        if typed.before and limit.count < 0:
            message = "{option} {text}: a negative amount already counts backwards; leave out --before or the sign"
            problems.add(message, option=option, text=text)
        elif typed.before:
            limit = backwards(limit)
    return option, limit


def _pauses(texts: Sequence[str], limit: Limit | None, problems: Problems) -> list[Pause]:
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
