"""Tree of authorities: those below add up, and every division of the region is in its place."""

from typing import Any

import pytest

from gateway.tree import COUNTS, find, tree
from services.contracts.divisions import DIRECT, below, divisions, is_within, name_of, superior_of
from services.contracts.vocabulary import Level


def held(code: str, via: str | None, **counts: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"authority": code, "name": "", "level": "", "via": via, "state": "ok"}
    return {**facts, "verified_at": None, "last_contact": None, **dict.fromkeys(COUNTS, 0), **counts}


def test_the_region_has_twelve_leagues_and_cities_and_103_banners() -> None:
    levels = [one.level for one in divisions().values()]
    assert [levels.count(level) for level in (Level.REGION, Level.CITY, Level.BANNER)] == [1, 12, 103]
    assert all(one.superior in divisions() for one in divisions().values() if one.superior)


def test_two_cities_of_banner_rank_report_to_the_region_directly() -> None:
    assert {name_of(code) for code in DIRECT} == {"满洲里市", "二连浩特市"}
    assert {one.code for one in below("150000")} >= DIRECT
    assert len(below("150000")) == 12 + 2
    assert not any(superior_of(code) == "150700" for code in DIRECT)


@pytest.mark.parametrize(
    ("code", "above", "within"),
    [
        ("150424", "150400", True),
        ("150424", "150000", True),
        ("150424", "150424", True),
        ("150424", "150500", False),
        ("150400", "150424", False),
        ("150781", "150700", False),
        ("320000", "150000", False),
    ],
)
def test_an_authority_is_within_those_above_it_and_no_others(code: str, above: str, within: bool) -> None:
    assert is_within(code, above) is within


def test_what_a_city_and_its_banners_have_is_told_apart_and_together() -> None:
    branches = tree("150000", "内蒙古自治区", [
        held("150000", None, open=1, red=1),
        held("150400", "150400", open=2, green=2),
        held("150424", "150400", open=5, yellow=5, elsewhere=1),
    ])  # fmt: skip
    region, city = branches[0], find(branches, "150400")
    assert city is not None
    assert (city.own["open"], city.whole["open"], city.joined_below, len(city.below)) == (2, 7, 1, 12)
    assert (region.own["open"], region.whole["open"], region.whole["elsewhere"]) == (1, 8, 1)
    assert (region.joined_below, len(region.below)) == (1, 14)


def test_who_has_not_joined_is_there_and_nothing_is_said_of_it() -> None:
    found = find(tree("150400", "赤峰市", [held("150400", None)]), "150424")
    assert found is not None
    assert (found.joined, found.state, found.name, found.superior) == (False, None, "林西县", "150400")


def test_a_banner_sees_itself_alone() -> None:
    assert [one.authority for one in tree("150424", "林西县", [held("150424", None, open=3)])] == ["150424"]


def test_an_authority_that_is_in_no_list_stands_below_whoever_its_ledger_comes_through() -> None:
    zone = {**held("150471", "150400", open=4), "name": "赤峰高新区", "level": "banner"}
    branches = tree("150000", "内蒙古自治区", [held("150000", None), held("150400", "150400"), zone])
    found, city = find(branches, "150471"), find(branches, "150400")
    assert found is not None
    assert city is not None
    assert (found.name, found.superior, city.whole["open"]) == ("赤峰高新区", "150400", 4)
