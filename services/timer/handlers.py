"""Decides what the clocks do when something is heard and when time passes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, Final

from services.plumbing.switchboard import Fact, Office, Outcome, Said
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE, ChangeKind, ClockChange, Reason, compare
from services.timer.domain import SETTLING, LegalClock, Rung, as_of_for, derive
from services.timer.events import in_order, light_changed, told
from services.timer.occurrences import concerns, occurrence
from services.timer.rules import ONE_TIME_NOTICE, RULES, ClockRule, rules_with
from services.timer.store import File, Shelf

#: Warnings said in one transaction at most; the rest follows with the next tick, in order.
MOST_AT_ONCE: Final = 5_000
_PAGE: Final = 500
_LAST_OF_ALL: Final = "\U0010ffff"
#: A history that is still coming in holds back the judgement on its past for so long at most.
HOLD_AT_MOST: Final = timedelta(seconds=60)

Rules = Sequence[ClockRule]


class Desktop:
    """The files that one message or tick works on: read together, written together."""

    def __init__(self, office: Office, rules: Rules) -> None:
        self.now, self.shelf = office.now, Shelf(office.connection)
        self.rules = rules_with(rules, self.shelf.settings())
        self.files: dict[str, File] = {}
        self.said: list[Said] = []
        self._touched: dict[str, LegalClock] = {}
        self._claimed: list[tuple[LegalClock, Rung]] = []
        self._calendar: Calendar | None = None

    @property
    def calendar(self) -> Calendar:
        """Read once, and only when something has to be counted."""
        if self._calendar is None:
            self._calendar = almanac.current(self.shelf)
        return self._calendar

    def open(self, abouts: Iterable[str]) -> None:
        """Get the files of these subjects, those that are not here yet."""
        self.files |= self.shelf.files(set(abouts) - set(self.files))

    def changes(self, file: File, calendar: Calendar, at: datetime, why: Reason | None = None) -> list[ClockChange]:
        """What follows from the file's facts and is not stored yet."""
        derived = derive(file.facts, calendar, as_of_for(self.now, file.fired), self.rules)
        return compare(file.clocks, derived, calendar, at, why)

    def apply(self, file: File, changes: Sequence[ClockChange]) -> None:
        """Write the changes down and say them; a clock that stops first says the warnings that it has earned."""
        already = len(self.said)
        for change in changes:
            clock = change.clock
            if change.said is ChangeKind.STOPPED and clock.outcome != SET_ASIDE:
                self._earned(file, clock)
            file.clocks[clock.clock_id] = self._touched[clock.clock_id] = clock
            self.said += told(change)
        self.said[already:] = in_order(self.said[already:])

    def _earned(self, file: File, clock: LegalClock) -> None:
        # A stop that was entered late lets all lights settle beyond itself, so it earns none.
        assert clock.stopped_at is not None
        for rung in Rung:
            if rung not in file.rungs_of(clock.clock_id) and clock.fires_at(rung) <= clock.stopped_at:
                self.fire(file, clock, rung)

    def fire(self, file: File, clock: LegalClock, rung: Rung) -> None:
        """Say a warning, once."""
        file.fired[(clock.clock_id, rung)] = clock.fires_at(rung)
        self._claimed.append((clock, rung))
        self._touched[clock.clock_id] = clock
        self.said.append(light_changed(clock, rung))

    def next_change(self, clock: LegalClock) -> datetime | None:
        """When the next warning of this clock may be said, or the law will act on it."""
        rung = clock.next_rung(self.files[clock.about].rungs_of(clock.clock_id))
        if rung is not None:
            return clock.fires_at(rung)
        # Said already, and then a new calendar moved the end: the acceptance will be deemed at the new one.
        again = clock.open and clock.kind == ONE_TIME_NOTICE.kind and clock.fires_at(Rung.RED) > self.now
        return clock.fires_at(Rung.RED) if again else None

    def look_again(self, clock: LegalClock) -> None:
        """Write down anew when this clock changes next."""
        self._touched[clock.clock_id] = clock

    def hold(self, clock_id: str, about: str, until: datetime) -> None:
        """Look at this clock again later."""
        clock = self.files[about].clocks[clock_id]
        self._touched.pop(clock_id, None)
        self.shelf.save([(clock, until)])

    def close(self) -> Outcome:
        """Write everything; the outcome with all that is to be said."""
        self.shelf.claim(self._claimed, self.now)
        self.shelf.save((clock, self.next_change(clock)) for clock in self._touched.values())
        self._claimed.clear()
        self._touched.clear()
        return Outcome(said=self.said)


def hear(office: Office, facts: Sequence[Fact[Any]], rules: Rules = RULES) -> Outcome:
    """Facts about cases and complaints: note them, and let the clocks of each subject follow from all its facts."""
    ours = [fact for fact in facts if concerns(fact, office.authority)]
    heard = [one for fact in ours if (one := occurrence(fact, office.now)) is not None]
    if not heard:
        return Outcome()
    desktop = Desktop(office, rules)
    desktop.open(fact.about for fact in heard)
    desktop.shelf.add_facts(heard)
    for fact in heard:
        desktop.files[fact.about].facts.append(fact)
    if any(fact.late for fact in heard):
        desktop.shelf.late_entry_heard(office.now)
    for about in dict.fromkeys(fact.about for fact in heard):
        file = desktop.files[about]
        desktop.apply(file, desktop.changes(file, desktop.calendar, office.now))
    return desktop.close()


def sweep(office: Office, rules: Rules = RULES) -> Outcome:
    """Every warning whose moment has come, in the order of these moments, each once; also after downtime.

    With nothing due this is one look into an index, however many clocks are open.
    """
    shelf = Shelf(office.connection)
    page = shelf.changing(office.now, _PAGE)
    if not page:
        return Outcome()
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
        if held and desktop.now < (until := _held_until(clock, rung or Rung.RED, held)):
            desktop.hold(clock_id, about, until)
            continue
        fired += 1
        if rung is None:
            desktop.look_again(clock)
        else:
            desktop.fire(file, clock, rung)
        changed = [clock]
        if rung is not Rung.YELLOW and clock.kind == ONE_TIME_NOTICE.kind:
            # Not told in time: accepted by law, so the decision has been running since the day of receipt.
            changes = desktop.changes(file, desktop.calendar, desktop.now)
            desktop.apply(file, changes)
            changed += [change.clock for change in changes]
        for one in {one.clock_id: one for one in changed}.values():
            following = desktop.next_change(file.clocks[one.clock_id])
            if following is not None and (following, one.clock_id) <= horizon:
                heappush(due, (following, one.clock_id, about))
    return fired


def _held_until(clock: LegalClock, rung: Rung, held: datetime) -> datetime:
    """While late entries keep coming, what lies in the past of such a clock waits for them; not for ever."""
    if clock.settled_at is None or clock.turns_at(rung) > clock.settled_at:
        return clock.turns_at(rung)
    return min(held, clock.settled_at + HOLD_AT_MOST)
