"""What happens at an authority in a simulated year: cases, their clocks and complaints, in the order of time.

The facts are those that intake, timer, complaints and ledger say, sealed as they seal them; due days come from the one
calculator. The same seed gives the same bytes.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from sample.region.places import Place
from sample.region.stories import PER_STORY, Happening, Teller
from services.contracts.envelope import Envelope, Event, Reach, seal
from services.contracts.vocabulary import ZONE
from services.plumbing.switchboard import Fact

FIRST_DAY: Final = datetime(2025, 1, 1, tzinfo=ZONE)
YEAR: Final = timedelta(days=365)
#: What is begun in the last weeks of a year is not finished in it.
LASTING: Final = timedelta(days=25)


@dataclass(frozen=True)
class Recorded:
    """A fact as the ledger hears it, and when."""

    at: datetime
    fact: Fact[Event]


class Traffic:
    """One authority's year: so many entries, told in order."""

    def __init__(self, place: Place, entries: int, seed: int = 1) -> None:
        self._chance = Random(f"{seed}/{place.code}")
        self._place, self._entries = place, entries
        self._teller = Teller(place, self._chance)
        self._sequences: dict[tuple[str, str], int] = {}

    def __iter__(self) -> Iterator[Recorded]:
        """Cases and complaints begin evenly over the year; what they lead to is told when its time has come."""
        pause = (YEAR - LASTING) / max(1.0, self._entries / PER_STORY)
        waiting: list[tuple[datetime, int, Happening]] = []
        begins, told = FIRST_DAY, 0
        number = 0
        while told < self._entries:
            while not waiting or begins <= waiting[0][0]:
                for one in self._teller.story(begins):
                    number += 1
                    heapq.heappush(waiting, (one.at, number, one))
                begins += pause
            yield self._sealed(heapq.heappop(waiting)[2])
            told += 1

    def _sealed(self, one: Happening) -> Recorded:
        voice = "/own" if one.event.reach is Reach.OWN else ""
        source = f"/authorities/{self._place.code}/{one.service}{voice}"
        key = (source, one.event.subject)
        self._sequences[key] = sequence = self._sequences.get(key, 0) + 1
        body = seal(
            one.event,
            id=str(self._id(one.at)),
            source=source,
            occurred_at=one.at,
            recorded_at=one.at,
            sequence=sequence,
            actor=one.actor,
        )
        return Recorded(one.at, Fact(Envelope.parse(body), one.event, body))

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7 of that moment; its other bits from the seed."""
        bits = int(at.timestamp() * 1000) << 80 | self._chance.getrandbits(80)
        return UUID(int=bits & ~(0xF000 << 64) & ~(0xC000 << 48) | 0x7000 << 64 | 0x8000 << 48)
