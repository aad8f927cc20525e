"""Answers about drafts of calendars: each with its days, what it would move, and what a year would lack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.contracts.drafts import DraftState
from services.contracts.vocabulary import Unit
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office
from services.timer import almanac
from services.timer.calendar import Calendar, parse_day
from services.timer.drafts.store import Draft, Drawer
from services.timer.recount import own_release, withdrawal
from services.timer.releases import Release
from services.timer.store import Shelf
from services.timer.usual import missing_of

UNKNOWN = "There is no draft {number}."


def drafts(office: Office) -> dict[str, Any]:
    """Every draft, the newest first."""
    return {"items": [told(office, one) for one in Drawer(office.connection).all()]}


def draft(office: Office, *, draft_no: int) -> dict[str, Any]:
    """One draft. Raises NotFound."""
    return told(office, _one(office, draft_no))


def draft_moves(office: Office, *, draft_no: int, after: int = 0, limit: int = 50) -> dict[str, Any]:
    """The open clocks that it would move as it was counted last, or that its release has moved. Raises NotFound."""
    _one(office, draft_no)
    found = Drawer(office.connection).moves(draft_no, after, limit + 1)
    following = found[limit - 1]["place"] if len(found) > limit else None
    return {"items": [_move(one) for one in found[:limit]], "next": following}


def moves_foreseen(office: Office, *, draft_no: int, items: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """For each line of an authority below (`received_on`, `due_on`, `limit_unit`) the day on which it would be due;
    None where it stays. No more than a forecast: its own timer counts it. Raises NotFound.
    """
    draft = _one(office, draft_no)
    rows = Shelf(office.connection).releases()
    try:
        row = row_of(office, rows, draft)
    except Conflict:  # withdrawn already: nothing moves any more
        return [None] * len(items)
    before, after = almanac.lay(rows), almanac.lay([*rows, row])
    return [_foreseen(one, before, after) for one in items]


def _foreseen(item: Mapping[str, Any], before: Calendar, after: Calendar) -> str | None:
    """As many working days after its receipt as before; a limit in natural days ends on the next working day."""
    begun, due = parse_day(str(item["received_on"])), parse_day(str(item["due_on"]))
    if begun is None or due is None:
        return None
    if item["limit_unit"] == Unit.WORKING_DAYS:
        number = before.working_days_until(due) - before.working_days_until(begun)
        then = after.nth_working_day(begun, number) if number > 0 else due
    else:
        then = due if after.is_working(due) else after.nth_working_day(due, 1)
    return then.isoformat() if then != due else None


def row_of(office: Office, rows: Sequence[Release], draft: Draft) -> Release:
    """A draft as the next word about the calendar. Raises NotFound, Conflict for a withdrawal that is over."""
    by = draft.ended_by or draft.drafted_by
    if draft.withdraws is not None:
        row = withdrawal(office, rows, draft.withdraws, draft.why, by)
    else:
        row = replace(own_release(office, rows, draft, by), festivals=draft.festivals)
    return replace(row, drafted_by=draft.drafted_by)


def _move(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("clock_id", "clock_kind", "about_kind", "about", "department", "responsible", "light", "light_after")
    return {name: row[name] for name in names} | {"from": row["due_from"], "to": row["due_to"]}


def _one(office: Office, draft_no: int) -> Draft:
    found = Drawer(office.connection).one(draft_no)
    if found is None:
        raise NotFound(Problem("draft_no", UNKNOWN, {"number": draft_no}))
    return found


def told(office: Office, draft: Draft) -> dict[str, Any]:
    """A draft as JSON data."""
    return {
        "draft_no": draft.draft_no,
        "state": draft.state.value,
        "form": draft.form.value,
        "notice": draft.notice,
        "days": {str(day): kind for day, kind in sorted(draft.days.items())},
        "festivals": {str(day): name for day, name in sorted(draft.festivals.items())},
        "known_until": draft.known_until.isoformat() if draft.known_until else None,
        "withdraws": draft.withdraws,
        "withdrawn_because": draft.why or None,
        "drafted_at": draft.drafted_at.isoformat(),
        "drafted_by": draft.drafted_by,
        "ended_at": draft.ended_at.isoformat() if draft.ended_at else None,
        "ended_by": draft.ended_by or None,
        "reason": draft.reason or None,
        "release_no": draft.release_no,
        "counted_at": draft.counted_at.isoformat() if draft.counted_at else None,
        "calendar": draft.version or None,
        "count": draft.moved,
        "confirmed": draft.confirmed,
        "lights": draft.lights,
        "missing": missing(office, draft),
        "is_stale": draft.state is DraftState.COUNTED
        and draft.counted_under != almanac.current(Shelf(office.connection)).version,
    }


def missing(office: Office, draft: Draft) -> Mapping[str, list[str]]:
    """By year, the festivals for which a notice gives fewer days than the law; nothing for own days."""
    if draft.known_until is None or draft.withdraws is not None or draft.state is DraftState.RELEASED:
        return {}
    rows = Shelf(office.connection).releases()
    known = almanac.lay(rows).known_until.year
    calendar = almanac.lay([*rows, own_release(office, rows, draft, draft.drafted_by)])
    first = min(known + 1, *(day.year for day in draft.days), draft.known_until.year)
    return missing_of(calendar, range(max(first, calendar.known_from.year), draft.known_until.year + 1))
