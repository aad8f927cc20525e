"""Joining: a secret that is used once, a standing that a person decides, keys that change in order."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from services.contracts import cases
from services.contracts.links import RefusedPage, Welcome
from services.ledger.link import keys, membership, store
from services.ledger.link.keys import BadKey
from services.ledger.link.messages import Became
from services.ledger.link.notes import read, sign
from services.plumbing.errors import Conflict, NotFound
from tests.unit.forwarding.levels import BANNER, CITY, REGION
from tests.unit.ledger_service.facts import a_step, received
from tests.unit.link.chain import SECRET, Seat, Way, a_key, carry, changed, join, told, why_rejected

pytestmark = pytest.mark.lengthy

SIBLING = "150422"


def test_an_invited_authority_is_welcomed_and_the_same_hello_again_gets_the_same_answer(
    banner: Seat, city: Seat
) -> None:
    city.invite(BANNER)
    first = city.take(banner.hello(), BANNER)
    assert told(first.answer) == Welcome(code=CITY, name="赤峰市", level="city", public_key=city.key.public_text)
    again = city.take(banner.hello(), BANNER)
    assert (again.became, again.answer) == (Became.REPEATED, first.answer)
    (link,) = city.ask("links")["items"]
    assert (link["code"], link["state"], link["public_key"]) == (BANNER, "joined", banner.key.public_text)
    assert [key for key, _ in city.bus("qidi.authority")] == ["qidi.authority.joined.v1"]


def test_a_hello_with_the_wrong_secret_is_rejected_and_nothing_is_learnt(banner: Seat, city: Seat) -> None:
    city.invite(BANNER)
    assert "another one" in why_rejected(city.take(banner.hello("guessed"), BANNER))
    (link,) = city.ask("links")["items"]
    assert (link["state"], link["public_key"]) == ("invited", None)
    # the right one still counts afterwards
    assert city.take(banner.hello(), BANNER).became is Became.TAKEN


def test_an_invitation_is_used_once(banner: Seat, city: Seat, tmp_path_factory: pytest.TempPathFactory) -> None:
    join(banner, city)
    thief = Seat(BANNER, tmp_path_factory.mktemp("thief"))
    thief.key = a_key(BANNER, 7)
    assert why_rejected(city.take(thief.hello(SECRET), BANNER)) == "the invitation was used already"
    assert city.ask("links")["items"][0]["public_key"] == banner.key.public_text


@pytest.mark.parametrize("sender", [SIBLING, CITY, ""])
def test_nobody_joins_under_anothers_name(banner: Seat, city: Seat, sender: str) -> None:
    city.invite(BANNER)
    assert why_rejected(city.take(banner.hello(), sender)) == "nobody of this code was invited"


def test_a_hello_whose_key_is_no_key_or_in_anothers_name_is_rejected(banner: Seat, city: Seat) -> None:
    city.invite(BANNER)
    stranger = Seat(SIBLING, banner.store.parent)
    for key, why in (("no key", "not of the form"), (stranger.key.public_text, "not in this authority's name")):
        proof = hmac.new(membership.hash_of(SECRET).encode(), key.encode(), hashlib.sha256).hexdigest()
        taken = city.take(changed(banner.hello(), public_key=key, proof=proof), BANNER)
        assert why in why_rejected(taken)


def test_a_child_that_lost_its_key_is_invited_again_and_its_old_key_signs_nothing_new(way: Way) -> None:
    former = way.lower.key
    way.lower.key = a_key(BANNER, 2)
    join(way.lower, way.upper, "a second secret")
    way.lower.record(received(1))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    way.lower.record(received(2))
    (page,) = way.lower.pages()
    by_the_former = changed(page.body, checkpoint=_signed_by(former, page.body))
    assert way.upper.take(by_the_former, BANNER).reason == "signed by a key that is no longer in use"
    way.carry()
    assert way.upper.held(BANNER)["state"] == "ok"


def _signed_by(key: keys.SigningKey, page: bytes) -> str:
    return sign(read(json.loads(page)["checkpoint"]), key)


def test_who_joins_again_with_a_new_password_joined_when_he_first_did(way: Way) -> None:
    def dates() -> list[str]:
        return [seat.ask("links")["items"][0]["joined_at"] for seat in (way.upper, way.lower)]

    first = dates()
    way.upper.clock.move(days=300)
    way.lower.clock.move(days=300)
    join(way.lower, way.upper, "a second secret")
    assert dates() == first
    # who was removed and comes back begins anew
    way.upper.act(lambda office: membership.remove(office, BANNER, "撤销", "李主任"))
    join(way.lower, way.upper, "a third secret")
    assert dates()[0] > first[0]


def test_a_suspended_child_is_neither_heard_nor_written_to_until_it_is_resumed(way: Way) -> None:
    way.upper.act(lambda office: membership.suspend(office, BANNER, "私钥疑似泄露", "李主任"))
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    taken = way.up(page)
    assert isinstance(told(taken.answer), RefusedPage)
    assert "suspended" in taken.reason
    assert way.upper.letters(BANNER) == []
    assert way.lower.held(BANNER)["up"]["state"] == "refused"
    way.upper.act(lambda office: membership.resume(office, BANNER, "已更换", "李主任"))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    assert way.lower.held(BANNER)["up"]["state"] == "ok"
    standing = [one.data for key, one in way.upper.bus("qidi.authority.standing-changed")]
    assert [(one["standing"], one["person"]) for one in standing] == [("suspended", "李主任"), ("joined", "李主任")]


def test_an_answer_about_what_was_signed_before_does_not_settle_a_page_that_was_refused(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    way.lower.key = a_key(BANNER, 2)  # nobody above was told of it
    way.lower.record(received(2))
    (page,) = way.lower.pages()
    assert way.up(page).became is Became.REFUSED
    for _ in "12":
        way.ask()
    assert way.lower.held(BANNER)["up"]["state"] == "refused"
    assert [key for key, _ in way.lower.bus("qidi.link.")] == ["qidi.link.troubled.v1"]


def test_a_removed_child_is_heard_no_more_and_what_it_said_stays(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    way.upper.act(lambda office: membership.remove(office, BANNER, "撤并", "李主任"))
    way.lower.record(received(2))
    (page,) = way.lower.pages()
    assert way.up(page).became is Became.REFUSED
    assert "invitation" in why_rejected(way.upper.take(way.lower.hello(), BANNER))
    assert way.upper.held(BANNER)["verified"] == 2


def test_standings_that_make_no_sense_are_refused(way: Way) -> None:
    with pytest.raises(NotFound):
        way.upper.act(lambda office: membership.suspend(office, SIBLING, "?", "李主任"))
    with pytest.raises(NotFound):
        way.lower.act(lambda office: membership.suspend(office, CITY, "a superior is no child", "李主任"))
    with pytest.raises(Conflict):
        way.upper.act(lambda office: membership.resume(office, BANNER, "is not suspended", "李主任"))
    with pytest.raises(Conflict):
        way.upper.invite(CITY)
    with pytest.raises(Conflict):
        way.lower.invite(CITY)


def test_a_changed_key_is_announced_under_the_former_one_and_known_in_time_on_every_level(
    banner: Seat, city: Seat, region: Seat
) -> None:
    join(city, region)
    join(banner, city)
    lower, upper = Way(banner, city), Way(city, region)
    banner.record(received(1))
    carry(lower, upper)
    new = a_key(BANNER, 2)
    banner.record(received(2))  # not yet signed by anybody
    banner.act(lambda office: membership.change_key(office, banner.key, new))
    banner.key = new
    banner.record(received(3), a_step(cases.CaseAccepted, 3))
    carry(lower, upper)
    for seat in (city, region):
        assert seat.held(BANNER)["root"] == banner.root()
        known = seat.look(lambda office: store.keys_of(office.connection, BANNER))
        assert [key for _, key in known] == [new.verifier, a_key(BANNER).verifier]
    # what the former key signs from now on is not believed
    banner.record(received(4))
    (page,) = banner.pages()
    forged = changed(page.body, checkpoint=_signed_by(a_key(BANNER), page.body))
    assert city.take(forged, BANNER).reason == "signed by a key that is no longer in use"


def test_a_superiors_changed_key_reaches_its_children_by_a_letter_that_the_former_key_has_signed(way: Way) -> None:
    new = a_key(CITY, 2)
    way.upper.act(lambda office: membership.change_key(office, way.upper.key, new))
    way.upper.key = new
    way.carry()
    way.lower.record(received(1))
    way.carry()
    assert way.heard[-1].became is Became.TAKEN
    assert way.lower.held(BANNER)["up"]["receipted"] == way.lower.size()


def test_a_key_set_by_hand_must_be_in_that_authoritys_name(way: Way) -> None:
    with pytest.raises(BadKey):
        way.upper.act(lambda office: membership.set_key(office, BANNER, a_key(SIBLING).public_text))
    with pytest.raises(NotFound):
        way.upper.act(lambda office: membership.set_key(office, SIBLING, a_key(SIBLING).public_text))
    way.lower.key = a_key(BANNER, 3)
    way.upper.act(lambda office: membership.set_key(office, BANNER, way.lower.key.public_text))
    way.lower.record(received(1))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()


def test_an_authority_has_one_superior_and_is_never_above_itself(way: Way, region: Seat) -> None:
    def welcome(seat: Seat) -> Welcome:
        return Welcome(code=seat.code, name=seat.code, level="region", public_key=seat.key.public_text)

    with pytest.raises(Conflict):
        way.lower.act(lambda office: membership.remember_superior(office, welcome(region)))
    with pytest.raises(Conflict):
        way.lower.act(lambda office: membership.remember_superior(office, welcome(way.lower)))
    with pytest.raises(Conflict):
        way.upper.act(lambda office: membership.remember_superior(office, welcome(way.lower)))
    assert way.upper.held(BANNER)["via"] == BANNER
    assert REGION not in {one["code"] for one in way.lower.ask("links")["items"]}


def test_a_key_in_its_file_is_made_once_kept_private_and_renewed_beside_the_former(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "keys"
    first = keys.load_or_create(folder, BANNER)
    assert keys.load_or_create(folder, BANNER).public_text == first.public_text
    assert (folder / keys.FILE).stat().st_mode & 0o077 == 0
    former, new = keys.renew(folder, BANNER)
    assert (former.public_text, keys.load_or_create(folder, BANNER).public_text) == (
        first.public_text,
        new.public_text,
    )
    (folder / keys.FILE).write_text("no key")
    with pytest.raises(BadKey):
        keys.load_or_create(folder, BANNER)
