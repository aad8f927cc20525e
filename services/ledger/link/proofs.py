"""Decides how anybody shows that an entry stands in a ledger: its path to a root that was signed (RFC 6962).

Who keeps such a document can check it years later with the keys alone, without this system and without its ledger.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from services.ledger.canonical import NotCanonical, canonical_bytes, read_canonical
from services.ledger.link import store
from services.ledger.link.keys import BadKey, Verifier
from services.ledger.link.notes import BadNote, read, signer, verified
from services.ledger.link.store import Origin
from services.ledger.link.tables import origin_entries, receipts
from services.ledger.merkle import SHA256, includes, inclusion_proof
from services.ledger.store import entries
from services.plumbing.switchboard import Office

VERSION = 1


class Tree:
    """All perfect subtrees of a list of leaves, so that many paths cost one pass over it."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(row := self._levels[-1]) > 1:
            self._levels.append(SHA256.parents(row[: len(row) & ~1]))

    def __call__(self, begin: int, end: int) -> bytes:
        """The hash of the leaves begin <= index < end, as `merkle.Subtree`."""
        length = end - begin
        level = length.bit_length() - 1
        if length == 1 << level:
            return self._levels[level][begin >> level]
        middle = begin + (1 << level)
        return SHA256.node(self(begin, middle), self(middle, end))


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
    tree = Tree(store.leaves(connection, one, 0, size))
    told = [
        {"index": index, "leaf": SHA256.leaf(body).hex(), "entry": read_canonical(body)}
        | {"proof": [step.hex() for step in inclusion_proof(index, size, tree)]}
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
    code = office.connection.execute(select(table.origin).where(table.about == case_no).limit(1)).scalar()
    one = None if code is None else store.origin(office.connection, code)
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


def _receipt(office: Office, one: Origin) -> str | None:
    table = receipts.c
    found = office.connection.execute(
        select(table.note)
        .where(table.origin == one.origin, table.branch == one.branch, table.size <= one.receipted)
        .order_by(table.size.desc())
        .limit(1)
    ).scalar()
    return None if found is None else str(found)


def wrong_with(proof: Mapping[str, Any], trusted: Sequence[str] = ()) -> str:
    """What is wrong with such a document; empty when every entry stands under the signed root.

    `trusted`: verifier keys that the reader knows from elsewhere; without them those in the document are taken, which
    shows that it agrees with itself, not who signed it.
    """
    try:
        keys = [Verifier.read(text) for text in (trusted or proof["keys"])]
        own = [key for key in keys if key.name.endswith(f"/{proof['origin']}")]
        signed = verified(proof["checkpoint"], own)
        others = [key for key in keys if key not in own]
        if proof["countersigned"] and signer(proof["checkpoint"], others) is None:
            return "the superior's signature is missing"
        if signed.origin != proof["origin"]:
            return "the checkpoint is of another ledger"
        for one in proof["entries"]:
            if SHA256.leaf(canonical_bytes(one["entry"])).hex() != one["leaf"]:
                return f"entry {one['index']} was changed"
            path = [bytes.fromhex(step) for step in one["proof"]]
            if not includes(signed.root, signed.size, one["index"], bytes.fromhex(one["leaf"]), path):
                return f"entry {one['index']} does not stand under the signed root"
    except (BadKey, BadNote, NotCanonical) as wrong:
        return str(wrong)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        return f"not a proof: {wrong!r}"
    return ""
