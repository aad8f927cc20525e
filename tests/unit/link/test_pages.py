"""Pages: a ledger goes up in order, gapless, the same bytes again until signed for, private content never."""

import json
from datetime import date

import pytest

from services.contracts import cases
from services.contracts.links import Gap, Receipt
from services.ledger.canonical import canonical_bytes
from services.ledger.link import membership, pages
from services.ledger.link.messages import Became
from services.ledger.link.notes import signer
from services.ledger.merkle import SHA256
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import LI, a_step, moved, number, received, started, stopped, turned
from tests.unit.link.chain import Seat, Way, a_key, carry, changed, entries_of, join, told

pytestmark = pytest.mark.lengthy

NOTE = "申请人来电催问"


def a_note(n: int = 1, note: str = NOTE) -> cases.CaseNoted:
    return cases.CaseNoted(case_no=number(n), handler=LI, note=note)


def test_pages_go_up_in_order_and_without_a_gap(way: Way) -> None:
    for n in range(1, 400):
        way.lower.record(received(n), started(n), a_step(cases.CaseAccepted, n))
    waiting = way.lower.pages()
    begins = [page.number for page in waiting]
    ends = [page.number + len(entries_of(page)) for page in waiting]
    assert begins == [1, *ends[:-1]]
    assert ends[-1] == way.lower.size() == 1 + 3 * 399
    assert [one["index"] for page in waiting for one in entries_of(page)] == list(range(1, ends[-1]))
    assert max(len(entries_of(page)) for page in waiting) == pages.LONGEST
    way.carry()
    held = way.upper.held(BANNER)
    assert (held["verified"], held["root"], held["state"]) == (way.lower.size(), way.lower.root(), "ok")
    mine = way.lower.held(BANNER)["up"]
    assert (mine["receipted"], mine["waiting"], mine["roots_equal"]) == (way.lower.size(), 0, True)


