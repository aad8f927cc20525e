"""Proofs of cases: they can be handed out, say nothing that stays inside, and cannot be made up."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qidi.commands import proof as proof_command
from qidi.commands import verify as verify_command
from services.contracts import cases, findings
from services.ledger.link import keys, pages
from services.ledger.link.notes import Checkpoint, sign
from services.ledger.link.proofs import BLOCK, Tree, examine
from services.ledger.link.store import Origin
from services.ledger.merkle import SHA256, includes, root_of
from tests.laws import examples
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import LI, a_step, number, received, started
from tests.unit.ledger_service.test_verify_command import run
from tests.unit.link.chain import Seat, Way, a_key

pytestmark = pytest.mark.lengthy

NOTE = "申请人来电催问"


def a_finding() -> findings.FindingRaised:
    return findings.FindingRaised(
        finding_no="F-1", rule="entered-late", about=number(1), department="发展改革委", evidence={"hint": "内部线索"}
    )


@pytest.fixture
def told(way: Way) -> Way:
    """Two cases, a note and a finding about the first; carried up and countersigned."""
    for n in (1, 2):
        way.lower.record(received(n), started(n), a_step(cases.CaseAccepted, n))
    way.lower.record(cases.CaseNoted(case_no=number(1), handler=LI, note=NOTE), a_finding())
    way.carry()
    return way


def proof(seat: Seat, n: int = 1) -> dict[str, Any]:
    return dict(seat.ask("proof", case_no=number(n)))


def check(document: Any, tmp_path: Path, *arguments: str) -> tuple[int, str]:
    """What `qidi verify --proof` says of it."""
    file = tmp_path / "proof.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False))
    code, out, err = run(verify_command.verify, "--proof", file, "--lang", "en", *arguments)
    return code, out or err


def test_every_entry_about_a_case_is_proved_under_a_root_that_two_authorities_signed(told: Way, tmp_path: Path) -> None:
    document = proof(told.lower)
    assert (document["countersigned"], document["pending"]) == (True, 0)
    assert [one["index"] for one in document["entries"]] == [1, 2, 3, 7, 8]
    keys_given = ("--key", a_key(BANNER).public_text, "--key", a_key(CITY).public_text)
    code, said = check(document, tmp_path, *keys_given)
    assert code == 0
    assert said == (
        f"All 5 entries about {number(1)} stand in the ledger of {BANNER}, under the root of 9 entries that "
        f"qidi.local/{BANNER}, qidi.local/{CITY} signed."
    )
    # whoever knows only the superior's key can check it as well
    assert check(document, tmp_path, "--key", a_key(CITY).public_text)[0] == 0
    # without a key from elsewhere it only agrees with itself, and that is said
    code, said = check(document, tmp_path)
    assert (code, "keys in the document itself" in said) == (0, True)


def test_the_proof_of_the_superior_shows_the_same_entries_under_the_childs_signature(told: Way, tmp_path: Path) -> None:
    above, below = proof(told.upper), proof(told.lower)
    assert above["origin"] == BANNER
    by_index = {one["index"]: one["entry"] for one in below["entries"]}
    assert above["entries"]
    assert all(by_index[one["index"]] == one["entry"] for one in above["entries"])
    assert check(above, tmp_path, "--key", a_key(BANNER).public_text)[0] == 0


def test_what_stays_inside_is_shown_to_exist_and_nothing_more(told: Way) -> None:
    document = proof(told.lower)
    text = json.dumps(document, ensure_ascii=False)
    assert NOTE not in text
    assert "内部线索" not in text
    hidden = [one for one in document["entries"] if one["entry"] is None]
    assert [one["index"] for one in hidden] == [7, 8]
    assert all(one["leaf"] and one["proof"] for one in hidden)


def test_entries_that_are_not_signed_yet_are_counted(told: Way, tmp_path: Path) -> None:
    told.lower.record(a_step(cases.CaseReviewBegun, 1))
    document = proof(told.lower)
    assert (document["pending"], len(document["entries"])) == (1, 5)
    assert check(document, tmp_path)[1].endswith("Newer ones that are not signed yet: 1.")
    assert check(document, tmp_path, "--lang", "zh")[1].endswith("另有 1 条较新的记录尚未签署。")
    assert "尚未签署" not in check(document | {"pending": 0}, tmp_path, "--lang", "zh")[1]


def test_where_nothing_is_signed_nothing_is_proved(banner: Seat, tmp_path: Path) -> None:
    banner.record(received(1))
    code, said = check(proof(banner), tmp_path)
    assert (code, said) == (1, f"Nothing about {number(1)} is signed yet; entries that wait: 1.")
    banner.act(lambda office: pages.cut(office, banner.key))
    document = proof(banner)
    assert (document["countersigned"], check(document, tmp_path)[0]) == (False, 0)


def test_a_case_that_nobody_knows_has_no_proof(told: Way) -> None:
    for seat in (told.lower, told.upper):
        assert seat.desk.answer("proof", {"case_no": number(9)})["status"] == 404


def test_a_proof_stays_good_after_the_ledger_has_grown_and_keys_have_changed(told: Way, tmp_path: Path) -> None:
    before = proof(told.lower)
    told.lower.record(*(received(n) for n in range(3, 9)))
    told.carry()
    assert check(before, tmp_path, "--key", a_key(BANNER).public_text)[0] == 0
    # and it is a witness: the ledger of today must agree with it
    (tmp_path / "proof.json").write_text(json.dumps(before))
    kept = ("--kept", tmp_path / "proof.json")
    assert run(verify_command.verify, "--store", told.lower.store, *kept)[0] == 0
    assert run(verify_command.verify, "--store", told.upper.store, "--origin", BANNER, *kept)[0] == 0


def forged(document: dict[str, Any], what: str) -> dict[str, Any]:
    """What a forger might write."""
    one = copy.deepcopy(document)
    first = one["entries"][0]
    match what:
        case "another handler":
            first["entry"]["data"]["handler"]["name"] = "王五"
        case "another leaf":
            first["leaf"] = one["entries"][1]["leaf"]
        case "another index":
            first["index"] += 1
        case "a negative index":
            first["index"] = -1
        case "a shorter path":
            first["proof"].pop()
        case "another case's entry":
            one["case_no"] = number(2)
        case "another root":
            size, root = 9, b"\0" * 32
            one["checkpoint"] = sign(Checkpoint(BANNER, size, root), a_key(BANNER, 9))
        case "a stranger's key":
            one["keys"] = [a_key("150422").public_text]
        case "the superior's signature cut off":
            one["checkpoint"] = one["checkpoint"].rsplit("— ", 1)[0]
        case "another ledger":
            one["origin"] = CITY
        case "no entries":
            one["entries"] = []
        case "no checkpoint":
            del one["checkpoint"]
        case "another kind":
            one["qidi"] = "ledger-export"
    return one


FORGERIES = (
    "another handler", "another leaf", "another index", "a negative index", "a shorter path", "another case's entry",
    "another root", "a stranger's key", "the superior's signature cut off", "another ledger", "no entries",
    "no checkpoint", "another kind",
)  # fmt: skip


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_proof_is_found(told: Way, tmp_path: Path, what: str) -> None:
    document = proof(told.lower)
    false = forged(document, what)
    assert false != document
    for arguments in ((), ("--key", a_key(BANNER).public_text)):
        code, said = check(false, tmp_path, *arguments)
        assert code == 1, said


@pytest.mark.parametrize("member", ["case_no", "checkpoint", "index"])
def test_a_proof_that_gives_a_member_twice_is_no_proof(told: Way, tmp_path: Path, member: str) -> None:
    text = json.dumps(proof(told.lower), ensure_ascii=False)
    assert f'"{member}": ' in text
    doubled = text.replace(f'"{member}": ', f'"{member}": "refused", "{member}": ', 1)
    code, said = check(doubled, tmp_path, "--lang", "en")
    assert (code, f"gives {member} twice" in said) == (2, True)


def test_a_proof_by_another_key_than_the_one_that_is_known_is_not_believed(told: Way, tmp_path: Path) -> None:
    code, said = check(proof(told.lower), tmp_path, "--key", a_key(BANNER, 9).public_text)
    assert (code, said) == (1, "The checkpoint is not signed by a key that was given.")


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "不是 JSON，第 1 行第 1 列有误"), ("nothing", "不是 JSON，第 1 行第 1 列有误"), ("[" * 100_000, "嵌套过深")],
)
def test_what_is_no_json_is_no_verdict_and_the_reason_is_told_in_chinese(tmp_path: Path, text: str, why: str) -> None:
    assert check(text, tmp_path, "--lang", "zh") == (2, f"{tmp_path / 'proof.json'} 不是存证证明：{why}")


def test_a_key_that_is_none_is_told_in_chinese(told: Way, tmp_path: Path) -> None:
    code, said = check(proof(told.lower), tmp_path, "--key", "abc", "--lang", "zh")
    assert (code, said) == (2, "--key abc：不是“名称+哈希+公钥”的形式")


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_proof_with_any_bit_changed_is_not_believed_or_says_the_same(told: Way, data: st.DataObject) -> None:
    document = proof(told.lower)
    text = bytearray(json.dumps(document, ensure_ascii=False).encode())
    at = data.draw(st.integers(0, len(text) * 8 - 1))
    text[at // 8] ^= 1 << at % 8
    try:
        changed = json.loads(text)
    except ValueError:
        return
    found = examine(changed, [a_key(BANNER).verifier])
    if found.ok:
        # no key was changed that had a part in it, and no entry
        assert changed["entries"] == document["entries"]
        assert changed["case_no"] == document["case_no"]
        assert changed["checkpoint"] == document["checkpoint"]


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_signs_what_is_recorded_and_writes_a_proof_that_can_be_checked(tmp_path: Path) -> None:
    folder = tmp_path / "var" / BANNER
    folder.mkdir(parents=True)
    seat = Seat(BANNER, folder)
    seat.record(received(1), a_step(cases.CaseAccepted, 1))
    seat.desk.engine.dispose()
    seat.store.rename(folder / "ledger.sqlite")
    file = tmp_path / "proof.json"
    around = {"QIDI_VAR": str(tmp_path / "var"), "QIDI_AUTHORITY": BANNER, "LANG": "zh_CN.UTF-8"}
    code, out, err = run(proof_command.command, number(1), "--out", file, **around)
    assert (code, err) == (0, "")
    assert f"存证证明已写入 {file}。" in out
    public = keys.load_or_create(folder / "keys", BANNER).public_text
    code, out, _ = run(verify_command.verify, "--proof", file, "--key", public, "--json")
    assert (code, json.loads(out)["params"]["count"]) == (0, 2)
    code, _, err = run(proof_command.command, number(9), **around)
    assert (code, err) == (2, f"台账中没有办件 {number(9)}。")
    code, out, _ = run(proof_command.command, number(1), **around)
    assert json.loads(out)["pending"] == 0


def test_the_command_makes_no_store_where_there_is_none(tmp_path: Path) -> None:
    code, _, err = run(proof_command.command, number(1), QIDI_VAR=str(tmp_path), QIDI_AUTHORITY=BANNER)
    assert (code, bool(err)) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77])
def test_paths_in_a_ledger_of_any_length_lead_to_its_root(banner: Seat, size: int) -> None:
    leaves = [SHA256.leaf(b"%d" % n) for n in range(size)]
    rows = [(n, leaf, b"", str(n), "", "", "", "", 0.0, 0.0) for n, leaf in enumerate(leaves)]
    with banner.desk.engine.connect() as connection:
        connection.connection.executemany(f"INSERT INTO entries VALUES ({', '.join('?' * 10)})", rows)
        connection.exec_driver_sql("COMMIT")
    root, indexes = root_of(leaves), sorted({0, size // 2, size - 1})
    for _ in range(2):  # read from the store, then from memory
        paths = banner.look(lambda office: list(map(Tree(office, Origin(BANNER), size).path, indexes)))
        for index, path in zip(indexes, paths, strict=True):
            assert includes(root, size, index, leaves[index], path)
