"""Lights of clocks: what was told of an end stays, what was told of an earlier end is forgotten, and counts agree."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.contracts.envelope import Event
from services.contracts.vocabulary import Light
from services.plumbing.db import open_engine, transaction
from services.plumbing.migrate import upgrade
from services.timer.occurrences import FACTS
from services.timer.rules import facts_that_matter
from services.timer.service import BOARD
from tests.builders import asked, released
from tests.laws import examples
from tests.unit.timer_clocks.story import Story, at, reassigned, received

NOTICE = "one_time_notice/1"
#: Columns that came after version 0003 of the store.
LATER = {"told", "pauses", "paused_on", "budget", "resumes_at", "entered_at"}


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A case of 2026-09-16, told to be yellow since 09-21; then the machine's clock was set back by a day."""
    story = Story(tmp_path)
    story.tell(received(), "09-16 10:00")
    story.sweep("09-21 00:00")
    story.clock.at = at("09-20 00:00")
    return story


def days_off(story: Story, *days: str) -> None:
    order = {"days": dict.fromkeys(days, "holiday"), "notice": "林政办发〔2026〕45号"}
    released(story.desk, order, role="ops", name="周明", department="政务服务局")


def shown(story: Story) -> Light:
    """The light of the case's clock, which the counts know as well."""
    light = Light(story.clocks()[NOTICE]["light"])
    assert asked(story.desk, "lights")["by_light"][light] == 1
    return light


def test_a_warning_does_not_go_out_again_because_the_clock_was_set_back(story: Story) -> None:
    assert shown(story) is Light.YELLOW
    story.tell(reassigned(), "09-20 00:00")
    assert shown(story) is Light.YELLOW, "another person answers for the same end"


def test_what_was_told_of_an_end_says_nothing_about_a_later_one(story: Story) -> None:
    days_off(story, "2026-09-21", "2026-09-22", "2026-09-23")
    assert shown(story) is Light.GREEN


def test_what_was_told_of_an_end_is_told_of_an_earlier_one_as_well(story: Story) -> None:
    days_off(story, "2026-09-21", "2026-09-22", "2026-09-23")
    story.sweep("09-29 00:00")
    story.clock.at = at("09-20 00:00")
    withdrawal = {"release_no": 1, "reason": "有误"}
    released(story.desk, withdrawal, role="ops", name="周明", department="政务服务局")
    assert story.clocks()[NOTICE]["due_on"] == "2026-09-22"
    assert shown(story) is Light.RED


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=6), st.lists(st.integers(0, 900), max_size=4))
def test_the_counts_are_those_of_the_lights_one_by_one(begun: list[int], hours: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        cases = [f"case-{number}" for number in range(len(begun))]
        for case, days in sorted(zip(cases, begun, strict=True), key=lambda one: one[1]):
            story.tell(received(case), f"2026-09-{days + 1:02} 10:00")
        for hour in hours:  # to and fro, as of a machine whose clock is set back
            story.clock.at = at("09-10 00:00")
            story.clock.move(hours=hour)
            story.sweep()
            lights = [clock["light"] for case in cases for clock in story.clocks(case).values()]
            counted = asked(story.desk, "lights")["by_light"]
            assert Counter({light: n for light, n in counted.items() if n}) == Counter(lights)


def test_every_fact_that_a_rule_names_is_heard_and_no_other() -> None:
    heard = {kind.stem.removeprefix("qidi.") for kind, _ in FACTS}
    told_apart = {"case.outcome-": "case.outcome-returned", "case.above-": "case.stood-above"}
    told_apart["case.correction-handed-up"] = "case.correction-completed"
    named = {next((fact for one, fact in told_apart.items() if what.startswith(one)), what)
             for what in facts_that_matter()}  # fmt: skip
    assert heard == named
    assert all(issubclass(kind, Event) for kind, _ in FACTS)


def test_warnings_from_before_the_upgrade_are_told_where_they_were_said_of_the_present_end(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/timer.sqlite", "timer")
    upgrade(BOARD, engine, "0003")
    columns = [c.name for c in BOARD.metadata.tables["clocks"].columns if c.name not in LATER]
    usual = dict.fromkeys(columns, 0) | dict.fromkeys(("deemed_at", "settled_at", "stopped_at"))
    with transaction(engine) as connection:
        for name, yellow_at, due_at in (("told", 10, 90), ("late", 10, 20), ("moved", 50, 90), ("never", 10, 90)):
            connection.execute(
                text(f"INSERT INTO clocks ({', '.join(columns)}) VALUES ({', '.join(':' + one for one in columns)})"),
                usual | {"clock_id": name, "about": name, "yellow_at": yellow_at, "due_at": due_at},
            )
        rungs = [("told", "yellow", 10), ("late", "yellow", 10), ("late", "red", 20), ("moved", "yellow", 10)]
        for name, rung, fires_at in rungs:
            connection.execute(
                text("INSERT INTO rungs (clock_id, rung, about, fires_at, said_at) VALUES (:c, :r, :c, :f, 0)"),
                {"c": name, "r": rung, "f": fires_at},
            )
    upgrade(BOARD, engine)
    with engine.connect() as connection:
        told = {row.clock_id: row.told for row in connection.execute(text("SELECT clock_id, told FROM clocks"))}
    assert told == {"told": "yellow", "late": "red", "moved": None, "never": None}
