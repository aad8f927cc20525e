"""Hostile messages: whatever comes over a link is answered, never raised, and counts only when it is true."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts import cases
from services.contracts.links import AuthorityJoined, Fork, Gap, Receipt, RefusedPage
from services.ledger.canonical import canonical_bytes
from services.ledger.link import child, forks, membership
from services.ledger.link.messages import Became
from services.ledger.link.notes import Checkpoint, sign
from services.ledger.merkle import SHA256, root_of
from services.plumbing.errors import Conflict, NotFound
from tests.laws import examples
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import a_step, number, received
from tests.unit.link.chain import Seat, Way, a_key, carry, changed, entries_of, join, told

pytestmark = pytest.mark.lengthy

SIBLING = "150422"


def a_page(seat: Seat, begin: int, envelopes: list[dict[str, Any] | None], leaves: list[bytes]) -> bytes:
    """A page of anything, with a checkpoint that this seat signs over `leaves`."""
    note = sign(Checkpoint(seat.code, len(leaves), root_of(leaves)), seat.key)
    told_entries = [
        {"index": index, "leaf": leaf.hex(), "entry": entry}
        for index, (leaf, entry) in enumerate(zip(leaves[begin:], envelopes, strict=True), start=begin)
    ]
    page = {"kind": "page", "origin": seat.code, "from_index": begin, "entries": told_entries, "checkpoint": note}
    return canonical_bytes(page)


def leaves_of(seat: Seat) -> list[bytes]:
    return [bytes.fromhex(one["leaf"]) for one in seat.ask("entries", limit=200)["items"]]


def test_a_page_with_more_entries_than_a_page_may_have_cannot_be_read(way: Way) -> None:
    leaves = [SHA256.leaf(b"%d" % n) for n in range(1001)]
    taken = way.upper.take(a_page(way.lower, 0, [None] * 1001, leaves), BANNER)
    assert (taken.became, taken.answer) == (Became.UNREADABLE, None)
    assert taken.reason.startswith("page.entries")


def test_a_page_of_more_bytes_than_we_would_write_counts_when_it_is_true(way: Way) -> None:
    way.lower.record(a_step(cases.CaseRefused, 1, reason="不" * 1_200_000, remedies="申请行政复议"))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()


@pytest.mark.parametrize("sender", [SIBLING, CITY, "", "999999", "../../"])
def test_a_page_from_a_sender_who_has_not_joined_is_refused(way: Way, sender: str) -> None:
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    taken = way.upper.take(page.body, sender)
    assert (taken.became, taken.origin) == (Became.REFUSED, BANNER)
    assert isinstance(told(taken.answer), RefusedPage)
    assert way.upper.held(BANNER)["verified"] == 1


def test_a_child_cannot_send_its_siblings_ledger(way: Way) -> None:
    other = Seat(SIBLING, way.lower.store.parent)
    join(other, way.upper)
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    for body in (page.body, changed(page.body, origin=SIBLING)):
        taken = way.upper.take(body, SIBLING)
        assert taken.became is Became.REFUSED
    assert way.upper.held(BANNER)["verified"] == 1
    assert way.upper.held(SIBLING)["verified"] == 0


def test_a_child_cannot_announce_somebody_elses_child_or_ourselves(way: Way) -> None:
    other = Seat(SIBLING, way.lower.store.parent)
    join(other, way.upper)
    for code, via in ((SIBLING, BANNER), (CITY, BANNER), ("150499", SIBLING)):
        way.lower.record(
            AuthorityJoined(code=code, name="?", level="banner", public_key=a_key(code, 9).public_text, via=via)
        )
    way.carry()
    assert way.upper.held(SIBLING)["via"] == SIBLING
    assert {one["origin"] for one in way.upper.ask("reconciliation")["items"]} <= {BANNER, CITY, SIBLING}
    Way(other, way.upper).carry()  # its own key still counts


def test_an_entry_that_another_authority_said_is_refused_though_it_is_signed(way: Way) -> None:
    stranger = Seat(SIBLING, way.lower.store.parent)
    envelope = json.loads(stranger.seal(received(1)))
    leaves = [*leaves_of(way.lower), SHA256.leaf(canonical_bytes(envelope))]
    taken = way.upper.take(a_page(way.lower, 1, [envelope], leaves), BANNER)
    assert (taken.became, taken.reason) == (Became.REFUSED, f"entry 1 was said by {SIBLING}")


Page = dict[str, Any]


def _entry(page: Page, **values: Any) -> Page:
    return {**page, "entries": [{**page["entries"][0], **values}, *page["entries"][1:]]}


UNSIGNED = "the checkpoint is not signed by a known key of this ledger"
#: What is done to a page of entries 1 and 2 -> why it is refused.
WRONG: dict[str, tuple[Callable[[Page], Page], str]] = {
    "a changed payload": (
        lambda page: _entry(page, entry={**page["entries"][0]["entry"], "subject": "other"}),
        "entry 1 was changed",
    ),
    "a payload that is no event": (lambda page: _entry(page, entry={"a": 1}), "entry 1 is no event"),
    "a leaf of something else": (lambda page: _entry(page, leaf="00" * 32), "entry 1 was changed"),
    "an index out of place": (lambda page: _entry(page, index=7), "entry 7 stands where 1 belongs"),
    "one entry too few": (lambda page: {**page, "entries": page["entries"][:1]}, "the checkpoint has size 3"),
    "another beginning": (lambda page: {**page, "from_index": 5}, "the checkpoint has size 3"),
    "no note": (lambda page: {**page, "checkpoint": "qidi"}, "checkpoint: not a signed note"),
    "a note without a signature": (
        lambda page: {**page, "checkpoint": page["checkpoint"].split("— ")[0]},
        UNSIGNED,
    ),
    "a stranger's signature": (
        lambda page: {**page, "checkpoint": sign(Checkpoint(BANNER, 3, b"\0" * 32), a_key(BANNER, 66))},
        UNSIGNED,
    ),
    "a note of another ledger": (
        lambda page: {**page, "checkpoint": sign(Checkpoint(SIBLING, 3, b"\0" * 32), a_key(SIBLING))},
        f"the checkpoint is of {SIBLING}",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_page_that_does_not_agree_with_itself_is_refused_said_once_and_forgotten(way: Way, case: str) -> None:
    spoil, why = WRONG[case]
    way.lower.record(received(1), received(2))
    (page,) = way.lower.pages()
    spoilt = canonical_bytes(spoil(json.loads(page.body)))
    for _ in range(2):
        taken = way.upper.take(spoilt, BANNER)
        assert (taken.became, taken.reason) == (Became.REFUSED, why)
    assert way.upper.held(BANNER)["state"] == "stopped"
    assert [one.data["trouble"] for _, one in way.upper.bus("qidi.link.troubled")] == ["damaged"]
    way.carry()
    assert (way.upper.held(BANNER)["state"], way.upper.held(BANNER)["root"]) == ("ok", way.lower.root())
    assert len(way.upper.bus("qidi.link.settled")) == 1


def test_another_history_under_a_true_signature_is_a_fork_and_only_a_person_ends_it(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    other = way.lower.copied(_folder(way, "other"))
    way.lower.record(received(2), a_step(cases.CaseAccepted, 2))
    way.carry()
    other.record(received(3))
    (page,) = other.pages()
    forked = Way(other, way.upper)
    taken = forked.up(page)
    assert (taken.became, told(taken.answer).kind) == (Became.FORK, "fork")
    assert isinstance(told(taken.answer), Fork)
    assert way.upper.held(BANNER)["state"] == "fork"
    # also the true one is not taken now: nobody here can know which is true
    way.lower.record(received(4))
    (true,) = way.lower.pages()
    assert way.up(true).became is Became.FORK
    assert way.lower.pages() == []
    (trouble,) = way.upper.ask("troubles")["items"]
    assert (trouble["origin"], trouble["from_index"], trouble["person"]) == (BANNER, 2, None)
    begins = way.upper.act(lambda office: forks.accept(office, BANNER, "李主任", "经核实"))
    assert begins == 2
    forked.ask()
    forked.carry()
    assert way.upper.held(BANNER)["root"] == other.root()
    assert {one["case_no"] for one in way.upper.ask("lines", authority=BANNER)["items"]} == {number(1), number(3)}
    (decided,) = way.upper.ask("troubles")["items"]
    assert (decided["person"], decided["reason"]) == ("李主任", "经核实")


def _folder(way: Way, name: str) -> Path:
    folder = way.lower.store.parent / name
    folder.mkdir()
    return folder


def test_nothing_is_accepted_where_nothing_contradicts(way: Way) -> None:
    with pytest.raises(Conflict):
        way.upper.act(lambda office: forks.accept(office, BANNER, "李主任", "?"))
    for unheld in (SIBLING, CITY):
        with pytest.raises(NotFound):
            way.upper.act(partial(forks.accept, origin=unheld, person="李主任", reason="?"))


def test_a_restored_child_is_noticed_on_both_sides_and_says_nothing_until_a_person_decides(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    old = way.lower.copied(_folder(way, "old"))
    way.lower.record(received(2))
    way.carry()
    back = Way(old, way.upper)
    back.ask()
    assert old.held(BANNER)["up"]["state"] == "behind"
    old.record(received(3))
    assert old.pages() == []
    back.ask()
    assert way.upper.held(BANNER)["problem"] == "lost from entry 2 on"
    assert [one.data["trouble"] for _, one in old.bus("qidi.link.troubled")] == ["lost"]
    assert [one.data["trouble"] for _, one in way.upper.bus("qidi.link.troubled")] == ["lost"]


def test_a_child_that_wrote_on_after_a_loss_before_anybody_noticed_is_noticed_all_the_same(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    old = way.lower.copied(_folder(way, "old"))
    way.lower.record(received(2))
    way.carry()
    for n in range(3, 9):
        old.record(received(n))
    back = Way(old, way.upper)
    old.pages()
    back.ask()
    assert back.heard[-1].became is Became.FORK
    assert old.held(BANNER)["up"]["state"] == "contested"
    back.round()
    assert (old.held(BANNER)["up"]["state"], way.upper.held(BANNER)["state"]) == ("fork", "fork")
    assert way.upper.held(BANNER)["problem"] == "differs from entry 2 on at the latest"
    assert [one.data["trouble"] for _, one in old.bus("qidi.link.troubled")] == ["fork"]
    way.upper.act(lambda office: forks.accept(office, BANNER, "李主任", "备份恢复后继续办理"))
    back.ask()
    back.carry()
    assert way.upper.held(BANNER)["root"] == old.root()
    assert old.held(BANNER)["up"]["state"] == "ok"


def test_a_child_that_lost_everything_but_its_key_is_noticed_by_the_first_thing_that_it_says(way: Way) -> None:
    way.lower.record(received(1), received(2))
    way.carry()
    empty = Seat(BANNER, _folder(way, "empty"))
    welcome = told(way.upper.take(way.lower.hello(), BANNER).answer)
    empty.act(lambda office: membership.remember_superior(office, welcome))
    empty.record(*(received(n) for n in range(3, 9)))
    back = Way(empty, way.upper)
    empty.pages()
    back.ask()
    back.round()
    assert (empty.held(BANNER)["up"]["state"], way.upper.held(BANNER)["state"]) == ("fork", "fork")


def test_an_old_lament_of_a_loss_has_no_effect_once_the_superior_holds_something_else(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    old = way.lower.copied(_folder(way, "old"))
    way.lower.record(received(2))
    way.carry()
    Way(old, way.upper).ask()
    lament = _lament(old)
    way.lower.record(received(3))
    way.carry()
    taken = way.upper.take(lament, BANNER)
    assert (taken.became, type(told(taken.answer))) == (Became.TAKEN, Receipt)
    assert way.upper.held(BANNER)["state"] == "ok"


def _lament(seat: Seat) -> bytes:
    (ask,) = seat.act(child.asks)
    return ask.body


def test_what_is_asked_before_anything_came_is_answered_with_the_beginning(banner: Seat, city: Seat) -> None:
    join(banner, city)
    assert told(city.take(b'{"kind":"ask","origin":"150424"}', BANNER).answer) == Gap(origin=BANNER, expects=0)
    unknown = city.take(b'{"kind":"ask","origin":"999999"}', BANNER)
    assert (unknown.became, unknown.reason) == (Became.REFUSED, "this ledger was not announced by the sender")


NOTHING = (
    b"", b"null", b"[]", b"{", b'{"kind":"receipt"}', b'{"kind":"page"}', b"\xff\xfe", b'{"kind":"hello","code":"1"}',
    b"[" * 100_000, b'{"kind":"page","from_index":1e999}',
)  # fmt: skip


@pytest.mark.parametrize("body", NOTHING)
def test_bytes_that_say_nothing_are_put_aside(way: Way, body: bytes) -> None:
    assert way.upper.take(body, BANNER).became is Became.UNREADABLE
    assert way.lower.hear(body).became is Became.UNREADABLE


def test_who_has_no_superior_believes_nothing_from_above(banner: Seat, way: Way, region: Seat) -> None:
    receipt = canonical_bytes({"kind": "receipt", "origin": CITY, "size": 0, "root": "", "note": ""})
    assert (region.hear(receipt).became, region.hear(receipt).reason) == (Became.REFUSED, "there is no superior")
    assert banner.hear(receipt).reason == f"no ledger of {CITY} is held here"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_message_with_any_member_replaced_is_answered_never_raised(way: Way, data: st.DataObject) -> None:
    if way.lower.size() == 1:
        way.lower.record(received(1), a_step(cases.CaseAccepted, 1))
        way.upper.record(
            AuthorityJoined(code="150499", name="?", level="banner", public_key=a_key("150499").public_text, via=CITY)
        )
    (page,) = way.lower.pages()
    hello = way.lower.hello()
    message = json.loads(data.draw(st.sampled_from([page.body, hello, b'{"kind":"ask","origin":"150424"}'])))
    _replace(message, data)
    before = way.upper.held(BANNER)
    taken = way.upper.take(json.dumps(message).encode(), BANNER)
    if taken.became in (Became.REFUSED, Became.GAP, Became.UNREADABLE):
        assert way.upper.held(BANNER)["root"] == before["root"]
    way.lower.hear(json.dumps(message).encode())
    for letter in way.upper.letters(BANNER):
        torn = json.loads(letter.body)
        _replace(torn, data)
        way.lower.hear(json.dumps(torn).encode())


def _replace(message: Any, data: st.DataObject) -> None:
    """Something somewhere in it becomes something else."""
    while True:
        at = data.draw(st.sampled_from(sorted(message) if isinstance(message, dict) else range(len(message))))
        inner = message[at]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            message[at] = data.draw(VALUES)
            return
        message = inner


def test_three_levels_refuse_what_the_middle_one_invents(banner: Seat, city: Seat, region: Seat) -> None:
    join(city, region)
    join(banner, city)
    lower, upper = Way(banner, city), Way(city, region)
    banner.record(received(1))
    carry(lower, upper)
    # the city rewrites what its banner said and signs with its own key
    banner.record(received(2))
    lower.carry()
    (page,) = [one for one in city.pages() if one.origin == BANNER]
    forged = changed(page.body, checkpoint=sign(Checkpoint(BANNER, 3, b"\1" * 32), city.key))
    taken = region.take(forged, CITY)
    assert (taken.became, taken.origin) == (Became.REFUSED, BANNER)
    assert len(entries_of(page)) == 1
    upper.carry()
    assert region.held(BANNER)["root"] == banner.root()
