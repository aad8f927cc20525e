"""Corrections of mistakes: the facts as they are without them, and the lights that a correction alone does not wash."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from services.timer.domain import LegalClock, Occurrence
from services.timer.rules import BESIDE, CORRECTED


def corrected(ordered: Sequence[Occurrence]) -> list[Occurrence]:
    """The facts without what never happened, each on its right day and by the right hand (DOMAIN 3, rule 11).

    A fact keeps the moment at which it was first recorded: that it had happened by then nobody doubts.
    """
    found = [fact for fact in ordered if fact.what != CORRECTED]
    for word in ordered:
        if word.what != CORRECTED:
            continue
        at = next((at for at, fact in enumerate(found) if fact.mark == word.corrects), None)
        if at is None:
            continue
        together = _said_together(found, at)
        if word.moved_to is None and not word.person:
            found = [fact for place, fact in enumerate(found) if place not in together]
            continue
        for place in together:
            fact = found[place]
            found[place] = replace(fact, at=word.moved_to or fact.at, person=word.person or fact.person)
    return found


def _said_together(facts: Sequence[Occurrence], at: int) -> Collection[int]:
    """The places of what was said with a fact: by one step, in one moment."""
    beside = BESIDE.get(facts[at].what, frozenset())
    follow = takewhile(lambda place: facts[place].what in beside, range(at + 1, len(facts)))
    return {at, *(place for place in follow if facts[place].at == facts[at].at)}


def waiting(ordered: Sequence[Occurrence]) -> list[Occurrence]:
    """The corrections that no second person has confirmed."""
    proven = {fact.proves for fact in ordered if fact.proves}
    return [fact for fact in ordered if fact.what == CORRECTED and fact.mark not in proven]


def unwashed(
    clocks: Iterable[LegalClock], as_before: Iterable[LegalClock], said: datetime, standing: Collection[str]
) -> Iterator[LegalClock]:
    """The clocks as they are corrected, but as they were where a correction alone would give time, or take a red light
    away (DOMAIN 3, rule 12). `standing`: those that the correction left; what starts again later is another clock.
    """
    kept_at_all = (clock for clock in as_before if clock.clock_id in standing or _is_red(clock, said))
    before = {clock.clock_id: clock for clock in kept_at_all}
    for clock in clocks:
        kept = before.pop(clock.clock_id, None)
        if kept is None or not (_ends_later(clock, kept) or (_is_red(kept, said) and not _is_red(clock, said))):
            yield clock
        else:
            yield kept
    yield from (clock for clock in before.values() if _is_red(clock, said))


def _ends_later(clock: LegalClock, kept: LegalClock) -> bool:
    return kept.due_at is not None and (clock.due_at is None or clock.due_at > kept.due_at)


def _is_red(clock: LegalClock, at: datetime) -> bool:
    late = clock.open or not clock.on_time
    return clock.due_at is not None and clock.due_at <= at and late
