"""A region's year: in rounds everybody records and hands up, and at the end all must agree."""

import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from sample.region.places import Place, shares
from sample.region.seats import Broken, Seat, Stores, size_of
from sample.region.traffic import FIRST_DAY, YEAR, Recorded, Traffic
from sample.region.watch import Spent, Watch
from services.contracts.vocabulary import Level
from services.ledger.audit.content import Head, verify_rows
from services.ledger.audit.verdict import LedgerVerdict
from services.ledger.link import store
from services.ledger.link.notes import BadNote, verified
from services.ledger.link.pages import count_lights
from services.ledger.store import Book
from services.plumbing.switchboard import Office

MOST_ROUNDS: Final = 12
#: Entries that an authority hands up at once, at least: smaller pages cost more each.
LEAST_AT_ONCE: Final = 100
#: Entries that are in the region's store and agree, and all of them.
Progressed = Callable[[int, int], None]


@dataclass
class Played:
    """What a simulation measured."""

    authorities: int
    entries: int
    #: From the first empty store to the last receipt.
    spent: Spent = field(default_factory=Spent)
    stages: dict[str, Spent] = field(default_factory=dict)
    #: How often everybody hands up what has come together.
    rounds: int = 0
    pages_to_cities: int = 0
    pages_to_region: int = 0
    #: Bytes on disk: the region's store, and of all others together.
    region_bytes: int = 0
    other_bytes: int = 0
    region_lines: int = 0
    peak_memory_bytes: int = 0
    #: Entries in the region's store whose chain was computed anew from their bytes.
    verified: int = 0
    #: Origins whose root is the same below, between and above.
    agreeing: int = 0
    database: str = "sqlite"

    @property
    def per_second(self) -> float:
        """Entries from the fact to the region's store, everything in one process."""
        return self.entries / self.spent.clock

    @property
    def taken_per_second(self) -> float:
        """Entries that the region alone takes per second of one processor: what limits how many it can hold."""
        return self.verified / self.stages["take/region"].processor


class _Flow:
    """An authority's traffic, taken round by round."""

    def __init__(self, place: Place, entries: int, seed: int) -> None:
        self._told: Iterator[Recorded] = iter(Traffic(place, entries, seed))
        self._next = next(self._told, None)

    def until(self, end: datetime | None) -> list[Recorded]:
        """What happens before `end`, or all that is left."""
        if self._next is None or (end is not None and self._next.at >= end):
            return []
        taken, self._next = [self._next], None

        def before(one: Recorded) -> bool:
            if end is None or one.at < end:
                return True
            self._next = one
            return False

        taken += takewhile(before, self._told)
        return taken


