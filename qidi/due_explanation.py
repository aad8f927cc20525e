"""A due date and its day-by-day explanation on a terminal."""

from rich.console import Console
from rich.table import Column, Table

from locales.texts import Language
from qidi import tables
from qidi.due_question import say
from services.contracts.vocabulary import Unit
from services.timer.deadlines import Due, unit_of
from services.timer.explanation import WalkedDay

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_AMOUNTS = {
    Unit.WORKING_DAYS: "{count} working days",
    Unit.CALENDAR_DAYS: "{count} calendar days",
    Unit.MONTHS: "{count} months",
    Unit.HOURS: "{count} hours",
}


def show(found: Due, steps: tuple[WalkedDay, ...], language: Language) -> None:
    """Print the answer, and under it the steps with their notices as numbered references."""
    console = Console(highlight=False)
    end = found.day.isoformat() if found.day else f"{found.moment:%Y-%m-%d %H:%M}"
    weekday = say(language, WEEKDAYS[(found.day or found.moment).weekday()])
    limit = say(language, _AMOUNTS[Unit(unit_of(found.limit))], count=abs(found.limit.count))
    if found.limit.count == 0:
        limit = say(language, "done at once")
    if found.limit.count < 0:
        limit = say(language, "{limit}, counted backwards", limit=limit)
    facts = Table.grid(Column(overflow="fold"), Column(overflow="fold"), padding=(0, 2))
    for name, value in (
        ("From", str(found.start)),
        ("Limit", limit),
        ("Due", f"[bold]{end}[/bold] ({weekday})"),
        ("Overdue from", f"{found.moment:%Y-%m-%d %H:%M}"),
        ("Calendar", found.calendar),
    ):
        facts.add_row(say(language, name), value)
    console.print(facts)
    if found.provisional:
        text = "provisional: the holiday notice for this year is not out, or this calendar does not reach it"
        console.print(f"[yellow]! {say(language, text)}[/yellow]")
    if steps:
        _show_steps(console, steps, language)


def _show_steps(console: Console, steps: tuple[WalkedDay, ...], language: Language) -> None:
    notices = list(dict.fromkeys(step.notice for step in steps if step.notice))
    titles = [say(language, name) for name in ("Date", "Weekday", "Count", "Reason", "Festival", "Notice")]
    rows = []
    for step in steps:
        reference = f"({notices.index(step.notice) + 1})" if step.notice else ""
        rows.append(
            (
                step.date.isoformat(),
                say(language, WEEKDAYS[step.date.weekday()]),
                str(step.number) if step.counted else "-",
                say(language, str(step.why)),
                step.festival,
                f"{reference} {say(language, 'unannounced')}".strip() if step.provisional else reference,
            )
        )
    uncounted = [at for at, step in enumerate(steps) if not step.counted]
    tables.show(console, titles, rows, numbers=(titles[2],), dim=uncounted)
    for number, notice in enumerate(notices, 1):
        console.print(f"({number}) {notice}", soft_wrap=True)
