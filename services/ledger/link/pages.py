"""Pages: what one says, where it ends, and whether one that came agrees with itself.

A page ends where a checkpoint was signed; the pages of a ledger are therefore always the same bytes, also after a
restart, and a city can hand on its banners' pages with the banners' own signatures.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from services.contracts.envelope import Envelope
from services.contracts.links import GOES_UP, LinkTroubled, Page
from services.ledger import own_entries
from services.ledger.canonical import NotCanonical, canonical_bytes
from services.ledger.domain import LIGHTS, LineStanding
from services.ledger.labels import labels_of
from services.ledger.link import own_key, store
from services.ledger.link.keys import SigningKey, Verifier
from services.ledger.link.notes import BadNote, Checkpoint, read, sign, signer
from services.ledger.link.states import HeldState
from services.ledger.link.store import Origin, Signed
from services.ledger.merkle import SHA256, Frontier
from services.ledger.store import Book, entries, lines
from services.plumbing.switchboard import Office

LONGEST = 500
"""Entries of one page."""

LARGEST = 1_000_000
"""Bytes of the payloads of one page; a single entry may have more."""

_PAGES_AT_ONCE = 64
_COUNT_EVERY_SECONDS = 10.0


class BadPage(ValueError):
    """The page does not agree with itself; the text says where."""


# --- writing ---------------------------------------------------------------------------------------------------------


def cut(office: Office, key: SigningKey) -> Origin:
    """Sign checkpoints up to the end of our own ledger, one a page; a bounded number, so call again while it grows.

    When the entries do not give the ledger's own root any more, nothing is signed and the trouble is said once.
    """
    connection, now = office.connection, office.now.timestamp()
    own = store.origin(connection, office.authority) or Origin(office.authority)
    head = Book(connection).frontier()
    if own.state is not HeldState.OK or own.size >= head.size:
        return own
    known = store.keys_of(connection, office.authority)
    if known and known[0][1] != key.verifier and own_key.is_former(office, key.verifier):
        return own  # the next one is not in its place yet
    own.key_number = store.add_key(connection, office.authority, key.public_text, now)
    frontier = Frontier.from_bytes(own.frontier)
    for _ in range(_PAGES_AT_ONCE):
        if frontier.size >= head.size:
            break
        frontier = frontier.extend(_next_leaves(office, frontier.size, head.size))
        complete = frontier.size == head.size
        if complete and frontier.root != head.root:
            _damaged(office, own, head)
            break
        _keep(office, own, key, frontier, complete)
    store.write_origin(connection, own)
    return own


def _next_leaves(office: Office, begin: int, end: int) -> list[bytes]:
    found = office.connection.execute(
        select(entries.c.leaf, func.length(entries.c.body))
        .where(entries.c.idx >= begin, entries.c.idx < min(end, begin + LONGEST))
        .order_by(entries.c.idx)
    )
    leaves, total = list[bytes](), 0
    for leaf, length in found:
        total += length
        if leaves and total > LARGEST:
            break
        leaves.append(bytes(leaf))
    return leaves


def _keep(office: Office, own: Origin, key: SigningKey, frontier: Frontier, complete: bool) -> None:
    now = office.now.timestamp()
    counted = None
    if complete and now - (own.verified_at or 0.0) >= _COUNT_EVERY_SECONDS:
        counted = json.dumps(count_lights(office, ""))
        own.verified_at, own.lights_size, own.lights_below = now, frontier.size, counted
    own.grows(frontier)
    note = sign(Checkpoint(own.origin, frontier.size, frontier.root), key)
    keep(office, own, note, counted)


def keep(office: Office, one: Origin, note: str, lights: str | None) -> None:
    """Keep the signed checkpoint at which this ledger stands now."""
    row = {"origin": one.origin, "branch": one.branch, "size": one.size, "root": one.root, "note": note}
    store.keep_checkpoint(office.connection, row | {"lights": lights, "at": office.now.timestamp()})


def count_lights(office: Office, authority: str) -> dict[str, int]:
    """Open lines of one authority (empty: our own) by what was told: equal wherever the same entries are."""
    found = office.connection.execute(
        select(lines.c.told_light, func.count())
        .where(lines.c.authority == authority, lines.c.standing == LineStanding.OPEN.value, lines.c.state != "")
        .group_by(lines.c.told_light)
    )
    counted = {light: int(count) for light, count in found}
    return {light.value: counted.get(light.value, 0) for light in LIGHTS}


def _damaged(office: Office, own: Origin, head: Frontier) -> None:
    own.stands(HeldState.STOPPED, "the entries do not give the root that was kept")
    evidence = {"size": head.size, "root": head.root.hex()}
    trouble = LinkTroubled(origin=own.origin, trouble="damaged", side="below", evidence=evidence)
    own_entries.say_aloud(office, trouble)


def stood_by(office: Office, own: Origin, key: SigningKey, begin: int, found: Sequence[Signed]) -> list[Signed]:
    """Checkpoints of our own ledger after `begin`, signed anew where a strange key has signed them that is gone now.

    An older key never follows a newer one, there as everywhere: so the superior believes them.
    """
    numbers: dict[Verifier, int] = {}
    for number, known in store.keys_of(office.connection, own.origin):
        numbers.setdefault(known, number)
    if len(numbers) <= 1:
        return list(found)
    believed = own_key.stands_by(office, key.verifier)
    newest, standing = _signed_by(store.receipt_at(office.connection, own, begin), believed, numbers), list[Signed]()
    for one in found:
        number = _signed_by(one.note, believed, numbers)
        if number == 0 or number < newest:
            one = replace(one, note=sign(Checkpoint(own.origin, one.size, one.root), key))
            number = numbers.get(key.verifier, newest)
        newest = max(newest, number)
        standing.append(one)
    return standing


def _signed_by(note: str, believed: Sequence[Verifier], numbers: Mapping[Verifier, int]) -> int:
    """The number of the key that we stand by and that has signed this; 0: none."""
    try:
        found = signer(note, believed)
    except BadNote:
        return 0
    return 0 if found is None else numbers.get(found, 0)


def write(office: Office, one: Origin, begin: int, end: Signed) -> bytes:
    """The page of the entries from `begin` to that checkpoint. Raises BadPage where one is no entry any more."""
    told = [
        b'{"entry":%s,"index":%d,"leaf":"%s"}' % (_payload(one, idx, leaf, body), idx, leaf.hex().encode())
        for idx, leaf, body in store.rows(office.connection, one, begin, end.size)
    ]
    return b'{"checkpoint":%s,"entries":[%s],"from_index":%d,"kind":"page","lights":%s,"origin":"%s"}' % (
        json.dumps(end.note, ensure_ascii=False).encode(),
        b",".join(told),
        begin,
        (end.lights or "null").encode(),
        one.origin.encode(),
    )


def _payload(one: Origin, idx: int, leaf: bytes, body: bytes | None) -> bytes:
    # What came from below was weighed there; what is ours goes up only as far as its reach says.
    if body is None:
        return b"null"
    if one.via and SHA256.leaf(body) == leaf:
        return body
    try:
        reach = json.loads(body)["reach"]
    except (ValueError, KeyError, TypeError) as wrong:  # nobody above could even read the page that it is in
        raise BadPage(f"entry {idx} is no event") from wrong
    return b"null" if not one.via and reach not in GOES_UP else body


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """One entry of a page that agrees with itself."""

    index: int
    leaf: bytes
    body: bytes | None = None
    envelope: Envelope | None = None
    #: As in labels.COLUMNS.
    labels: tuple[Any, ...] = ()


def check(page: Page) -> tuple[Checkpoint, list[Read]]:
    """What a page states and holds, when indexes, hashes, reach and source agree. Raises BadPage.

    Signature, continuity and root need what is known already and are not looked at here.
    """
    try:
        checkpoint = read(page.checkpoint)
    except BadNote as wrong:
        raise BadPage(f"checkpoint: {wrong}") from wrong
    if checkpoint.origin != page.origin:
        raise BadPage(f"the checkpoint is of {checkpoint.origin}")
    if checkpoint.size != page.from_index + len(page.entries):
        raise BadPage(f"the checkpoint has size {checkpoint.size}")
    found = []
    for expected, one in enumerate(page.entries, start=page.from_index):
        if one.index != expected:
            raise BadPage(f"entry {one.index} stands where {expected} belongs")
        found.append(_read(page.origin, one.index, bytes.fromhex(one.leaf), one.entry))
    return checkpoint, found


def _read(origin: str, index: int, leaf: bytes, entry: dict[str, Any] | None) -> Read:
    if entry is None:
        return Read(index, leaf)
    try:
        body = canonical_bytes(entry)
        envelope, labels = Envelope.model_validate(entry), labels_of(entry)
    except (NotCanonical, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadPage(f"entry {index} is no event") from wrong
    if SHA256.leaf(body) != leaf:
        raise BadPage(f"entry {index} was changed")
    if envelope.authority != origin:
        raise BadPage(f"entry {index} was said by {envelope.authority or 'nobody'}")
    if envelope.reach not in GOES_UP:
        raise BadPage(f"entry {index} may not travel up")
    return Read(index, leaf, body, envelope, labels)


def envelope_of(body: bytes) -> Envelope:
    """The envelope of an entry that was checked when it came."""
    return Envelope.parse(body)
