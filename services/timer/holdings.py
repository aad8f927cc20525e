"""Holdings: whose the days were of the cases that ended in a month, by department, and the two times of a project."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from services.contracts.attribution import Days
from services.contracts.vocabulary import ZONE, ClockKind, Holder
from services.plumbing.switchboard import Office
from services.timer import almanac, attribution
from services.timer.calendar import Calendar, parse_day
from services.timer.changes import SET_ASIDE
from services.timer.deadlines import working_days_between
from services.timer.domain import LegalClock, local_day
from services.timer.store import File, Shelf

_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_TIMES: Final = ("whole_process_working_days", "legal_working_days")


def holdings(office: Office, month: str) -> dict[str, Any]:
    """The cases whose whole process ended in a month, each with both official times and whose its days were; and the
    sums by department, in working days. Raises Refused for what is no month.
    """
    if _MONTH.fullmatch(str(month)) is None:
        office.problems.add("month", "A month is written like {example}.", example="2026-09")
    office.problems.refuse()
    begins, ends = _bounds(str(month))
    shelf = Shelf(office.connection)
    calendar, files = almanac.current(shelf), shelf.files(shelf.abouts_ended(begins, ends))
    cases: list[dict[str, Any]] = []
    for about, file in files.items():
        days = attribution.days_of(file.facts, file.clocks, office.now)
        if days is not None and days.ended_on is not None and begins.date() <= days.ended_on < ends.date():
            cases.append(_case(about, file, days, calendar, office.now))
    cases.sort(key=lambda one: (one["department"], -one["whole_process_working_days"], one["case_no"]))
    names = dict.fromkeys(one["department"] for one in cases)
    items = [{"department": name} | _sums([one for one in cases if one["department"] == name]) for name in names]
    return {"month": month, "items": items, "totals": _sums(cases), "cases": cases}


def _bounds(month: str) -> tuple[datetime, datetime]:
    year, number = int(month[:4]), int(month[5:])
    return datetime(year, number, 1, tzinfo=ZONE), datetime(year + number // 12, number % 12 + 1, 1, tzinfo=ZONE)


def _case(about: str, file: File, days: Days, calendar: Calendar, now: datetime) -> dict[str, Any]:
    by_holder = dict.fromkeys((holder.value for holder in Holder), 0)
    for one in days.spans:
        by_holder[one.holder.value] += working_days_between(calendar, one.since, one.until)
    return {
        "case_no": about,
        "department": days.department,
        "ended_on": days.ended_on.isoformat() if days.ended_on else None,
        "whole_process_working_days": sum(by_holder.values()),
        "legal_working_days": attribution.legal_days(file.facts, file.clocks, days, calendar, now),
        "by_holder": by_holder,
    }


def _sums(cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """So many cases, their times together, and whose the days were."""
    by_holder = {holder.value: sum(one["by_holder"][holder.value] for one in cases) for holder in Holder}
    return {"cases": len(cases), **{name: sum(one[name] for one in cases) for name in _TIMES}, "by_holder": by_holder}


# --- projects ---------------------------------------------------------------------------------------------------------


def project_days(office: Office, abouts: Sequence[str], initiated_on: str | None = None) -> dict[str, Any]:
    """Both official times of a project, in working days (DOMAIN 3, rule 16).

    The whole process runs from its initiation, where nobody said it from the first receipt, to the last delivery, or
    until today while a case of it is open. The legal time is every day on which the law's count ran for one of its
    cases at least: what goes on side by side is counted once.
    """
    shelf = Shelf(office.connection)
    calendar, today = almanac.current(shelf), local_day(office.now)
    files = shelf.files(map(str, abouts))
    known = [days for file in files.values() if (days := attribution.days_of(file.facts, file.clocks, office.now))]
    begun = min((one.since for one in known), default=None)
    since = min(filter(None, (parse_day(initiated_on) if initiated_on else None, begun)), default=None)
    is_open = any(one.ended_on is None for one in known)
    ends = [one.ended_on for one in known if one.ended_on]
    until = today if is_open or not ends else max(ends)
    whole = working_days_between(calendar, since, until) if since is not None and since <= until else 0
    spans = [span for file in files.values() for clock in file.clocks.values() for span in _running(clock, today)]
    return {
        "since": since.isoformat() if since else None,
        "until": None if is_open or not ends else until.isoformat(),
        "whole_process_working_days": whole,
        "legal_working_days": _covered(spans, calendar),
    }


def _running(clock: LegalClock, today: date) -> Iterable[tuple[date, date]]:
    """The days on which the law's count ran: those of the decision's clock, without its lawful pauses."""
    if clock.kind is not ClockKind.DECISION or clock.outcome == SET_ASIDE:
        return
    since, last = local_day(clock.started_at), local_day(clock.counts_at) if clock.counts_at else today
    for begun, ended in sorted(attribution.pauses_of(clock, today)):
        if since < begun:
            yield since, min(begun, last)
        since = max(since, ended)
    if since < last:
        yield since, last


def _covered(spans: Iterable[tuple[date, date]], calendar: Calendar) -> int:
    """Working days d with `since < d <= until` for one of the spans at least."""
    found, reached = 0, date.min
    for since, until in sorted(spans):
        since = max(since, reached)
        if since < until:
            found += working_days_between(calendar, since, until)
            reached = until
    return found
