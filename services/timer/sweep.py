"""The sweep: every warning whose moment has come, told once and in order, and the acceptances that follow by law."""

from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Final

from services.contracts.ladder import Rung
from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import NOTHING, Office, Outcome
from services.timer.desktop import Desktop
from services.timer.domain import SETTLING, LegalClock, crossed_at
from services.timer.rules import RULES, ClockRules
from services.timer.store import Shelf

#: Warnings said in one transaction at most; the rest follows with the next tick, in order.
MOST_AT_ONCE: Final = 5_000
_PAGE: Final = 500
_LAST_OF_ALL: Final = "\U0010ffff"
#: A history that is still coming in holds back the judgement on its past for so long at most.
HOLD_AT_MOST: Final = timedelta(seconds=60)


def sweep(office: Office, rules: ClockRules = RULES) -> Outcome:
    """Every warning whose moment has come, in the order of these moments, each once; also after downtime.

    With nothing due this is one look into an index, however many clocks are open.
    """
    shelf = Shelf(office.connection)
    page = shelf.changing(office.now, _PAGE)
    if not page:
        return NOTHING
    heard = shelf.last_late_entry()
    desktop, fired, held = Desktop(office, rules), 0, heard + SETTLING if heard else None
    while page and fired < MOST_AT_ONCE:
        desktop.open(about for _, about, _ in page)
        # Rows after a full page come later than its last one, so nothing beyond that place may be said yet.
        last, _, at = page[-1]
        horizon = (at, last) if len(page) == _PAGE else (office.now, _LAST_OF_ALL)
        fired += _fire(desktop, [(at, clock_id, about) for clock_id, about, at in page], horizon, held)
        desktop.close()
        page = shelf.changing(office.now, _PAGE)
    return Outcome(said=desktop.said)


def _fire(
    desktop: Desktop, due: list[tuple[datetime, str, str]], horizon: tuple[datetime, str], held: datetime | None
) -> int:
    """Say what is due up to the horizon, in order; the number of warnings."""
    heapify(due)
    fired = 0
    while due:
        _, clock_id, about = heappop(due)
        file = desktop.files[about]
        clock = file.clocks[clock_id]
        rung = clock.next_rung(file.rungs_of(clock_id))
        until = _held_until(desktop, clock, rung or Rung.RED, held) if held and not clock.is_paused else desktop.now
        if desktop.now < until:
            desktop.hold(clock_id, about, until)
            continue
        fired += 1
        if rung is None or desktop.told_from(clock, rung) > desktop.now:
            desktop.look_again(clock)
        else:
            desktop.fire(file, clock, rung)
        changed = [clock]
        if clock.is_paused or (rung is not Rung.YELLOW and clock.kind is ClockKind.ONE_TIME_NOTICE):
            # Not told in time: accepted by law, so the decision has been running since the day of receipt. Or a
            # special procedure has had all the time that the law has for it: the count goes on.
            changes = desktop.changes(file, desktop.calendar, desktop.now)
            desktop.apply(file, changes)
            changed += [change.clock for change in changes]
        for one in {one.clock_id: one for one in changed}.values():
            following = desktop.next_change(file.clocks[one.clock_id])
            if following is not None and (following, one.clock_id) <= horizon:
                heappush(due, (following, one.clock_id, about))
    return fired


def _held_until(desktop: Desktop, clock: LegalClock, rung: Rung, held: datetime) -> datetime:
    """While late entries keep coming, what lies in the past of such a clock waits for them; not for ever."""
    at = crossed_at(clock, rung, desktop.calendar)
    if clock.settled_at is None or at > clock.settled_at:
        return at
    return min(held, clock.settled_at + HOLD_AT_MOST)
