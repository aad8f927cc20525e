"""Keys: what is no key is learnt nowhere, a false signature spoils a note, and a lost or strange key is put right."""

import base64
import hashlib
import hmac
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.checkup import Patient
from deploy.enrolment import look_at_keys
from deploy.examination_links import links
from deploy.levels import Seat as Place
from qidi.cli import app
from services.contracts import cases
from services.contracts.links import AuthorityKeyChanged, Welcome
from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.renewal import KeyIsThere, renew, replace_lost
from services.ledger.link import keys, membership, own_key, pages, refusals, store
from services.ledger.link.keys import BadKey, Verifier, name_of
from services.ledger.link.messages import Became
from services.ledger.link.notes import BadNote, Checkpoint, cosign, sign, signer, verified
from services.ledger.link.own_key import WrongKey
from services.plumbing.settings import Settings
from tests.builders import MORNING
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import a_step, received
from tests.unit.link.chain import SECRET, Seat, Way, a_key, changed, join, why_rejected
from tests.unit.link.test_mail import acknowledged
from tests.unit.link.test_refused import said_about_links, turn

pytestmark = pytest.mark.lengthy

P = 2**255 - 19
ORDER_8 = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)


def _written(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


#: 32 bytes that are no key: every point of low order, other ways of writing one, and what is no point at all.
NO_KEYS: dict[str, bytes] = {
    "the neutral point": _written(1),
    "the neutral point with a sign": _written(1, 1),
    "the neutral point, not reduced": _written(P + 1),
    "of order two": _written(P - 1),
    "of order two with a sign": _written(P - 1, 1),
    "of order four": _written(0),
    "of order four, the other": _written(0, 1),
    "of order four, not reduced": _written(P),
    "of order four, not reduced, the other": _written(P, 1),
    **{f"of order eight, {n}": bytes.fromhex(one) for n, one in enumerate(ORDER_8)},
    **{
        f"of order eight, {n}, the other": bytes.fromhex(one[:-2] + f"{int(one[-2:], 16) ^ 0x80:02x}")
        for n, one in enumerate(ORDER_8)
    },
    "not reduced": _written(P + 3),
    "no point of the curve": _written(2),
    "all ones": b"\xff" * 32,
}


def as_key(code: str, raw: bytes) -> str:
    """The text of a key as somebody writes it who does not ask what it is."""
    verifier = Verifier(name_of(code), raw)
    return f"{verifier.name}+{verifier.hash.hex()}+{base64.b64encode(bytes([1]) + raw).decode()}"


@pytest.mark.parametrize("kind", NO_KEYS)
def test_what_is_no_key_is_believed_nowhere_where_one_is_learnt(
    way: Way, banner: Seat, city: Seat, region: Seat, kind: str
) -> None:
    text = as_key(BANNER, NO_KEYS[kind])
    with pytest.raises(BadKey):
        Verifier.read(text)
    # joining
    city.invite(BANNER)
    proof = hmac.new(membership.hash_of(SECRET).encode(), text.encode(), hashlib.sha256).hexdigest()
    taken = city.take(changed(banner.hello(), public_key=text, proof=proof), BANNER)
    assert "key" in why_rejected(taken)
    # by hand, and of a superior
    with pytest.raises(BadKey):
        city.act(lambda office: membership.set_key(office, BANNER, text))
    welcome = Welcome(code=CITY, name="赤峰市", level="city", public_key=as_key(CITY, NO_KEYS[kind]))
    newcomer = Seat("150425", banner.store.parent)
    with pytest.raises(BadKey):
        newcomer.act(lambda office: membership.remember_superior(office, welcome))


def test_a_renewal_to_what_is_no_key_is_not_learnt(way: Way) -> None:
    weak = as_key(BANNER, NO_KEYS["of order four"])
    way.lower.record(AuthorityKeyChanged(code=BANNER, public_key=weak, previous_key=way.lower.key.public_text))
    turn(way, 3)
    assert [key for _, key in way.upper.look(lambda office: store.keys_of(office.connection, BANNER))] == [
        a_key(BANNER).verifier
    ]


def test_honest_keys_are_keys() -> None:
    for n in range(20):
        text = a_key(BANNER, n).public_text
        assert Verifier.read(text).text == text


def test_a_key_of_low_order_that_an_older_version_has_believed_signs_nothing(way: Way) -> None:
    text = as_key(BANNER, NO_KEYS["the neutral point"])
    way.upper.act(
        lambda office: office.connection.exec_driver_sql("INSERT INTO known_keys VALUES (?, 2, ?, 0)", (BANNER, text))
    )
    way.lower.record(received(1))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    way.upper.act(lambda office: membership.set_key(office, BANNER, a_key(BANNER, 2).public_text))  # gets a number


# --- notes ------------------------------------------------------------------------------------------------------------


def _false_line(note: str) -> str:
    """The last signature of a note, over something else."""
    head, _, last = note.rstrip("\n").rpartition(" ")
    raw = base64.b64decode(last)
    return f"{head} {base64.b64encode(raw[:4] + bytes(64)).decode()}\n"


def test_a_false_signature_of_a_known_key_spoils_a_note_beside_a_true_one_in_any_order() -> None:
    key, above, stranger = a_key(BANNER), a_key(CITY), a_key(BANNER, 9)
    note = sign(Checkpoint(BANNER, 7, b"\1" * 32), key)
    body, line = note.rsplit("\n\n", 1)
    lie = _false_line(note).rsplit("\n\n", 1)[1]
    for lines in (line + lie, lie + line, lie):
        with pytest.raises(BadNote, match="is false"):
            signer(f"{body}\n\n{lines}", [key.verifier])
    receipt = cosign(note, above)
    assert signer(receipt, [key.verifier, above.verifier]) == key.verifier
    with pytest.raises(BadNote):
        signer(_false_line(receipt), [key.verifier, above.verifier])
    # of a key that nobody here knows nothing can be said: it does not count, and does no harm
    other = _false_line(sign(Checkpoint(BANNER, 7, b"\1" * 32), stranger)).rsplit("\n\n", 1)[1]
    assert verified(f"{body}\n\n{line}{other}", [key.verifier]).size == 7


def test_a_page_under_a_note_with_a_false_signature_is_refused(way: Way) -> None:
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    note = json.loads(page.body)["checkpoint"]
    body, line = note.rsplit("\n\n", 1)
    lie = _false_line(note).rsplit("\n\n", 1)[1]
    taken = way.upper.take(changed(page.body, checkpoint=f"{body}\n\n{lie}{line}"), BANNER)
    assert (taken.became, "is false" in taken.reason) == (Became.REFUSED, True)


# --- the own key ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office_of(tmp_path: Path) -> Callable[[], LedgerAccess]:
    """The banner's ledger as its processes and commands have it: a folder with keys."""
    folder = tmp_path / BANNER
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / keys.FILE).write_bytes(a_key(BANNER).pem())
    return lambda: LedgerAccess(Settings(authority=BANNER, var=tmp_path))


