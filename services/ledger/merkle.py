"""The Merkle tree of RFC 6962 section 2.1: one hash about a whole list of entries, and proofs under it.

Only hashes go in and out. Proofs are made from a `Subtree`, a question answered by whoever holds the leaves (a list in
memory, a table of nodes), and are checked by functions that need nothing but the proof.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Protocol, Self

HASH_BYTES = 32
"""Both hashes on offer, SHA-256 and SM3 (GB/T 32905), give 32 bytes."""

ALGORITHMS = ("sha256", "sm3")
_SIZE_DIGITS = 18

Subtree = Callable[[int, int], bytes]
"""`subtree(begin, end)`: the Merkle tree hash of the leaves begin <= index < end (RFC 6962: MTH(D[begin:end]))."""


class _Digest(Protocol):
    def digest(self) -> bytes: ...


class TreeMismatch(ValueError):
    """The numbers or bytes given do not describe a tree."""


@dataclass(frozen=True)
class TreeHash:
    """One hash algorithm with RFC 6962's separation of leaves (0x00) from nodes (0x01)."""

    name: str = "sha256"

    def __post_init__(self) -> None:
        if self.name not in ALGORITHMS:
            raise TreeMismatch(f"unknown hash {self.name!r}: one of {', '.join(ALGORITHMS)}")

    @cached_property
    def _new(self) -> Callable[[bytes], _Digest]:
        return hashlib.sha256 if self.name == "sha256" else partial(hashlib.new, self.name)

    def leaf(self, entry: bytes) -> bytes:
        """The hash of one entry's bytes."""
        return self._new(b"\x00" + entry).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """The hash of two neighbouring subtrees."""
        return self._new(b"\x01" + left + right).digest()

    def parents(self, row: Sequence[bytes]) -> list[bytes]:
        """The nodes above an even number of neighbours; the same as `node` pair by pair, without a call for each."""
        new, children = self._new, iter(row)
        return [new(b"\x01" + left + right).digest() for left, right in zip(children, children, strict=True)]

    @property
    def empty(self) -> bytes:
        """The root of a tree without leaves."""
        return self._new(b"").digest()


SHA256 = TreeHash("sha256")


@dataclass(frozen=True)
class Frontier:
    """All that must be kept of a tree so that it can grow: the roots of its perfect subtrees, largest first.

    One node for every 1 in the binary form of `size`; a million entries need seven.
    Never changed: growing gives another.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()
    hashing: TreeHash = field(default=SHA256)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise TreeMismatch(f"{len(self.nodes)} nodes cannot stand for {self.size} leaves")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise TreeMismatch("a node has the wrong length")

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """The frontier after these leaf hashes have been appended in order."""
        row, above, settled, level = list(leaves), list(self.nodes), list[bytes](), 0
        size = self.size + len(row)
        while row:
            if self.size >> level & 1:
                row.insert(0, above.pop())
            if len(row) & 1:
                settled.append(row.pop())
            row = self.hashing.parents(row)
            level += 1
        return type(self)(size, (*above, *reversed(settled)), self.hashing)

    @property
    def root(self) -> bytes:
        """RFC 6962's MTH of all leaves so far."""
        if not self.nodes:
            return self.hashing.empty
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = self.hashing.node(left, root)
        return root

    def to_bytes(self) -> bytes:
        """A form to keep in a store: one line with algorithm and size, then the nodes."""
        return b"%s %d\n%s" % (self.hashing.name.encode(), self.size, b"".join(self.nodes))

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """The frontier that `to_bytes` wrote; raises TreeMismatch when these bytes are not one."""
        line, _, nodes = kept.partition(b"\n")
        name, _, size = line.partition(b" ")
        if not size.isdigit() or len(size) > _SIZE_DIGITS or len(nodes) % HASH_BYTES:
            raise TreeMismatch("not a frontier")
        cut = tuple(nodes[at : at + HASH_BYTES] for at in range(0, len(nodes), HASH_BYTES))
        frontier = cls(int(size), cut, TreeHash(name.decode("ascii", "replace")))
        if frontier.to_bytes() != kept:
            raise TreeMismatch("not a frontier")
        return frontier


def root_of(leaves: Iterable[bytes], hashing: TreeHash = SHA256) -> bytes:
    """The root of a list of leaf hashes."""
    return Frontier(hashing=hashing).extend(leaves).root


def subtrees_of(leaves: Sequence[bytes], hashing: TreeHash = SHA256) -> Subtree:
    """Answers `Subtree` questions from leaf hashes in memory."""
    return lambda begin, end: root_of(leaves[begin:end], hashing)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of leaf `index` in the tree of the first `size` leaves, lowest first (RFC 6962 2.1.1)."""
    if not 0 <= index < size:
        raise TreeMismatch(f"entry {index} is not among the first {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(begin, middle))
            begin = middle
    return path[::-1]


def includes(
    root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes], hashing: TreeHash = SHA256
) -> bool:
    """Whether `proof` shows that leaf hash `leaf` is number `index` under `root` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = hashing.node(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = hashing.node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistency_proof(old_size: int, size: int, subtree: Subtree) -> list[bytes]:
    """The nodes that show that the first `old_size` leaves are the beginning of the first `size` (RFC 6962 2.1.2).

    Empty when there is nothing to show: from an empty tree, or from the same size.
    """
    if not 0 <= old_size <= size:
        raise TreeMismatch(f"a tree of {old_size} is not the beginning of one of {size}")
    path: list[bytes] = []
    if old_size in (0, size):
        return path
    begin, end, whole = 0, size, True
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(begin, middle))
            begin, whole = middle, False
    # The verifier knows the old tree's own root; any other node where the two trees part must be told.
    if not whole:
        path.append(subtree(begin, end))
    return path[::-1]


def extends(
    old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes], hashing: TreeHash = SHA256
) -> bool:
    """Whether `proof` shows that the tree (size, root) begins with the tree (old_size, old_root) (RFC 9162 2.1.4.2)."""
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == hashing.empty
    # An old tree that is a perfect subtree is itself the first node of the proof.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path or not proof:
        return False
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old, new = path[0], path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = hashing.node(step, old), hashing.node(step, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = hashing.node(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == old_root and new == root


def _split(count: int) -> int:
    # The largest power of two smaller than count (RFC 6962's k).
    return 1 << (count - 1).bit_length() - 1
