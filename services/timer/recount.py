"""Decides what a release of days does, by whomever of this authority and those above it: open clocks are counted again.

A dry run shows which of them would move, from and to; the release moves them and says why (DOMAIN 4.7). Closed clocks
stay as they were. What is released here goes to everybody below as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from services.contracts.clocks import CalendarReleased
from services.contracts.commands import ReleaseCalendar, WithdrawCalendar
from services.contracts.divisions import name_of
from services.contracts.rules import CalendarPublished, CalendarWithdrawn
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said
from services.timer import almanac
from services.timer.calendar import FIRST_DAY, LAST_DAY, Calendar
from services.timer.changes import ChangeKind, ClockChange, Reason
from services.timer.handlers import Desktop, Rules
from services.timer.releases import Release, standings, withdrawal_of
from services.timer.rules import RULES

NEW_CALENDAR: Final = "{notice}: calendar {version} counts from now on."
FROM_ABOVE: Final = "{notice}, released by {authority}: calendar {version} counts from now on."
WITHDRAWN: Final = "{notice} was withdrawn by {authority}, {reason}: calendar {version} counts from now on."


@dataclass
class _Relaid:
    """What one more release or withdrawal does to the open clocks of this authority."""

    calendar: Calendar
    row: Release
    desktop: Desktop
    moved: list[dict[str, str | None]] = field(default_factory=list)
    confirmed: int = 0

    def said(self, office: Office) -> list[Said]:
        """Write it down; that the calendar is another one now, where it is, and the clocks that moved."""
        changed = self.calendar != self.desktop.calendar
        said = list(self.desktop.close().said)
        self.desktop.shelf.add_release(self.row, office.now)
        if not changed:
            return said
        event = CalendarReleased(
            calendar=self.calendar.version, known_until=self.calendar.known_until, moved=len(self.moved)
        )
        return [Said(event, office.now, self.row.released_by), *said]


def release_calendar(office: Office, order: ReleaseCalendar, rules: Rules = RULES) -> Outcome:
    """New days count from now on, here and at everybody below."""
    person = office.acting(order.actor)
    _check_days(office, order)
    office.problems.refuse()
    assert person is not None
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    own = [row for row in rows if row.authority in ("", office.authority) and row.withdraws is None]
    row = Release(
        number=len(rows) + 1,
        authority=office.authority,
        release_no=max((one.release_no for one in own), default=0) + 1,
        notice=order.notice,
        days=dict(order.days),
        known_until=order.known_until,
        # A clock that was set back does not turn the order of an authority's own words round.
        released_at=max([office.now, *(one.released_at for one in own)]),
        released_by=f"{person.name}@{person.department}",
    )
    relaid = _relay(desktop, rows, row, NEW_CALENDAR, dry_run=bool(order.dry_run))
    answer = _answer(relaid, [*rows, row], bool(order.dry_run))
    if order.dry_run:
        return Outcome(answer)
    event = CalendarPublished(
        number=row.release_no, notice=row.notice, days=dict(order.days), known_until=row.known_until
    )
    return Outcome(answer, [Said(event, row.released_at, row.released_by), *relaid.said(office)])


def withdraw_calendar(office: Office, order: WithdrawCalendar, rules: Rules = RULES) -> Outcome:
    """An own release counts no more; what it had moved goes back, here and at everybody below."""
    person = office.acting(order.actor)
    office.problems.refuse()
    assert person is not None
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    given = _own_release(office, rows, order.release_no)
    row = replace(
        given,
        number=len(rows) + 1,
        release_no=0,
        days={},
        known_until=None,
        released_at=office.now,
        released_by=f"{person.name}@{person.department}",
        withdraws=given.release_no,
        why=order.reason,
    )
    relaid = _relay(desktop, rows, row, WITHDRAWN, dry_run=bool(order.dry_run))
    answer = _answer(relaid, [*rows, row], bool(order.dry_run)) | {"release_no": given.release_no}
    if order.dry_run:
        return Outcome(answer)
    said = relaid.said(office)
    if given.authority:  # one from before releases travelled is not known below
        event = CalendarWithdrawn(number=given.release_no, notice=given.notice, reason=order.reason)
        said = [Said(event, office.now, row.released_by), *said]
    return Outcome(answer, said)


def heard_from_above(office: Office, fact: Fact[Any], rules: Rules = RULES) -> Outcome:
    """What an authority above has released or withdrawn, laid under our own days."""
    event, envelope = fact.event, fact.envelope
    if not isinstance(event, CalendarPublished | CalendarWithdrawn) or envelope.authority == office.authority:
        return NOTHING
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    published = isinstance(event, CalendarPublished)
    row = Release(
        number=len(rows) + 1,
        authority=envelope.authority,
        release_no=event.number if published else 0,
        notice=event.notice,
        days=dict(event.days) if isinstance(event, CalendarPublished) else {},
        known_until=event.known_until if isinstance(event, CalendarPublished) else None,
        released_at=envelope.time,
        released_by=envelope.actor or "",
        withdraws=None if published else event.number,
        why="" if isinstance(event, CalendarPublished) else event.reason,
    )
    relaid = _relay(desktop, rows, row, FROM_ABOVE if published else WITHDRAWN, dry_run=False)
    return Outcome(said=relaid.said(office))


def _relay(desktop: Desktop, rows: Sequence[Release], row: Release, why: str, *, dry_run: bool) -> _Relaid:
    """Count every open clock again under the calendar with this row as well."""
    calendar = almanac.lay([*rows, row])
    relaid = _Relaid(calendar, replace(row, version=calendar.version), desktop)
    facts = {"notice": row.notice, "version": calendar.version, "authority": name_of(row.authority), "reason": row.why}
    reason = Reason(why, {name: fact for name, fact in facts.items() if f"{{{name}}}" in why})
    if calendar == desktop.calendar:
        return relaid
    desktop.open(desktop.shelf.abouts_with_open_clocks())
    for about in sorted(desktop.files):
        file = desktop.files[about]
        changes = desktop.changes(file, calendar, desktop.now, reason)
        for change in changes:
            if change.said is ChangeKind.MOVED and change.due_at_from != change.clock.due_at:
                relaid.moved.append(_shown(change))
            before = file.clocks.get(change.clock.clock_id)
            relaid.confirmed += before is not None and before.provisional and not change.clock.provisional
        if not dry_run:
            desktop.apply(file, changes)
    return relaid


def _answer(relaid: _Relaid, rows: Sequence[Release], dry_run: bool) -> dict[str, Any]:
    standing = next((found for row, found in standings(rows) if row.number == relaid.row.number), None)
    return {
        "calendar": relaid.calendar.version,
        "known_until": str(relaid.calendar.known_until),
        "release_no": relaid.row.release_no,
        "standing": standing.value if standing else "withdrawn",
        "dry_run": dry_run,
        "count": len(relaid.moved),
        "confirmed": relaid.confirmed,
        "items": relaid.moved,
    }


def _shown(change: ClockChange) -> dict[str, str | None]:
    before = change.due_from or change.due_at_from
    return {
        "clock_id": change.clock.clock_id,
        "about": change.clock.about,
        "from": before.isoformat() if before else None,
        "to": (change.clock.due_on or change.clock.due_at).isoformat(),
    }


def _own_release(office: Office, rows: Sequence[Release], release_no: int) -> Release:
    """The release of this number of our own that is still in force. Raises NotFound, Conflict."""
    own = ("", office.authority)
    given = next((r for r in rows if r.authority in own and r.withdraws is None and r.release_no == release_no), None)
    if given is None:
        raise NotFound(
            Problem(
                "release_no",
                "This authority has no release {number}; only who released days can withdraw them.",
                {"number": release_no},
            )
        )
    if withdrawal_of(rows, given.authority, release_no) is not None:
        raise Conflict(Problem("release_no", "Release {number} was withdrawn already.", {"number": release_no}))
    return given


def _check_days(office: Office, order: ReleaseCalendar) -> None:
    days: dict[date, str] = dict(order.days or {})
    if any(not FIRST_DAY <= day <= LAST_DAY for day in days):
        office.problems.add("days", "Days can be released from {first} to {last}.",
                            first=str(FIRST_DAY), last=str(LAST_DAY))  # fmt: skip
    if order.known_until is not None:
        if order.known_until > LAST_DAY:
            office.problems.add("known_until", "Days can be released from {first} to {last}.",
                                first=str(FIRST_DAY), last=str(LAST_DAY))  # fmt: skip
        elif days and order.known_until < max(days):
            office.problems.add("known_until", "The calendar is known at least until its last day, {day}.",
                                day=str(max(days)))  # fmt: skip
