"""Tampering with a ledger: it is found by what an operator would run, `qidi verify`."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from qidi.commands import export as export_command
from qidi.commands import verify as verify_command
from services.contracts import cases
from services.ledger.canonical import canonical_bytes
from services.ledger.link import forks, membership
from services.ledger.link.notes import Checkpoint, read, sign
from services.ledger.merkle import SHA256, Frontier
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import LI, a_step, number, received, started
from tests.unit.ledger_service.test_verify_command import run
from tests.unit.link.chain import Seat, Way, a_key, join

pytestmark = pytest.mark.lengthy

Answer = tuple[int, dict[str, Any]]


@contextmanager
def behind(seat: Seat) -> Iterator[sqlite3.Connection]:
    """Somebody with full access to the file, who has taken the triggers away."""
    with closing(sqlite3.connect(seat.store, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def verify(*arguments: str | Path) -> Answer:
    code, out, err = run(verify_command.verify, *arguments, "--json", "--lang", "en")
    assert not err, err
    return code, json.loads(out)


def kept_at(seat: Seat, origin: str = BANNER, *more: str | Path) -> Answer:
    """The kept ledger of an authority is checked at its superior."""
    return verify("--store", seat.store, "--origin", origin, *more)


def found(answer: Answer) -> tuple[str, int | None]:
    """Code and first bad entry of what was found."""
    code, told = answer
    assert (code, told["ok"]) == (1, False)
    return told["problem"]["code"], told["problem"]["index"]


def exported(seat: Seat, folder: Path, origin: str | None = None, name: str = "out.jsonl") -> Path:
    """What `qidi export` writes."""
    more = [] if origin is None else ["--origin", origin]
    code, _, err = run(export_command.export, "--ledger", folder / name, "--store", seat.store, *more)
    assert (code, err) == (0, "")
    return folder / name


SIZE = 14


@pytest.fixture
def carried(way: Way) -> Way:
    """A banner's thirteen facts in three pages; entry 0 and 9 stay at home, only their hashes are above."""
    for n in (1, 2, 3):
        way.lower.record(received(n), started(n), a_step(cases.CaseAccepted, n))
        if n == 3:
            way.lower.record(cases.CaseNoted(case_no=number(n), handler=LI, note="内部备注"))
        way.carry()
    way.lower.record(*(a_step(cases.CaseReviewBegun, n) for n in (1, 2, 3)))
    way.carry()
    assert (way.lower.size(), way.upper.held(BANNER)["verified"]) == (SIZE, SIZE)
    return way


def test_a_sound_ledger_is_found_sound_at_home_above_and_in_both_exports(carried: Way, tmp_path: Path) -> None:
    for answer in (
        verify("--store", carried.lower.store),
        kept_at(carried.upper),
        verify("--export", exported(carried.lower, tmp_path, name="own.jsonl")),
        verify("--export", exported(carried.upper, tmp_path, BANNER, "kept.jsonl")),
        verify("--export", tmp_path / "own.jsonl", "--kept", tmp_path / "kept.jsonl"),
        verify("--export", tmp_path / "kept.jsonl", "--key", carried.lower.key.public_text),
    ):
        code, told = answer
        assert (code, told["ok"], told["size"], told["root"]) == (0, True, SIZE, carried.lower.root())
        assert told["signed"] == SIZE
        assert told["statements"] >= 5


# --- the seven -------------------------------------------------------------------------------------------------------


def test_1_a_changed_byte_is_found_at_its_entry(carried: Way) -> None:
    with behind(carried.upper) as store:
        store.execute("UPDATE origin_entries SET body = CAST(replace(body, '李强', '王五') AS BLOB) WHERE idx = 3")
    assert found(kept_at(carried.upper)) == ("changed", 3)


def test_2_a_deleted_entry_is_found(carried: Way) -> None:
    with behind(carried.upper) as store:
        store.execute("DELETE FROM origin_entries WHERE idx = 4")
    assert found(kept_at(carried.upper)) == ("missing", 4)


