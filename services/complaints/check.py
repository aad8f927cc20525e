"""Checks of a complaint against the record: what it shows at the moment at which the complaint comes in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.complaints.domain import alike, case_light, overdue_days
from services.complaints.store import MOST_EVIDENCE, Record
from services.contracts.complaints import CheckedCase
from services.contracts.moments import Moments
from services.contracts.names import folded
from services.contracts.vocabulary import ZONE, CheckVerdict, Light, case_state


@dataclass(frozen=True)
class Checked:
    """What the record showed: the cases that fit, or that none does."""

    projects: Sequence[RowMapping]
    #: The cases of the project, and of the matter where one was named; each with its clocks and notices.
    cases: list[dict[str, Any]]
    #: Cases of the same project for other matters: they are why "no case" may be the telling answer.
    other_cases: int
    #: Whether a project was named at all.
    names_project: bool = True

    @property
    def verdict(self) -> CheckVerdict:
        """Case found, or the telling answer that there is none; neither for what is about no project."""
        if not self.names_project:
            return CheckVerdict.NOT_CHECKED
        return CheckVerdict.CASE_FOUND if self.cases else CheckVerdict.NO_CASE_EXISTS

    @property
    def only_department(self) -> str:
        """Whose complaint it is, where all cases that fit are of one department; else empty."""
        departments = {case["department"] for case in self.cases}
        return str(departments.pop()) if len(departments) == 1 else ""

    def as_said(self) -> dict[str, Any]:
        """The verdict as it travels: within v1 a fact has two words for it."""
        unchecked = self.verdict is CheckVerdict.NOT_CHECKED
        return {"check": (CheckVerdict.CASE_FOUND if unchecked else self.verdict).value, "unchecked": unchecked or None}

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
    return Checked(projects, as_evidence(record, shown, now), len(found) - len(fitting), bool(code or name))


def _fits(matter: str, case: RowMapping) -> bool:
    return folded(matter) == folded(case["matter_code"]) or alike(matter, case["matter_name"])


def as_evidence(record: Record, cases: Sequence[RowMapping], now: datetime) -> list[dict[str, Any]]:
    """Each case with its state, its light as of now, its clocks and its correction notices."""
    numbers = [case["case_no"] for case in cases]
    clocks = _by("about", record.clocks_about(numbers))
    notices = _by("case_no", record.notices_of(numbers))
    return [_shown(case, clocks.get(case["case_no"], []), notices.get(case["case_no"], []), now) for case in cases]


def _shown(
    case: RowMapping, clocks: Sequence[RowMapping], notices: Sequence[RowMapping], now: datetime
) -> dict[str, Any]:
    shown = [clock_as_of(clock, now) for clock in clocks]
    lights = [moments(clock).light(now.timestamp()) for clock in clocks]
    return {
        **{name: case[name] for name in ("case_no", "project_code", "project_name", "matter_code", "matter_name")},
        **{name: case[name] for name in ("department", "handler", "status", "blzt")},
        "received_at": moment(case["received_at"]),
        "light": case_light(lights, case_state(case["status"])).value,
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


def moments(clock: Mapping[Any, Any]) -> Moments[float]:
    """The moments of a clock as it was heard of, in seconds since 1970-01-01 UTC."""
    return Moments(
        yellow_at=clock["yellow_at"],
        due_at=clock["due_at"],
        stopped_at=clock["stopped_at"],
        told=Light(clock["told"]) if clock["told"] else None,
        paused=clock["due_on"] is None and clock["due_at"] is None,
    )


def clock_as_of(clock: RowMapping, now: datetime) -> dict[str, Any]:
    """A clock with the light that follows from its moments."""
    return {
        "clock_id": clock["clock_id"],
        "clock_kind": clock["clock_kind"],
        "department": clock["department"],
        "started_at": moment(clock["started_at"]),
        "due_on": clock["due_on"],
        "provisional": clock["provisional"],
        "light": moments(clock).light(now.timestamp()).value,
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
