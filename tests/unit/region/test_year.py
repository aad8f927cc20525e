"""A simulated year is a real one: real places, facts in order, every level with the same record at the end."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from qidi.cli import app
from sample.region.places import inner_mongolia, places, shares
from sample.region.seats import Broken, Seat, Stores
from sample.region.traffic import FIRST_DAY, Traffic
from sample.region.watch import Watch
from sample.region.year import play
from services.contracts.envelope import Reach
from services.ledger.audit.sequences import SequenceCheck
from services.plumbing.db import open_engine

pytestmark = pytest.mark.lengthy


def test_the_whole_region_is_there_with_the_two_that_report_to_it_directly() -> None:
    levels = Counter(place.level for place in inner_mongolia())
    assert levels == {"region": 1, "city": 12, "banner": 103}
    direct = {place.code for place in inner_mongolia() if place.superior == "150000" and place.level == "banner"}
    assert direct == {"150781", "152501"}


@pytest.mark.parametrize("count", [3, 4, 14, 60, 115, 116])
def test_fewer_authorities_are_still_a_tree_of_three_levels(count: int) -> None:
    chosen = places(count)
    codes = {place.code for place in chosen}
    assert len(codes) == count
    assert all(place.superior is None or place.superior in codes for place in chosen)
    assert {place.level for place in chosen} == {"region", "city", "banner"}


@pytest.mark.parametrize("count", [0, 2, 117])
def test_a_region_without_three_levels_or_with_invented_places_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="between 3 and 116"):
        places(count)


def test_no_entry_is_lost_in_sharing_them_out() -> None:
    given = shares(9_999, places(116))
    assert sum(given.values()) == 9_999
    assert given["150000"] > given["150400"] > given["150424"] > 0


def test_a_year_is_told_in_order_fills_the_year_and_keeps_every_rule_of_an_entry() -> None:
    banner = next(place for place in inner_mongolia() if place.code == "150424")
    told = list(Traffic(banner, 3_000))
    check = SequenceCheck()
    for index, one in enumerate(told):
        check.look(index, one.fact.body)
        assert one.fact.envelope.authority == "150424"
    moments = [one.at for one in told]
    assert moments == sorted(moments)
    assert timedelta(days=330) < moments[-1] - FIRST_DAY < timedelta(days=400)
    kinds = Counter(one.fact.envelope.stem.split(".")[1] for one in told)
    assert set(kinds) == {"case", "clock", "complaint", "line"}
    assert 0 < sum(one.fact.envelope.reach is Reach.OWN for one in told) < 300


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    banner = places(3)[2]

    def bodies(seed: int) -> list[bytes]:
        return [one.fact.body for one in Traffic(banner, 200, seed)]

    assert bodies(1) == bodies(1)
    assert bodies(1) != bodies(2)


def test_after_a_year_every_level_holds_the_same(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    played = play(places(5), 2_000, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert played.agreeing == 4
    assert played.rounds == 4
    # What came from below, and what was recorded on the way: that a lower authority joined, and how.
    assert played.verified >= 2_000 - shares(2_000, places(5))["150000"]
    assert seen[-1] == (2_000, 2_000)
    region = open_engine(f"sqlite:///{tmp_path}/150000.sqlite", "ledger")
    with region.connect().execution_options(reading=True) as connection:
        rows = connection.execute(
            text("SELECT origin, COUNT(*), COUNT(body) FROM origin_entries GROUP BY origin")
        ).all()
    region.dispose()
    assert len(rows) == 4
    assert all(0 < bodies < count for _, count, bodies in rows), "what stays at home comes up as a hash alone"
    assert played.region_bytes > 0
    assert played.stages["take/region"].processor > 0


def test_a_store_that_was_changed_meanwhile_is_not_passed_over(tmp_path: Path) -> None:
    watch, stores = Watch(), Stores(tmp_path)
    region_place, city_place, _ = places(3)
    region = Seat(region_place, stores.fresh("150000", is_region=True), tmp_path, watch)
    city = Seat(city_place, stores.fresh(city_place.code, is_region=False), tmp_path, watch)
    city.join(region, FIRST_DAY)
    city.record([one.fact for one in Traffic(city_place, 50)], FIRST_DAY)
    with city.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER entries_no_update"))
        connection.execute(text("UPDATE entries SET body = CAST(replace(body, '1', '2') AS BLOB) WHERE idx = 7"))
    with pytest.raises(Broken, match="does not take page 0"):
        city.send(region, FIRST_DAY)
    for seat in (region, city):
        seat.engine.dispose()


def test_the_command_says_what_it_took_and_that_all_agree() -> None:
    answer = CliRunner().invoke(app, ["simulate", "--authorities", "4", "--entries", "600", "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["origins_agreeing"] == 3
    assert told["region"]["bytes_per_entry"] > 200
    assert told["stages"]["verify"]["seconds"] > 0


def test_an_impossible_region_is_refused_with_the_reason() -> None:
    answer = CliRunner().invoke(app, ["simulate", "--authorities", "2", "--lang", "en"])
    assert answer.exit_code == 2
    assert "between 3 and 116" in answer.output


def test_people_are_answered_in_their_language() -> None:
    answer = CliRunner().invoke(app, ["simulate", "--authorities", "3", "--entries", "100", "--lang", "zh"])
    assert answer.exit_code == 0, answer.output
    assert "根值全部一致" in answer.output