def test_3_an_inserted_entry_is_found(carried: Way) -> None:
    with behind(carried.upper) as store:
        store.execute("UPDATE origin_entries SET idx = -idx - 1 WHERE idx >= 5")
        store.execute(
            "INSERT INTO origin_entries SELECT origin, branch, 5, leaf, body, stem, subject, about, time, recorded"
            " FROM origin_entries WHERE idx = 1"
        )
        store.execute("UPDATE origin_entries SET idx = -idx WHERE idx < 0")
    code, told = kept_at(carried.upper)
    # each page has its checkpoint: the stretch in which it was put in is named
    assert (code, told["problem"]["code"]) == (1, "duplicate_id")
    assert told["problem"]["index"] == 5


def test_4_entries_that_changed_places_are_found(carried: Way) -> None:
    def swap(one: int, other: int) -> None:
        with behind(carried.upper) as store:
            for before, after in ((one, 999), (other, one), (999, other)):
                store.execute("UPDATE origin_entries SET idx = ? WHERE idx = ?", (after, before))

    # within one page, of two subjects: only the signed root of that page knows
    swap(4, 5)
    code, told = kept_at(carried.upper)
    assert (code, told["problem"]["code"]) == (1, "rewritten")
    assert (told["problem"]["params"]["since"], told["problem"]["params"]["until"]) == (4, 7)
    swap(4, 5)
    assert kept_at(carried.upper)[0] == 0
    # of one subject: its sequence names the very entry
    swap(4, 6)
    assert found(kept_at(carried.upper)) == ("sequence_gap", 4)


def test_5_a_truncated_tail_is_found_by_a_receipt_that_the_child_kept(carried: Way, tmp_path: Path) -> None:
    receipts = exported(carried.lower, tmp_path)
    with behind(carried.upper) as store:
        cut = Frontier().extend(
            bytes(leaf) for (leaf,) in store.execute("SELECT leaf FROM origin_entries WHERE idx < 7 ORDER BY idx")
        )
        store.execute("DELETE FROM origin_entries WHERE idx >= 7")
        # with the head alone it is found by the checkpoints in the store itself
        store.execute(
            "UPDATE origins SET size = 7, root = ?, frontier = ? WHERE origin = ?", (cut.root, cut.to_bytes(), BANNER)
        )
        assert found(kept_at(carried.upper)) == ("truncated", 7)
        store.execute("DELETE FROM checkpoints WHERE origin = ? AND size > 7", (BANNER,))
    assert kept_at(carried.upper)[0] == 0
    assert found(kept_at(carried.upper, BANNER, "--kept", receipts)) == ("truncated", 7)


def rewrite(seat: Seat, idx: int, table: str = "entries") -> None:
    """Another handler in that entry, and every hash after it fresh, as somebody does who knows how it works."""
    with behind(seat) as store:
        (body,) = store.execute(f"SELECT body FROM {table} WHERE idx = ?", (idx,)).fetchone()
        event = json.loads(body)
        event["data"]["handler"] = {"name": "王五", "department": "发展改革委"}
        forged = canonical_bytes(event)
        store.execute(f"UPDATE {table} SET body = ?, leaf = ? WHERE idx = ?", (forged, SHA256.leaf(forged), idx))
        tree = Frontier().extend(bytes(leaf) for (leaf,) in store.execute(f"SELECT leaf FROM {table} ORDER BY idx"))
        values = (tree.size, tree.root, tree.to_bytes())
        if table == "entries":
            store.execute("UPDATE head SET size = ?, root = ?, frontier = ?", values)
        store.execute("UPDATE origins SET size = ?, root = ?, frontier = ? WHERE origin = ?", (*values, BANNER))


