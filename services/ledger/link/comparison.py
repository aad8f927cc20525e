"""Comparisons of what came from below with what is held here: five findings, and what was checked for each.

Nothing is written here: what follows from a finding stands in `superior` and `forks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from services.contracts.links import Behind, Page
from services.ledger.link import pages, store
from services.ledger.link.notes import BadNote, Checkpoint, signer, verified
from services.ledger.link.pages import BadPage, Read
from services.ledger.link.store import Origin, Signed
from services.ledger.merkle import Frontier

UNSIGNED: Final = "the checkpoint is not signed by a known key of this ledger"


@dataclass(frozen=True)
class Continued:
    """It goes on from what is held, signed by the ledger's newest key: what is new, and where the tree stands then."""

    note: str
    key_number: int
    frontier: Frontier
    fresh: Sequence[Read]
    #: The origin's open lines by light, where they were counted.
    lights: dict[str, int] | None


@dataclass(frozen=True)
class Repeated:
    """All of it is held already; the checkpoint at which it ends."""

    signed: Signed


@dataclass(frozen=True)
class Missing:
    """It begins behind what is held."""


@dataclass(frozen=True)
class Unsound:
    """It does not agree with itself, with its signature, or with who may send it."""

    why: str


@dataclass(frozen=True)
class Contradicted:
    """It differs from what is held, from entry `index` on at the latest; or that was lost, and this is all there is."""

    note: str
    index: int
    is_loss: bool = False


Compared = Continued | Repeated | Missing | Unsound | Contradicted


def compared(connection: Connection, held: Origin, page: Page) -> Compared:
    """What a page is to the ledger that is held."""
    try:
        checkpoint, told = pages.check(page)
        key_number = _key_number(connection, held, page.checkpoint)
    except (BadPage, BadNote) as wrong:
        return Unsound(str(wrong))
    if page.from_index > held.size:
        return Missing()
    known = store.leaves(connection, held, page.from_index, min(checkpoint.size, held.size))
    for leaf, entry in zip(known, told, strict=False):
        if leaf != entry.leaf:
            return Contradicted(page.checkpoint, _parting(connection, held, checkpoint, told, entry.index))
    if checkpoint.size <= held.size:
        return _held_already(connection, held, checkpoint, page.checkpoint)
    if key_number < held.key_number:
        return Unsound("signed by a key that is no longer in use")
    fresh = told[len(known) :]
    frontier = Frontier.from_bytes(held.frontier).extend(entry.leaf for entry in fresh)
    if frontier.root != checkpoint.root:
        return Contradicted(page.checkpoint, 0)
    return Continued(page.checkpoint, key_number, frontier, fresh, page.lights)


def _key_number(connection: Connection, held: Origin, note: str) -> int:
    keys = store.keys_of(connection, held.origin)
    key = signer(note, [verifier for _, verifier in keys])
    if key is None:
        raise BadNote(UNSIGNED)
    return next(number for number, verifier in keys if verifier == key)


def _parting(connection: Connection, held: Origin, told: Checkpoint, found: Sequence[Read], index: int) -> int:
    """The first index at which two histories part: `index`, where what comes before it is the same for sure."""
    agreed = store.frontier_at(connection, held, index)
    whole = agreed.extend(entry.leaf for entry in found if entry.index >= index)
    return index if whole.root == told.root else 0


def _held_already(connection: Connection, held: Origin, checkpoint: Checkpoint, note: str) -> Compared:
    kept = store.signed_at(connection, held, checkpoint.size)
    root = kept.root if kept else store.frontier_at(connection, held, checkpoint.size).root
    if root != checkpoint.root:
        return Contradicted(note, 0)
    return Repeated(kept or Signed(checkpoint.size, root, note, None))


def lost_below(connection: Connection, held: Origin, behind: Behind | None) -> Contradicted | None:
    """What an authority has lost of its own ledger, when it says so itself; None: nothing, or it cannot be believed."""
    # Who says that he has lost what we hold must say what we hold: an old message says something else.
    if behind is None or (behind.size, behind.root) != (held.size, held.root.hex()):
        return None
    try:
        told = verified(behind.checkpoint, [key for _, key in store.keys_of(connection, held.origin)])
    except BadNote:
        return None
    if told.origin != held.origin or told.size >= held.size:
        return None
    same = store.frontier_at(connection, held, told.size).root == told.root
    return Contradicted(behind.checkpoint, told.size if same else 0, is_loss=same)
