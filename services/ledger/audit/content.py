"""The content of a ledger or a copy of it: each entry with its place and hash, against roots; which one is bad.

Works offline and in one pass over an export or a store's rows. Holds 4,096 hashes at a time; with `envelopes` also one
number a subject and one id an entry (about 100 bytes each: 100 MB for a million entries).

What it can prove depends on what it is given. The size and root in an export's own header find any damage done to the
export; only `witnessed` heads, taken from signed checkpoints that somebody else kept, find a ledger that was rewritten
with fresh hashes throughout, and only the checkpoint says whose ledger it is. Signatures are checked where checkpoints
are read (`statements`), not here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from services.ledger.audit.export import ExportHeader, Malformed, line_opening, lines_of, number_of, read_line
from services.ledger.audit.sequences import SequenceCheck
from services.ledger.audit.verdict import Damage, Damaged, LedgerVerdict
from services.ledger.merkle import HASH_BYTES, SHA256, Frontier, TreeHash

_AT_ONCE = 4096

Row = tuple[int, bytes, bytes | None]
"""A stored entry: index, leaf hash, canonical bytes (None where they were withheld)."""

Look = Callable[[int, bytes | None], None]


@dataclass(frozen=True)
class Head:
    """A statement about a ledger: its first `size` entries have this root."""

    size: int
    root: bytes


def verify_export(stream: BinaryIO, *, witnessed: Sequence[Head] = (), envelopes: bool = False) -> LedgerVerdict:
    """Check an export read from a file without looking at what was signed; see `verify`."""
    lines = lines_of(stream)
    header = next(lines, b"")
    return verify(header, islice(lines, statements_in(header), None), witnessed=witnessed, envelopes=envelopes)


def statements_in(header: bytes) -> int:
    """How many lines stand between this first line and the entries; 0 where it is no header."""
    try:
        return ExportHeader.read(header).statements
    except Malformed:
        return 0


def verify(
    header: bytes, entries: Iterable[bytes], *, witnessed: Sequence[Head] = (), envelopes: bool = False
) -> LedgerVerdict:
    """Check an export: its first line and the lines of its entries, as bytes with line feeds (see `export`).

    `witnessed`: heads from checkpoints kept elsewhere that this ledger must agree with. `envelopes`: also read every
    event, and check that it is canonical, that sequences have no gap and that no id is used twice (ten times slower).
    """
    try:
        told = ExportHeader.read(header)
    except Malformed:
        return LedgerVerdict(0, None, Damaged(Damage.BAD_HEADER).problem)
    hashing = TreeHash(told.hash)
    leaves = _leaves_of_lines(iter(entries), told.size, hashing, _look(envelopes))
    return _judge(leaves, Head(told.size, told.root), witnessed, hashing)


def verify_rows(
    rows: Iterable[Row],
    head: Head,
    *,
    witnessed: Sequence[Head] = (),
    envelopes: bool = False,
    gapless: bool = False,
    hashing: TreeHash = SHA256,
) -> LedgerVerdict:
    """Check a store's rows, in order of index, against the head that the store keeps; otherwise as `verify`.

    `gapless`: withheld entries hide no sequence numbers, as in a ledger that came over the link.
    """
    return _judge(_leaves_of_rows(iter(rows), hashing, _look(envelopes, gapless)), head, witnessed, hashing)


def _look(envelopes: bool, gapless: bool = False) -> Look | None:
    return SequenceCheck(gapless=gapless).look if envelopes else None


def _judge(leaves: Iterator[bytes], head: Head, witnessed: Sequence[Head], hashing: TreeHash) -> LedgerVerdict:
    frontier = Frontier(hashing=hashing)
    try:
        # The ledger's own head comes first among equals: damage to this copy is said before a rewritten history.
        stops = [(head, Damage.ROOT_MISMATCH)]
        stops += [(kept, Damage.REWRITTEN) for kept in witnessed if kept.size <= head.size]
        stops.sort(key=lambda stop: (stop[0].size, stop[1] is Damage.REWRITTEN))
        agreed = 0
        for stop, otherwise in stops:
            frontier = _grow(frontier, leaves, stop.size, head.size)
            if (root := frontier.root) != stop.root:
                raise Damaged(otherwise, since=agreed, until=stop.size, found=root.hex(), expected=stop.root.hex())
            agreed = stop.size
        for _ in leaves:
            raise Damaged(Damage.EXTENDED, head.size, expected=head.size)
        longest = max((kept.size for kept in witnessed), default=0)
        if longest > head.size:
            raise Damaged(Damage.TRUNCATED, head.size, expected=longest)
    except Damaged as damaged:
        size = frontier.size if damaged.problem.index is None else damaged.problem.index
        return LedgerVerdict(size, frontier.root.hex() if size == frontier.size else None, damaged.problem)
    return LedgerVerdict(frontier.size, frontier.root.hex())


def _grow(frontier: Frontier, leaves: Iterator[bytes], until: int, expected: int) -> Frontier:
    while frontier.size < until:
        some = list(islice(leaves, min(_AT_ONCE, until - frontier.size)))
        if not some:
            raise Damaged(Damage.TRUNCATED, frontier.size, expected=expected)
        frontier = frontier.extend(some)
    return frontier


def _leaves_of_lines(lines: Iterator[bytes], size: int, hashing: TreeHash, look: Look | None) -> Iterator[bytes]:
    # The canonical bytes start where the opening ends, and the opening is known once they are hashed: comparing it as a
    # whole checks the index, the leaf and the form of the line at once.
    hash_leaf, opening, longer_at = hashing.leaf, len(line_opening(0, b"\x00" * HASH_BYTES)), 10
    for expected, line in enumerate(lines):
        if expected == longer_at:
            opening, longer_at = opening + 1, longer_at * 10
        kept: bytes | None = (entry := line[opening:-2])
        leaf = hash_leaf(entry)
        if not (line.startswith(line_opening(expected, leaf)) and line.endswith(b"}}\n") and entry[:1] == b"{"):
            # Withheld, damaged, or cut off by the end of the file.
            if not line.endswith(b"\n") and expected < size:
                raise Damaged(Damage.TRUNCATED, expected, expected=size)
            leaf, kept = _read_closely(line, expected, lines, hashing)
        if look:
            look(expected, kept)
        yield leaf


def _read_closely(line: bytes, expected: int, rest: Iterator[bytes], hashing: TreeHash) -> tuple[bytes, bytes | None]:
    try:
        index, leaf, entry = read_line(line)
    except Malformed as error:
        raise Damaged(Damage.MALFORMED, expected) from error
    _check_place(index, expected, (number_of(later) for later in rest))
    _check_content(index, leaf, entry, hashing)
    return leaf, entry


def _leaves_of_rows(rows: Iterator[Row], hashing: TreeHash, look: Look | None) -> Iterator[bytes]:
    for expected, (index, leaf, entry) in enumerate(rows):
        _check_place(index, expected, (later[0] for later in rows))
        _check_content(index, leaf, entry, hashing)
        if look:
            look(index, entry)
        yield leaf


def _check_place(index: int, expected: int, rest: Iterable[int | None]) -> None:
    if index < expected:
        raise Damaged(Damage.INSERTED, index, expected=expected)
    if index > expected:
        code = Damage.REORDERED if expected in rest else Damage.MISSING
        raise Damaged(code, expected, found=index)


def _check_content(index: int, leaf: bytes, entry: bytes | None, hashing: TreeHash) -> None:
    if entry is not None and (found := hashing.leaf(entry)) != leaf:
        raise Damaged(Damage.CHANGED, index, found=found.hex(), expected=leaf.hex())
