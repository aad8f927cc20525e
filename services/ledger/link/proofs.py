"""Proofs of cases: the path of each entry to a root that was signed (RFC 6962).

Who keeps such a document can check it years later with the keys alone, without this system and without its ledger.
It is made to be handed out: what stays inside the authority is in it as a hash only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Engine

from services.contracts.envelope import Reach
from services.ledger.canonical import NotCanonical, canonical_bytes, read_canonical
from services.ledger.labels import about_of
from services.ledger.link import store
from services.ledger.link.keys import BadKey, Verifier, name_of
from services.ledger.link.notes import BadNote, Checkpoint, read, signer
from services.ledger.link.store import Origin
from services.ledger.link.tables import origin_entries, receipts
from services.ledger.merkle import SHA256, includes, inclusion_proof, root_of
from services.ledger.store import entries
from services.plumbing.switchboard import Office

VERSION = 1
BLOCK = 1 << 12
"""Leaves whose common hash is kept in memory; a power of two. A million entries have 244 of them."""

#: Store -> (origin, branch, number of the block) -> its hash. What is recorded never changes, so neither do these.
_known_blocks: WeakKeyDictionary[Engine, dict[tuple[str, int, int], bytes]] = WeakKeyDictionary()

#: Facts that are for the authority's own people whatever their reach (the table of rights says so of findings).
_INNER = ("qidi.finding.",)

PROVED = (
    "All {count} entries about {case_no} stand in the ledger of {origin}, under the root of {size} entries that "
    "{names} signed."
)
AGREES = (
    "All {count} entries about {case_no} stand under a root of {size} entries of {origin} that {names} signed, by the "
    "keys in the document itself: compare them with the published ones, or give them with --key."
)
#: Follows these where something was recorded since.
NEWER = " Newer ones that are not signed yet: {pending}."
NOTHING_YET = "Nothing about {case_no} is signed yet; entries that wait: {pending}."
NO_PROOF = "This is not a proof ({reason})."


class Tree:
    """Answers `merkle.Subtree` questions about a ledger in its store. Full blocks of leaves are hashed once a process.

    The first question to a million entries takes seconds, those after it milliseconds.
    """

    def __init__(self, office: Office, one: Origin, size: int) -> None:
        self._connection, self._one, self._size = office.connection, one, size
        self._blocks = _known_blocks.setdefault(office.connection.engine, {})
        self._read: dict[int, list[bytes]] = {}
        self._joined: dict[tuple[int, int], bytes] = {}

    def __call__(self, begin: int, end: int) -> bytes:
        """The hash of the leaves begin <= index < end."""
        length = end - begin
        if length < BLOCK:
            at = begin // BLOCK
            return root_of(self._leaves(at)[begin - at * BLOCK : end - at * BLOCK])
        if length == BLOCK:
            return self._block(begin // BLOCK)
        if (begin, end) not in self._joined:
            middle = begin + (1 << (length - 1).bit_length() - 1)
            self._joined[begin, end] = SHA256.node(self(begin, middle), self(middle, end))
        return self._joined[begin, end]

    def _block(self, at: int) -> bytes:
        key = (self._one.origin, self._one.branch, at)
        if key not in self._blocks:
            self._blocks[key] = root_of(store.leaves(self._connection, self._one, at * BLOCK, (at + 1) * BLOCK))
        return self._blocks[key]

    def _leaves(self, at: int) -> list[bytes]:
        if at not in self._read:
            end = min((at + 1) * BLOCK, self._size)
            self._read[at] = store.leaves(self._connection, self._one, at * BLOCK, end)
        return self._read[at]

    def path(self, index: int) -> list[bytes]:
        """The audit path of leaf `index`, lowest first."""
        return inclusion_proof(index, self._size, self)


def prove(office: Office, case_no: str) -> dict[str, Any] | None:
    """Everything recorded about a case with its paths to the newest signed root that covers it; None: nothing is.

    `receipt` is the superior's signature over the same root, where there is one. Entries that no signed checkpoint
    covers yet have no path; `pending` counts them.
    """
    connection = office.connection
    one, found = _find(office, case_no)
    if one is None:
        return None
    newest = store.signed(connection, one, limit=1, newest_first=True)
    note, size = (newest[0].note, newest[0].size) if newest else ("", 0)
    receipt = _receipt(office, one)
    last = max((index for index, _ in found), default=-1)
    if receipt is not None and read(receipt).size > last:
        # What two authorities have signed says more than what one has.
        note, size = receipt, read(receipt).size
    tree = Tree(office, one, size)
    told = [
        {"index": index, "leaf": SHA256.leaf(body).hex(), "entry": handed_out(read_canonical(body))}
        | {"proof": [step.hex() for step in tree.path(index)]}
        for index, body in found
        if index < size
    ]
    superior = store.superior(connection)
    authorities = [one.origin, *([superior.code] if superior else [])]
    return {
        "qidi": "inclusion-proof",
        "version": VERSION,
        "case_no": case_no,
        "origin": one.origin,
        "hash": "sha256",
        "checkpoint": note,
        "countersigned": receipt is not None and note == receipt,
        "keys": [key.text for code in authorities for _, key in store.keys_of(connection, code)],
        "entries": told,
        "pending": len(found) - len(told),
    }


def _find(office: Office, case_no: str) -> tuple[Origin | None, list[tuple[int, bytes]]]:
    ours = office.connection.execute(
        select(entries.c.idx, entries.c.body).where(entries.c.about == case_no).order_by(entries.c.idx)
    ).all()
    if ours:
        own = store.origin(office.connection, office.authority) or Origin(office.authority)
        return own, [(idx, bytes(body)) for idx, body in ours]
    table = origin_entries.c
    one = next((held for held in store.all_origins(office.connection) if _is_there(office, held, case_no)), None)
    if one is None:
        return None, []
    found: list[tuple[int, bytes]] = []
    for branch, start, stop in store.segments(office.connection, one):
        rows = office.connection.execute(
            select(table.idx, table.body)
            .where(table.origin == one.origin, table.about == case_no, table.branch == branch)
            .where(table.idx >= start, table.idx < stop)
            .order_by(table.idx)
        )
        found += [(idx, bytes(body)) for idx, body in rows]
    return one, found


def _is_there(office: Office, held: Origin, case_no: str) -> bool:
    table = origin_entries.c
    wanted = select(table.idx).where(table.origin == held.origin, table.about == case_no).limit(1)
    return office.connection.execute(wanted).first() is not None


def handed_out(entry: dict[str, Any]) -> dict[str, Any] | None:
    """An entry as whoever is outside may read it: inner notes and findings are only shown to exist."""
    inside = entry["reach"] == Reach.OWN or entry["type"].startswith(_INNER)
    return None if inside else entry


def _receipt(office: Office, one: Origin) -> str | None:
    table = receipts.c
    found = office.connection.execute(
        select(table.note)
        .where(table.origin == one.origin, table.branch == one.branch, table.size <= one.receipted)
        .order_by(table.size.desc())
        .limit(1)
    ).scalar()
    return None if found is None else str(found)


@dataclass(frozen=True)
class Examined:
    """What a proof is worth: the template of the sentence that says it, and its facts."""

    ok: bool
    message: str
    params: Mapping[str, Any]


class _Flaw(Exception):
    def __init__(self, message: str, **params: Any) -> None:
        self.found = Examined(False, message, params)
        super().__init__(message.format(**params))


def examine(proof: Any, trusted: Sequence[Verifier] = ()) -> Examined:
    """Whether every entry in such a document stands under a signed root.

    `trusted`: keys that the reader knows from elsewhere, one of which must have signed; without them those in the
    document are taken, which shows that it agrees with itself, not who wrote it.
    """
    try:
        return _examined(proof, trusted)
    except _Flaw as wrong:
        return wrong.found
    except (BadKey, BadNote, NotCanonical) as wrong:
        return Examined(False, NO_PROOF, {"reason": str(wrong)})
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        return Examined(False, NO_PROOF, {"reason": repr(wrong)[:100]})


def _examined(proof: Any, trusted: Sequence[Verifier]) -> Examined:
    if proof["qidi"] != "inclusion-proof" or proof["version"] != VERSION:
        return Examined(False, NO_PROOF, {"reason": "another kind or version"})
    origin, case_no = str(proof["origin"]), str(proof["case_no"])
    entries_told, pending = list(proof["entries"]), int(proof["pending"])
    if not entries_told:
        return Examined(False, NOTHING_YET, {"case_no": case_no, "pending": pending})
    signed, names = _signed(proof, origin, trusted)
    for one in entries_told:
        _check_entry(one, case_no, signed)
    facts = {"case_no": case_no, "origin": origin, "size": signed.size, "root": signed.root.hex()}
    facts |= {"count": len(entries_told), "names": ", ".join(names), "pending": pending}
    return Examined(True, (PROVED if trusted else AGREES) + (NEWER if pending else ""), facts)


def _signed(proof: Mapping[str, Any], origin: str, trusted: Sequence[Verifier]) -> tuple[Checkpoint, list[str]]:
    note = str(proof["checkpoint"])
    signed = read(note)
    if signed.origin != origin:
        raise _Flaw("The checkpoint is of the ledger of {found}, not of {origin}.", found=signed.origin, origin=origin)
    told = [Verifier.read(text) for text in proof["keys"]]
    signers = [key for key in dict.fromkeys((*trusted, *told)) if signer(note, [key]) is not None]
    if not any(key.name == name_of(origin) for key in signers):
        raise _Flaw("The checkpoint is not signed by a key of {origin}.", origin=origin)
    if trusted and not any(key in trusted for key in signers):
        raise _Flaw("The checkpoint is not signed by a key that was given.")
    names = list(dict.fromkeys(key.name for key in signers))
    if proof["countersigned"] and len(names) == 1:
        raise _Flaw("The superior's signature is missing.")
    return signed, names


def _check_entry(one: Mapping[str, Any], case_no: str, signed: Checkpoint) -> None:
    index, leaf, entry = one["index"], _hash(one["leaf"]), one["entry"]
    if entry is not None:
        if SHA256.leaf(canonical_bytes(entry)) != leaf:
            raise _Flaw("Entry {index} was changed.", index=index)
        if about_of(entry["subject"], entry["data"]) != case_no:
            raise _Flaw("Entry {index} is about something else than {case_no}.", index=index, case_no=case_no)
    path = [_hash(step) for step in one["proof"]]
    if isinstance(index, bool) or not includes(signed.root, signed.size, index, leaf, path):
        raise _Flaw("Entry {index} does not stand under the signed root.", index=index)


def _hash(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if raw.hex() != text:
        raise ValueError("a hash is not written in small hexadecimal letters")
    return raw