def test_large_entries_end_a_page_early_and_one_larger_than_a_page_goes_alone(way: Way) -> None:
    for n, length in enumerate((600, 600_000, 600_000, 1_200_000, 600), start=1):
        way.lower.record(a_step(cases.CaseRefused, n, reason="不" * (length // 3), remedies="申请行政复议"))
    assert [len(entries_of(page)) for page in way.lower.pages(9)] == [2, 1, 1, 1]
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()


def test_what_has_no_receipt_goes_again_as_the_same_bytes_also_after_growth(way: Way) -> None:
    way.lower.record(received(1))
    first = way.lower.pages()
    way.lower.record(received(2))
    again = way.lower.pages()
    assert [page.body for page in again[:1]] == [page.body for page in first]
    assert [page.body for page in way.lower.pages()] == [page.body for page in again]
    assert [page.number for page in again] == [1, 2]


def test_private_content_never_leaves_while_its_hash_does(way: Way) -> None:
    way.lower.record(received(1), a_note(), a_step(cases.CaseAccepted, 1))
    (page,) = way.lower.pages()
    way.carry()
    assert NOTE.encode() not in b"".join(one.body for one in way.carried)
    noted = entries_of(page)[1]
    mine = way.lower.ask("entries")["items"][2]
    assert mine["entry"]["data"]["note"] == NOTE
    assert (noted["entry"], noted["leaf"]) == (None, SHA256.leaf(canonical_bytes(mine["entry"])).hex())
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    assert all(NOTE not in json.dumps(envelope.data, ensure_ascii=False) for _, envelope in way.upper.bus())


def test_a_superior_refuses_private_content_that_is_sent_all_the_same(way: Way) -> None:
    way.lower.record(a_note())
    (page,) = way.lower.pages()
    entry = way.lower.ask("entries")["items"][1]["entry"]
    leaked = changed(page.body, entries=[{**entries_of(page)[0], "entry": entry}])
    taken = way.upper.take(leaked, BANNER)
    assert (taken.became, taken.reason) == (Became.REFUSED, "entry 1 may not travel up")
    assert way.upper.held(BANNER)["verified"] == 1


def test_what_arrived_is_said_on_the_superiors_bus_as_facts_from_below(way: Way) -> None:
    way.lower.record(received(1), a_note(), a_step(cases.CaseAccepted, 1))
    way.carry()
    below = way.upper.bus("below.")
    assert [key for key, _ in below] == ["below.qidi.case.received.v1", "below.qidi.case.accepted.v1"]
    assert [envelope.id for _, envelope in below] == [
        one["entry"]["id"] for one in way.lower.ask("entries")["items"] if one["entry"]["reach"] != "own"
    ]
    assert {envelope.authority for _, envelope in below} == {BANNER}
    (line,) = way.upper.ask("lines", authority=BANNER)["items"]
    assert (line["case_no"], line["authority"], line["state"]) == (number(1), BANNER, "accepted")
    assert way.upper.ask("lines")["items"] == []


def test_a_page_that_comes_twice_has_one_effect_and_gets_the_same_receipt(way: Way) -> None:
    way.lower.record(received(1), a_step(cases.CaseAccepted, 1))
    (page,) = way.lower.pages()
    first, second = (way.upper.take(page.body, BANNER) for _ in range(2))
    assert (first.became, second.became) == (Became.TAKEN, Became.REPEATED)
    assert first.answer == second.answer
    assert len(way.upper.bus("below.")) == 2
    assert isinstance(told(second.answer), Receipt)


def test_a_receipt_bears_both_signatures_over_the_childs_own_statement(way: Way) -> None:
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    receipt = told(way.up(page).answer)
    assert (receipt.size, receipt.root) == (2, way.lower.root())
    assert receipt.note.startswith(json.loads(page.body)["checkpoint"])
    for code in (BANNER, CITY):
        assert signer(receipt.note, [a_key(code).verifier]) is not None
    assert way.heard[-1].became is Became.TAKEN


def test_a_receipt_that_is_signed_by_nobody_known_or_says_something_else_is_not_believed(way: Way) -> None:
    way.lower.record(received(1), received(2))
    (page,) = way.lower.pages()
    sound = way.upper.take(page.body, BANNER).answer
    assert sound is not None
    said = json.loads(sound)
    stranger = said["note"].rsplit("— ", 1)[0]  # only the child's own signature is left
    for wrong in ({"note": stranger}, {"size": 2}, {"root": "00" * 32}, {"note": "no note at all"}):
        heard = way.lower.hear(changed(sound, **wrong))
        assert heard.became is Became.REFUSED, wrong
        assert way.lower.held(BANNER)["up"]["receipted"] == 1
    assert way.lower.hear(sound).became is Became.TAKEN
    assert way.lower.hear(sound).became is Became.REPEATED
    assert way.lower.held(BANNER)["up"]["receipted"] == 3


def test_a_gap_is_told_and_filled(way: Way) -> None:
    way.lower.record(*(received(n) for n in range(1, 4)))
    way.lower.pages()
    way.lower.record(*(received(n) for n in range(4, 6)))
    first, second = way.lower.pages()
    early = way.up(second)
    assert (early.became, told(early.answer)) == (Became.GAP, Gap(origin=BANNER, expects=1))
    assert way.heard[-1].resend == {BANNER}
    assert way.upper.held(BANNER)["state"] == "gap"
    way.up(first)
    way.up(second)
    held = way.upper.held(BANNER)
    assert (held["state"], held["problem"], held["root"]) == ("ok", None, way.lower.root())


def test_a_superior_that_lost_its_disk_asks_from_the_beginning_and_gets_the_same(way: Way, region: Seat) -> None:
    way.lower.record(*(received(n) for n in range(1, 4)))
    way.carry()
    before = [page.body for page in way.carried]
    join(way.lower, fresh := Seat(CITY, region.store.parent, name="after-the-fire"), "another secret")
    anew = Way(way.lower, fresh)
    anew.ask()
    assert anew.heard[-1].became is Became.GAP
    anew.carry()
    assert [page.body for page in anew.carried if page.number > 0] == before
    assert fresh.held(BANNER)["root"] == way.lower.root()


def test_a_grandchilds_ledger_is_passed_on_unchanged_as_its_own_origin(banner: Seat, city: Seat, region: Seat) -> None:
    join(city, region)
    join(banner, city)
    lower, upper = Way(banner, city), Way(city, region)
    banner.record(received(1), a_note(), started(1), a_step(cases.CaseAccepted, 1))
    carry(lower, upper)
    from_banner = [page.body for page in lower.carried if page.origin == BANNER]
    passed_on = [page.body for page in upper.carried if page.origin == BANNER]
    assert passed_on == from_banner
    assert region.held(BANNER)["via"] == CITY
    assert {seat.held(BANNER)["root"] for seat in (banner, city, region)} == {banner.root()}
    assert {seat.held(CITY)["root"] for seat in (city, region)} == {city.root()}
    (line,) = region.ask("lines", authority=BANNER)["items"]
    assert line["case_no"] == number(1)
    # Both signatures above the banner's own are kept apart: the city keeps what the region has signed.
    assert city.held(BANNER)["up"]["receipted"] == banner.size()
    assert city.held(BANNER)["up"]["roots_equal"] is True


def test_lights_counted_below_and_above_at_one_index_are_equal(way: Way) -> None:
    way.lower.record(received(1), started(1), received(2), started(2), turned("red", 2), received(3), started(3))
    way.lower.record(moved(date(2026, 11, 2), 3), turned("yellow", 3), stopped(1))
    way.carry()
    lights = way.upper.held(BANNER)["lights"]
    assert lights["index"] == way.lower.size()
    assert lights["below"] == {"red": 1, "yellow": 1, "grey": 1}
    assert lights["equal"] is True


def test_nothing_is_sent_where_there_is_no_superior(banner: Seat) -> None:
    banner.record(received(1))
    assert banner.pages() == []


def test_whoever_leaves_tells_the_next_superior_everything(way: Way, region: Seat) -> None:
    way.lower.record(received(1))
    way.carry()
    way.lower.act(membership.leave)
    way.lower.record(received(2))
    assert way.lower.pages() == []
    join(way.lower, region)
    onward = Way(way.lower, region)
    onward.carry()
    assert region.held(BANNER)["root"] == way.lower.root()