def resign(seat: Seat, key: Any) -> None:
    """Every checkpoint is signed anew over the tree as it is now."""
    with behind(seat) as store:
        leaves = [bytes(leaf) for (leaf,) in store.execute("SELECT leaf FROM entries ORDER BY idx")]
        for (size,) in store.execute("SELECT size FROM checkpoints WHERE origin = ?", (BANNER,)).fetchall():
            root = Frontier().extend(leaves[:size]).root
            values = (root, sign(Checkpoint(BANNER, size, root), key), size, BANNER)
            store.execute("UPDATE checkpoints SET root = ?, note = ? WHERE size = ? AND origin = ?", values)
        store.execute("DELETE FROM receipts")


def test_6_a_history_that_was_rewritten_with_a_fresh_chain_is_found(carried: Way, tmp_path: Path) -> None:
    witness = exported(carried.upper, tmp_path, BANNER)
    rewrite(carried.lower, 3)
    # by its own former signatures
    code, told = verify("--store", carried.lower.store)
    assert (code, told["problem"]["code"]) == (1, "rewritten")
    assert (told["problem"]["params"]["since"], told["problem"]["params"]["until"]) == (1, 4)
    # by a stranger's signatures
    resign(carried.lower, a_key(BANNER, 9))
    assert found(verify("--store", carried.lower.store))[0] == "unsigned"
    # and signed by the authority itself throughout: by what the superior keeps
    resign(carried.lower, carried.lower.key)
    assert verify("--store", carried.lower.store)[0] == 0
    code, told = verify("--store", carried.lower.store, "--kept", witness)
    assert (code, told["problem"]["code"], told["problem"]["params"]["until"]) == (1, "two_histories", 4)


def test_7_two_histories_shown_to_two_superiors_are_found_by_comparing_what_they_keep(
    carried: Way, region: Seat, tmp_path: Path
) -> None:
    (tmp_path / "two-faced").mkdir()
    other = carried.lower.copied(tmp_path / "two-faced")
    rewrite(other, 3)
    resign(other, other.key)
    with behind(other) as store:
        store.execute("DELETE FROM links")
        store.execute("UPDATE origins SET receipted = 0")
    join(other, region)
    Way(other, region).carry()
    for answer in (kept_at(carried.upper), kept_at(region)):
        assert answer[0] == 0  # each is sound in itself
    at_the_region = exported(region, tmp_path, BANNER)
    code, told = kept_at(carried.upper, BANNER, "--kept", at_the_region)
    assert (code, told["problem"]["code"]) == (1, "two_histories")
    assert (told["problem"]["params"]["since"], told["problem"]["params"]["until"]) == (1, 4)
    message = run(verify_command.verify, "--store", carried.upper.store, "--origin", BANNER, "--kept", at_the_region)
    assert message[1].startswith("出现两套签名的历史")
    # a single note that a person kept does as well
    note = tmp_path / "note.txt"
    with closing(sqlite3.connect(region.store)) as store:
        (text,) = store.execute("SELECT note FROM checkpoints WHERE origin = ? AND size = 7", (BANNER,)).fetchone()
    note.write_text(text)
    assert found(kept_at(carried.upper, BANNER, "--kept", note))[0] == "two_histories"


