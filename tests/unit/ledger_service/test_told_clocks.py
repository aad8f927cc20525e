"""Clocks of a lower authority's case: they show what its line shows, by what was told alone."""

from datetime import date

import pytest

from services.contracts.envelope import Event
from services.ledger.subtree import clocks_of
from tests.builders import MORNING
from tests.unit.ledger_service.facts import moved, started, stopped, turned


def shown(*events: Event) -> str:
    (clock,) = clocks_of((event, MORNING) for event in events)
    return clock.light


def test_a_clock_of_which_nothing_was_told_is_green() -> None:
    assert shown(started()) == "green"


@pytest.mark.parametrize(
    ("due_on", "light"), [(date(2026, 10, 10), "red"), (date(2026, 10, 20), "red"), (date(2026, 11, 10), "green")]
)
def test_a_light_that_was_told_holds_for_an_earlier_day_and_not_for_a_later_one(due_on: date, light: str) -> None:
    assert shown(started(), turned("red"), moved(due_on)) == light


def test_a_clock_without_a_day_is_paused() -> None:
    assert shown(started(), moved(None)) == "grey"


def test_a_stopped_clock_goes_on_showing_what_was_told_last() -> None:
    assert shown(started(), turned("yellow"), stopped()) == "yellow"
