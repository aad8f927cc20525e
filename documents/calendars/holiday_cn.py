"""The JSON of a year as github.com/NateScarlet/holiday-cn has it: each named day, off or worked, and its festival."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from documents.calendars.reading import HOLIDAY, WORKDAY, Draughtsman, Reading
from services.contracts.drafts import CalendarForm
from services.plumbing.errors import Problem, Refused
from services.timer.calendar import parse_day

_SHAPE = 'This is not holiday-cn data: a year, and days with "name", "date" and "isOffDay".'
#: Of one year: a list that is longer is something else.
_MOST = 400


def read(text: str) -> Reading:
    """What the data say. Raises Refused with every day that cannot be one."""
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise Refused(Problem("text", "The file is no JSON that can be read.")) from wrong
    year = found.get("year") if isinstance(found, Mapping) else None
    days = found.get("days") if isinstance(found, Mapping) else None
    if type(year) is not int or not isinstance(days, list) or not 0 < len(days) <= _MOST:
        raise Refused(Problem("text", _SHAPE))
    taken = Draughtsman()
    for number, one in enumerate(days):
        _take(taken, f"days.{number}", one, year)
    taken.refuse()
    papers = found.get("papers")
    return Reading(
        form=CalendarForm.HOLIDAY_CN,
        days=dict(sorted(taken.days.items())),
        festivals=taken.festivals,
        notice=papers[0][:200] if isinstance(papers, list) and papers and isinstance(papers[0], str) else "",
        known_until=date(year, 12, 31) if 1950 <= year <= 2149 else None,
    )


def _take(taken: Draughtsman, where: str, one: Any, year: int) -> None:
    said = one if isinstance(one, Mapping) else {}
    day, name, off = parse_day(str(said.get("date", ""))), said.get("name", ""), said.get("isOffDay")
    if day is None or type(off) is not bool or not isinstance(name, str):
        taken.wrong(where, _SHAPE)
    elif day.year not in (year, year - 1) or (day.year < year and day.month < 12):
        taken.wrong(where, "{words} is no day of {year}.", words=day.isoformat(), year=year)
    else:
        taken.put(where, day, HOLIDAY if off else WORKDAY, name.strip()[:40])
