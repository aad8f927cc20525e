"""The bad line of the network tests is as bad as it was told to be."""

import random

import pytest

from tests.network.line import Weather


def fates(order: str, frames: int = 4000) -> list[list[float]]:
    weather, chance = Weather(), random.Random(1)
    weather.become(order)
    return [weather.fates(chance) for _ in range(frames)]


def test_a_good_line_passes_each_frame_once_and_at_once() -> None:
    assert fates("good", 50) == [[0.0]] * 50


def test_a_cut_line_passes_nothing() -> None:
    assert fates("cut", 50) == [[]] * 50


def test_a_bad_line_loses_doubles_delays_and_reorders_in_the_shares_it_was_told() -> None:
    found = fates("bad 0.2 0.05 0.02 0.10")
    assert sum(one == [] for one in found) / 4000 == pytest.approx(0.05, abs=0.015)
    assert sum(len(one) == 2 for one in found) / 4000 == pytest.approx(0.02, abs=0.01)
    assert sum(one[:1] == [0.0] for one in found) / 4000 == pytest.approx(0.10, abs=0.02)
    assert {late for one in found for late in one} == {0.0, 0.2}
