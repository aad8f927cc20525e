"""Decides what the record has to show about a complaint at the moment it comes in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.complaints.domain import alike, light_of, overdue_days, squeeze, worst
from services.complaints.store import MOST_EVIDENCE, Record
from services.contracts.complaints import CheckedCase
from services.contracts.vocabulary import ZONE

#: A case in one of these has ended: nothing runs against it by itself.
ENDED = frozenset(
    {
        "withdrawn-before-acceptance",
        "not-required",
        "acceptance-refused",
        "refused",
        "withdrawn",
        "delivered",
        "handed-back",
    }
)


@dataclass(frozen=True)
class Checked:
    """What the record showed: the cases that fit, or that none does."""

    projects: Sequence[RowMapping]
    #: The cases of the project, and of the matter where one was named; each with its clocks and notices.
    cases: list[dict[str, Any]]
    #: Cases of the same project for other matters: they are why "no case" may be the telling answer.
    other_cases: int

    @property
    def verdict(self) -> str:
        return "case-found" if self.cases else "no-case-exists"

    def as_told(self) -> tuple[CheckedCase, ...]:
        """The evidence as it travels."""
        fields = ("case_no", "matter_name", "status", "light", "overdue_working_days")
        return tuple(CheckedCase(**{name: case[name] for name in fields}) for case in self.cases)


def check(record: Record, code: str | None, name: str | None, matter: str | None, now: datetime) -> Checked:
    """Look a project up by code or name, and its cases for a matter by code or name."""
    projects = record.projects_of(code, name)
    found = record.cases_of([project["project_code"] for project in projects])
    fitting = [case for case in found if matter is None or _fits(matter, case)]
    shown = fitting[:MOST_EVIDENCE]
    return Checked(projects, as_evidence(record, shown, now), len(found) - len(fitting))


def _fits(matter: str, case: RowMapping) -> bool:
    return squeeze(matter) == squeeze(case["matter_code"]) or alike(matter, case["matter_name"])


def as_evidence(record: Record, cases: Sequence[RowMapping], now: datetime) -> list[dict[str, Any]]:
    """Each case with its state, its light as of now, its clocks and its correction notices."""
    numbers = [case["case_no"] for case in cases]
    clocks = _by("about", record.clocks_about(numbers))
    notices = _by("case_no", record.notices_of(numbers))
    return [_evidence(case, clocks.get(case["case_no"], []), notices.get(case["case_no"], []), now) for case in cases]


def _evidence(
    case: RowMapping, clocks: Sequence[RowMapping], notices: Sequence[RowMapping], now: datetime
) -> dict[str, Any]:
    shown = [clock_as_of(clock, now) for clock in clocks]
    lights = [clock["light"] for clock in shown]
    return {
        **{name: case[name] for name in ("case_no", "project_code", "project_name", "matter_code", "matter_name")},
        **{name: case[name] for name in ("department", "handler", "status", "blzt")},
        "received_at": moment(case["received_at"]),
        "light": worst(lights, case["status"] in ENDED),
        "overdue_working_days": overdue_days(lights, [clock["overdue_working_days"] for clock in shown]),
        "clocks": shown,
        "notices": [
            {
                "round": notice["round"],
                "told_at": moment(notice["told_at"]),
                "defects": notice["defects"],
                "old_defects": notice["old_defects"],
            }
            for notice in notices
        ],
    }


def clock_as_of(clock: RowMapping, now: datetime) -> dict[str, Any]:
    """A clock with the light that follows from its moments."""
    stopped = clock["stopped_at"] is not None
    return {
        "clock_id": clock["clock_id"],
        "clock_kind": clock["clock_kind"],
        "department": clock["department"],
        "started_at": moment(clock["started_at"]),
        "due_on": clock["due_on"],
        "provisional": clock["provisional"],
        "light": light_of(clock["due_at"], clock["told"], stopped, now.timestamp()),
        "stopped_at": moment(clock["stopped_at"]),
        "overdue_working_days": clock["overdue_working_days"],
        "on_time": clock["on_time"],
    }


def moment(seconds: float | None) -> str | None:
    """A stored moment as it is shown, in Asia/Shanghai."""
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="seconds")


def _by(name: str, rows: Iterable[RowMapping]) -> dict[str, list[RowMapping]]:
    groups: dict[str, list[RowMapping]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return groups