def play(
    chosen: list[Place],
    entries: int,
    folder: Path,
    *,
    database_url: str = "",
    seed: int = 1,
    progress: Progressed = lambda done, total: None,
) -> Played:
    """A year of these authorities with so many entries altogether, in fresh stores in `folder`. Raises Broken."""
    folder.mkdir(parents=True, exist_ok=True)
    watch, played = Watch(), Played(len(chosen), entries)
    begun = Spent.until_now()
    with watch("stores"):
        stores = Stores(folder, database_url)
        seats = {
            place.code: Seat(place, stores.fresh(place.code, place.superior is None), folder, watch) for place in chosen
        }
        for seat in seats.values():
            if seat.place.superior is not None:
                seat.join(seats[seat.place.superior], FIRST_DAY)
    try:
        played.rounds = min(MOST_ROUNDS, max(1, entries // (len(chosen) * LEAST_AT_ONCE)))
        _rounds(chosen, seats, shares(entries, chosen), seed, watch, played, progress)
        played.spent = Spent.until_now() - begun
        with watch("verify"):
            _verify(chosen, seats, played)
        region = seats[chosen[0].code]
        played.database = region.engine.dialect.name
        _measure(region, seats, played)
    finally:
        for seat in seats.values():
            seat.engine.dispose()
    played.stages = watch.stages
    return played


def _rounds(
    chosen: list[Place], seats: dict[str, Seat], given: dict[str, int], seed: int, watch: Watch, played: Played,
    progress: Progressed,
) -> None:  # fmt: skip
    flows = {place.code: _Flow(place, given[place.code], seed) for place in chosen}
    done = 0
    for number in range(1, played.rounds + 1):
        end = None if number == played.rounds else FIRST_DAY + YEAR * number / played.rounds
        # From the lowest level up, so that a round's entries reach the region in that round.
        for place in reversed(chosen):
            with watch("traffic"):
                happened = flows[place.code].until(end)
            now = end or (happened[-1].at if happened else FIRST_DAY + YEAR)
            seat = seats[place.code]
            seat.record([one.fact for one in happened], now)
            if place.superior is not None:
                sent = seat.send(seats[place.superior], now)
                if seats[place.superior].place.level is Level.REGION:
                    played.pages_to_region += sent
                else:
                    played.pages_to_cities += sent
                seats[place.superior].carry()
            seat.carry()
            done += len(happened)
            progress(done, played.entries)


# --- what must be the same --------------------------------------------------------------------------------------------


def _verify(chosen: list[Place], seats: dict[str, Seat], played: Played) -> None:
    """Every origin's root as its own ledger, the levels above and the bytes in the region's store have it."""
    region = seats[chosen[0].code]
    for place in chosen[1:]:
        own = seats[place.code].look(FIRST_DAY, lambda office: Book(office.connection).frontier())
        above, superior = [region], place.superior
        if superior is not None and superior != region.place.code:
            above.append(seats[superior])
        for seat in above:
            held = seat.look(FIRST_DAY, lambda office, code=place.code: store.origin(office.connection, code))  # type: ignore[misc]
            if held is None or (held.size, held.root, held.state) != (own.size, own.root, "ok"):
                raise Broken(f"{seat.place.code} holds another record of {place.code}: {held}")
        played.verified += _again(region, place.code, Head(own.size, own.root))
        _same_lights(seats[place.code], region)
        played.agreeing += 1


def _again(region: Seat, code: str, head: Head) -> int:
    """The tree computed anew from the bytes that the region keeps, and its signature. Returns the entries."""

    def look(office: Office) -> LedgerVerdict:
        one = store.origin(office.connection, code)
        newest = [] if one is None else store.signed(office.connection, one, limit=1, newest_first=True)
        if one is None or not newest:
            raise Broken(f"there is no checkpoint of {code}")
        try:
            signed = verified(newest[0].note, [key for _, key in store.keys_of(office.connection, code)])
        except BadNote as wrong:
            raise Broken(f"the checkpoint of {code}: {wrong}") from wrong
        rows = store.rows(office.connection, one, 0, one.size)
        return verify_rows(rows, head, witnessed=[Head(signed.size, signed.root)])

    verdict = region.look(FIRST_DAY, look)
    if not verdict.ok:
        raise Broken(f"{code}: {verdict.message.format(**verdict.params)}")
    return verdict.size


def _same_lights(below: Seat, region: Seat) -> None:
    code = below.place.code
    here = below.look(FIRST_DAY, lambda office: count_lights(office, ""))
    there = region.look(FIRST_DAY, lambda office: count_lights(office, code))
    if here != there:
        raise Broken(f"the lights of {code} are {here} below and {there} above")


def _measure(region: Seat, seats: dict[str, Seat], played: Played) -> None:
    def lines(connection: Connection) -> int:
        return int(connection.execute(text("SELECT COUNT(*) FROM lines")).scalar_one())

    played.region_lines = region.look(FIRST_DAY + timedelta(days=1), lambda office: lines(office.connection))
    played.region_bytes = size_of(region.engine)
    played.other_bytes = sum(size_of(seat.engine) for seat in seats.values() if seat is not region)
    played.peak_memory_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
