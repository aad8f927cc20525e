"""Figures of a month from what had happened by then: the same facts give the same figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contracts.beginning import ALWAYS
from services.contracts.vocabulary import APPLICANTS, ClockKind, Light, SubjectKind
from services.reporting.domain import ClockSays, Span, rate

#: What is counted, in the order in which it is shown.
COUNTS = (
    *("received", "accepted", "decided", "decided_on_time", "decided_judged"),
    *("overdue_open", "overdue_closed", "turned_red", "struck_off"),
)
COMPLAINT_COUNTS = ("registered", "without_case", "answered", "closed", "upheld", "overdue_open", "overdue_closed")


@dataclass(frozen=True)
class Heading:
    """Where a figure belongs: a department and a matter."""

    department: str
    matter_code: str
    matter_name: str


@dataclass(frozen=True)
class ClockWord:
    """One thing that a clock told: started, moved, stopped, or a light, with the moment at which it happened."""

    what: str
    at: datetime
    due_on: str | None = None
    due_at: datetime | None = None
    overdue_working_days: int | None = None
    on_time: bool | None = None


@dataclass(frozen=True)
class ClockHistory:
    """A clock with everything that it told, in order."""

    clock_id: str
    kind: str
    about_kind: str
    about: str
    heading: Heading
    project_code: str
    project_name: str
    responsible: str
    told: Sequence[ClockWord]
    #: From when on its case counts: since its department signed for it; None: always.
    counts_since: datetime | None = None


@dataclass
class AsOf:
    """What a clock looked like at the end of a span."""

    running: bool = False
    due_on: str | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    overdue_working_days: int | None = None
    on_time: bool | None = None
    red_at: list[datetime] = field(default_factory=list)


def as_of(clock: ClockHistory, span: Span) -> AsOf:
    """Fold what the clock told up to the end of the span."""
    seen = AsOf()
    for told in clock.told:
        if not span.happened(told.at):
            continue
        if told.what == ClockSays.STARTED:
            seen = AsOf(running=True, due_on=told.due_on, due_at=told.due_at, red_at=seen.red_at)
        elif told.what == ClockSays.MOVED:
            seen.due_on, seen.due_at = told.due_on, told.due_at
        elif told.what == ClockSays.STOPPED:
            seen.running, seen.stopped_at = False, told.at
            seen.overdue_working_days, seen.on_time = told.overdue_working_days, told.on_time
        elif told.what == Light.RED:
            seen.red_at.append(told.at)
    return seen


@dataclass
class MonthFacts:
    """What had happened by the end of the span, as the store found it."""

    #: Per kind of count: where, and how often in the month.
    cases: Mapping[str, Mapping[Heading, int]]
    #: The cases that were decided in the month.
    decided: Mapping[str, Heading]
    clocks: Sequence[ClockHistory]
    complaints: Mapping[str, int]
    #: What is left out: cases of which something happened before the beginning, and cases that nobody has signed for.
    left_out: Mapping[str, int] = field(default_factory=dict)


def figures(span: Span, facts: MonthFacts) -> dict[str, Any]:
    """The month's figures by department and matter, their totals, complaints, and the overdue lines."""
    rows: dict[Heading, dict[str, int]] = {}

    def count(heading: Heading, name: str, by: int = 1) -> None:
        rows.setdefault(heading, dict.fromkeys(COUNTS, 0))[name] += by

    for name, headings in facts.cases.items():
        for heading, number in headings.items():
            count(heading, name, number)
    for heading in facts.decided.values():
        count(heading, "decided")
    complaints = dict.fromkeys(COMPLAINT_COUNTS, 0) | dict(facts.complaints)
    lines: list[dict[str, Any]] = []
    verdicts: dict[str, bool] = {}
    for clock in facts.clocks:
        if clock.kind in APPLICANTS:
            continue
        seen = as_of(clock, span)
        state = _overdue(seen, span, clock.counts_since)
        if clock.about_kind != SubjectKind.CASE:
            if state:
                complaints[f"overdue_{state}"] += 1
            continue
        if state:
            count(clock.heading, f"overdue_{state}")
            lines.append(_line(clock, seen, state))
        if red := sum(span.within(at, clock.counts_since) for at in seen.red_at):
            count(clock.heading, "turned_red", red)
        if clock.kind == ClockKind.DECISION and clock.about in facts.decided and seen.on_time is not None:
            verdicts[clock.about] = verdicts.get(clock.about, True) and seen.on_time
    for case_no, on_time in verdicts.items():
        heading = facts.decided[case_no]
        count(heading, "decided_judged")
        count(heading, "decided_on_time", int(on_time))
    return _told(span, rows, complaints, lines) | _beginning(span, facts.left_out)


