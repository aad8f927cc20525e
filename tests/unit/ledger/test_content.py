"""Damage to a ledger or a copy of it: none goes unnoticed, and the first bad entry is the one named."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.audit.content import Head, verify, verify_export, verify_rows
from services.ledger.audit.export import ExportHeader, entry_line, lines_of
from services.ledger.audit.verdict import MESSAGES, SOUND, Damage, LedgerVerdict
from services.ledger.canonical import canonical_bytes
from services.ledger.merkle import TreeHash, root_of

SIZE = 12
SOURCE = "/authorities/150424/intake"


def an_event(number: int, **other: object) -> bytes:
    """Entry `number` of a ledger in which three cases take turns."""
    event = {
        "specversion": "1.0",
        "id": str(UUID(int=number + 1)),
        "source": SOURCE,
        "type": "qidi.case.accepted.v1",
        "subject": f"case-{number % 3}",
        "sequence": number // 3 + 1,
        "data": {"note": "收件"},
    }
    return canonical_bytes(event | other)


def an_export(
    entries: Sequence[bytes], withheld: Iterable[int] = (), algorithm: str = "sha256"
) -> tuple[bytes, list[bytes]]:
    """ExportHeader and lines of a sound export."""
    hashing = TreeHash(algorithm)
    leaves = [hashing.leaf(entry) for entry in entries]
    lines = [
        entry_line(index, leaf, None if index in withheld else entry)
        for index, (leaf, entry) in enumerate(zip(leaves, entries, strict=True))
    ]
    return ExportHeader("150424", len(entries), root_of(leaves, hashing), algorithm).line(), lines


def events(count: int = SIZE) -> list[bytes]:
    return [an_event(number) for number in range(count)]


def head_of(entries: Sequence[bytes]) -> Head:
    return Head(len(entries), root_of(map(TreeHash().leaf, entries)))


def found(verdict: LedgerVerdict) -> tuple[Damage | None, int | None]:
    """What is wrong and where; whatever it is, it can be said."""
    assert verdict.message.format(**verdict.params)
    assert verdict.ok == (verdict.problem is None)
    return verdict.problem.code if verdict.problem else None, verdict.first_bad_index


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
@pytest.mark.parametrize("envelopes", [False, True])
@pytest.mark.parametrize("size", [0, 1, 2, 11, 101])
def test_a_sound_export_is_found_sound(size: int, envelopes: bool, algorithm: str) -> None:
    header, lines = an_export(events(size), algorithm=algorithm)
    verdict = verify_export(io.BytesIO(header + b"".join(lines)), envelopes=envelopes)
    assert (verdict.ok, verdict.size, verdict.message) == (True, size, SOUND)
    assert verdict.root == ExportHeader.read(header).root.hex()


def test_a_ledger_longer_than_what_is_held_at_a_time_is_checked_to_its_end() -> None:
    header, lines = an_export(events(10_001))
    assert verify(header, lines).ok
    lines[10_000] = lines[10_000].replace(b"150424", b"150425")
    assert found(verify(header, lines)) == (Damage.CHANGED, 10_000)


def test_the_export_is_json_lines_that_any_tool_reads() -> None:
    header, lines = an_export(events(2), withheld=[1])
    assert json.loads(header) == {
        "qidi": "ledger-export",
        "version": 1,
        "authority": "150424",
        "hash": "sha256",
        "size": 2,
        "root": ExportHeader.read(header).root.hex(),
    }
    assert json.loads(lines[0])["entry"]["subject"] == "case-0"
    assert json.loads(lines[1])["entry"] is None


def test_entries_whose_content_is_withheld_still_count() -> None:
    header, lines = an_export(events(), withheld=[0, 4, 5])
    assert verify(header, lines, envelopes=True).ok


def changed_entry(lines: list[bytes]) -> None:
    lines[5] = lines[5].replace("收".encode(), "发".encode())


def changed_leaf(lines: list[bytes]) -> None:
    lines[5] = lines[5].replace(lines[5][20:30], bytes(reversed(lines[5][20:30])))


def leaf_in_capitals(lines: list[bytes]) -> None:
    lines[5] = lines[5][:20] + lines[5][20:84].upper() + lines[5][84:]


def another_space(lines: list[bytes]) -> None:
    lines[5] = lines[5].replace(b',"entry"', b', "entry"')


def deleted(lines: list[bytes]) -> None:
    del lines[5]


def said_twice(lines: list[bytes]) -> None:
    lines.insert(6, lines[5])


def forged_and_inserted(lines: list[bytes]) -> None:
    forged = an_event(99)
    lines.insert(6, entry_line(5, TreeHash().leaf(forged), forged))


def swapped(lines: list[bytes]) -> None:
    lines[5], lines[8] = lines[8], lines[5]


def cut_off(lines: list[bytes]) -> None:
    del lines[5:]


def cut_off_within_a_line(lines: list[bytes]) -> None:
    lines[5:] = [lines[5][:100]]


def one_more(lines: list[bytes]) -> None:
    forged = an_event(SIZE)
    lines.append(entry_line(SIZE, TreeHash().leaf(forged), forged))


def a_line_of_something_else(lines: list[bytes]) -> None:
    lines[5] = b"\n"


@pytest.mark.parametrize(
    ("damage", "code", "index"),
    [
        (changed_entry, Damage.CHANGED, 5),
        (changed_leaf, Damage.CHANGED, 5),
        (leaf_in_capitals, Damage.MALFORMED, 5),
        (another_space, Damage.MALFORMED, 5),
        (deleted, Damage.MISSING, 5),
        (said_twice, Damage.INSERTED, 5),
        (forged_and_inserted, Damage.INSERTED, 5),
        (swapped, Damage.REORDERED, 5),
        (cut_off, Damage.TRUNCATED, 5),
        (cut_off_within_a_line, Damage.TRUNCATED, 5),
        (one_more, Damage.EXTENDED, SIZE),
        (a_line_of_something_else, Damage.MALFORMED, 5),
    ],
)
def test_damage_to_an_export_is_named_with_its_first_entry(
    damage: Callable[[list[bytes]], None], code: Damage, index: int
) -> None:
    header, lines = an_export(events())
    damage(lines)
    assert found(verify_export(io.BytesIO(header + b"".join(lines)))) == (code, index)


def test_every_byte_of_the_last_line_counts() -> None:
    header, lines = an_export(events())
    for at in range(len(lines[-1])):
        bent = lines[-1][:at] + bytes([lines[-1][at] ^ 1]) + lines[-1][at + 1 :]
        assert verify(header, [*lines[:-1], bent]).first_bad_index is not None


@pytest.mark.parametrize("entry", [b"7}", b"{", b"", b'"}', b"[]"])
def test_an_entry_that_is_no_object_is_not_an_entry_even_if_its_hash_is_right(entry: bytes) -> None:
    header, lines = an_export([*events(5), entry])
    assert found(verify(header, lines)) == (Damage.MALFORMED, 5)


def test_an_entry_changed_together_with_its_hash_does_not_fit_the_root() -> None:
    header, lines = an_export(events())
    forged = an_event(99)
    lines[5] = entry_line(5, TreeHash().leaf(forged), forged)
    verdict = verify(header, lines)
    assert found(verdict) == (Damage.ROOT_MISMATCH, None)
    assert (verdict.params["since"], verdict.params["until"]) == (0, SIZE)


def test_checkpoints_kept_narrow_down_where_an_entry_was_changed_together_with_its_hash() -> None:
    kept = [head_of(events(size)) for size in (8, 0, 4)]
    header, lines = an_export(events())
    assert verify(header, lines, witnessed=kept).ok
    forged = an_event(99)
    lines[5] = entry_line(5, TreeHash().leaf(forged), forged)
    verdict = verify(header, lines, witnessed=kept)
    assert found(verdict) == (Damage.REWRITTEN, None)
    assert (verdict.params["since"], verdict.params["until"]) == (4, 8)


def test_a_history_rewritten_with_fresh_hashes_is_found_by_whoever_kept_one_old_checkpoint() -> None:
    rewritten = [*events(5), an_event(99), *events()[6:]]
    header, lines = an_export(rewritten)
    assert verify(header, lines).ok
    assert found(verify(header, lines, witnessed=[head_of(events(6))])) == (Damage.REWRITTEN, None)
    assert verify(header, lines, witnessed=[head_of(events(5))]).ok


def test_two_histories_of_one_length_cannot_both_be_true() -> None:
    header, lines = an_export(events())
    other = head_of([*events(SIZE - 1), an_event(99)])
    assert found(verify(header, lines, witnessed=[head_of(events()), other])) == (Damage.REWRITTEN, None)


def test_a_tail_cut_off_with_a_fresh_header_is_found_by_whoever_kept_a_later_checkpoint() -> None:
    header, lines = an_export(events(7))
    verdict = verify(header, lines, witnessed=[head_of(events(9))])
    assert found(verdict) == (Damage.TRUNCATED, 7)
    assert verdict.params["expected"] == 9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"version":1', b'"version":2'),
        (b'"size":12', b'"size":012'),
        (b"sha256", b"md5"),
        (b'"qidi"', b'"other"'),
        (b"}\n", b"}"),
        (b"150424", b"\xff"),
    ],
)
def test_a_first_line_that_is_not_the_header_is_refused(old: bytes, new: bytes) -> None:
    header, lines = an_export(events())
    assert found(verify(header.replace(old, new), lines)) == (Damage.BAD_HEADER, None)


def test_an_empty_file_is_not_an_export() -> None:
    assert found(verify_export(io.BytesIO())) == (Damage.BAD_HEADER, None)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    assert max(map(len, lines_of(io.BytesIO(b"x" * 40_000_000)))) <= 16 * 1024 * 1024


def as_rows(entries: Sequence[bytes]) -> list[tuple[int, bytes, bytes | None]]:
    return [(index, TreeHash().leaf(entry), entry) for index, entry in enumerate(entries)]


def test_the_rows_of_a_store_are_checked_against_the_head_that_it_keeps() -> None:
    rows, head = as_rows(events()), head_of(events())
    verdict = verify_rows(rows, head, envelopes=True)
    assert (found(verdict), verdict.root) == ((None, None), head.root.hex())
    index, leaf, _ = rows[5]
    for damaged, finding in {
        (*rows[:5], (index, leaf, an_event(99)), *rows[6:]): (Damage.CHANGED, 5),
        (*rows[:5], *rows[6:]): (Damage.MISSING, 5),
        (*rows[:6], *rows[5:]): (Damage.INSERTED, 5),
        (*rows[:5], rows[6], rows[5], *rows[7:]): (Damage.REORDERED, 5),
        tuple(rows[:5]): (Damage.TRUNCATED, 5),
        (*rows, (SIZE, leaf, None)): (Damage.EXTENDED, SIZE),
        (*rows[:5], (index, rows[6][1], None), *rows[6:]): (Damage.ROOT_MISMATCH, None),
    }.items():
        assert found(verify_rows(damaged, head)) == finding


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (an_event(7, sequence=4), Damage.SEQUENCE_GAP),
        (an_event(7, sequence=2), Damage.SEQUENCE_GAP),
        (an_event(7, subject="case-9", sequence=2), Damage.SEQUENCE_GAP),
        (an_event(7, source="/authorities/150424/timer"), Damage.SEQUENCE_GAP),
        (an_event(7, id=str(UUID(int=3))), Damage.DUPLICATE_ID),
        (an_event(7, id=str(UUID(int=3)).upper()), Damage.DUPLICATE_ID),
        (an_event(7, sequence="3"), Damage.NOT_CANONICAL),
        (an_event(7, sequence=True), Damage.NOT_CANONICAL),
        (an_event(7, subject=None), Damage.NOT_CANONICAL),
        (an_event(7).replace(b":", b": "), Damage.NOT_CANONICAL),
        (b'{"x"}', Damage.NOT_CANONICAL),
    ],
)
def test_a_ledger_that_recorded_something_wrong_itself_is_found_by_reading_the_events(
    entry: bytes, code: Damage
) -> None:
    header, lines = an_export([*events(7), entry, *events()[8:]])
    assert verify(header, lines).ok
    assert found(verify(header, lines, envelopes=True)) == (code, 7)


@pytest.mark.parametrize("id", ["0000000g-0000-0000-0000-000000000001", "00 00000-0000-0000-0000-000000000001", "x"])
def test_ids_of_any_form_may_be_used_once(id: str) -> None:
    header, lines = an_export([an_event(0, id=id), an_event(1, id="other"), an_event(2, id=id)])
    assert found(verify(header, lines, envelopes=True)) == (Damage.DUPLICATE_ID, 2)


def test_ids_that_differ_only_in_their_spaces_are_different_ids() -> None:
    ids = ("00  0000-0000-0000-0000-000000000001", "0000  00-0000-0000-0000-000000000001")
    header, lines = an_export([an_event(number, id=id) for number, id in enumerate(ids)])
    assert verify(header, lines, envelopes=True).ok


def test_a_gap_behind_withheld_entries_is_a_finding_only_when_they_cannot_fill_it() -> None:
    entries = events()
    header, lines = an_export(entries, withheld=[3])
    assert verify(header, lines, envelopes=True).ok
    entries[9] = an_event(9, sequence=5)
    header, lines = an_export(entries, withheld=[3])
    assert found(verify(header, lines, envelopes=True)) == (Damage.SEQUENCE_GAP, 9)


def test_every_kind_of_damage_can_be_said() -> None:
    assert set(MESSAGES) == set(Damage)


@given(st.data())
def test_any_changed_bit_of_an_export_is_found(data: st.DataObject) -> None:
    notes = data.draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=12))
    entries = [an_event(number, data={"note": note}) for number, note in enumerate(notes)]
    header, lines = an_export(entries, withheld=data.draw(st.sets(st.integers(0, len(notes) - 1))))
    assert verify(header, lines, envelopes=True).ok
    at = data.draw(st.integers(0, len(lines) - 1))
    bit = data.draw(st.integers(0, len(lines[at]) * 8 - 1))
    bent = bytearray(lines[at])
    bent[bit // 8] ^= 1 << bit % 8
    verdict = verify_export(io.BytesIO(header + b"".join([*lines[:at], bytes(bent), *lines[at + 1 :]])))
    assert not verdict.ok
    if verdict.first_bad_index is not None and verdict.problem and verdict.problem.code is not Damage.INSERTED:
        assert verdict.first_bad_index == at


@given(st.data())
def test_any_line_deleted_doubled_moved_or_cut_is_found(data: st.DataObject) -> None:
    entries = events(data.draw(st.integers(1, 120)))
    header, lines = an_export(entries, withheld=data.draw(st.sets(st.integers(0, len(entries) - 1))))
    at, to = data.draw(st.tuples(*[st.integers(0, len(entries) - 1)] * 2))
    place = data.draw(st.integers(0, len(entries)))
    assert found(verify(header, lines[:at])) == (Damage.TRUNCATED, at)
    gone = lines[:at] + lines[at + 1 :]
    last = at == len(entries) - 1
    assert found(verify(header, gone)) == (Damage.TRUNCATED if last else Damage.MISSING, at)
    doubled = [*lines[:place], lines[at], *lines[place:]]
    if place not in (at, at + 1):
        assert not verify(header, doubled).ok
    moved = [*gone[:to], lines[at], *gone[to:]]
    if to != at:
        assert found(verify(header, moved)) == (Damage.REORDERED, min(at, to))


@given(st.integers(0, 10**6), st.binary(min_size=32, max_size=32), st.integers(0, 255))
def test_a_header_with_another_size_or_root_does_not_fit_its_entries(size: int, root: bytes, bit: int) -> None:
    header, lines = an_export(events())
    sound = ExportHeader.read(header)
    if size != SIZE:
        assert not verify(ExportHeader("150424", size, sound.root).line(), lines).ok
    if root != sound.root:
        assert found(verify(ExportHeader("150424", SIZE, root).line(), lines)) == (Damage.ROOT_MISMATCH, None)
