"""Rows of the timer's store: facts, clocks, releases and settings as they are kept (moments: seconds since 1970)."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import RowMapping

from services.contracts.days import read, written
from services.contracts.vocabulary import ZONE, ClockKind, Light, SubjectKind
from services.timer.domain import LegalClock, Occurrence
from services.timer.limits import Limit, Pause, parse_limit, unit_of
from services.timer.releases import Release
from services.timer.rulebook import Setting

_MOMENTS: Final = (
    "started_at",
    "due_at",
    "yellow_at",
    "deemed_at",
    "settled_at",
    "stopped_at",
    "resumes_at",
    "entered_at",
)
_PLAIN: Final = (
    "clock_id",
    "kind",
    "round",
    "about_kind",
    "about",
    "department",
    "responsible",
    "calendar",
    "outcome",
    "used_working_days",
    "overdue_working_days",
    "budget",
)


def moment(seconds: float) -> datetime:
    """A stored moment in Asia/Shanghai."""
    return datetime.fromtimestamp(seconds, ZONE)


def _maybe(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _limit(row: RowMapping) -> Limit:
    return parse_limit(row["amount"], row["unit"])


def fact_row(fact: Occurrence) -> dict[str, Any]:
    """A fact as a row of the table."""
    return {
        "about_kind": fact.about_kind,
        "about": fact.about,
        "sequence": fact.sequence,
        "what": fact.what,
        "at": fact.at.timestamp(),
        "heard_at": fact.heard_at.timestamp(),
        "person": fact.person,
        "department": fact.department,
        "amount": fact.limit.count if fact.limit else None,
        "unit": unit_of(fact.limit) if fact.limit else None,
        "urgency": fact.urgency,
        "decided_above": int(fact.decided_above),
        "from_below": int(fact.from_below),
        "longest_amount": fact.longest.count if fact.longest else None,
        "longest_unit": unit_of(fact.longest) if fact.longest else None,
        "recorded_at": _seconds(fact.recorded_at),
        "proves": fact.proves,
        "corrects": fact.corrects,
        "moved_to": _seconds(fact.moved_to),
        "item": fact.item,
        "is_unnamed": int(fact.is_unnamed),
        "from_receipt": int(fact.from_receipt),
        "before": written(fact.before),
        "authority": fact.authority,
    }


def fact_of(row: RowMapping) -> Occurrence:
    """A row of the table as a fact."""
    return Occurrence(
        about_kind=SubjectKind(row["about_kind"]),
        about=row["about"],
        sequence=row["sequence"],
        what=row["what"],
        at=moment(row["at"]),
        heard_at=moment(row["heard_at"]),
        person=row["person"],
        department=row["department"],
        limit=None if row["amount"] is None else _limit(row),
        urgency=row["urgency"],
        decided_above=bool(row["decided_above"]),
        from_below=bool(row["from_below"]),
        longest=None if row["longest_amount"] is None else parse_limit(row["longest_amount"], row["longest_unit"]),
        recorded_at=_maybe(row["recorded_at"]),
        proves=row["proves"],
        corrects=row["corrects"],
        moved_to=_maybe(row["moved_to"]),
        item=row["item"],
        is_unnamed=bool(row["is_unnamed"]),
        from_receipt=bool(row["from_receipt"]),
        before=read(row["before"]),
        authority=row["authority"],
    )


def clock_row(clock: LegalClock, change: datetime | None) -> dict[str, Any]:
    """A clock as a row of the table."""
    row: dict[str, Any] = {name: getattr(clock, name) for name in _PLAIN}
    row |= {name: _seconds(getattr(clock, name)) for name in _MOMENTS}
    row |= {
        "amount": clock.limit.count,
        "unit": unit_of(clock.limit),
        "due_on": str(clock.due_on) if clock.due_on else None,
        "provisional": int(clock.provisional),
        "told": clock.told,
        "pauses": " ".join(f"{one.begun}/{one.ended}" for one in clock.pauses),
        "paused_on": str(clock.paused_on) if clock.paused_on else None,
        "next_change_at": _seconds(change),
    }
    return row


def clock_of(row: RowMapping) -> LegalClock:
    """A row of the table as a clock."""
    return LegalClock(
        clock_id=row["clock_id"],
        kind=ClockKind(row["kind"]),
        round=row["round"],
        about_kind=SubjectKind(row["about_kind"]),
        about=row["about"],
        department=row["department"],
        responsible=row["responsible"],
        limit=_limit(row),
        started_at=moment(row["started_at"]),
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        due_at=_maybe(row["due_at"]),
        provisional=bool(row["provisional"]),
        calendar=row["calendar"],
        yellow_at=_maybe(row["yellow_at"]),
        deemed_at=_maybe(row["deemed_at"]),
        settled_at=_maybe(row["settled_at"]),
        stopped_at=_maybe(row["stopped_at"]),
        outcome=row["outcome"],
        used_working_days=row["used_working_days"],
        overdue_working_days=row["overdue_working_days"],
        told=Light(row["told"]) if row["told"] else None,
        pauses=tuple(_pause(one) for one in row["pauses"].split()),
        paused_on=date.fromisoformat(row["paused_on"]) if row["paused_on"] else None,
        budget=row["budget"],
        resumes_at=_maybe(row["resumes_at"]),
        entered_at=_maybe(row["entered_at"]),
    )


def _pause(told: str) -> Pause:
    begun, _, ended = told.partition("/")
    return Pause(date.fromisoformat(begun), date.fromisoformat(ended))


def release_row(release: Release) -> dict[str, Any]:
    """A calendar release as a row of the table."""
    return {
        "number": release.number,
        "authority": release.authority,
        "release_no": release.release_no,
        "version": release.version,
        "notice": release.notice,
        "days": spelt_days(release.days),
        "known_until": str(release.known_until) if release.known_until else None,
        "released_at": release.released_at.timestamp(),
        "released_by": release.released_by,
        "withdraws": release.withdraws,
        "why": release.why,
        "festivals": spelt_days(release.festivals),
        "drafted_by": release.drafted_by,
    }


def release_of(row: RowMapping) -> Release:
    """A row of the table as a calendar release."""
    return Release(
        number=row["number"],
        authority=row["authority"],
        release_no=row["release_no"],
        notice=row["notice"],
        days=days_of(row["days"]),
        known_until=date.fromisoformat(row["known_until"]) if row["known_until"] else None,
        released_at=moment(row["released_at"]),
        released_by=row["released_by"],
        version=row["version"],
        withdraws=row["withdraws"],
        why=row["why"],
        festivals=days_of(row["festivals"]),
        drafted_by=row["drafted_by"],
    )


def spelt_days(days: Mapping[date, str]) -> str:
    """What is said of some days, as JSON; nothing is an empty text."""
    return json.dumps({str(day): word for day, word in sorted(days.items())}, ensure_ascii=False) if days else ""


def days_of(text: str) -> dict[date, str]:
    """The same read back."""
    return {date.fromisoformat(day): word for day, word in json.loads(text or "{}").items()}


def setting_row(setting: Setting) -> dict[str, Any]:
    """The limit that an authority has set, as a row of the table."""
    return {
        "authority": setting.authority,
        "number": setting.number,
        "rule": setting.rule,
        "amount": setting.limit.count,
        "unit": unit_of(setting.limit),
        "in_force_from": str(setting.in_force_from),
        "in_force_at": setting.in_force_at.timestamp(),
        "basis": setting.basis,
        "set_at": setting.set_at.timestamp(),
        "set_by": setting.set_by,
    }


def setting_of(row: RowMapping) -> Setting:
    """A row of the table as the limit that an authority has set."""
    return Setting(
        row["rule"],
        parse_limit(row["amount"], row["unit"]),
        row["authority"],
        row["number"],
        date.fromisoformat(row["in_force_from"]),
        moment(row["in_force_at"]),
        row["basis"],
        moment(row["set_at"]),
        row["set_by"],
    )
