"""Laws of the clocks, for all histories, sweeps and batches."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from services.contracts.cases import CaseDelivered, CaseRefused, CaseWithdrawn
from services.contracts.envelope import Event
from services.contracts.ladder import Rung
from services.contracts.vocabulary import Light, SubjectKind
from services.plumbing.db import reading
from services.timer import almanac
from services.timer.calendar import state_council
from services.timer.changes import SET_ASIDE
from services.timer.deadlines import due
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence, local_day
from services.timer.limits import Hours, WorkingDays
from services.timer.rows import clock_of
from services.timer.store import Shelf
from tests.laws import examples
from tests.unit.timer_clocks.story import WANG, Story, accepted, at, corrected, granted, noticed, reassigned, received

START = at("09-14 09:00")
FOLLOWING = (
    accepted,
    noticed,
    corrected,
    granted,
    reassigned,
    lambda case: CaseRefused(case_no=case, handler=WANG, remedies="行政复议"),
    lambda case: CaseWithdrawn(case_no=case, handler=WANG),
    lambda case: CaseDelivered(case_no=case, handler=WANG),
)
History = list[tuple[Event, datetime]]


@st.composite
def histories(draw: st.DrawFn) -> list[History]:
    """Up to three cases, each received and then anything in any order, hours to weeks apart."""
    cases: list[History] = []
    for number in range(draw(st.integers(1, 3))):
        case = f"case-{number}"
        moment = START + timedelta(hours=draw(st.integers(0, 72)))
        facts: History = [(received(case, days=draw(st.integers(0, 25))), moment)]
        for following in draw(st.lists(st.sampled_from(FOLLOWING), max_size=4)):
            moment += timedelta(hours=draw(st.integers(0, 300)))
            facts.append((following(case), moment))
        cases.append(facts)
    return cases


def stored(story: Story) -> list[LegalClock]:
    with reading(story.desk.engine) as connection:
        return [clock_of(row) for row in _rows(connection)]


def _rows(connection: Connection) -> Any:
    from sqlalchemy import text

    return connection.execute(text("SELECT * FROM clocks ORDER BY clock_id")).mappings()


def lights(story: Story) -> list[tuple[str, str]]:
    return [(one.data["clock_id"], one.data["light"]) for one in story.said("clock.light-changed")]


def live(story: Story, cases: list[History], sweeps: list[datetime]) -> None:
    """Everything is heard when it happens; in between there are sweeps."""
    moments: list[tuple[datetime, int, Event | None]] = [(when, 1, None) for when in sweeps]
    moments += [(when, 0, event) for facts in cases for event, when in facts]
    for when, _, event in sorted(moments, key=lambda one: one[:2]):
        story.clock.at = when
        if event is None:
            story.sweep()
        else:
            story.deliver([story.seal(event, when)])


@settings(max_examples=examples(25))
@given(histories(), st.lists(st.integers(0, 2000), max_size=12))
def test_any_sequence_of_sweeps_fires_each_rung_once_and_never_early(cases: list[History], hours: list[int]) -> None:
    end = START + timedelta(hours=2000)
    with tempfile.TemporaryDirectory() as often, tempfile.TemporaryDirectory() as once:
        many, one = Story(Path(often)), Story(Path(once))
        live(many, cases, [*(START + timedelta(hours=hour) for hour in hours), end])
        live(one, cases, [end])
        for story in (many, one):
            assert max(Counter(lights(story)).values(), default=1) == 1
            for said in story.said("clock.light-changed"):
                assert said.time <= said.recordedtime
        # Downtime loses no warning and adds none: the same ones, and for each case in the same order.
        assert sorted(lights(many)) == sorted(lights(one))
        clocks = stored(many)
        assert [replace(clock, settled_at=None) for clock in clocks] == [
            replace(clock, settled_at=None) for clock in stored(one)
        ]
        for clock in clocks:
            if clock.open and clock.due_at is not None and clock.due_at <= end:
                assert clock.moments.light(end) is Light.RED
                assert (clock.clock_id, "red") in lights(many)


@settings(max_examples=examples(25))
@given(histories(), st.lists(st.integers(0, 1500), min_size=1, max_size=8))
def test_one_sweep_after_downtime_says_the_same_in_the_same_order_as_many(
    cases: list[History], hours: list[int]
) -> None:
    end = START + timedelta(hours=3500)
    receipts = [facts[:1] for facts in cases]
    with tempfile.TemporaryDirectory() as often, tempfile.TemporaryDirectory() as once:
        many, one = Story(Path(often)), Story(Path(once))
        live(many, receipts, [*(START + timedelta(hours=100 + hour) for hour in hours), end])
        live(one, receipts, [end])
        assert many.told() == one.told()
        assert lights(many) == lights(one)


@settings(max_examples=examples(25))
@given(histories(), st.builds(Random, st.integers(0, 9999)))
def test_batches_and_the_order_between_cases_make_no_difference(cases: list[History], random: Random) -> None:
    end = START + timedelta(hours=3000)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        together, apart = Story(Path(first)), Story(Path(second))
        for story in (together, apart):
            story.clock.at = end
        together.tell_late(*((event, str(when)[:19]) for facts in cases for event, when in facts))
        bodies = [[apart.seal(event, when) for event, when in facts] for facts in cases]
        while any(bodies):
            batch = [case.pop(0) for case in random.sample(bodies, random.randint(1, len(bodies))) if case]
            apart.deliver(batch)
        assert stored(together) == stored(apart)


@settings(max_examples=examples(25))
@given(histories(), st.lists(st.integers(0, 3000), max_size=6))
def test_what_is_stored_equals_the_pure_recomputation(cases: list[History], hours: list[int]) -> None:
    end = START + timedelta(hours=3000)
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        live(story, cases, [*(START + timedelta(hours=hour) for hour in hours), end])
        with reading(story.desk.engine) as connection:
            shelf = Shelf(connection)
            calendar, files = almanac.current(shelf), shelf.files([f"case-{number}" for number in range(len(cases))])
        for file in files.values():
            kept = {name: clock for name, clock in file.clocks.items() if clock.outcome != SET_ASIDE}
            assert kept == {clock.clock_id: clock for clock in derive(file.facts, calendar, end)}
            for clock in kept.values():
                exact = isinstance(clock.limit, Hours)
                asked = due(calendar, clock.started_at if exact else local_day(clock.started_at), clock.limit)
                assert (clock.due_on, clock.due_at) == (asked.day, asked.moment)


@given(histories(), st.builds(Random, st.integers(0, 9999)), st.integers(0, 3000))
def test_the_order_in_which_facts_lie_makes_no_difference(cases: list[History], random: Random, hours: int) -> None:
    facts = [
        Occurrence(
            SubjectKind.CASE, "x", n, event.stem.removeprefix("qidi."), when, when, "王芳", "部门", WorkingDays(9), ""
        )
        for n, (event, when) in enumerate(cases[0], 1)
    ]
    calendar, as_of = state_council(), START + timedelta(hours=hours)
    shuffled = random.sample(facts, len(facts))
    assert derive(facts, calendar, as_of) == derive(shuffled, calendar, as_of)
    for clock in derive(facts, calendar, as_of):
        assert clock.yellow_at is not None
        assert clock.due_at is not None
        assert clock.started_at <= clock.yellow_at <= clock.due_at
        assert clock.turns_at(Rung.YELLOW) <= clock.turns_at(Rung.RED)
        assert clock.moments.light(clock.due_at) in (Light.RED, Light.DONE)


@settings(max_examples=examples(25))
@given(histories())
def test_what_was_in_time_but_entered_late_never_fires(cases: list[History]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        story.clock.at = START + timedelta(hours=3000)
        for facts in cases:
            for event, when in facts:
                story.deliver([story.seal(event, when)])
                story.sweep()
        story.clock.move(seconds=5)
        story.sweep()
        closed = {clock.clock_id for clock in stored(story) if not clock.open}
        assert not {clock for clock, _ in lights(story)} & closed
