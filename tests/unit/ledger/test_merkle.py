"""The Merkle tree: it is RFC 6962's, and its proofs prove what they say and nothing else."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.merkle import (
    SHA256,
    Frontier,
    TreeHash,
    TreeMismatch,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    root_of,
    subtrees_of,
)

# The vectors that certificate transparency's own implementations are tested with.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
LEAVES = [SHA256.leaf(entry) for entry in ENTRIES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def by_definition(leaves: Sequence[bytes], hashing: TreeHash = SHA256) -> bytes:
    """RFC 6962 2.1, word for word, on leaf hashes."""
    if not leaves:
        return hashlib.new(hashing.name).digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    children = by_definition(leaves[:k], hashing) + by_definition(leaves[k:], hashing)
    return hashlib.new(hashing.name, b"\x01" + children).digest()


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("size", range(9))
def test_the_known_trees_have_the_known_roots(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_inclusion_proofs(index: int, size: int) -> None:
    proof = inclusion_proof(index, size, subtrees_of(LEAVES))
    assert [step.hex() for step in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_the_known_consistency_proofs(old: int, size: int) -> None:
    proof = consistency_proof(old, size, subtrees_of(LEAVES))
    assert [step.hex() for step in proof] == CONSISTENCY[old, size]


@given(HASHES, st.sampled_from(["sha256", "sm3"]))
def test_the_root_is_what_the_definition_says(leaves: list[bytes], algorithm: str) -> None:
    hashing = TreeHash(algorithm)
    assert root_of(leaves, hashing) == by_definition(leaves, hashing)


@given(st.lists(HASHES, max_size=6))
def test_a_tree_grown_in_pieces_and_kept_in_between_is_the_tree_built_at_once(pieces: list[list[bytes]]) -> None:
    grown = Frontier()
    for piece in pieces:
        grown = Frontier.from_bytes(grown.extend(piece).to_bytes())
    together = [leaf for piece in pieces for leaf in piece]
    assert grown == Frontier().extend(together)
    assert grown.root == by_definition(together)


def test_growing_leaves_the_old_frontier_as_it_was() -> None:
    old = Frontier().extend(LEAVES[:3])
    old.extend(LEAVES[3:])
    assert (old.size, old.root.hex()) == (3, ROOTS[3])


def test_every_proof_for_every_small_tree_holds() -> None:
    leaves = [SHA256.leaf(bytes([n])) for n in range(33)]
    subtree = subtrees_of(leaves)
    for size in range(len(leaves) + 1):
        root = by_definition(leaves[:size])
        for index in range(size):
            assert includes(root, size, index, leaves[index], inclusion_proof(index, size, subtree))
        for old in range(size + 1):
            proof = consistency_proof(old, size, subtree)
            assert extends(by_definition(leaves[:old]), old, root, size, proof)


@given(st.data())
def test_an_inclusion_proof_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    leaves = data.draw(HASHES.filter(bool))
    size, index = len(leaves), data.draw(st.integers(0, len(leaves) - 1))
    root, proof = root_of(leaves), inclusion_proof(index, len(leaves), subtrees_of(leaves))
    bit = data.draw(st.integers(0, 255))
    at = data.draw(st.integers(0, len(proof)))
    assert not includes(flipped(root, bit), size, index, leaves[index], proof)
    assert not includes(root, size, index, flipped(leaves[index], bit), proof)
    assert not includes(root, size, index, leaves[index], [*proof[:at], flipped(root, bit), *proof[at:]])
    assert not includes(root, size, -1, leaves[index], proof)
    assert not includes(root, size, size, leaves[index], proof)
    if at < len(proof):
        assert not includes(root, size, index, leaves[index], proof[:at] + proof[at + 1 :])
        bent = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        assert not includes(root, size, index, leaves[index], bent)
    other = data.draw(st.integers(0, size - 1))
    if leaves[other] != leaves[index]:
        assert not includes(root, size, index, leaves[other], inclusion_proof(other, size, subtrees_of(leaves)))


@given(st.data())
def test_a_consistency_proof_with_anything_changed_proves_nothing(data: st.DataObject) -> None:
    leaves = data.draw(HASHES.filter(bool))
    size, old = len(leaves), data.draw(st.integers(0, len(leaves)))
    old_root, root = root_of(leaves[:old]), root_of(leaves)
    proof, bit = consistency_proof(old, size, subtrees_of(leaves)), data.draw(st.integers(0, 255))
    at = data.draw(st.integers(0, len(proof)))
    assert not extends(flipped(old_root, bit), old, root, size, proof)
    assert not extends(old_root, old, root, size, [*proof[:at], flipped(root, bit), *proof[at:]])
    assert not extends(old_root, size + 1, root, size, proof)
    assert not extends(old_root, -1, root, size, proof)
    if old > 0:  # everything begins with nothing
        assert not extends(old_root, old, flipped(root, bit), size, proof)
    if at < len(proof):
        assert not extends(old_root, old, root, size, proof[:at] + proof[at + 1 :])
        assert not extends(old_root, old, root, size, [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]])


def test_a_proof_that_is_too_short_or_too_long_for_the_sizes_proves_nothing() -> None:
    one, two = root_of(LEAVES[:1]), root_of(LEAVES[:2])
    three = root_of(LEAVES[:3])
    assert not includes(two, 4, 0, LEAVES[0], [LEAVES[1]])
    assert not includes(two, 1, 0, LEAVES[1], [LEAVES[0]])
    assert not extends(one, 1, two, 4, [LEAVES[1]])
    assert extends(two, 2, three, 3, [LEAVES[2]])
    four = root_of(LEAVES[:4])
    assert not extends(two, 2, four, 3, [LEAVES[2], LEAVES[3]])
    # Old and new both run on past the top: only the count of steps gives it away.
    proof, above = consistency_proof(3, 4, subtrees_of(LEAVES)), LEAVES[7]
    assert extends(three, 3, four, 4, proof)
    assert not extends(SHA256.node(above, three), 3, SHA256.node(above, four), 4, [*proof, above])


@given(HASHES.filter(bool), st.data())
def test_a_frontier_with_a_changed_byte_is_refused_or_has_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    whole = Frontier().extend(leaves)
    kept = whole.to_bytes()
    bent = flipped(kept, data.draw(st.integers(0, len(kept) * 8 - 1)))
    try:
        read = Frontier.from_bytes(bent)
    except TreeMismatch:
        return
    assert (read.size, read.root) != (whole.size, whole.root)


@pytest.mark.parametrize("kept", [b"", b"sha256 1\n", b"sha256 01\n" + b"x" * 32, b"md5 0\n", b"sha256 " + b"9" * 9999])
def test_what_no_frontier_wrote_is_refused(kept: bytes) -> None:
    with pytest.raises(TreeMismatch):
        Frontier.from_bytes(kept)


def test_proofs_about_entries_that_do_not_exist_are_not_made() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(TreeMismatch):
            inclusion_proof(index, size, subtrees_of(LEAVES))
    with pytest.raises(TreeMismatch):
        consistency_proof(4, 3, subtrees_of(LEAVES))


def test_only_hashes_that_are_safe_for_evidence_can_be_chosen() -> None:
    assert TreeHash("sm3").leaf(b"abc") == hashlib.new("sm3", b"\x00abc").digest()
    with pytest.raises(TreeMismatch):
        TreeHash("md5")