@pytest.fixture
def joined(tmp_path: Path, office_of: Callable[[], LedgerAccess]) -> Way:
    """The banner of that folder, joined and with something signed."""
    banner, city = Seat(BANNER, tmp_path / BANNER), Seat(CITY, tmp_path)
    (tmp_path / BANNER / "ledger.sqlite").symlink_to(banner.store)
    join(banner, city)
    banner.record(received(1))
    Way(banner, city).carry()
    return Way(banner, city)


def test_a_key_is_made_once_and_never_again_in_silence(
    tmp_path: Path, joined: Way, office_of: Callable[[], LedgerAccess]
) -> None:
    file = tmp_path / BANNER / "keys" / keys.FILE
    aside = tmp_path / "aside"
    shutil.move(file, aside)
    with office_of() as ledger:
        with pytest.raises(WrongKey, match="renew-key --lost"):
            _ = ledger.key
        assert not file.exists()
        shutil.move(aside, file)
        assert ledger.key.verifier == a_key(BANNER).verifier


def test_another_key_in_the_file_signs_nothing(joined: Way, office_of: Callable[[], LedgerAccess]) -> None:
    with office_of() as ledger:
        keys.write(ledger.folder, a_key(BANNER, 5))
        with pytest.raises(WrongKey, match="another one than this ledger is signed with"):
            _ = ledger.key
        keys.write(ledger.folder, a_key(BANNER))
        former, new = renew(ledger)
        assert ledger.key.verifier == new.verifier
        keys.write(ledger.folder, former)
        with pytest.raises(WrongKey, match="was replaced"):
            _ = ledger.key


def test_the_doctor_and_the_start_say_that_the_key_is_gone_and_what_to_do(
    tmp_path: Path, joined: Way, office_of: Callable[[], LedgerAccess]
) -> None:
    settings = Settings(authority=BANNER, var=tmp_path)
    (tmp_path / BANNER / "keys" / keys.FILE).unlink()
    found = [one for one in links(Patient(settings, None, (), (), MORNING)) if one.mark.value == "bad"]
    assert any("renew-key --lost" in one.remedy for one in found)
    with pytest.raises(WrongKey):
        look_at_keys([Place(settings, None, "", "/")])


def test_the_old_key_put_back_after_a_strange_one_has_signed_goes_on(way: Way) -> None:
    way.lower.record(received(1))
    way.carry()
    way.lower.key = a_key(BANNER, 77)
    way.lower.record(received(2))
    turn(way)
    way.upper.record(acknowledged())
    assert way.lower.held(BANNER)["up"]["state"] == "refused"
    way.lower.record(received(3), a_step(cases.CaseAccepted, 3))
    way.lower.act(lambda office: pages.cut(office, way.lower.key))
    way.lower.key = a_key(BANNER)
    way.lower.record(received(4))
    turn(way)
    assert way.lower.held(BANNER)["up"]["state"] == "refused"  # a person has looked at it first
    way.lower.act(lambda office: refusals.send_again(office, BANNER, "王五", "旧密钥已放回"))
    way.carry()
    assert way.lower.held(BANNER)["up"]["state"] == "ok"
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    assert way.lower.held(BANNER)["up"]["receipted"] == way.lower.size()
    assert said_about_links(way.lower) == 2