# --- more of what can be done to what is kept ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE origin_entries SET about = 'elsewhere' WHERE idx = 4", "misfiled"),
        ("UPDATE origin_entries SET stem = 'qidi.case.noted' WHERE idx = 10", "misfiled"),
        ("UPDATE origin_entries SET time = time - 86400 WHERE idx = 4", "misfiled"),
        # a content that had arrived is taken out, its hash stays: the next of that case has a number too many
        (
            "UPDATE origin_entries SET body = NULL, stem = NULL, subject = NULL, about = NULL, time = NULL,"
            " recorded = NULL WHERE idx = 3",
            "sequence_gap",
        ),
        ("UPDATE origins SET root = zeroblob(32) WHERE origin = '150424'", "root_mismatch"),
        ("UPDATE origins SET frontier = zeroblob(9) WHERE origin = '150424'", "bad_frontier"),
        ("UPDATE origins SET size = 13 WHERE origin = '150424'", "root_mismatch"),
        ("UPDATE checkpoints SET root = zeroblob(32) WHERE origin = '150424' AND size = 7", "bad_statement"),
        ("UPDATE checkpoints SET note = replace(note, '150424', '150425') WHERE origin = '150424'", "bad_statement"),
        ("UPDATE checkpoints SET note = 'none' WHERE origin = '150424' AND size = 7", "bad_statement"),
        ("UPDATE known_keys SET public_key = 'no key' WHERE authority = '150424'", "bad_statement"),
        ("DELETE FROM known_keys WHERE authority = '150424'", "unsigned"),
        (
            "INSERT INTO origin_entries SELECT origin, branch, 14, leaf, NULL, NULL, NULL, NULL, NULL, NULL"
            " FROM origin_entries WHERE idx = 0",
            "extended",
        ),
    ],
)
def test_what_is_done_to_a_kept_ledger_is_found(carried: Way, statement: str, code: str) -> None:
    with behind(carried.upper) as store:
        assert store.execute(statement).rowcount > 0
    assert found(kept_at(carried.upper))[0] == code


def test_a_key_that_was_given_up_signs_nothing_newer(carried: Way) -> None:
    carried.lower.key = a_key(BANNER, 2)
    carried.upper.act(lambda office: membership.set_key(office, BANNER, carried.lower.key.public_text))
    carried.lower.record(received(4))
    carried.carry()
    carried.lower.record(received(5))
    carried.carry()
    assert kept_at(carried.upper)[0] == 0
    with behind(carried.upper) as store:
        note, root = store.execute(
            "SELECT note, root FROM checkpoints WHERE origin = ? ORDER BY size DESC", (BANNER,)
        ).fetchone()
        again = sign(read(note), a_key(BANNER))
        store.execute("UPDATE checkpoints SET note = ? WHERE origin = ? AND root = ?", (again, BANNER, root))
    assert found(kept_at(carried.upper))[0] == "former_key"


def test_a_history_that_was_given_up_stays_evidence_and_is_checked_too(way: Way, tmp_path: Path) -> None:
    way.lower.record(received(1))
    way.carry()
    (tmp_path / "old").mkdir()
    old = way.lower.copied(tmp_path / "old")
    way.lower.record(received(2), a_step(cases.CaseAccepted, 2))
    way.carry()
    old.record(received(3))
    back = Way(old, way.upper)
    back.up(old.pages()[0])
    way.upper.act(lambda office: forks.accept(office, BANNER, "李主任", "经核实"))
    back.ask()
    back.carry()
    code, told = kept_at(way.upper)
    assert (code, told["root"]) == (0, old.root())
    with behind(way.upper) as store:
        store.execute("UPDATE origin_entries SET body = CAST(replace(body, '李强', '王五') AS BLOB) WHERE branch = 0")
    assert found(kept_at(way.upper))[0] == "changed"


def test_a_ledger_passed_on_is_checked_at_the_region_like_one_of_its_own_children(
    banner: Seat, city: Seat, region: Seat
) -> None:
    join(city, region)
    join(banner, city)
    banner.record(received(1))
    for _ in range(3):
        Way(banner, city).carry()
        Way(city, region).carry()
    for origin, root in ((BANNER, banner.root()), (CITY, city.root())):
        code, told = kept_at(region, origin)
        assert (code, told["root"]) == (0, root)
    assert kept_at(city)[1]["statements"] > kept_at(region)[1]["statements"]  # with the region's receipts


