"""Levels that stand ready in a test: two that are joined, or three."""

from pathlib import Path

import pytest

from tests.unit.forwarding.levels import BANNER, CITY, REGION
from tests.unit.link.chain import Seat, Way, join


@pytest.fixture
def banner(tmp_path: Path) -> Seat:
    return Seat(BANNER, tmp_path)


@pytest.fixture
def city(tmp_path: Path) -> Seat:
    return Seat(CITY, tmp_path)


@pytest.fixture
def region(tmp_path: Path) -> Seat:
    return Seat(REGION, tmp_path)


@pytest.fixture
def way(banner: Seat, city: Seat) -> Way:
    """A banner that has joined its city; that is its first entry, and it has been carried up."""
    join(banner, city)
    Way(banner, city).carry()
    banner.clock.move(minutes=1)  # lights are counted anew
    return Way(banner, city)
