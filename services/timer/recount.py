"""Recounts of the open clocks after days were released or withdrawn, by this authority or one above it.

A dry run shows which clocks would move, from and to; the release moves them and says why (DOMAIN 4.7). Closed clocks
stay as they were. What is released here goes to everybody below as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Protocol

from services.contracts.calendar_orders import DraftCalendar, ReleaseCalendar, WithdrawCalendar
from services.contracts.clocks import CalendarReleased
from services.contracts.divisions import name_of
from services.contracts.quantities import RecordedPerson
from services.contracts.rules import CalendarPublished, CalendarWithdrawn
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said
from services.timer import almanac
from services.timer.calendar import FIRST_DAY, LAST_DAY, Calendar
from services.timer.changes import ChangeKind, ClockChange, Reason
from services.timer.desktop import Desktop
from services.timer.domain import LegalClock
from services.timer.occurrences import settle
from services.timer.releases import Release, ReleaseStanding, standings, withdrawal_of
from services.timer.rules import RULES, ClockRules
from services.timer.store import File

NEW_CALENDAR: Final = "{notice}: calendar {version} counts from now on."
FROM_ABOVE: Final = "{notice}, released by {authority}: calendar {version} counts from now on."
WITHDRAWN: Final = "{notice} was withdrawn by {authority}, {reason}: calendar {version} counts from now on."
_TWO_PERSONS: Final = (
    "How time counts is changed by two persons: one drafts it, another one releases the draft. This only tries it."
)
#: So many subjects are counted at a time: what is read of them is put away again.
_PORTION: Final = 2_000
_REACH: Final = "Days can be released from {first} to {last}."


@dataclass(frozen=True, slots=True)
class Move:
    """An open clock that another calendar moves: from, to, and the lights before and after."""

    clock: LegalClock
    due_from: str | None
    due_to: str | None
    light: str | None
    light_after: str

    def told(self) -> dict[str, str | None]:
        """As the answer to a dry run has it."""
        return {
            "clock_id": self.clock.clock_id,
            "about": self.clock.about,
            "from": self.due_from,
            "to": self.due_to,
            "light": self.light,
            "light_after": self.light_after,
        }


@dataclass
class Recount:
    """What one more release or withdrawal does to the open clocks of this authority."""

    desktop: Desktop
    rows: Sequence[Release]
    row: Release
    calendar: Calendar
    dry_run: bool = False
    moved: list[Move] = field(default_factory=list)
    confirmed: int = 0

    def answer(self) -> dict[str, Any]:
        """What the caller is told: the calendar and the clocks that move."""
        standing = next((found for row, found in standings(self.rows) if row.number == self.row.number), None)
        return {
            "calendar": self.calendar.version,
            "known_until": str(self.calendar.known_until),
            "release_no": self.row.withdraws or self.row.release_no,
            "standing": (standing or ReleaseStanding.WITHDRAWN).value,
            "dry_run": self.dry_run,
            "count": len(self.moved),
            "confirmed": self.confirmed,
            "items": [one.told() for one in self.moved],
        }

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

    def count(self, why: Reason) -> None:
        """Count again every open clock that is due on a day that has changed, or later; move those that end otherwise,
        unless it is a dry run. What is due before it is neither read nor written, however many clocks are open.
        """
        first = almanac.first_difference(self.desktop.calendar, self.calendar)
        abouts = self.desktop.shelf.abouts_due_from(first) if first else []
        for start in range(0, len(abouts), _PORTION):
            self.desktop.open(abouts[start : start + _PORTION])
            for about in sorted(self.desktop.files):
                self._count(self.desktop.files[about], why)
            if not self.dry_run:
                self.desktop.close()
            self.desktop.put_away()

    def _count(self, file: File, why: Reason) -> None:
        changes = self.desktop.changes(file, self.calendar, self.desktop.now, why)
        for change in changes:
            before = file.clocks.get(change.clock.clock_id)
            if change.said is ChangeKind.MOVED and change.due_at_from != change.clock.due_at:
                self.moved.append(_shown(change, before, self.desktop.now))
            self.confirmed += before is not None and before.provisional and not change.clock.provisional
        if not self.dry_run:
            self.desktop.apply(file, changes)


def release_calendar(office: Office, order: ReleaseCalendar, rules: ClockRules = RULES) -> Outcome:
    """What released days would move. That they count needs two persons: they are drafted, and released by another."""
    person = check(office, order, dry_run=bool(order.dry_run))
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    row = own_release(office, rows, order, person.label)
    return Outcome(count_with(desktop, rows, row, dry_run=True).answer())


def withdraw_calendar(office: Office, order: WithdrawCalendar, rules: ClockRules = RULES) -> Outcome:
    """What would move back if an own release counted no more; that it does needs two persons as well."""
    person = _named(office, order, dry_run=bool(order.dry_run))
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    row = withdrawal(office, rows, order.release_no, order.reason, person.label)
    return Outcome(count_with(desktop, rows, row, dry_run=True).answer())


def lay_down(office: Office, desktop: Desktop, rows: Sequence[Release], row: Release) -> tuple["Recount", list[Said]]:
    """A release of our own, or its withdrawal, counts from now on, here and at everybody below."""
    recount = count_with(desktop, rows, row)
    said = recount.said(office)
    if row.withdraws is None:
        event: CalendarPublished | CalendarWithdrawn = CalendarPublished(
            number=row.release_no,
            notice=row.notice,
            days=dict(row.days),
            known_until=row.known_until,
            festivals=dict(row.festivals) or None,
            drafted_by=row.drafted_by or None,
        )
    elif row.authority:
        event = CalendarWithdrawn(number=row.withdraws, notice=row.notice, reason=row.why)
    else:  # one from before releases travelled is not known below
        return recount, said
    return recount, [Said(event, row.released_at, row.released_by), *said]


def published_above(office: Office, fact: Fact[CalendarPublished], rules: ClockRules = RULES) -> Outcome:
    """What an authority above has released, laid under our own days."""
    event, envelope = fact.event, fact.envelope
    row = Release(
        number=0,
        authority=envelope.authority,
        release_no=event.number,
        notice=event.notice,
        days=dict(event.days),
        known_until=event.known_until,
        released_at=envelope.time,
        released_by=envelope.actor or "",
        festivals=dict(event.festivals or {}),
        drafted_by=event.drafted_by or "",
    )
    return _heard_from_above(office, row, FROM_ABOVE, rules)


def withdrawn_above(office: Office, fact: Fact[CalendarWithdrawn], rules: ClockRules = RULES) -> Outcome:
    """What an authority above has withdrawn: as if it had never been."""
    event, envelope = fact.event, fact.envelope
    row = Release(
        number=0,
        authority=envelope.authority,
        release_no=0,
        notice=event.notice,
        days={},
        known_until=None,
        released_at=envelope.time,
        released_by=envelope.actor or "",
        withdraws=event.number,
        why=event.reason,
    )
    return _heard_from_above(office, row, WITHDRAWN, rules)


def _heard_from_above(office: Office, row: Release, why: str, rules: ClockRules) -> Outcome:
    if row.authority == office.authority:
        return NOTHING
    earlier = settle(office, rules)  # what was heard before it is counted by the calendar from before
    desktop = Desktop(office, rules)
    rows = desktop.shelf.releases()
    recount = _counted_again(desktop, rows, replace(row, number=len(rows) + 1), why)
    return Outcome(said=[*earlier.said, *recount.said(office)])


def count_with(desktop: Desktop, rows: Sequence[Release], row: Release, *, dry_run: bool = False) -> "Recount":
    """Every open clock under the calendar with one more word of our own."""
    return _counted_again(desktop, rows, row, NEW_CALENDAR if row.withdraws is None else WITHDRAWN, dry_run=dry_run)


def _counted_again(
    desktop: Desktop, rows: Sequence[Release], row: Release, why: str, *, dry_run: bool = False
) -> Recount:
    """Every open clock under the calendar with this row as well."""
    calendar = almanac.lay([*rows, row])
    recount = Recount(desktop, [*rows, row], replace(row, version=calendar.version), calendar, dry_run)
    if calendar != desktop.calendar:
        facts = {"notice": row.notice, "version": calendar.version}
        facts |= {"authority": name_of(row.authority), "reason": row.why}
        recount.count(Reason(why, {name: fact for name, fact in facts.items() if f"{{{name}}}" in why}))
    return recount


def _shown(change: ClockChange, stored: LegalClock | None, now: datetime) -> Move:
    """From and to, and the lights: the one that is shown, and the one that will be."""
    before, after = change.due_from or change.due_at_from, change.clock.due_on or change.clock.due_at
    return Move(
        clock=change.clock,
        due_from=before.isoformat() if before else None,
        due_to=after.isoformat() if after else None,
        light=stored.moments.light(now).value if stored else None,
        light_after=change.clock.moments.light(now).value,
    )


# --- what is checked, and the rows that follow ------------------------------------------------------------------------


def check(office: Office, order: ReleaseCalendar | DraftCalendar, *, dry_run: bool = True) -> RecordedPerson:
    """Who speaks of the days. Raises Refused with everything that is wrong with them."""
    days: dict[date, str] = dict(order.days or {})
    reach = {"first": str(FIRST_DAY), "last": str(LAST_DAY)}
    if any(not FIRST_DAY <= day <= LAST_DAY for day in days):
        office.problems.add("days", _REACH, **reach)
    if order.known_until is not None and order.known_until > LAST_DAY:
        office.problems.add("known_until", _REACH, **reach)
    elif order.known_until is not None and days and order.known_until < max(days):
        office.problems.add("known_until", "The calendar is known at least until its last day, {day}.",
                            day=str(max(days)))  # fmt: skip
    return _named(office, order, dry_run=dry_run)


def _named(
    office: Office, order: ReleaseCalendar | WithdrawCalendar | DraftCalendar, *, dry_run: bool
) -> RecordedPerson:
    """Whoever acts. Raises Refused with everything that was found until then."""
    if not dry_run and not office.problems.has("dry_run"):
        office.problems.add("dry_run", _TWO_PERSONS)
    person = office.acting(order.actor)
    if person is None or office.problems:
        raise Refused(*office.problems.found)
    return person


class Days(Protocol):
    """Days as they are drafted or tried."""

    @property
    def days(self) -> Mapping[date, str]: ...
    @property
    def notice(self) -> str: ...
    @property
    def known_until(self) -> date | None: ...


def own_release(office: Office, rows: Sequence[Release], given: Days, by: str) -> Release:
    """The next release of our own."""
    own = [row for row in rows if row.authority in ("", office.authority) and row.withdraws is None]
    return Release(
        number=len(rows) + 1,
        authority=office.authority,
        release_no=max((one.release_no for one in own), default=0) + 1,
        notice=given.notice,
        days=dict(given.days),
        known_until=given.known_until,
        # A clock that was set back does not turn the order of an authority's own words round.
        released_at=max([office.now, *(one.released_at for one in own)]),
        released_by=by,
    )


def withdrawal(office: Office, rows: Sequence[Release], release_no: int, why: str, by: str) -> Release:
    """The word that a release of our own counts no more. Raises NotFound, Conflict."""
    return replace(
        _own(office, rows, release_no),
        number=len(rows) + 1,
        release_no=0,
        days={},
        festivals={},
        drafted_by="",
        known_until=None,
        released_at=office.now,
        released_by=by,
        withdraws=release_no,
        why=why,
    )


def _own(office: Office, rows: Sequence[Release], release_no: int) -> Release:
    """The release of this number of our own that is still in force. Raises NotFound, Conflict."""
    own = ("", office.authority)
    given = next((r for r in rows if r.authority in own and r.withdraws is None and r.release_no == release_no), None)
    facts = {"number": release_no}
    if given is None:
        unknown = "This authority has no release {number}; only who released days can withdraw them."
        raise NotFound(Problem("release_no", unknown, facts))
    if withdrawal_of(rows, given.authority, release_no) is not None:
        raise Conflict(Problem("release_no", "Release {number} was withdrawn already.", facts))
    return given