@pytest.mark.parametrize(
    "arguments",
    [
        ["--origin", "150499"],
        ["--origin", BANNER, "--export", "x.jsonl"],
        ["--origin", BANNER, "--kept", "no-such-file"],
        ["--origin", BANNER, "--key", "no-key"],
    ],
)
def test_what_cannot_be_checked_is_said_and_is_no_verdict(carried: Way, arguments: list[str]) -> None:
    code, out, err = run(verify_command.verify, "--store", carried.upper.store, *arguments)
    assert (code, out) == (2, "")
    assert err


def test_a_note_that_is_not_genuine_or_of_another_ledger_is_no_witness(carried: Way, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    for text in (
        sign(Checkpoint(BANNER, 7, b"\0" * 32), a_key(BANNER, 9)),
        sign(Checkpoint(CITY, 7, b"\0" * 32), a_key(CITY)),
        "no note",
    ):
        note.write_text(text)
        code, out, err = run(verify_command.verify, "--store", carried.upper.store, "--origin", BANNER, "--kept", note)
        assert (code, out) == (2, "")
        assert "note.txt" in err


def test_nothing_is_believed_that_a_given_key_has_not_signed(carried: Way, tmp_path: Path) -> None:
    export = exported(carried.upper, tmp_path, BANNER)
    assert verify("--export", export, "--key", a_key(BANNER).public_text)[1]["signed"] == SIZE
    assert found(verify("--export", export, "--key", a_key(BANNER, 9).public_text))[0] == "not_trusted"
    # the superior's key vouches for what it has countersigned
    own = exported(carried.lower, tmp_path)
    assert verify("--export", own, "--key", a_key(CITY).public_text)[1]["signed"] == SIZE


@pytest.mark.parametrize("at", range(1, 9))
def test_a_statement_taken_out_of_an_export_is_found(carried: Way, tmp_path: Path, at: int) -> None:
    export = exported(carried.upper, tmp_path, BANNER)
    lines = export.read_bytes().splitlines(keepends=True)
    del lines[at]
    export.write_bytes(b"".join(lines))
    assert found(verify("--export", export))[0] in ("bad_statement", "missing", "unsigned", "truncated")


@pytest.mark.parametrize("index", [1, 3, 10, SIZE - 1])
def test_a_ledger_that_was_signed_anew_is_named_to_the_entry_by_an_export_that_was_kept(
    carried: Way, tmp_path: Path, index: int
) -> None:
    witness = exported(carried.upper, tmp_path, BANNER)
    head = carried.upper.held(BANNER)
    rewrite(carried.lower, index)
    resign(carried.lower, carried.lower.key)
    code, told = verify("--store", carried.lower.store, "--kept", witness)
    assert (code, told["problem"]["code"], told["problem"]["index"]) == (1, "two_histories", index)
    message = run(verify_command.verify, "--store", carried.lower.store, "--kept", witness)[1]
    assert f"自第 {index} 条分岔" in message
    # an export of it, too
    (tmp_path / "again").mkdir()
    copy = exported(carried.lower, tmp_path / "again")
    assert found(verify("--export", copy, "--kept", witness)) == ("two_histories", index)
    # a checkpoint alone says between which two
    code, told = verify("--store", carried.lower.store, "--kept", f"{head['verified']}:{head['root']}")
    params = told["problem"]["params"]
    assert (told["problem"]["index"], params["since"] <= index <= params["last"]) == (None, True)


def test_an_export_whose_hashes_do_not_give_its_own_root_names_no_entry(carried: Way, tmp_path: Path) -> None:
    witness = exported(carried.upper, tmp_path, BANNER)
    lines = witness.read_bytes().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith(b'{"index":2,'))
    lines[at] = lines[at].replace(json.loads(lines[at])["leaf"].encode(), b"00" * 32)
    witness.write_bytes(b"".join(lines))
    rewrite(carried.lower, 3)
    resign(carried.lower, carried.lower.key)
    code, told = verify("--store", carried.lower.store, "--kept", witness)
    assert (code, told["problem"]["code"], told["problem"]["index"]) == (1, "two_histories", None)
