"""Lost cases: a number that is given out twice, because a backup was restored, never mixes up two cases."""

from pathlib import Path

import pytest

from services.contracts.links import EntriesLost
from tests.builders import a_project, an_event, done
from tests.unit.forwarding.levels import BANNER, CITY, OWN_MATTER, ZHAO, Levels, Node

pytestmark = pytest.mark.lengthy
LOST_DECISION = {"actor": ZHAO, "document_no": "赤自然资许〔2026〕1号"}


@pytest.fixture
def levels(tmp_path: Path) -> Levels:
    return Levels(tmp_path)


def gone_up(levels: Levels) -> tuple[str, str]:
    """A case that the city has in hand: its number at the banner, and there."""
    lost = levels.receive()
    levels.banner.step(lost, "forward")
    levels.carry()
    return lost, str(levels.city.opened_from(lost)["case_no"])


def restored(levels: Levels, folder: Path) -> Node:
    """The banner as it was before its first case: another store, with the project on record."""
    (folder / "restored").mkdir()
    node = Node(BANNER, folder / "restored", levels.banner.clock.at)
    node.name_superior(CITY)
    done(node.intake, "intake.register-project", a_project())
    node.turn()
    levels.nodes[BANNER] = node
    return node


def unclaimed(node: Node) -> list[dict[str, object]]:
    return [one["data"] for one in node.said if one["type"].startswith("qidi.unclaimed.heard")]


def test_the_outcome_of_a_lost_case_never_becomes_that_of_another_with_its_number(
    levels: Levels, tmp_path: Path
) -> None:
    lost, at_city = gone_up(levels)
    node = restored(levels, tmp_path)
    levels.wait(hours=1)
    other = levels.receive()
    assert other == lost
    node.step(other, "forward")
    levels.city.step(at_city, "accept")
    levels.city.step(at_city, "grant", **LOST_DECISION)
    node.from_above(levels.city.down[BANNER])  # everything that the city has ever said, also what it said before
    assert node.case(other)["state"] == "forwarded"
    assert node.holders(other) == [(BANNER, node.case(other)["received_at"])]
    assert [one["word"] for one in unclaimed(node)] == ["acknowledged", "decided"]
    assert unclaimed(node)[1]["superior_case_no"] == at_city
    assert unclaimed(node)[1]["outcome"] == "granted"


def test_the_superior_opens_its_own_case_for_another_receipt_with_a_known_number(
    levels: Levels, tmp_path: Path
) -> None:
    lost, first = gone_up(levels)
    node = restored(levels, tmp_path)
    levels.wait(hours=1)
    other = levels.receive()
    assert other == lost
    for _ in range(3):  # more than was ever told of the lost one: what has its place in the sequence is parked
        node.step(other, "reassign", new_handler=ZHAO)
    node.step(other, "forward")
    levels.city.from_below(node.up)
    second = levels.city.opened_from(other)["case_no"]
    assert second != first
    levels.city.step(second, "accept")
    levels.city.step(second, "grant", **LOST_DECISION)
    node.from_above(levels.city.down[BANNER])
    assert node.case(other)["state"] == "granted"
    assert len(unclaimed(node)) == 1  # the acknowledgement of the lost one
    # the same once more opens nothing
    levels.city.from_below(node.up)
    assert len([one for one in levels.city.cases() if one["forwarded_from"] == lost]) == 2


def test_a_word_about_a_case_that_is_not_on_record_is_said_aloud(levels: Levels, tmp_path: Path) -> None:
    lost = levels.receive()
    levels.banner.step(lost, "forward")
    levels.carry_up(BANNER)
    node = restored(levels, tmp_path)
    node.from_above(levels.city.down[BANNER])
    assert [(one["case_no"], one["by"], one["word"]) for one in unclaimed(node)] == [(lost, CITY, "acknowledged")]


def test_numbers_that_may_have_been_lost_are_not_given_out_again(levels: Levels) -> None:
    node = levels.banner
    first, last_year = levels.receive(OWN_MATTER), levels.receive(OWN_MATTER, received_at="2025-12-30T10:00:00+08:00")
    lost = EntriesLost(origin=BANNER, at_most=40)
    node.intake.take_events([an_event(lost, service="ledger/own")])
    assert _number(levels.receive(OWN_MATTER)) == _number(first) + 41
    dated_back = levels.receive(OWN_MATTER, received_at="2025-12-31T10:00:00+08:00")
    assert _number(dated_back) == _number(last_year) + 41


def test_a_withdrawal_below_is_that_of_the_application_which_was_received_there(levels: Levels, tmp_path: Path) -> None:
    lost, at_city = gone_up(levels)
    node = restored(levels, tmp_path)
    levels.wait(hours=1)
    other = levels.receive(OWN_MATTER)
    assert other == lost
    node.step(other, "accept")
    for _ in range(4):  # more than was ever told of the lost one
        node.step(other, "reassign", new_handler=ZHAO)
    node.step(other, "withdraw", reason="申请人撤回")
    levels.city.from_below(node.up)
    assert levels.city.case(at_city)["state"] == "received"


def _number(case_no: str) -> int:
    return int(case_no.rpartition("-")[2])