def test_letters_that_a_strange_key_has_signed_are_signed_again_when_the_old_one_is_back(way: Way) -> None:
    way.upper.act(lambda office: pages.cut(office, way.upper.key))
    way.upper.key = a_key(CITY, 77)
    way.upper.record(acknowledged())
    way.upper.act(lambda office: pages.cut(office, way.upper.key))
    (letter,) = way.upper.letters(BANNER)
    assert way.lower.hear(letter.body).became is Became.REFUSED
    way.upper.key = a_key(CITY)
    way.upper.act(lambda office: pages.cut(office, way.upper.key))
    (letter,) = way.upper.letters(BANNER)
    assert way.lower.hear(letter.body).became is Became.TAKEN


def test_a_key_that_is_lost_for_good_is_replaced_by_a_named_person_and_accepted_above(
    tmp_path: Path, joined: Way, region: Seat, office_of: Callable[[], LedgerAccess], monkeypatch: pytest.MonkeyPatch
) -> None:
    banner, city = joined.lower, joined.upper
    join(city, region)
    upward = Way(city, region)
    upward.carry()
    banner.record(received(2))
    banner.act(lambda office: pages.cut(office, banner.key))  # signed by the lost one, not yet above
    (tmp_path / BANNER / "keys" / keys.FILE).unlink()
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    order = ["--authority", BANNER, "link", "renew-key"]
    plain = CliRunner().invoke(app, order)
    assert (plain.exit_code, f"--authority {BANNER} link renew-key --lost" in plain.output) == (1, True)
    assert CliRunner().invoke(app, [*order, "--lost"]).exit_code != 0  # nobody states it
    done = CliRunner().invoke(app, [*order, "--lost", "--person", "王五", "--reason", "磁盘损坏，无备份"])
    assert done.exit_code == 0, done.output
    with office_of() as ledger:
        banner.key = ledger.key
        with pytest.raises(KeyIsThere):
            replace_lost(ledger, "王五", "again")
    assert f"set-key {BANNER}" in done.output
    assert banner.key.public_text in done.output
    [said] = [one.data for _, one in banner.bus("qidi.authority.key-changed")]
    assert (said["person"], said["reason"]) == ("王五", "磁盘损坏，无备份")
    # nobody above believes it before a person there has heard it
    banner.record(received(3))
    turn(joined)
    assert banner.held(BANNER)["up"]["problem"] == "the checkpoint is not signed by a known key of this ledger"
    city.act(lambda office: membership.set_key(office, BANNER, banner.key.public_text))
    banner.act(lambda office: refusals.send_again(office, BANNER, "王五", "上级已登记新密钥"))
    for _ in range(4):
        joined.carry()
        upward.carry()
    assert city.held(BANNER)["root"] == region.held(BANNER)["root"] == banner.root()
    assert city.held(BANNER)["up"]["state"] == banner.held(BANNER)["up"]["state"] == "ok"


def test_a_renewal_that_was_broken_off_is_taken_up_where_it_was(
    joined: Way, office_of: Callable[[], LedgerAccess]
) -> None:
    with office_of() as ledger:
        prepared = keys.load_or_create(ledger.folder / "next", BANNER)
        former = ledger.key
        ledger.write(lambda office: membership.change_key(office, former, prepared))
        # the process ended here: the running one signs nothing more with the former
        joined.lower.record(received(2))
        size = joined.lower.held(BANNER)["verified"]
        assert ledger.write(lambda office: pages.cut(office, former)).size == size
        _, new = renew(ledger)
        assert new.verifier == prepared.verifier == ledger.key.verifier
        assert ledger.read(lambda office: own_key.stands_by(office, new.verifier)) == [new.verifier, former.verifier]
        joined.lower.key = new
    joined.carry()
    assert joined.upper.held(BANNER)["root"] == joined.lower.root()


def test_a_renewal_right_after_the_old_key_came_back_is_believed_above(way: Way) -> None:
    way.lower.act(lambda office: pages.cut(office, a_key(BANNER, 77)))
    way.lower.record(received(1))
    way.lower.act(lambda office: pages.cut(office, a_key(BANNER, 77)))
    new = a_key(BANNER, 2)
    way.lower.act(lambda office: membership.change_key(office, a_key(BANNER), new))
    way.lower.key = new
    way.upper.act(lambda office: membership.set_key(office, BANNER, new.public_text))
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()
