"""A restored banner: it is in step with city and region again once people at both have decided."""

from pathlib import Path

import pytest

from services.ledger.link import forks
from tests.unit.forwarding.levels import BANNER
from tests.unit.ledger_service.facts import received
from tests.unit.link.chain import Seat, Way, carry, join

pytestmark = pytest.mark.lengthy


def test_each_level_above_notices_a_restored_banner_and_decides_for_itself(
    way: Way, region: Seat, tmp_path: Path
) -> None:
    banner, city = way.lower, way.upper
    join(city, region)
    further = Way(city, region)
    banner.record(received(1))
    carry(way, further)
    kept = banner.size()
    (tmp_path / "backup").mkdir()
    old = banner.copied(tmp_path / "backup")
    banner.record(received(2), received(3))
    carry(way, further)
    assert region.held(BANNER)["root"] == city.held(BANNER)["root"] == banner.root()
    back = Way(old, city)
    back.ask()
    back.ask()
    assert city.held(BANNER)["problem"] == f"lost from entry {kept} on"
    carry(back, further)
    assert region.held(BANNER)["state"] == "ok"  # the city has told it nothing that contradicts

    def accept(seat: Seat, person: str) -> int:
        return seat.act(lambda office: forks.accept(office, BANNER, person, "磁盘损坏，恢复昨日备份"))

    assert accept(city, "王五") == kept
    old.record(received(4))
    back.ask()
    carry(back, further)
    assert city.held(BANNER)["root"] == old.root()
    assert region.held(BANNER)["state"] == "fork"
    assert accept(region, "赵六") == kept
    further.ask()
    carry(back, further)
    assert region.held(BANNER)["root"] == city.held(BANNER)["root"] == old.root()
    assert {one["state"] for one in (region.held(BANNER), city.held(BANNER))} == {"ok"}
    assert city.held(BANNER)["up"]["state"] == old.held(BANNER)["up"]["state"] == "ok"