def _beginning(span: Span, left_out: Mapping[str, int]) -> dict[str, Any]:
    """From when on the figures count and what they leave out; nothing where everything counts."""
    one = span.beginning
    if one == ALWAYS:
        return {}
    days = {"first_day": one.first_day, "counts_from": one.counts_from}
    told = {name: None if day is None else day.isoformat() for name, day in days.items()}
    return {"beginning": {**told, "is_trial": one.is_trial(span.as_of), **left_out}}


def _overdue(seen: AsOf, span: Span, since: datetime | None) -> str | None:
    """`open` when it runs and is late at the end of the span, `closed` when it stopped late in the month."""
    if seen.running:
        return "open" if seen.due_at is not None and span.happened(seen.due_at) and span.counts(since) else None
    late = seen.stopped_at is not None and seen.on_time is False and span.within(seen.stopped_at, since)
    return "closed" if late else None


def _line(clock: ClockHistory, seen: AsOf, state: str) -> dict[str, Any]:
    return {
        "case_no": clock.about,
        "project_code": clock.project_code,
        "project_name": clock.project_name,
        "matter_code": clock.heading.matter_code,
        "matter_name": clock.heading.matter_name,
        "department": clock.heading.department,
        "responsible": clock.responsible,
        "clock_id": clock.clock_id,
        "clock_kind": clock.kind,
        "state": state,
        "due_on": seen.due_on,
        "stopped_on": seen.stopped_at.date().isoformat() if state == "closed" and seen.stopped_at else None,
        # Only timer counts days: what runs on has no number here.
        "overdue_working_days": seen.overdue_working_days if state == "closed" else None,
    }


def _told(
    span: Span, rows: Mapping[Heading, Mapping[str, int]], complaints: Mapping[str, int], lines: list[dict[str, Any]]
) -> dict[str, Any]:
    def heading(row: Heading) -> tuple[str, ...]:
        return (row.department, row.matter_code, row.matter_name)

    return {
        "month": span.month.name,
        "from": span.month.begins.isoformat(),
        "until": span.month.ends.isoformat(),
        "as_of": span.as_of.isoformat(),
        "running": span.running,
        "rows": [
            {
                "department": row.department,
                "matter_code": row.matter_code,
                "matter_name": row.matter_name,
                **_with_rate(rows[row]),
            }
            for row in sorted(rows, key=heading)
        ],
        "by_department": [
            {"department": department, **_sum(rows[row] for row in rows if row.department == department)}
            for department in sorted({row.department for row in rows})
        ],
        "by_matter": [
            {
                "matter_code": code,
                "matter_name": name,
                **_sum(rows[row] for row in rows if (row.matter_code, row.matter_name) == (code, name)),
            }
            for code, name in sorted({(row.matter_code, row.matter_name) for row in rows})
        ],
        "totals": _sum(rows.values()),
        "complaints": {name: complaints[name] for name in COMPLAINT_COUNTS},
        "overdue": sorted(
            lines, key=lambda line: (line["department"], line["due_on"] or "", line["case_no"], line["clock_id"])
        ),
    }


def _sum(rows: Iterable[Mapping[str, int]]) -> dict[str, Any]:
    total = dict.fromkeys(COUNTS, 0)
    for row in rows:
        for name in COUNTS:
            total[name] += row[name]
    return _with_rate(total)


def _with_rate(row: Mapping[str, int]) -> dict[str, Any]:
    return {**{name: row[name] for name in COUNTS}, "on_time_rate": rate(row["decided_on_time"], row["decided_judged"])}


def picture(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the figures say, apart from when they were told: two pictures differ when facts made the difference."""
    return {name: value for name, value in told.items() if name not in ("as_of", "running", "beginning")}
