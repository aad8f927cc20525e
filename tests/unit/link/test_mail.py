"""Mail from above: numbered without gaps, genuine, taken once, and signed for in the child's ledger."""

import json

import pytest

from services.contracts.forwarding import ForwardAcknowledged
from services.contracts.links import AuthorityKeyChanged
from services.contracts.quantities import Person
from services.ledger.canonical import canonical_bytes
from services.ledger.link import forks, membership
from services.ledger.link.messages import Became, Outgoing
from services.ledger.link.notes import sign_mail
from services.ledger.merkle import SHA256
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import number, received
from tests.unit.link.chain import Seat, Way, a_key, carry, changed, join

pytestmark = pytest.mark.lengthy

SIBLING = "150422"
ZHAO = Person(name="赵六", department="自然资源局")


def acknowledged(n: int = 1, to: str = BANNER, round: int = 1) -> ForwardAcknowledged:
    """A fact that goes down, to one child."""
    return ForwardAcknowledged(to=to, case_no=number(n), round=round, person=ZHAO)


def numbers(going: list[Outgoing]) -> list[int]:
    return [one.number for one in going]


def taken_letters(seat: Seat) -> list[dict[str, object]]:
    """What the seat has signed for in its own ledger."""
    entries = seat.ask("entries", limit=200)["items"]
    return [one["entry"]["data"] for one in entries if one["entry"]["type"] == "qidi.letter.taken.v1"]


def test_letters_are_numbered_without_a_gap_and_the_same_bytes_until_signed_for(way: Way) -> None:
    for n in (1, 2, 3):
        way.upper.record(acknowledged(n))
    going = way.upper.letters(BANNER)
    assert numbers(going) == [1, 2, 3]
    assert [one.body for one in way.upper.letters(BANNER)] == [one.body for one in going]
    assert numbers(way.upper.letters(BANNER, window=2)) == [1, 2]


def test_a_letter_has_its_effect_once_and_is_signed_for_by_an_entry(way: Way) -> None:
    way.upper.record(acknowledged())
    (letter,) = way.upper.letters(BANNER)
    assert [way.lower.hear(letter.body).became for _ in range(3)] == [Became.TAKEN, Became.REPEATED, Became.REPEATED]
    assert [key for key, _ in way.lower.bus("above.")] == ["above.qidi.forward.acknowledged.v1"]
    (signed,) = taken_letters(way.lower)
    assert (signed["sender"], signed["number"]) == (CITY, 1)
    assert numbers(way.upper.letters(BANNER)) == [1]  # the superior has not heard of it yet
    way.carry()
    assert way.upper.letters(BANNER) == []
    (known,) = way.upper.ask("letters", child=BANNER)["items"]
    assert (known["type"], known["answered_index"]) == ("qidi.forward.acknowledged", way.lower.size() - 1)


def test_a_letter_that_comes_early_waits_for_the_one_before(way: Way) -> None:
    way.upper.record(acknowledged(1), acknowledged(2))
    first, second = way.upper.letters(BANNER)
    early = way.lower.hear(second.body)
    assert (early.became, early.reason) == (Became.GAP, "letter 1 comes first")
    assert taken_letters(way.lower) == []
    assert [way.lower.hear(one.body).became for one in (first, second)] == [Became.TAKEN, Became.TAKEN]


@pytest.mark.parametrize("member", ["event", "number", "to", "note"])
def test_a_letter_that_was_changed_on_its_way_is_refused(way: Way, member: str) -> None:
    way.upper.record(acknowledged(1), acknowledged(2))
    first, second = way.upper.letters(BANNER)
    event = json.loads(first.body)["event"]
    forged = {"event": {**event, "subject": "forward/other"}, "number": 2, "to": SIBLING}
    forged["note"] = json.loads(second.body)["note"]
    heard = way.lower.hear(changed(first.body, **{member: forged[member]}))
    assert heard.became is Became.REFUSED
    assert taken_letters(way.lower) == []
    assert way.lower.hear(first.body).became is Became.TAKEN


def test_a_letter_signed_for_another_child_is_not_for_us(way: Way) -> None:
    other = Seat(SIBLING, way.lower.store.parent)
    join(other, way.upper)
    way.upper.record(acknowledged(1, to=SIBLING))
    assert way.upper.letters(BANNER) == []
    (letter,) = way.upper.letters(SIBLING)
    assert way.lower.hear(letter.body).became is Became.REFUSED
    assert other.hear(letter.body).became is Became.TAKEN


def test_a_letter_that_holds_no_event_is_put_aside_though_it_is_signed(way: Way) -> None:
    way.upper.record(acknowledged())
    (letter,) = way.upper.letters(BANNER)
    event = {**json.loads(letter.body)["event"], "sequence": 0}
    heard = way.lower.hear(changed(letter.body, event=event, note=_signed(way.upper, 1, event)))
    assert heard.became is Became.UNREADABLE
    assert taken_letters(way.lower) == []


def _signed(seat: Seat, n: int, event: dict[str, object]) -> str:
    return sign_mail(seat.key, BANNER, n, SHA256.leaf(canonical_bytes(event)))


def test_a_letter_for_a_grandchild_goes_through_its_superior_and_has_no_effect_there(
    banner: Seat, city: Seat, region: Seat
) -> None:
    join(city, region)
    join(banner, city)
    lower, upper = Way(banner, city), Way(city, region)
    carry(lower, upper)
    region.record(acknowledged(1, to=BANNER))
    carry(lower, upper)
    assert [key for key, _ in city.bus("above.qidi.forward")] == []
    assert [key for key, _ in banner.bus("above.qidi.forward")] == ["above.qidi.forward.acknowledged.v1"]
    assert {signed["sender"] for signed in taken_letters(banner)} == {CITY}


def test_who_joins_later_gets_what_was_said_to_all_before(way: Way) -> None:
    new = a_key(CITY, 2)
    way.upper.act(lambda office: membership.change_key(office, way.upper.key, new))
    way.upper.key = new
    late = Seat(SIBLING, way.lower.store.parent)
    join(late, way.upper)
    (letter,) = way.upper.letters(SIBLING)
    assert json.loads(letter.body)["event"]["type"] == AuthorityKeyChanged.wire_type()
    assert late.hear(letter.body).became is Became.TAKEN


def test_what_a_child_signed_for_and_lost_is_sent_again(way: Way, tmp_path_factory: pytest.TempPathFactory) -> None:
    way.lower.record(received(1))
    way.carry()
    backup = way.lower.copied(tmp_path_factory.mktemp("backup"))
    way.upper.record(acknowledged())
    way.carry()
    assert way.upper.letters(BANNER) == []
    back = Way(backup, way.upper)
    back.ask()  # hears that the superior holds more than itself
    back.ask()  # says so
    assert way.upper.held(BANNER)["state"] == "fork"
    way.upper.act(lambda office: forks.accept(office, BANNER, "李主任", "昨日备份恢复"))
    back.ask()
    back.carry()
    assert [signed["number"] for signed in taken_letters(backup)] == [1]
    assert way.upper.held(BANNER)["root"] == backup.root()
