"""Contradictions: both sides, and whoever is above them, can say where they are and in which numbers."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts import cases
from services.ledger.link import forks, membership
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import a_step, received
from tests.unit.link.chain import Seat, Way, carry, join

pytestmark = pytest.mark.lengthy


def restored(way: Way, folder: Path, *above: Way) -> tuple[Way, int, int]:
    """A banner that comes back from a backup: what is there, and what was signed for before."""
    way.lower.record(received(1))
    carry(way, *above)
    folder.mkdir()
    old, kept = way.lower.copied(folder), way.lower.size()
    way.lower.record(received(2), a_step(cases.CaseAccepted, 2), received(3))
    carry(way, *above)
    back = Way(old, way.upper)
    back.ask()
    back.ask()
    return back, kept, way.lower.size()


def wrong(seat: Seat, origin: str = BANNER) -> list[tuple[str, str, dict[str, Any]]]:
    return [(one["side"], one["kind"], one["facts"]) for one in seat.held(origin)["troubles"]]


def test_where_all_is_well_nothing_is_wrong(way: Way) -> None:
    assert wrong(way.upper) == wrong(way.lower) == []
    assert way.lower.ask("troubles")["items"] == []


def test_the_superior_of_a_restored_child_knows_from_where_on_how_much_is_lost(way: Way, tmp_path: Path) -> None:
    _, kept, size = restored(way, tmp_path / "old")
    [(side, kind, facts)] = wrong(way.upper)
    assert (side, kind) == ("below", "lost")
    assert (facts["index"], facts["count"], facts["place"], facts["own"]) == (kept, size - kept, "林西县", CITY)
    # the counts of the branch that is in doubt are not compared with themselves
    assert way.upper.held(BANNER)["lights"] is None


def test_the_restored_child_knows_it_too_and_no_longer_says_that_roots_agree(way: Way, tmp_path: Path) -> None:
    back, kept, size = restored(way, tmp_path / "old")
    [(side, kind, facts)] = wrong(back.lower)
    assert (side, kind) == ("above", "lost")
    assert (facts["superior"], facts["superior_name"]) == (CITY, "赤峰市")
    assert (facts["own_size"], facts["size"]) == (kept, size)
    assert back.lower.held(BANNER)["up"]["roots_equal"] is False
    [noticed] = back.lower.ask("troubles")["items"]
    assert (noticed["side"], noticed["from_index"], noticed["known_size"]) == ("above", kept, size)
    assert noticed["accepted_at"] is None


def test_once_a_person_has_accepted_it_both_say_so(way: Way, tmp_path: Path) -> None:
    back, _, _ = restored(way, tmp_path / "old")
    way.upper.act(lambda office: forks.accept(office, BANNER, "王五", "恢复备份"))
    back.ask()
    back.carry()
    assert wrong(way.upper) == wrong(back.lower) == []
    assert back.lower.held(BANNER)["up"]["roots_equal"] is True
    assert [one["accepted_at"] is None for one in back.lower.ask("troubles")["items"]] == [False]


def test_another_history_under_a_true_signature_is_told_from_a_loss(way: Way, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = way.lower.copied(tmp_path / "other")
    way.lower.record(received(2))
    way.carry()
    other.record(received(3))
    forked = Way(other, way.upper)
    forked.round()
    [(side, kind, facts)] = wrong(way.upper)
    assert (side, kind, facts["index"]) == ("below", "differs", way.upper.held(BANNER)["entries"] - 1)
    assert [one[:2] for one in wrong(other)] == [("above", "differs")]


def test_what_a_suspended_child_reads_is_the_reason(way: Way) -> None:
    way.upper.act(lambda office: membership.suspend(office, BANNER, "核查", "李主任"))
    way.lower.record(received(1))
    way.round()
    [(side, kind, facts)] = wrong(way.lower)
    assert (side, kind, facts["why"]) == ("above", "refused", "the sender has not joined or is suspended")


def test_the_region_learns_from_the_city_that_the_way_to_the_banner_is_interrupted(
    way: Way, region: Seat, tmp_path: Path
) -> None:
    join(way.upper, region)
    further = Way(way.upper, region)
    back, _, _ = restored(way, tmp_path / "old", further)
    assert wrong(region) == []  # the city's entry has not come yet
    further.carry()
    [(side, kind, facts)] = wrong(region)
    assert (side, kind, facts["via"], facts["via_name"]) == ("further-below", "lost", CITY, "赤峰市")
    way.upper.act(lambda office: forks.accept(office, BANNER, "王五", "恢复备份"))
    back.ask()
    carry(back, further)
    # now it is the region's own to decide
    assert [one[:2] for one in wrong(region)] == [("below", "differs")]
