"""Corrections of mistakes: the facts as they are without them, and the lights that a correction alone does not wash."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from services.contracts.vocabulary import APPLICANTS
from services.timer.domain import LegalClock, Occurrence
from services.timer.rules import BESIDE, CORRECTED


def corrected(ordered: Sequence[Occurrence]) -> list[Occurrence]:
    """The facts without what never happened, each on its right day and by the right hand (DOMAIN 3, rule 11).

    A fact keeps the moment at which it was first recorded, until a second person has confirmed its other day: that it
    had happened by then nobody doubts.
    """
    proven = proofs(ordered)
    found = [fact for fact in ordered if fact.what != CORRECTED]
    for word in ordered:
        if word.what != CORRECTED:
            continue
        earlier = (at for at, fact in enumerate(found) if fact.sequence < word.sequence)
        at = next((at for at in earlier if found[at].mark == word.corrects), None)
        if at is None:
            continue
        together = _said_together(found, at)
        if word.moved_to is None and not word.person:
            found = [fact for place, fact in enumerate(found) if place not in together]
            continue
        for place in together:
            fact = found[place]
            recorded_at = None if word.moved_to is not None and is_proven(word, proven) else fact.recorded_at
            person = word.person or fact.person
            found[place] = replace(fact, at=word.moved_to or fact.at, person=person, recorded_at=recorded_at)
    return found


def _said_together(facts: Sequence[Occurrence], at: int) -> Collection[int]:
    """The places of what was said with a fact: by one step, in one moment."""
    beside = BESIDE.get(facts[at].what, frozenset())
    follow = takewhile(lambda place: facts[place].what in beside, range(at + 1, len(facts)))
    return {at, *(place for place in follow if facts[place].at == facts[at].at)}


def proofs(facts: Iterable[Occurrence]) -> Mapping[str, int]:
    """What a second person has confirmed: the mark, and the number of the fact that last did so."""
    return {fact.proves: fact.sequence for fact in facts if fact.proves}


def is_proven(fact: Occurrence, proven: Mapping[str, int]) -> bool:
    """Whether a second person has confirmed the day that it names; what was confirmed before it was another fact."""
    return bool(proven) and proven.get(fact.mark, fact.sequence) > fact.sequence


def waiting(ordered: Sequence[Occurrence]) -> list[Occurrence]:
    """The corrections that no second person has confirmed."""
    proven = proofs(ordered)
    return [fact for fact in ordered if fact.what == CORRECTED and not is_proven(fact, proven)]


def unwashed(
    clocks: Iterable[LegalClock], as_before: Iterable[LegalClock], said: datetime, standing: Collection[str]
) -> Iterator[LegalClock]:
    """The clocks as they are corrected, but as they were where a correction alone would give time, or take away a red
    light or what the office owes (DOMAIN 3, rule 12). `said`: when the last of the corrections was. `standing`: those
    that the corrections left; what starts again later is another clock.
    """
    kept_at_all = (clock for clock in as_before if clock.clock_id in standing or _stays(clock, said))
    before = {clock.clock_id: clock for clock in kept_at_all}
    for clock in clocks:
        kept = before.pop(clock.clock_id, None)
        if kept is None or not (_ends_later(clock, kept) or (_is_red(kept, said) and not _is_red(clock, said))):
            yield clock
        else:
            yield kept
    yield from (clock for clock in before.values() if _stays(clock, said))


def _stays(clock: LegalClock, said: datetime) -> bool:
    """Whether it was red by then, or the office owed something by it."""
    is_owed = clock.started_at <= said and (clock.stopped_at is None or clock.stopped_at > said)
    return _is_red(clock, said) or (is_owed and clock.kind not in APPLICANTS)


def _ends_later(clock: LegalClock, kept: LegalClock) -> bool:
    return kept.due_at is not None and (clock.due_at is None or clock.due_at > kept.due_at)


def _is_red(clock: LegalClock, at: datetime) -> bool:
    late = clock.open or not clock.on_time
    return clock.due_at is not None and clock.due_at <= at and late
