"""The desktop: the files that one message or tick works on, read together and written together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.contracts.ladder import Rung
from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import Office, Outcome, Said
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE, ChangeKind, ClockChange, Reason, compare
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence, as_of_for, crossed_at, told_from
from services.timer.events import crossed, in_order, light_shown, told
from services.timer.ladder import CROSSINGS
from services.timer.rules import ClockRules, rules_with
from services.timer.store import Crossed, File, Shelf


class Desktop:
    """The files that one message or tick works on: read together, written together."""

    def __init__(self, office: Office, rules: ClockRules) -> None:
        self.now, self.shelf = office.now, Shelf(office.connection)
        self.rules = rules_with(rules, self.shelf.settings())
        self.files: dict[str, File] = {}
        self.said: list[Said] = []
        self._touched: dict[str, LegalClock] = {}
        self._held: list[tuple[LegalClock, datetime]] = []
        self._freed: list[tuple[str, Rung]] = []
        self._claimed: list[Crossed] = []
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

    def put_away(self) -> None:
        """Everything is written: the files are read anew where they are needed again."""
        self.files.clear()

    def add(self, heard: Sequence[Occurrence]) -> None:
        """Put what was heard into the files of its subjects, which are open from now on."""
        self.open(one.about for one in heard)
        self.shelf.add_facts(heard)
        for one in heard:
            self.files[one.about].facts.append(one)
        if any(one.late for one in heard):
            self.shelf.late_entry_heard(self.now)

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
                self._earned(file, change)
            before = file.clocks.get(clock.clock_id)
            file.clocks[clock.clock_id] = self._touched[clock.clock_id] = clock
            self.said += told(change, self.calendar)
            if change.said is ChangeKind.MOVED and before is not None and not clock.is_paused:
                self._moved(file, before, change)
        self.said[already:] = in_order(self.said[already:])

    def _moved(self, file: File, before: LegalClock, change: ClockChange) -> None:
        """A clock that was moved into the future can cross its rungs again, and says which light it shows now."""
        clock = change.clock
        free = [rung for rung in file.rungs_of(clock.clock_id) if self._crossed_at(clock, rung) > self.now]
        for rung in free:
            del file.fired[(clock.clock_id, rung)]
            self._freed.append((clock.clock_id, rung))
        if before.told is not None and clock.told is None:
            shown = replace(clock, told=clock.moments.light(self.now))
            file.clocks[clock.clock_id] = self._touched[clock.clock_id] = shown
            self.said.append(light_shown(shown, change.at))

    def _earned(self, file: File, stop: ClockChange) -> None:
        # A stop that was entered late lets all lights settle beyond itself, so it earns none.
        clock = stop.clock
        for rung in Rung:
            if rung not in file.rungs_of(clock.clock_id) and self.told_from(clock, rung) <= stop.at:
                self.fire(file, clock, rung)

    def fire(self, file: File, clock: LegalClock, rung: Rung) -> None:
        """Say that a rung was crossed, once per crossing."""
        key, at = (clock.clock_id, rung), self.told_from(clock, rung)
        crossing = file.crossings.get(key, 0) + 1
        file.fired[key], file.crossings[key] = at, crossing
        self._claimed.append(Crossed(clock, rung, at, crossing))
        told_light = CROSSINGS[rung].light or clock.told
        file.clocks[clock.clock_id] = self._touched[clock.clock_id] = replace(clock, told=told_light)
        self.said.append(crossed(clock, rung, self._crossed_at(clock, rung), crossing))

    def told_from(self, clock: LegalClock, rung: Rung) -> datetime:
        """When the crossing of a rung may be said."""
        return told_from(clock, rung, self.calendar)

    def _crossed_at(self, clock: LegalClock, rung: Rung) -> datetime:
        return crossed_at(clock, rung, self.calendar)

    def next_change(self, clock: LegalClock) -> datetime | None:
        """When the next warning of this clock may be said, or the law will act on it."""
        if clock.is_paused:
            return clock.resumes_at
        rung = clock.next_rung(self.files[clock.about].rungs_of(clock.clock_id))
        following = [] if rung is None else [self.told_from(clock, rung)]
        # Red was said, and then the end was moved by a version that said it only once: deemed at the new end.
        if clock.open and clock.kind is ClockKind.ONE_TIME_NOTICE and clock.fires_at(Rung.RED) > self.now:
            following.append(clock.fires_at(Rung.RED))
        return min(following, default=None)

    def look_again(self, clock: LegalClock) -> None:
        """Write down anew when this clock changes next."""
        self._touched[clock.clock_id] = clock

    def hold(self, clock_id: str, about: str, until: datetime) -> None:
        """Look at this clock again later."""
        clock = self.files[about].clocks[clock_id]
        self._touched.pop(clock_id, None)
        self._held.append((clock, until))

    def close(self) -> Outcome:
        """Write everything; the outcome with all that is to be said."""
        self.shelf.set_free(self._freed)
        self.shelf.claim(self._claimed, self.now)
        self.shelf.save([*self._held, *((clock, self.next_change(clock)) for clock in self._touched.values())])
        self._held.clear()
        self._freed.clear()
        self._claimed.clear()
        self._touched.clear()
        return Outcome(said=self.said)
