"""The desktop: the files that one message or tick works on, read together and written together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.contracts.vocabulary import ClockKind
from services.plumbing.switchboard import Office, Outcome, Said
from services.timer import almanac
from services.timer.calendar import Calendar
from services.timer.changes import SET_ASIDE, ChangeKind, ClockChange, Reason, compare
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence, Rung, as_of_for
from services.timer.events import in_order, light_changed, told
from services.timer.rules import ClockRules, rules_with
from services.timer.store import File, Shelf


class Desktop:
    """The files that one message or tick works on: read together, written together."""

    def __init__(self, office: Office, rules: ClockRules) -> None:
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
            file.clocks[clock.clock_id] = self._touched[clock.clock_id] = clock
            self.said += told(change, self.calendar)
        self.said[already:] = in_order(self.said[already:])

    def _earned(self, file: File, stop: ClockChange) -> None:
        # A stop that was entered late lets all lights settle beyond itself, so it earns none.
        clock = stop.clock
        for rung in Rung:
            if rung not in file.rungs_of(clock.clock_id) and clock.fires_at(rung) <= stop.at:
                self.fire(file, clock, rung)

    def fire(self, file: File, clock: LegalClock, rung: Rung) -> None:
        """Say a warning, once."""
        file.fired[(clock.clock_id, rung)] = clock.fires_at(rung)
        self._claimed.append((clock, rung))
        file.clocks[clock.clock_id] = self._touched[clock.clock_id] = replace(clock, told=rung.light)
        self.said.append(light_changed(clock, rung))

    def next_change(self, clock: LegalClock) -> datetime | None:
        """When the next warning of this clock may be said, or the law will act on it."""
        if clock.is_paused:
            return clock.resumes_at
        rung = clock.next_rung(self.files[clock.about].rungs_of(clock.clock_id))
        if rung is not None:
            return clock.fires_at(rung)
        # Said already, and then a new calendar moved the end: the acceptance will be deemed at the new one.
        again = clock.open and clock.kind is ClockKind.ONE_TIME_NOTICE and clock.fires_at(Rung.RED) > self.now
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
